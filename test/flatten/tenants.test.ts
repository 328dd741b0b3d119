/** The parts of matrices as one: variables stand where they stood, for values whose names and texts are hostile too. */
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { quoteIdentifier } from "../../graph/quote.ts";
import { stateDifferences, wholeState } from "../../src/snapshot/whole-state.ts";
import { jsonOf, type Ran, runCli } from "../cli/support/run-cli.ts";
import { temporaryFolder } from "../config/folder.ts";
import { type FreshDatabase, freshDatabase } from "../servers/database.ts";

const hostile = ["acme", "We\"ird 'Sch", "; drop schema public", "$$ {{ x }} --", "é.a"];

const files = {
  "migrator.json": JSON.stringify({
    project: "many",
    searchPath: ["public"],
    matrices: {
      tenant: {
        values: hostile.map((schema, index) => ({
          schema,
          region: index % 2 === 0 ? "e'u" : 'u"s',
          plan: 3,
        })),
      },
    },
  }),
  "migrator/components/@tenant/seen.sql": "create view seen as select id, note from orders",
  "migrator/migrations/20240101000000-a/up.sql": "create table public.country (code text primary key);",
  "migrator/migrations/20240101000000-a/up.tenant.sql": `create table orders (id serial primary key, country text references public.country, note text);
create type state as enum ('new', 'done');
alter table orders add column state state default 'new', add column total numeric generated always as (id * 2) stored;
create index on orders (state) where note is not null;`,
  "migrator/migrations/20240102000000-b/up.tenant.sql.jinja": `create function region() returns text language sql as $f$ select {{ region }} $f$;
create function counted() returns bigint language plpgsql as $f$
begin
  -- of {{ schema | ident }}
  return (select count(*) from {{ schema | ident }}.orders where note <> {{ "x " ~ region }});
end $f$;
alter function counted() set search_path to {{ schema | ident }}, pg_catalog;
comment on table orders is {{ "orders of " ~ schema }};
create view {{ ["v " ~ region] | ident }} as select *, {{ plan }} as plan from orders;
create policy mine on orders using (note = {{ region }} or region() = note);
create table log (what text default {{ region }} check (what <> {{ schema }}));`,
  "migrator/migrations/20240103000000-c/up.sql": "alter table public.country add column name text;",
};

async function fine(ran: Promise<Ran>): Promise<Ran> {
  const done = await ran;
  expect([done.code, done.stderr]).toEqual([0, ""]);
  return done;
}

async function withSchemas(
  count: number,
  version: 15 | 18,
  work: (...all: FreshDatabase[]) => Promise<void>,
) {
  const databases: FreshDatabase[] = [];
  try {
    for (let i = 0; i < count; i++) {
      const database = await freshDatabase(version);
      databases.push(database);
      await database.batch(hostile.map((schema) => `create schema ${quoteIdentifier(schema)}`));
    }
    await work(...databases);
  } finally {
    for (const one of databases) await one.drop();
  }
}

const at = (database: FreshDatabase | undefined) => ["--database-url", database?.url ?? ""];

test.each([
  ["the parts of the matrix", ["--scope", "tenant"], 18],
  ["all parts", [], 15],
] as const)("%s", { timeout: 300_000 }, async (_, options, version) => {
  await withSchemas(2, version, async (old, fresh) => {
    if (old === undefined || fresh === undefined) return;
    const folder = temporaryFolder(files);
    const run = (...args: readonly string[]) => runCli(folder, args, {});
    await fine(run("migration", "apply", "--jobs", "1", ...at(old)));
    const before = join(temporaryFolder({}), "before");
    cpSync(folder, before, { recursive: true });
    const told = jsonOf(await fine(run("flatten", "--json", ...options)));
    expect(told.warnings).toEqual([expect.stringContaining("variable plan")]);
    const script = readFileSync(join(folder, String(told.baseline), "up.tenant.sql.jinja"), "utf8");
    expect(script).toContain("CREATE TABLE {{ schema | ident }}.orders (");
    expect(script).toContain('IS {{ "orders of " ~ schema }}');
    expect(script).not.toContain("CREATE SCHEMA");
    expect(script).not.toMatch(/zq[0-9a-f]/);
    const view = readFileSync(join(folder, "migrator/components/@tenant/functions/region.sql.jinja"), "utf8");
    expect(view).toContain("select {{ region }}");
    // A database that has all of it, and one that has nothing.
    const was = await wholeState(old, "migrator", []);
    const adopted = await fine(run("migration", "apply", "--jobs", "1", ...at(old)));
    expect(adopted.stdout).toContain("nothing runs");
    expect(stateDifferences(was, await wholeState(old, "migrator", []))).toEqual([]);
    const again = jsonOf(await fine(run("migration", "apply", "--json", ...at(old))));
    expect([again.applied, again.warnings]).toEqual([[], []]);
    await fine(run("migration", "apply", "--jobs", "1", ...at(fresh)));
    const counts = (__: string, fact: string) => !/atthasmissing|attmissingval/.test(fact);
    const found = await wholeState(fresh, "migrator", []);
    expect(stateDifferences(was, found, counts).filter((line) => !line.startsWith("reached: "))).toEqual([]);
    expect((await fine(run("flatten", ...options))).stdout).toContain("nothing to flatten");
  });
});
