/**
 * Random graphs that were changed by hand: their files take the database's side, which changes nothing in it. The change is a
 * sync of edited files that the ledger is made to forget.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../../src/database/database.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { jsonOf, runCli } from "../cli/support/run-cli.ts";
import { temporaryFolder } from "../config/folder.ts";
import { randomEdit } from "../property/edits.ts";
import { printBase, printComponents, randomModel } from "../property/model.ts";
import { seededRandom } from "../property/random.ts";
import { type FreshDatabase, freshDatabase, resetDatabase } from "../servers/database.ts";

const graphs = Math.ceil(Number(process.env.GRAPHS ?? 500) / 25);
const first = Number(process.env.SEED ?? Math.floor(Date.now() / 1000) % 1_000_000);

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase(18);
});
afterAll(() => database.drop());

const tables = ["object", "project"] as const;

test(`${graphs} graphs from seed ${first}`, { timeout: 600_000 }, async () => {
  let drifted = 0;
  for (let seed = first; seed < first + graphs; seed++) drifted += await check(seed);
  console.log(`${drifted} files written for ${graphs} drifted graphs: SEED=${first}`);
  expect(drifted).toBeGreaterThan(0);
});

/** How many files were written. */
async function check(seed: number): Promise<number> {
  const random = seededRandom(seed);
  const model = randomModel(random);
  await resetDatabase(database);
  await runScript(database, printBase(model));
  const files = printComponents(model);
  await syncTexts(database, files);
  await database.batch([
    "create schema saved",
    ...tables.map((name) => `create table saved.${name} as table migrator.${name}`),
  ]);
  const said: string[] = [];
  for (let together = 1 + random.below(3); together > 0; together--) said.push(randomEdit(model, random));
  await syncTexts(database, printComponents(model));
  await database.batch([
    "delete from migrator.object",
    "delete from migrator.project",
    ...tables.toReversed().map((name) => `insert into migrator.${name} select * from saved.${name}`),
    "drop schema saved cascade",
  ]);
  const folder = temporaryFolder({
    "migrator.json": JSON.stringify({ project: "test", searchPath: ["public"] }),
    ...Object.fromEntries([...files].map(([name, text]) => [`migrator/components/${name}`, text])),
  });
  const run = (...args: readonly string[]) =>
    runCli(folder, args, { env: { DATABASE_URL: database.url ?? "" } });
  const before = await catalog(database);
  const ran = await run("sync", "--take", "database", "--json");
  const where = `seed ${seed}: ${said.join("; ")}\n${ran.stderr}`;
  expect(ran.code, where).toBe(0);
  expect(jsonOf(ran).steps, where).toEqual([]);
  expect(await catalog(database), where).toEqual(before);
  expect((await run("drift", "--exit-code")).code, where).toBe(0);
  expect(jsonOf(await run("sync", "--json")), where).toMatchObject({ changes: [], steps: [] });
  return (jsonOf(ran).written as readonly string[]).length;
}

async function catalog(of: Database): Promise<unknown> {
  return of.query(
    `select relname::text as name, oid::int, xmin::text as version, relacl::text as acl from pg_class where relkind in ('v', 'm', 'r') and oid > 16384
     union all select proname, oid::int, xmin::text, proacl::text from pg_proc where oid > 16384 order by 1, 2`,
  );
}
