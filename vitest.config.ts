import { defineConfig } from "vitest/config";

const shared = { pool: "forks", testTimeout: 60_000, hookTimeout: 60_000 } as const;

/** Tests of how long something takes, which run one by one after all others: what runs beside them would be measured too. */
const timed = ["test/online/waiting.test.ts", "test/watch/timing.test.ts"];

export default defineConfig({
  test: {
    // Here alone, and not in what the projects share: once for all of them.
    globalSetup: ["test/servers/setup.ts"],
    teardownTimeout: 20_000,
    projects: [
      {
        test: {
          ...shared,
          name: "tests",
          include: ["test/**/*.test.ts"],
          exclude: timed,
          // Each worker may hold an embedded database of some 500 MB.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: { ...shared, name: "timed", include: timed, maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
