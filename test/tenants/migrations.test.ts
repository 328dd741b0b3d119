/** Migrations with parts for each value of a matrix, applied to many, again, in shares, and with failures. */
import { describe, expect, test } from "vitest";
import { useServer } from "../cli/support/project.ts";
import type { Ran } from "../cli/support/run-cli.ts";

const matrices = {
  tenant: { query: "select name as schema, kind from public.tenants where active order by 1" },
};
const base = "20240101000000-base";
const more = "20240102000000-more";
const tenants =
  "create table tenants (name text primary key, kind text not null default 'small', active bool not null default true);\n";
const schemaOf = "create schema {{ schema | ident }};\n";

/** The last line: the others are events. */
function lastJson(ran: Ran): Record<string, unknown> & {
  readonly applied: readonly { readonly id: string; readonly part?: string; readonly scope?: string }[];
  readonly failed: readonly {
    readonly scope: string;
    readonly errors: readonly { readonly message: string }[];
  }[];
  readonly left: readonly string[];
  readonly waiting: readonly { readonly part: string }[];
} {
  return JSON.parse(ran.stdout.trimEnd().split("\n").at(-1) ?? "");
}

describe.each([15, 18] as const)("on %s", (version) => {
  const server = useServer(version);
  const query = (sql: string) => server.database().query(sql);
  const addTenants = (names: readonly string[]) =>
    server.database().query("insert into tenants (name) select unnest($1::text[])", [names]);
  const ledger = async () =>
    (
      await query(
        "select migration || ' ' || part || ' ' || scope as line from migrator.migration order by 1",
      )
    ).map(({ line }) => String(line));

  test("a shared and a tenant part, applied again with two more tenants: the tenant parts alone, of every migration", async () => {
    const project = server.project({}, { matrices });
    project.migrations({
      [`${base}/up.sql`]: `${tenants}insert into tenants values ('acme'), ('beta');\ncreate table shared_runs (n int);`,
      [`${base}/up.tenant.sql.jinja`]: `${schemaOf}create table orders (id int, kind text default {{ kind }});`,
      [`${more}/up.1.sql`]: "insert into shared_runs values (1);",
      [`${more}/up.2.tenant.sql`]:
        "alter table orders add column total int; insert into public.shared_runs values (2);",
      [`${more}/up.3.sql`]: "insert into shared_runs values (3);",
    });
    const first = lastJson(await project.run("migration", "apply", "--json"));
    expect(first).toMatchObject({ failed: [], left: [], waiting: [], scopes: 2 });
    expect(await query("select n from shared_runs order by n")).toEqual([
      { n: 1 },
      { n: 2 },
      { n: 2 },
      { n: 3 },
    ]);
    // What runs once is begun when every tenant has the part before it.
    const numbers = await query(
      "select part, min(number)::int as first, max(number)::int as last from migrator.migration where migration ~ 'more' group by part order by part",
    );
    expect(numbers.map(({ part }) => part)).toEqual(["up.1", "up.2.tenant", "up.3"]);
    for (const [index, { last }] of numbers.slice(0, -1).entries())
      expect(Number(last)).toBeLessThan(Number(numbers[index + 1]?.first));

    expect(lastJson(await project.run("migration", "apply", "--json"))).toMatchObject({
      applied: [],
      scopes: 2,
    });
    await addTenants(["gamma", "delta"]);
    const second = lastJson(await project.run("migration", "apply", "--json"));
    expect(second.applied.map(({ id, part, scope }) => `${scope} ${id} ${part}`).sort()).toEqual([
      `tenant=delta ${base} up.tenant`,
      `tenant=delta ${more} up.2.tenant`,
      `tenant=gamma ${base} up.tenant`,
      `tenant=gamma ${more} up.2.tenant`,
    ]);
    expect(await query("select n, count(*)::int as times from shared_runs group by n order by n")).toEqual([
      { n: 1, times: 1 },
      { n: 2, times: 4 },
      { n: 3, times: 1 },
    ]);
    expect(await query("select count(*)::int as n from pg_class where relname = 'orders'")).toEqual([
      { n: 4 },
    ]);
  });

  test("200 tenants of 20 objects, 5 behind and 3 that fail: the others are brought along, a rerun does what is missing", async () => {
    const names = Array.from({ length: 200 }, (_, index) => `t${String(index).padStart(3, "0")}`);
    const project = server.project({}, { matrices });
    const views = Array.from({ length: 19 }, (_, index) =>
      index === 0
        ? "create view v0 as select id, note from orders;"
        : `create view v${index} as select id, note from v${index - 1};`,
    ).join("\n");
    project.migrations({
      [`${base}/up.sql`]: tenants,
      [`${base}/up.tenant.sql.jinja`]: `${schemaOf}create table orders (id int, note text);\n${views}`,
    });
    await project.run("migration", "apply");
    await addTenants(names);
    const behind = names.slice(10, 15);
    const start = lastJson(
      await project.run("migration", "apply", "--json", ...behind.flatMap((name) => ["--except", name])),
    );
    expect(start.applied).toHaveLength(195);

    const broken = names.slice(100, 103);
    for (const name of broken) await query(`create table ${name}.totals (nothing int)`);
    project.migrations({
      [`${more}/up.1.tenant.sql`]: "create table totals (id int primary key);",
      [`${more}/up.2.sql`]: "create table after_all (id int);",
    });
    const ran = await project.run("migration", "apply", "--json");
    expect(ran.code).toBe(1);
    const done = lastJson(ran);
    expect(done.failed.map(({ scope }) => scope).sort()).toEqual(broken.map((name) => `tenant=${name}`));
    expect(done.failed[0]?.errors[0]?.message).toContain('relation "totals" already exists');
    // 192 of one script, 5 of two.
    expect(done.applied).toHaveLength(202);
    expect(done.waiting).toMatchObject([{ part: "up.2" }]);
    expect(ran.stdout.trim().split("\n")).toHaveLength(201);

    for (const name of broken) await query(`drop table ${name}.totals`);
    const rest = lastJson(await project.run("migration", "apply", "--json"));
    expect(rest.applied.map(({ scope = "shared", part }) => `${scope} ${part}`).sort()).toEqual([
      "shared up.2",
      ...broken.map((name) => `tenant=${name} up.1.tenant`),
    ]);
    expect(await query("select count(*)::int as n from pg_class where relname = 'totals'")).toEqual([
      { n: 200 },
    ]);
    expect(await query("select count(*)::int as n from pg_class where relname = 'v18'")).toEqual([
      { n: 200 },
    ]);
  }, 240_000);

  test("eight shards at once do everything once", async () => {
    const project = server.project({}, { matrices });
    project.migrations({
      [`${base}/up.sql`]: tenants,
      [`${base}/up.tenant.sql.jinja`]: `${schemaOf}create table orders (id int);`,
    });
    await project.run("migration", "apply");
    await addTenants(Array.from({ length: 60 }, (_, index) => `s${index}`));
    const shards = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        project.run("migration", "apply", "--json", "--jobs", "2", "--shard", `${index + 1}/8`),
      ),
    );
    expect(shards.map(({ code }) => code)).toEqual(shards.map(() => 0));
    const all = shards.flatMap((one) => lastJson(one).applied.map(({ scope }) => scope));
    expect(new Set(all).size).toBe(60);
    expect(all).toHaveLength(60);
    expect(lastJson(await project.run("migration", "apply", "--json")).applied).toEqual([]);
  }, 120_000);

  test("eight shards at once on an empty database: what runs once runs once, and no job fails for it", async () => {
    const project = server.project({}, { matrices: { tenant: { values: ["a", "b", "c", "d", "e", "f"] } } });
    project.migrations({
      [`${base}/up.sql`]: "create table once (n int); insert into once values (1);",
      [`${base}/up.tenant.sql.jinja`]: `${schemaOf}create table orders (id int);`,
      [`${more}/up.1.sql`]: "insert into once values (2);",
    });
    const shards = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        project.run("migration", "apply", "--json", "--jobs", "2", "--shard", `${index + 1}/8`),
      ),
    );
    expect(shards.map(({ code, stderr }) => [code, /error/.test(stderr)])).toEqual(
      shards.map(() => [0, false]),
    );
    expect((await project.run("migration", "apply")).code).toBe(0);
    expect(await query("select n from once order by n")).toEqual([{ n: 1 }, { n: 2 }]);
    expect(await ledger()).toHaveLength(8);
  }, 60_000);

  test("the same tenants from two runs at once: each part runs once", async () => {
    const project = server.project({}, { matrices });
    project.migrations({
      [`${base}/up.sql`]: tenants,
      [`${base}/up.tenant.sql.jinja`]: `${schemaOf}create table orders (id int);`,
    });
    await project.run("migration", "apply");
    await addTenants(Array.from({ length: 20 }, (_, index) => `s${index}`));
    const both = await Promise.all(
      [1, 2].map(() => project.run("migration", "apply", "--json", "--jobs", "3")),
    );
    const all = both.flatMap((one) => lastJson(one).applied.map(({ scope }) => scope));
    expect(all.sort()).toEqual([...new Set(all)]);
    expect(all).toHaveLength(20);
    expect(both.map(lastJson)).toMatchObject([{ failed: [] }, { failed: [] }]);
  }, 60_000);

  test("canaries go first, and the others wait until those are well; --max-failures stops", async () => {
    const project = server.project({}, { matrices });
    project.migrations({
      [`${base}/up.sql`]: `${tenants}insert into tenants select 't' || n from generate_series(1, 9) n;`,
      [`${base}/up.tenant.sql.jinja`]: `${schemaOf}create table orders (id int);`,
    });
    await query("create schema t1");
    const canary = await project.run("migration", "apply", "--json", "--canary", "2", "--jobs", "1");
    expect(canary.code).toBe(1);
    expect(lastJson(canary)).toMatchObject({
      applied: [{ id: base }, { scope: "tenant=t2" }],
      failed: [{ scope: "tenant=t1" }],
      left: ["tenant=t3", "tenant=t4", "tenant=t5", "tenant=t6", "tenant=t7", "tenant=t8", "tenant=t9"],
    });
    const stopped = await project.run("migration", "apply", "--json", "--jobs", "1", "--max-failures", "1");
    expect(lastJson(stopped)).toMatchObject({ applied: [], failed: [{ scope: "tenant=t1" }] });
    const except = await project.run("migration", "apply", "--json", "--except", "t1");
    expect(except.code).toBe(0);
    expect(lastJson(except).applied).toHaveLength(7);
    expect(
      lastJson(await project.run("migration", "apply", "--json", "--only", "t[0-9]*,t3")).failed,
    ).toBeUndefined();
  });

  test("an altered part is told for each tenant that has it; line ends do not count", async () => {
    const project = server.project({}, { matrices });
    const part = `${schemaOf}create table orders (id int);\n`;
    project.migrations({
      [`${base}/up.sql`]: `${tenants}insert into tenants values ('acme'), ('beta');`,
      [`${base}/up.tenant.sql.jinja`]: part,
    });
    await project.run("migration", "apply");
    project.migrations({ [`${base}/up.tenant.sql.jinja`]: part.replaceAll("\n", "\r\n") });
    expect((await project.run("migration", "apply")).code).toBe(0);
    project.migrations({ [`${base}/up.tenant.sql.jinja`]: `${part}select 1;` });
    const ran = await project.run("migration", "apply");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(
      "tenant=acme and 1 more: migration 20240101000000-base (up.tenant) was altered",
    );
    expect(await ledger()).toHaveLength(3);
  });

  test("hostile names of tenants are names, and nothing else", async () => {
    const names = [
      `it's`,
      `"; drop table tenants; --`,
      `$$`,
      `a.b`,
      `Ünï`,
      `{{ 7*7 }}`,
      `:'x'`,
      "x=y",
      "\\",
      "a\nb",
    ];
    const project = server.project({}, { matrices });
    project.migrations({
      [`${base}/up.sql`]: tenants,
      [`${base}/up.tenant.sql.jinja`]: `${schemaOf}create table orders (id int, tenant text default {{ schema }});\ncomment on table orders is {{ schema }};`,
    });
    await project.run("migration", "apply");
    await addTenants(names);
    const ran = lastJson(await project.run("migration", "apply", "--json"));
    expect(ran.failed).toEqual([]);
    const found = await query(
      "select relnamespace::regnamespace::text, n.nspname::text as name, obj_description(c.oid) as comment from pg_class c join pg_namespace n on n.oid = relnamespace where relname = 'orders'",
    );
    expect(found.map(({ name }) => name).sort()).toEqual([...names].sort());
    for (const { name, comment } of found) expect(comment).toBe(name);
    expect(lastJson(await project.run("migration", "apply", "--json")).applied).toEqual([]);
  });

  test("--isolated: what touches another tenant's schema is refused, read, written or dropped", async () => {
    const project = server.project({}, { matrices });
    project.migrations({
      [`${base}/up.sql`]: `${tenants}insert into tenants values ('acme'), ('beta');`,
      [`${base}/up.tenant.sql.jinja`]: `${schemaOf}create table orders (id int);`,
    });
    expect((await project.run("migration", "apply", "--isolated")).code).toBe(0);
    const tries: readonly (readonly [sql: string, says: string])[] = [
      ["drop table acme.orders;", "acme.orders"],
      ["select count(*) from acme.orders;", "acme.orders"],
      ["create table acme.mine (id int);", "acme.mine"],
      [
        "create function acme.f() returns void language sql as 'delete from acme.orders'; select acme.f();",
        "acme.orders",
      ],
    ];
    for (const [sql, says] of tries) {
      project.migrations({ [`${more}/up.tenant.sql.jinja`]: `{% if schema == "beta" %}${sql}{% endif %}` });
      await project.run("migration", "pin", more);
      const ran = await project.run("migration", "apply", "--isolated", "--only", "beta");
      expect([ran.code, ran.stderr], sql).toEqual([
        1,
        expect.stringContaining(`tenant=beta would touch what is neither its own nor shared: ${says}`),
      ]);
      expect(await query("select to_regclass('acme.orders') is not null as there"), sql).toEqual([
        { there: true },
      ]);
    }
    project.migrations({
      [`${more}/up.tenant.sql.jinja`]:
        "alter table orders add column n int; insert into orders select 1 from public.tenants; create table x (); drop table x;",
    });
    await project.run("migration", "pin", more);
    expect(await project.run("migration", "apply", "--isolated")).toMatchObject({ code: 0, stderr: "" });
  });

  test("uuids that are pinned differ by tenant and stay the same", async () => {
    const project = server.project({}, { matrices });
    project.migrations({
      [`${base}/up.sql`]: `${tenants}insert into tenants values ('acme'), ('beta');`,
      [`${base}/up.tenant.sql.jinja`]: `${schemaOf}create table me as select {{ uuid_v4() }}::uuid as id;`,
    });
    const pinned = await project.run("migration", "pin", "base");
    expect(pinned).toMatchObject({ code: 0 });
    expect((await project.run("migration", "apply")).code).toBe(0);
    const ids = async () => query("select (select id from acme.me) as a, (select id from beta.me) as b");
    const [{ a, b } = {}] = await ids();
    expect(a).not.toBe(b);
    await query("drop schema acme, beta cascade");
    await query("delete from migrator.migration where scope <> 'shared'");
    expect((await project.run("migration", "apply")).code).toBe(0);
    expect(await ids()).toEqual([{ a, b }]);
  });
});
