/** Scopes in the embedded database, which has one session: migrations, the shared part and the values by one `apply`. */
import { expect, test } from "vitest";
import { jsonOf, runCli } from "../cli/support/run-cli.ts";
import { temporaryFolder } from "../config/folder.ts";

const config = {
  searchPath: ["app", "public"],
  matrices: { tenant: { query: "select name as key from app.tenants order by 1" } },
};

test("apply brings migrations, the shared part and each value along, and a plan before that tells of it", async () => {
  const folder = temporaryFolder({
    "migrator.json": JSON.stringify({ project: "app", ...config }),
    "migrator/migrations/20240102030405-base/up.sql":
      "create schema app; create table app.items (id int, tenant text); create table app.tenants (name text); insert into app.tenants values ('b'), ('a b'); create schema b; create schema \"a b\";",
    "migrator/components/items.sql": "create view all_items as select id, tenant from app.items;",
    "migrator/components/@tenant/mine.sql": "create view mine as select id from all_items;",
    "migrator/components/@tenant/_grant.sql.jinja": "grant select on {{ name | ident }} to public;",
    "migrator/components/@tenant/f.sql.jinja":
      "create view counted as select count(*) as n, {{ key }} as tenant from mine;\n{% set name = 'counted' %}{% include '@tenant/_grant.sql.jinja' %}",
  });
  const run = async (...args: readonly string[]) => runCli(folder, [...args, "--json"], {});
  const first = await run("apply");
  expect([first.code, first.stderr]).toEqual([0, ""]);
  const scopes = (jsonOf(first).steps as { scope: string }[]).map(({ scope }) => scope);
  expect(scopes).toEqual(["shared", "tenant=a b", "tenant=a b", "tenant=b", "tenant=b"]);
  const second = await run("plan", "--exit-code");
  expect([second.code, jsonOf(second).steps]).toEqual([0, []]);
  const status = await run("status", "--exit-code");
  expect([status.code, jsonOf(status).objects]).toEqual([0, []]);
});

test.each(["sync", "apply"])(
  "%s --canary: the others use the one session behind the first",
  async (command) => {
    const folder = temporaryFolder({
      "migrator.json": JSON.stringify({ project: "app", matrices: { tenant: { values: ["a", "b", "c"] } } }),
      "migrator/migrations/20240102030405-base/up.sql": "create schema a; create schema b; create schema c;",
      "migrator/components/@tenant/v.sql": "create view v as select 1 as id;",
    });
    const run = async (...args: readonly string[]) => runCli(folder, args, {});
    expect((await run("migration", "apply")).code).toBe(0);
    const done = await run(command, "--canary", "1");
    expect([done.code, done.stderr]).toEqual([0, ""]);
    expect((await run("status", "--exit-code")).code).toBe(0);
  },
);
