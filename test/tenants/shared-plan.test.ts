/**
 * The same change on values in the same state is planned for one of them and done for the others: a database where that is done and one
 * where each is planned come to the same, by every catalog and by the ledger, after every one of many changes of the files.
 */

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { differences } from "../../src/snapshot/differences.ts";
import { takeSnapshot } from "../../src/snapshot/snapshot.ts";
import { runCli } from "../cli/support/run-cli.ts";
import { temporaryFolder } from "../config/folder.ts";
import { seededRandom } from "../property/random.ts";
import { type FreshDatabase, freshDatabase, resetDatabase } from "../servers/database.ts";

const evil = `Zwö"lf '; drop schema acme cascade; --`;
const alike = ["acme", "globex", "initech", "umbrella", evil, "v1", "stark", "public2"];
/** Each differs from the others in what no file says. */
const others: Readonly<Record<string, (schema: string) => string>> = {
  "more columns": (schema) => `alter table ${schema}.items add column more int`,
  "a stranger": (schema) => `create view ${schema}.stranger as select * from ${schema}.v0`,
  granted: (schema) => `grant select on ${schema}.v0 to public`,
  commented: (schema) => `comment on column ${schema}.v1.id is 'by hand'`,
  drifted: (schema) => `drop view ${schema}.v2; create view ${schema}.v2 as select 1 as by_hand`,
  triggered: (schema) =>
    `create trigger t instead of insert on ${schema}.v0 for each row execute function public.nothing()`,
  "other type": (schema) => `comment on schema ${schema} is 'its column id is a bigint'`,
};
const keys = [...alike, ...Object.keys(others)];
const setup = `create table public.tenants (name text); create function public.nothing() returns trigger language plpgsql as 'begin return new; end';
  ${keys
    .map(
      (
        key,
      ) => `insert into public.tenants values (${quoteLiteral(key)}); create schema ${quoteIdentifier(key)};
        create table ${quoteIdentifier(key)}.items (id ${key === "other type" ? "bigint" : "int"}, name text, amount numeric);`,
    )
    .join("\n")}`;
const config = {
  project: "app",
  searchPath: ["public"],
  matrices: { tenant: { query: "select name as key from public.tenants" } },
};

const id = ["id", "id::bigint as id", "id::text as id", "id as number, id"];
const name = ["name", "upper(name) as name", "name::varchar(20) as name", "'a.b' as name, name as more"];
const amount = ["amount", "amount::float8 as amount", "amount + 1 as amount", "amount as cost"];

/** What a file may say: v0 stands on the table, the others on what is before them. */
function viewText(i: number, choose: (from: readonly string[]) => string): string {
  const from = i < 2 ? "items" : `v${choose(["0", "1"])}`;
  const columns =
    i < 2 ? [choose(id), choose(name), choose(amount)] : [choose(["*", "x.*, 1 as one", "count(*) as n"])];
  const comment = choose([
    "",
    `;\ncomment on view v${i} is 'as ${choose(["this", "that"])}'`,
    `;\ngrant select on v${i} to public`,
  ]);
  return `create view v${i} as select ${columns.join(", ")} from ${from} x${comment};`;
}

const seeds = Number(process.env.PLANS ?? 1);
const rounds = 5;

describe.each([15, 18] as const)("on %s", (version) => {
  let one: FreshDatabase;
  let each: FreshDatabase;
  beforeAll(async () => {
    one = await freshDatabase(version);
    each = await freshDatabase(version);
  });
  afterAll(async () => {
    await one.drop();
    await each.drop();
  });

  test.each(Array.from({ length: seeds }, (_, i) => Number(process.env.SEED ?? 1) + i))(
    "seed %s",
    async (seed) => {
      const random = seededRandom(seed);
      const choose = (from: readonly string[]): string => random.pick(from);
      const folder = temporaryFolder({
        "migrator.json": JSON.stringify(config),
        "migrator/components/@tenant/.gitkeep": "",
      });
      const write = (view: number, text: string | null): void => {
        const path = join(folder, `migrator/components/@tenant/v${view}.sql`);
        if (text === null) rmSync(path, { force: true });
        else writeFileSync(path, text);
      };
      const shares: number[] = [];
      const sync = async () => {
        const outcomes: unknown[] = [];
        for (const [database, more] of [
          [one, []],
          [each, ["--check", "drift"]],
        ] as const) {
          const ran = await runCli(folder, ["sync", "--jobs", "2", ...more], {
            env: { DATABASE_URL: database.url ?? "" },
          });
          // Values are told of as they are done.
          const lines = ran.stdout
            .replace(/ \(\d+ by a plan made for another\)/, "")
            .replaceAll(/ {2}[\d.]+ m?s$/gm, "")
            .split("\n");
          outcomes.push([ran.code, ran.stderr, lines.sort()]);
          const told = /\((\d+) by a plan made for another\)/.exec(ran.stdout)?.[1];
          if (database === one) shares.push(Number(told ?? 0));
          else expect(told).toBeUndefined();
        }
        expect(outcomes[0]).toEqual(outcomes[1]);
        const found = differences(await takeSnapshot(one), await takeSnapshot(each));
        expect(found).toEqual([]);
        const rows = await Promise.all([one, each].map((database) => database.batch(ledger)));
        expect(rows[0]).toEqual(rows[1]);
      };
      for (const database of [one, each]) {
        await resetDatabase(database);
        await script(database, setup);
      }
      for (let view = 0; view < 6; view++) write(view, viewText(view, choose));
      await sync();
      const differing = Object.entries(others).map(([key, sql]) => sql(quoteIdentifier(key)));
      for (const database of [one, each]) await script(database, differing.join(";\n"));
      for (let round = 0; round < rounds; round++) {
        const changed = random.below(6);
        write(changed, changed > 1 && random.chance(0.2) ? null : viewText(changed, choose));
        await sync();
      }
      expect(shares.some((count) => count >= alike.length - 2)).toBe(true);
    },
    120_000,
  );
});

/** What the ledger says, but for what differs from run to run. */
const ledger = [
  `select project, scope, kind, schema, relation, name, arguments, component, hash, attachments_hash, definition, attachments,
     version is not null as versioned from migrator.object order by 1, 2, 3, 4, 5, 6, 7`,
  "select project, scope from migrator.scope order by 1, 2",
  "select project, scope, files, objects from migrator.settled order by 1, 2",
  "select project, command, steps from migrator.run order by steps::text",
];

/** Many statements in one text. */
async function script(database: FreshDatabase, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.url ?? "" });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
