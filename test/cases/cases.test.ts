/** Every folder of test/cases on the embedded database and on real servers. UPDATE=1 writes the plans anew. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EVERYWHERE, type FreshDatabase, freshDatabase, resetDatabase, type Where } from "../servers/database.ts";
import { readCases } from "./support/case-folder.ts";
import { runCase } from "./support/run-case.ts";

const all = readCases(import.meta.dirname);
const wanted = process.env["CASE"];
const cases = wanted === undefined ? all : all.filter((one) => one.name.includes(wanted));

/** `plan.17.txt` holds up to PostgreSQL 17. */
function planOf(folder: string, where: Where): string {
  const files = [14, 15, 16, 17, 18].map((version) => ({ version, file: join(folder, `plan.${version}.txt`) }));
  const own = files.find(({ version, file }) => where !== "embedded" && version >= where && existsSync(file));
  return own?.file ?? join(folder, "plan.txt");
}

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
      const expected = planOf(one.folder, where);
      if (process.env["UPDATE"] === "1") writeFileSync(expected, plan);
      expect(plan).toBe(existsSync(expected) ? readFileSync(expected, "utf8") : "there is no plan.txt yet: run with UPDATE=1 and read it");
    });
  }
});
