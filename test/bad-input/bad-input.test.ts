/** Every entry of inputs/. What is told of each stands in told/; UPDATE=1 writes it anew. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type FreshDatabase, freshDatabase, resetDatabase } from "../servers/database.ts";
import { configuration } from "./inputs/configuration.ts";
import { files } from "./inputs/files.ts";
import { migrationState } from "./inputs/migration-state.ts";
import { migrations } from "./inputs/migrations.ts";
import { options } from "./inputs/options.ts";
import { state } from "./inputs/state.ts";
import { statements } from "./inputs/statements.ts";
import { templates } from "./inputs/templates.ts";
import { variables } from "./inputs/variables.ts";
import { checkBadInput } from "./run-bad-input.ts";

const tables = {
  configuration,
  variables,
  options,
  files,
  templates,
  statements,
  state,
  migrations,
  "migration-state": migrationState,
};

describe.each(Object.entries(tables))("%s", (table, inputs) => {
  let database: FreshDatabase;
  const told = new Map<string, string>();
  const file = join(import.meta.dirname, "told", `${table}.txt`);
  const expected = existsSync(file) ? readFileSync(file, "utf8") : "";

  beforeAll(async () => {
    database = await freshDatabase(18);
  });
  afterAll(async () => {
    await database.drop();
    if (process.env.UPDATE !== "1" || told.size < inputs.length) return;
    mkdirSync(join(import.meta.dirname, "told"), { recursive: true });
    writeFileSync(file, `${inputs.map(({ name }) => told.get(name)).join("\n\n")}\n`);
  });

  test.each(inputs.map((input) => [input.name, input] as const))("%s", async (name, input) => {
    await resetDatabase(database);
    for (const [key, value] of Object.entries(input.env ?? {})) if (value !== null) vi.stubEnv(key, value);
    try {
      const entry = `${name}\n${await checkBadInput(input, database, database.url ?? "")}`;
      told.set(name, entry);
      if (process.env.UPDATE !== "1") expect(`\n\n${expected}`).toContain(`\n\n${entry}\n`);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

test("there are enough of them, each with a name of its own", () => {
  const all = Object.values(tables).flat();
  expect(all.length).toBeGreaterThanOrEqual(270);
  for (const inputs of Object.values(tables)) {
    expect(new Set(inputs.map(({ name }) => name)).size).toBe(inputs.length);
  }
});
