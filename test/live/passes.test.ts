/** How often a plan begins anew: each pass costs as much as the plan itself. */
import { expect, test } from "vitest";
import type { Database } from "../../src/database/database.ts";
import { syncTexts } from "../cases/support/sync-texts.ts";
import { freshDatabase } from "../servers/database.ts";

/** How many passes the plans of `work` took. */
async function countPasses(
  database: Database,
  work: (counting: Database) => Promise<unknown>,
): Promise<number> {
  let passes = 0;
  await work({
    ...database,
    query: (sql, parameters) => database.query(sql, parameters),
    batch: (statements) => {
      passes += statements.filter((sql) => sql === "savepoint migrator_pass").length;
      return database.batch(statements);
    },
  });
  return passes;
}

test("all that vanished is locked for the second pass, and is dropped in it", async () => {
  const database = await freshDatabase(18);
  try {
    const views = Array.from({ length: 30 }, (_, i): readonly [string, string] => [
      `v_${i}.sql`,
      `create view v_${i} as select ${i} as a;`,
    ]);
    await syncTexts(database, new Map(views));
    const passes = await countPasses(database, (counting) => syncTexts(counting, new Map()));
    expect(passes).toBe(2);
    expect(await database.query("select 1 from pg_class where relname like 'v\\_%'")).toEqual([]);
  } finally {
    await database.drop();
  }
});
