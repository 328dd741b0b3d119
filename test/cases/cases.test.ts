/** Every folder of test/cases on the embedded database and on real servers. UPDATE=1 writes the plans anew. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EVERYWHERE, type FreshDatabase, freshDatabase, resetDatabase } from "../servers/database.ts";
import { readCases } from "./support/case-folder.ts";
import { runCase } from "./support/run-case.ts";

const all = readCases(import.meta.dirname);
const wanted = process.env["CASE"];
const cases = wanted === undefined ? all : all.filter((one) => one.name.includes(wanted));

describe.each(EVERYWHERE)("on %s", (where) => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase(where);
  });
  afterAll(async () => {
    await database.drop();
  });

  for (const one of cases) {
    const reason = one.settings.notOn?.[String(where)];
    if (reason !== undefined) console.log(`${one.name} is not run on ${where}: ${reason}`);
    test.skipIf(reason !== undefined)(one.name, async () => {
      await resetDatabase(database);
      const plan = await runCase(one, database, () => resetDatabase(database));
      const file = join(one.folder, `plan.${where}.txt`);
      const expected = existsSync(file) ? file : join(one.folder, "plan.txt");
      if (process.env["UPDATE"] === "1") writeFileSync(expected, plan);
      expect(plan).toBe(existsSync(expected) ? readFileSync(expected, "utf8") : "there is no plan.txt yet: run with UPDATE=1 and read it");
    });
  }
});
