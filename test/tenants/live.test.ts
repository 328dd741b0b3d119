/** Parts of migrations and components of tenants together, on live targets; ways back; the embedded database. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { useServer } from "../cli/support/project.ts";
import { runCli } from "../cli/support/run-cli.ts";
import { temporaryFolder } from "../config/folder.ts";

const base = "20240101000000-base";
const more = "20240102000000-more";
const matrices = { tenant: { query: "select name as schema from public.tenants order by 1" } };
const scripts = {
  [`${base}/up.sql`]:
    "create table tenants (name text primary key);\ninsert into tenants values ('acme'), ('beta'), ('x y');\ncreate table thing (a int);",
  [`${base}/up.tenant.sql.jinja`]:
    "create schema {{ schema | ident }};\ncreate table orders (id int, b int);",
  [`${base}/down.tenant.sql.jinja`]: "drop table orders;\ndrop schema {{ schema | ident }};",
  [`${base}/down.sql`]: "drop table thing, tenants;",
};
const components = {
  "thing_v.sql": "create view thing_v as select a from thing;",
  "@tenant/orders_v.sql":
    "create view orders_v as select id, b from orders;\ncomment on view orders_v is 'ours';",
};

/** Beside the events, a line each. */
function objectsOf({ stdout }: { readonly stdout: string }): readonly Record<string, unknown>[] {
  const lines: readonly Record<string, unknown>[] = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  return lines.filter((line) => line.event === undefined);
}

