/** Two databases: in one a plan is shared by values in the same state, in the other each value is planned. Both must come to the same. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { expect } from "vitest";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { differences } from "../../src/snapshot/differences.ts";
import { takeSnapshot } from "../../src/snapshot/snapshot.ts";
import { runCli } from "../cli/support/run-cli.ts";
import { temporaryFolder } from "../config/folder.ts";
import { type FreshDatabase, freshDatabase, resetDatabase } from "../servers/database.ts";

export interface PlannedTwice {
  /** Empty databases with schemas and `items` for these values, and a folder without components. */
  begin(values: readonly Value[]): Promise<void>;
  /** SQL for both databases. */
  run(sql: string): Promise<void>;
  /** A file of all values; null: it goes. */
  write(file: string, text: string | null, ending?: "sql" | "sql.jinja"): void;
  /** Compares outcome, catalogs and ledger; how many values a shared plan did. */
  sync(): Promise<number>;
  drop(): Promise<void>;
}

interface Value {
  readonly key: string;
  /** The type of its column id. */
  readonly id?: string;
  /** What its variables say: a role of the server, and a word. */
  readonly owner?: string;
  readonly region?: string;
}

export async function openPlannedTwice(version: 15 | 18): Promise<PlannedTwice> {
  const one = await freshDatabase(version);
  const each = await freshDatabase(version);
  const databases = [one, each];
  let folder = "";
  return {
    async begin(values) {
      const config = {
        project: "app",
        searchPath: ["public"],
        matrices: {
          tenant: {
            query: values.some(({ owner }) => owner !== undefined)
              ? "select name as key, owner, region from public.tenants"
              : "select name as key from public.tenants",
          },
        },
      };
      folder = temporaryFolder({
        "migrator.json": JSON.stringify(config),
        "migrator/components/@tenant/.gitkeep": "",
      });
      for (const database of databases) {
        await resetDatabase(database);
        await script(database, setup(values));
      }
    },
    async run(sql) {
      for (const database of databases) await script(database, sql);
    },
    write(file, text, ending = "sql") {
      const path = join(folder, `migrator/components/@tenant/${file}.${ending}`);
      if (text === null) rmSync(path, { force: true });
      else writeFileSync(path, text);
    },
    async sync() {
      const outcomes: unknown[] = [];
      const shared: number[] = [];
      for (const [database, more] of [
        [one, []],
        [each, ["--check", "drift"]],
      ] as const) {
        const env = { DATABASE_URL: database.url ?? "" };
        const ran = await runCli(folder, ["sync", "--jobs", "2", ...more], { env });
        // Values are told of as they are done.
        const lines = ran.stdout
          .replace(/ \(\d+ by a plan made for another\)/, "")
          .replaceAll(/ {2}[\d.]+ m?s$/gm, "")
          .split("\n");
        outcomes.push([ran.code, ran.stderr.split("\n").sort(), lines.sort()]);
        shared.push(Number(/\((\d+) by a plan made for another\)/.exec(ran.stdout)?.[1] ?? 0));
      }
      expect(outcomes[0]).toEqual(outcomes[1]);
      expect(shared[1]).toBe(0);
      expect(differences(await takeSnapshot(one), await takeSnapshot(each))).toEqual([]);
      const rows = await Promise.all(databases.map((database) => database.batch(ledger)));
      expect(rows[0]).toEqual(rows[1]);
      return shared[0] ?? 0;
    },
    async drop() {
      for (const database of databases) await database.drop();
    },
  };
}

function setup(values: readonly Value[]): string {
  const each = values.map(
    ({
      key,
      id = "int",
      owner = "alice",
      region = "eu",
    }) => `insert into public.tenants values (${quoteLiteral(key)}, ${quoteLiteral(owner)}, ${quoteLiteral(region)});
      create schema ${quoteIdentifier(key)};
      create table ${quoteIdentifier(key)}.items (id ${id}, name text, amount numeric);
      alter table ${quoteIdentifier(key)}.items enable row level security;`,
  );
  return `create table public.tenants (name text, owner text, region text);
    create function public.nothing() returns trigger language plpgsql as 'begin return new; end';
    ${each.join("\n")}`;
}

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
