/** Every folder of test/migrations/cases, on real servers and in the embedded database. UPDATE=1 writes what is written anew. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EVERYWHERE, freshDatabase, resetDatabase } from "../servers/database.ts";
import { readMigrationCases } from "./support/case-folder.ts";
import { type CaseDatabases, runMigrationCase } from "./support/run-case.ts";

const everything = process.env.CORPORA === "all";
const all = readMigrationCases(join(import.meta.dirname, "cases"));
const wanted = process.env.CASE;

describe.each(EVERYWHERE)("on %s", (where) => {
  const named = wanted === undefined ? all : all.filter((one) => one.name.includes(wanted));
  // Each embedded shadow takes seconds.
  const sample = where === "embedded" ? 6 : where === 18 ? 1 : 3;
  const every = wanted === undefined && !everything ? sample : 1;
  const cases = named.filter((_, index) => index % every === 0);
  if (every > 1) console.log(`on ${where}: ${cases.length} of ${named.length} cases; all with CORPORA=all`);
  let databases: CaseDatabases;
  beforeAll(async () => {
    const [migrated, live, built] = [
      await freshDatabase(where),
      await freshDatabase(where),
      await freshDatabase(where),
    ];
    databases = { migrated, live, built };
  });
  afterAll(async () => {
    for (const database of Object.values(databases) as CaseDatabases["live"][]) await database.drop();
  });

  for (const one of cases) {
    const reason = one.settings.notOn?.[String(where)];
    if (reason !== undefined) console.log(`${one.name} is not run on ${where}: ${reason}`);
    test.skipIf(reason !== undefined)(one.name, async () => {
      for (const database of Object.values(databases) as CaseDatabases["live"][])
        await resetDatabase(database);
      const written = await runMigrationCase(one, where, databases);
      expectFile(join(one.folder, "up.sql.jinja"), written.up);
      expectFile(join(one.folder, "down.sql.jinja"), written.down);
    });
  }
});

function expectFile(path: string, text: string): void {
  if (process.env.UPDATE === "1") {
    if (text === "") rmSync(path, { force: true });
    else writeFileSync(path, text);
  }
  expect(text).toBe(existsSync(path) ? readFileSync(path, "utf8") : "");
}
