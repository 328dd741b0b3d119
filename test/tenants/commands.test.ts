/** `tenant list`, `add` and `remove`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database.ts";
import { openEmbedded } from "../../src/database/embedded.ts";
import { useServer } from "../cli/support/project.ts";
import { jsonOf, type Ran, runCli } from "../cli/support/run-cli.ts";
import { temporaryFolder } from "../config/folder.ts";

const one = "20240101000000-one";
const two = "20240102000000-two";
const ledger = [
  "create schema migrator",
  "create table migrator.object (project text, scope text, kind text, schema text, relation text, name text)",
  "create table migrator.migration (project text, module text, migration text, part text, scope text, state text, undone int default 0)",
];

interface Listed {
  readonly values: readonly { readonly key: string; readonly state: string; readonly lacks: number }[];
  readonly gone: readonly string[];
}

function listed(ran: Ran): Listed {
  expect(ran.stderr).toBe("");
  return jsonOf(ran) as unknown as Listed;
}

function files(matrix: object, more: Readonly<Record<string, string>> = {}, config: object = {}) {
  return {
    "migrator.json": JSON.stringify({ project: "app", matrices: { tenant: matrix }, ...config }, null, 2),
    [`migrator/migrations/${one}/up.sql`]: "select 1;",
    [`migrator/migrations/${one}/up.tenant.sql`]: "create table t (id int);",
    [`migrator/migrations/${two}/up.2.tenant.sql`]: "create table u (id int);",
    ...more,
  };
}

describe.each([15, 18] as const)("on %s", (version) => {
  const server = useServer(version);
  const ask = (sql: string) => server.database().query(sql);
  const project = (...given: Parameters<typeof files>) => {
    const folder = temporaryFolder(files(...given));
    const run = (...args: readonly string[]) => runCli(folder, args, { env: { DATABASE_URL: server.url() } });
    const read = (file: string) => readFileSync(join(folder, file), "utf8");
    return { folder, run, read };
  };
  const schemas = async () =>
    (
      await ask(
        "select nspname::text as n from pg_namespace where nspname !~ '^(pg_|information_schema|public$)'",
      )
    )
      .map(({ n }) => String(n))
      .sort();

  test("list: what each lacks, what is gone, secrets as they are declared", async () => {
    await server.database().batch([
      ...ledger,
      "create schema a",
      "create schema b",
      "create schema c",
      `insert into migrator.migration values
         ('app', 'app', '${one}', 'up', 'shared', 'applied'),
         ('app', 'app', '${one}', 'up.tenant', 'tenant=a', 'applied'),
         ('app', 'app', '${two}', 'up.2.tenant', 'tenant=a', 'adopted'),
         ('app', 'app', '20230101000000-gone', 'up.tenant', 'tenant=a', 'applied'),
         ('app', 'app', '${one}', 'up.tenant', 'tenant=b', 'applied'),
         ('app', 'app', '${two}', 'up.2.tenant', 'tenant=b', 'partial'),
         ('other', 'app', '${one}', 'up.tenant', 'tenant=c', 'applied')`,
      "insert into migrator.object values ('app', 'tenant=old\nest', 'view', 'old', '', 'v')",
    ]);
    const values = [
      "a",
      { schema: "b", region: "eu", pw: { secret: { env: "PW" } } },
      "c",
      "d",
      { name: "far", databaseUrl: "postgres://postgres:hunter22@127.0.0.1:1/x" },
    ];
    const { run } = project({ values });
    const list = listed(await run("tenant", "list", "--json"));
    expect(list.values).toMatchObject([
      { key: "a", schema: "a", state: "current", lacks: 0, failed: 0, ownDatabase: false },
      {
        key: "b",
        state: "failed",
        lacks: 1,
        failed: 1,
        members: { region: "eu", pw: { secret: { env: "PW" } } },
      },
      { key: "c", state: "new", lacks: 2 },
      { key: "d", state: "no schema", lacks: 2 },
      {
        key: "far",
        schema: null,
        state: "unreachable",
        ownDatabase: true,
        problem: expect.stringContaining("127.0.0.1:1"),
      },
    ]);
    expect(list.gone).toEqual(["old\nest"]);
    const some = await run("tenant", "list", "--json", "--only", "a,c,d", "--except", "d", "--canary", "c");
    expect(listed(some).values.map(({ key }) => key)).toEqual(["c", "a"]);
    const shown = await run("tenant", "list");
    expect(shown.stdout).toMatch(/^b +b +eu +.* failed: 1 stopped in the middle$/m);
    expect(shown.stdout).toMatch(/^"old\\nest" is in the ledger/m);
    expect(shown.stdout + JSON.stringify(list)).not.toContain("hunter22");
  });

  test("add: values of migrator.json, with a role", async () => {
    const { run, read } = project({ values: [{ schema: "a", region: "eu" }] });
    const role = `r${Math.random().toString(36).slice(2)}`;
    const ran = await run("tenant", "add", "b'\"$1", "--var", "region=us", "--role", role, "--json");
    expect(ran.code).toBe(0);
    expect(jsonOf(ran)).toMatchObject({ key: "b'\"$1", schema: "b'\"$1" });
    expect(read("migrator.json")).toContain(
      '"region": "eu"\n        },\n        { "schema": "b\'\\"$1", "region": "us" }',
    );
    const rights = `select has_schema_privilege('${role}', oid, 'usage') as usage from pg_namespace where nspname = 'b''"$1'`;
    expect(await ask(rights)).toEqual([{ usage: true }]);
    const list = listed(await run("tenant", "list", "--json"));
    expect(list.values.map(({ key, state }) => [key, state])).toEqual([
      ["a", "no schema"],
      ["b'\"$1", "new"],
    ]);
    // Once more: all is there.
    const again = await run("tenant", "add", "b'\"$1");
    expect(again.code).toBe(0);
    expect(again.stderr).toBe("");
    await ask(`drop schema "b'""$1"`);
    await ask(`drop role ${role}`);
  });

  test("add: a file, a query with insert, schemas", async () => {
    const csv = project({ file: "t.csv" }, { "t.csv": "name,seats\na,1\n" });
    expect((await csv.run("tenant", "add", "b", "--var", "seats=2")).code).toBe(0);
    expect(csv.read("t.csv")).toBe("name,seats\na,1\nb,2\n");
    await server.script("create table public.tenants (name text primary key, region text)");
    const query = project({
      query: "select name as schema, region from tenants",
      insert: "insert into tenants (name, region) values ($1, :region)",
    });
    expect((await query.run("tenant", "add", "c", "--var", "region=eu")).code).toBe(0);
    expect(await ask("select * from public.tenants")).toEqual([{ name: "c", region: "eu" }]);
    const bySchema = project({ schemas: "t_*" });
    expect((await bySchema.run("tenant", "add", "t_d")).code).toBe(0);
    expect(await schemas()).toEqual(["b", "c", "t_d"]);
  });

  test("add: what fails changes nothing, neither in the database nor in a file", async () => {
    await server.script("create table public.tenants (name text primary key, active bool)");
    const query = project({
      query: "select name from tenants where active",
      insert: "insert into tenants (name) values ($1)",
    });
    const ran = await query.run("tenant", "add", "c");
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('the source of tenant does not give "c"');
    expect(await ask("select * from public.tenants")).toEqual([]);
    const json = project({ file: "t.json" }, { "t.json": '["a"]' });
    const wrong = await json.run("tenant", "add", "pg_x");
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("begins with pg_");
    expect(json.read("t.json")).toBe('["a"]');
    expect(await schemas()).toEqual([]);
  });

  test.each([
    ["a command", { command: ["echo", "a"] }, [], "come from echo: the tool cannot add one"],
    ["a query without insert", { query: "select 'a' as name" }, [], "nothing says how one is added"],
    [
      "a parameter that is not given",
      { query: "select 'a' as name", insert: "insert into t values (:key, :x)" },
      [],
      "needs :x",
    ],
    [
      "a member that nothing takes",
      { query: "select 'a' as name", insert: "insert into t values ($1)" },
      ["--var", "x=1"],
      "has no :x",
    ],
    [
      "a column that is not there",
      { file: "t.csv" },
      ["--var", "x=1"],
      "cannot write into the values of tenant",
    ],
    ["another pattern", { schemas: "t_*" }, [], "does not fit the schemas of tenant"],
    ["a member of what is there", { values: ["new"] }, ["--var", "x=1"], "is there already"],
    ["what is no member", { values: ["a"] }, ["--var", "x"], "is not NAME=VALUE"],
  ])("add is refused: %s", async (_name, matrix, args, told) => {
    const { run } = project(matrix, { "t.csv": "name\n" });
    const ran = await run("tenant", "add", "new", ...args);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(told);
    expect(await schemas()).toEqual([]);
  });

  test("remove: the schema, the ledger's rows and the value, once it is confirmed", async () => {
    const { run, read } = project({ file: "t.yaml" }, { "t.yaml": "# ours\n- a # first\n- b\n" });
    await server
      .database()
      .batch([
        ...ledger,
        "create schema a",
        "create table a.t (id int primary key)",
        "insert into a.t select generate_series(1, 100)",
        "create view a.v as select * from a.t",
        "create view a.w as select * from a.v",
        "create schema b",
        "insert into migrator.object values ('app', 'tenant=a', 'view', 'a', '', 'v'), ('app', 'tenant=b', 'view', 'b', '', 'v')",
        `insert into migrator.migration values ('app', 'app', '${one}', 'up.tenant', 'tenant=a', 'applied'), ('x', 'app', '${one}', 'up.tenant', 'tenant=a', 'applied')`,
        "analyze a.t",
      ]);
    const asked = await run("tenant", "remove", "a");
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain("schema a with 1 table, 2 views");
    expect(asked.stderr).toContain("about 100 rows, ");
    expect(asked.stderr).toContain("in the ledger: 1 objects, 1 parts of migrations");
    expect(asked.stderr).toContain("add --yes");
    expect(await schemas()).toEqual(["a", "b", "migrator"]);
    const ran = await run("tenant", "remove", "a", "--yes", "--json");
    expect(ran.code).toBe(0);
    expect(jsonOf(ran)).toMatchObject({
      key: "a",
      schema: "a",
      removed: { rows: 100, ledger: { object: 1, migration: 1 } },
    });
    expect(await schemas()).toEqual(["b", "migrator"]);
    expect(await ask("select scope from migrator.object")).toEqual([{ scope: "tenant=b" }]);
    expect(await ask("select project from migrator.migration")).toEqual([{ project: "x" }]);
    expect(read("t.yaml")).toBe("# ours\n- b\n");
    const none = await run("tenant", "remove", "a", "--yes");
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('there is no tenant "a"');
  });

  test("remove: what a sync remembers of the value goes too, and one of that name begins anew", async () => {
    const { run } = project(
      { file: "t.json" },
      {
        "t.json": '["a", "b"]',
        "migrator/components/@tenant/v.sql": "create view v as select * from t;",
      },
    );
    const names = async () => [
      ...(await ask("select scope from migrator.scope order by 1")),
      ...(await ask("select scope from migrator.settled order by 1")),
    ];
    await server.database().batch(["create schema a", "create schema b"]);
    expect((await run("apply")).code).toBe(0);
    const both = [{ scope: "tenant=a" }, { scope: "tenant=b" }];
    expect(await names()).toEqual([...both, ...both]);
    expect((await run("tenant", "remove", "a", "--yes")).code).toBe(0);
    expect(await names()).toEqual([{ scope: "tenant=b" }, { scope: "tenant=b" }]);
    const added = await run("tenant", "add", "a");
    expect([added.code, added.stderr]).toEqual([0, added.stderr]);
    expect(await names()).toEqual([...both, ...both]);
    expect(await ask("select viewname::text as v from pg_views where schemaname = 'a'")).toEqual([
      { v: "v" },
    ]);
  });

  test("remove is refused where something outside would go along, or the schema is not the value's alone", async () => {
    const { run } = project({ values: ["a", "b"] });
    await server
      .database()
      .batch([
        ...ledger,
        "create schema a",
        "create table a.t (id int primary key)",
        "create view public.v as select * from a.t",
        "create table public.r (id int references a.t)",
      ]);
    const outside = await run("tenant", "remove", "a", "--yes");
    expect(outside.code).toBe(1);
    expect(outside.stderr).toContain("2 things outside of it would go along");
    expect(outside.stderr).toContain("constraint r_id_fkey on table public.r");
    expect(outside.stderr).toContain("view public.v");
    await server
      .database()
      .batch([
        "drop view public.v",
        "drop table public.r",
        "insert into migrator.object values ('app', 'shared', 'view', 'a', '', 'v')",
      ]);
    const shared = await run("tenant", "remove", "a", "--yes");
    expect(shared.code).toBe(1);
    expect(shared.stderr).toContain("project app, shared");
    expect(await schemas()).toEqual(["a", "migrator"]);
  });

  test("what somebody else holds, and what the role may not do, changes nothing", async () => {
    const { run, read } = project(
      { file: "t.json" },
      { "t.json": '["a"]' },
      { lockTimeout: 20, lockRetries: 1 },
    );
    await server.script("create schema a; create table a.t (id int)");
    await server.database().batch(["begin", "select from a.t"]);
    const held = await run("tenant", "remove", "a", "--yes");
    await server.database().batch(["rollback"]);
    expect(held.code).toBe(1);
    expect(held.stderr).toContain("waiting for locks that other sessions hold");
    expect(held.stderr).toContain("lock-timeout");
    const stranger = `r${Math.random().toString(36).slice(2)}`;
    const asStranger = server.url().replace("postgres@", `${stranger}@`);
    await server.script(`create role ${stranger} login`);
    const removed = await run("tenant", "remove", "a", "--yes", "--database-url", asStranger);
    expect(removed.code).toBe(1);
    expect(removed.stderr).toContain("must be owner of schema a");
    const added = await run("tenant", "add", "b", "--database-url", asStranger);
    await server.script(`drop role ${stranger}`);
    expect(added.code).toBe(1);
    expect(added.stderr).toContain("permission denied for database");
    expect(read("t.json")).toBe('["a"]');
    expect(await schemas()).toEqual(["a"]);
  });

  test("remove: a protected target wants the name once more", async () => {
    const { run } = project(
      { values: ["a", "b"] },
      {},
      { targets: { prod: { url: server.url(), protected: true } } },
    );
    await server.script("create schema a");
    const once = await run("tenant", "remove", "a", "--yes");
    expect(once.code).toBe(2);
    expect(once.stderr).toContain("add --confirm a");
    const wrong = await run("tenant", "remove", "a", "--yes", "--confirm", "b");
    expect(wrong.code).toBe(2);
    expect(await schemas()).toEqual(["a"]);
    expect((await run("tenant", "remove", "a", "--yes", "--confirm", "a")).code).toBe(0);
    expect(await schemas()).toEqual([]);
  });

  test("remove: by the delete of a query; a source that cannot be written is told; a value that is gone", async () => {
    await server.script(
      "create table public.tenants (name text); insert into public.tenants values ('a'), ('b''')",
    );
    const source = { query: "select name from tenants", delete: "delete from tenants where name = $1" };
    const query = project(source);
    await server.script(`create schema "b'"`);
    expect((await query.run("tenant", "remove", "b'", "--yes")).code).toBe(0);
    expect(await ask("select * from public.tenants")).toEqual([{ name: "a" }]);
    expect(await schemas()).toEqual([]);
    await server.database().batch([...ledger, "create schema a"]);
    const command = project({ command: ["echo", "a"] });
    expect((await command.run("tenant", "remove", "a", "--yes", "--schema", "b")).code).toBe(2);
    const ran = await command.run("tenant", "remove", "a", "--yes");
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('the source of tenant still gives "a"');
    await server
      .database()
      .batch([
        "create schema z",
        "insert into migrator.object values ('app', 'tenant=gone', 'view', 'z', '', 'v')",
      ]);
    const gone = await command.run("tenant", "remove", "gone", "--yes", "--schema", "z");
    expect(gone.code).toBe(0);
    expect(await schemas()).toEqual(["migrator"]);
    expect(await ask("select * from migrator.object")).toEqual([]);
  });

  test("a value with a database of its own", async () => {
    const values = [{ name: "a", schema: "s", databaseUrl: { secret: { env: "OWN" } } }];
    const folder = temporaryFolder(files({ key: "name", values }));
    // The same database by another way: what matters is that it is asked through its own URL.
    const run = (...args: readonly string[]) =>
      runCli(folder, args, {
        env: { DATABASE_URL: server.url().replace(/[^/]*$/, "postgres"), OWN: server.url() },
      });
    expect((await run("tenant", "add", "a")).code).toBe(0);
    expect(await schemas()).toEqual(["s"]);
    expect(listed(await run("tenant", "list", "--json")).values).toMatchObject([{ key: "a", state: "new" }]);
    expect((await run("tenant", "remove", "a", "--yes")).code).toBe(0);
    expect(await schemas()).toEqual([]);
    expect(readFileSync(join(folder, "migrator.json"), "utf8")).toContain('"values": []');
  });
});

test("on the embedded database", async () => {
  const folder = temporaryFolder(files({ file: "t.toml" }, { "t.toml": '[[tenant]]\nname = "a"\n' }));
  const run = (...args: readonly string[]) => runCli(folder, args);
  const inDatabase = async <T>(work: (database: Database) => Promise<T>): Promise<T> => {
    const database = await openEmbedded(join(folder, ".migrator/database"));
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  };
  expect(listed(await run("tenant", "list", "--json")).values).toMatchObject([
    { key: "a", state: "no schema" },
  ]);
  expect((await run("tenant", "add", "b\n")).code).toBe(0);
  expect(listed(await run("tenant", "list", "--json")).values).toMatchObject([
    { key: "a", state: "no schema" },
    { key: "b\n", state: "new" },
  ]);
  await inDatabase((database) =>
    database.batch(['create table "b\n".t (id int)', 'create view public.v as select * from "b\n".t']),
  );
  const refused = await run("tenant", "remove", "b\n", "--yes");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("view public.v");
  await inDatabase((database) => database.batch(["drop view public.v"]));
  expect((await run("tenant", "remove", "b\n", "--yes")).code).toBe(0);
  expect(readFileSync(join(folder, "t.toml"), "utf8")).toBe('[[tenant]]\nname = "a"\n');
  const left = await inDatabase((database) =>
    database.query("select 1 from pg_namespace where nspname = $1", ["b\n"]),
  );
  expect(left).toEqual([]);
});