describe.each([15, 18] as const)("on %s", (version) => {
  const server = useServer(version);
  const query = (sql: string) => server.database().query(sql);
  const views = async () =>
    (
      await query(
        "select schemaname || '.' || viewname as name from pg_views where schemaname !~ '^(pg_|information_schema)' order by 1",
      )
    ).map(({ name }) => name);

  test("apply: stages, parts that components block, then the components of all; a new tenant gets all of it", async () => {
    const project = server.project({}, { matrices });
    project.write({ "thing_v.sql": components["thing_v.sql"] });
    project.migrations(scripts);
    const folder = temporaryFolder({
      "migrator.json": JSON.stringify({ project: "app", searchPath: ["public"], matrices }),
      ...Object.fromEntries(
        Object.entries(components).map(([name, text]) => [`migrator/components/${name}`, text]),
      ),
      ...Object.fromEntries(
        Object.entries(scripts).map(([name, text]) => [`migrator/migrations/${name}`, text]),
      ),
    });
    const run = (...args: readonly string[]) => runCli(folder, args, { env: { DATABASE_URL: server.url() } });
    expect(await run("apply")).toMatchObject({ code: 0, stderr: "" });
    expect(await views()).toEqual(["acme.orders_v", "beta.orders_v", "public.thing_v", "x y.orders_v"]);
    expect(objectsOf(await run("apply", "--json"))).toMatchObject([{ migrations: [], applied: true }]);

    const another = temporaryFolder({
      "migrator.json": JSON.stringify({ project: "app", searchPath: ["public"], matrices }),
      ...Object.fromEntries(
        Object.entries(components).map(([name, text]) => [`migrator/components/${name}`, text]),
      ),
      ...Object.fromEntries(
        Object.entries({
          ...scripts,
          // The view stands on it.
          [`${more}/up.1.sql`]: "alter table thing alter column a type bigint;",
          [`${more}/up.2.tenant.sql`]: "alter table orders add column c int;",
          [`${more}/up.3.sql`]: "alter table thing add column z int;",
        }).map(([name, text]) => [`migrator/migrations/${name}`, text]),
      ),
    });
    const next = (...args: readonly string[]) =>
      runCli(another, args, { env: { DATABASE_URL: server.url() } });
    await query("insert into tenants values ('late')");
    const waited = await next("migration", "status");
    expect(waited.stdout).toContain("tenant: 4 values, 4 behind");
    const ran = await next("apply", "--json");
    expect(ran.stderr).toBe("");
    const [told, ...others] = objectsOf(ran);
    expect(others).toEqual([]);
    expect(told).toMatchObject({ failed: [], left: [], waiting: [], scopes: 4, applied: true, errors: [] });
    expect(told?.migrations).toHaveLength(1 + 1 + 4 + 1);
    // The late one lacks what comes before the first stage, and gets it first.
    expect(ran.code).toBe(0);
    expect(await views()).toEqual([
      "acme.orders_v",
      "beta.orders_v",
      "late.orders_v",
      "public.thing_v",
      "x y.orders_v",
    ]);
    expect(
      await query(
        "select format_type(atttypid, -1) as type from pg_attribute where attrelid = 'thing_v'::regclass and attname = 'a'",
      ),
    ).toEqual([{ type: "bigint" }]);
    expect(
      await query(
        "select count(*)::int as n from pg_attribute where attname = 'c' and attrelid::regclass::text ~ 'orders$'",
      ),
    ).toEqual([{ n: 4 }]);
    expect((await next("status", "--exit-code")).code).toBe(0);
  });

  test("what a tenant's own components block runs around them; a tenant where that cannot be stops no other", async () => {
    const project = server.project({}, { matrices });
    const write = (files: Readonly<Record<string, string>>) => {
      for (const [name, text] of Object.entries(files)) {
        const path = join(project.folder, "migrator/components", name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
      }
    };
    project.migrations(scripts);
    write(components);
    expect(await project.run("apply")).toMatchObject({ code: 0, stderr: "" });
    // What no file declares is bound again where that can be, and told where not.
    await query("create view acme.by_hand as select id from acme.orders");
    await query("create materialized view beta.filled as select b from beta.orders");
    project.migrations({
      [`${more}/up.tenant.sql`]: "alter table orders alter column b type bigint;",
      "20240103000000-column/up.tenant.sql": "alter table orders drop column id;",
    });
    write({
      "@tenant/orders_v.sql":
        "create view orders_v as select b from orders;\ncomment on view orders_v is 'ours';",
    });
    const ran = await project.run("apply", "--jobs", "2");
    expect(ran.stderr).toContain("acme");
    expect(ran.code).toBe(1);
    await query("drop view acme.by_hand");
    const again = await project.run("apply", "--jobs", "2");
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(
      await query(
        "select distinct format_type(atttypid, -1) as type from pg_attribute where attrelid::regclass::text ~ 'orders(_v)?$' and attname = 'b'",
      ),
    ).toEqual([{ type: "bigint" }]);
    expect((await project.run("status", "--exit-code")).code).toBe(0);
  });

  test("revert: the parts of each tenant in turn, then what ran once; what has no way back stops it all", async () => {
    const project = server.project({}, { matrices });
    project.migrations(scripts);
    expect((await project.run("migration", "apply")).code).toBe(0);
    const reverted = await project.run("migration", "revert", "--yes");
    expect(reverted).toMatchObject({ code: 0, stderr: "" });
    expect(
      await query("select relname from pg_class where relname in ('orders', 'thing', 'tenants')"),
    ).toEqual([]);
    expect(await query("select count(*)::int as n from migrator.migration")).toEqual([{ n: 0 }]);

    project.migrations({ [`${base}/down.tenant.sql.jinja`]: null });
    expect((await project.run("migration", "apply")).code).toBe(0);
    const refused = await project.run("migration", "revert", "--yes");
    expect(refused.code).toBe(1);
    expect(await query("select count(*)::int as n from migrator.migration")).toEqual([{ n: 4 }]);
  });

  test("secrets that differ by tenant reach their statement, and nothing else", async () => {
    const project = server.project(
      {},
      {
        matrices: {
          tenant: { values: ["acme", "beta"], variables: { password: { secret: { env: "PW_{key}" } } } },
        },
      },
    );
    project.migrations({
      [`${base}/up.tenant.sql.jinja`]:
        "create schema {{ schema | ident }};\ncreate table hashed as select md5({{ password }}) as h;",
    });
    const env = { DATABASE_URL: server.url(), PW_acme: "hunter2-acme", PW_beta: "hunter2-beta" };
    const run = (...args: readonly string[]) => runCli(project.folder, args, { env });
    const ran = [await run("migration", "pin", base), await run("migration", "apply", "--json")];
    expect(ran.map(({ code }) => code)).toEqual([0, 0]);
    expect(
      await query(
        "select (select h from acme.hashed) = md5('hunter2-acme') as a, (select h from beta.hashed) = md5('hunter2-beta') as b",
      ),
    ).toEqual([{ a: true, b: true }]);
    const ledger = await query(
      "select m::text as row from migrator.migration m union all select r::text from migrator.run r",
    );
    expect(JSON.stringify([ran, ledger])).not.toContain("hunter2");

    // Somebody wrote the value itself into the script, beside a mistake whose code frame shows the line.
    project.migrations({ [`${base}/up.tenant.sql.jinja`]: "select 'hunter2-beta', {{ nowhere }};" });
    const refused = await run("migration", "pin", base);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("nowhere");
    expect(refused.stderr).not.toContain("hunter2");
  });
});

test("on the embedded database: parts, components, a new tenant, and back", async () => {
  const folder = temporaryFolder({
    "migrator.json": JSON.stringify({
      project: "app",
      searchPath: ["public"],
      matrices: { tenant: { file: "tenants.json" } },
    }),
    "tenants.json": '["acme", "beta"]',
    ...Object.fromEntries(
      Object.entries(components).map(([name, text]) => [`migrator/components/${name}`, text]),
    ),
    ...Object.fromEntries(
      Object.entries(scripts).map(([name, text]) => [`migrator/migrations/${name}`, text]),
    ),
  });
  const run = (...args: readonly string[]) => runCli(folder, args, { env: {} });
  expect((await run("apply")).code).toBe(0);
  // Its script makes the schema: tenant add leaves that to it.
  const added = await run("tenant", "add", "gamma");
  expect(added.code).toBe(0);
  expect(added.stdout).toContain("1 value brought along");
  const list = JSON.parse((await run("tenant", "list", "--json")).stdout);
  expect(list.values).toMatchObject(
    ["acme", "beta", "gamma"].map((key) => ({ key, state: "current", lacks: 0 })),
  );
  expect((await run("apply")).stdout).toContain("3 values of matrices: 3 without changes");
  expect((await run("tenant", "remove", "gamma", "--yes")).code).toBe(0);
  // The components stand on it: that is for downgrade.
  expect((await run("migration", "revert", "--yes")).stderr).toContain("other objects depend on it");
}, 60_000);
