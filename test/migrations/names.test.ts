/** Messages name a migration by its folder alone where there is one module, and by module and folder where there are several. */
import { expect, test } from "vitest";
import { MigratorError } from "../../graph/diagnostic.ts";
import { findMigration } from "../../src/migrations/find-migration.ts";
import { namesIn, type PartName } from "../../src/migrations/migration.ts";
import { orderMigrations } from "../../src/migrations/order.ts";
import { lackingError } from "../../src/migrations/replaced.ts";

const one: PartName = { module: "app", id: "20240101000000-one", part: "up" };
const two: PartName = { module: "app", id: "20240102000000-two", part: "up.tenant" };

function thrown(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof MigratorError)
      return error.diagnostics.map(({ message, detail = "" }) => `${message}\n${detail}`).join();
    throw error;
  }
  throw new Error("nothing was thrown");
}

test.each([
  [["app"], "20240101000000-one", "20240102000000-two"],
  [["app", "billing"], "app/20240101000000-one", "app/20240102000000-two"],
] as const)("with the modules %j", (modules, first, second) => {
  const names = namesIn({ modules });
  const { message, detail } = lackingError(one, [one, two], names);
  expect([message, detail]).toEqual([
    `${first} stands for migrations of which the database has some and lacks 2`,
    `${first}\n${second} (up.tenant)`,
  ]);
  const circle = [
    { ...one, requires: [two.id], file: "a" },
    { ...two, requires: [one.id], file: "b" },
  ];
  expect(thrown(() => orderMigrations(circle, names))).toContain(`${first} → ${second} → ${first}`);
  const others = modules.slice(1).map((module) => ({ ...one, module, id: "20230101000000-other" }));
  // A migration with parts is named once.
  const parts = [one, { ...one, part: "up.tenant" }, two, ...others];
  expect(thrown(() => findMigration(parts, "2024"))).toContain(`migrations\n${first}\n${second}`);
});
