/** What `plan` says of parts of migrations for the values of matrices: they are rehearsed behind what runs once, and nothing stays. */
import { describe, expect, test } from "vitest";
import { useServer } from "../cli/support/project.ts";
import { jsonOf, runCli } from "../cli/support/run-cli.ts";
import { temporaryFolder } from "../config/folder.ts";
import { freshDatabase } from "../servers/database.ts";

const one = "20240101000000-one";
const two = "20240102000000-two";

describe.each([15, 18] as const)("on %s", (version) => {
  const server = useServer(version);
  const project = (
    components: "live" | "migrated",
    values: readonly unknown[],
    files: Readonly<Record<string, string>> = {},
  ) => {
    const folder = temporaryFolder({
      "migrator.json": JSON.stringify({
        project: "app",
        targets: { dev: { url: { env: "DATABASE_URL" }, components } },
        defaultTarget: "dev",
        matrices: { tenant: Array.isArray(values) ? { values } : values },
      }),
      [`migrator/migrations/${one}/up.sql`]: "create table public.kinds (id int primary key);",
      [`migrator/migrations/${one}/up.tenant.sql`]: "create table t (kind int references public.kinds);",
      [`migrator/migrations/${two}/up.sql`]: "alter table public.kinds add name text;",
      [`migrator/migrations/${two}/up.tenant.sql.jinja`]:
        "create index on t (kind);\ncomment on table t is {{ schema | literal }};\nselect name from public.kinds;",
      ...files,
    });
    return (...args: readonly string[]) => runCli(folder, args, { env: { DATABASE_URL: server.url() } });
  };
  const tables = async () =>
    (
      await server
        .database()
        .query("select schemaname || '.' || tablename as t from pg_tables where schemaname !~ '^(pg_|inf)'")
    ).map(({ t }) => t);

  test("a migrated target: every part works in its order, for each value", async () => {
    await server.script("create schema a; create schema b;");
    const run = project("migrated", ["a", "b"]);
    const told = jsonOf(await run("plan", "--json")) as unknown as {
      readonly applied: readonly { readonly id: string; readonly part?: string; readonly scope?: string }[];
    };
    expect(told).toMatchObject({ failed: [], waiting: [] });
    expect(told.applied.map(({ id, part = "up", scope = "shared" }) => `${id} ${part} ${scope}`)).toEqual([
      `${one} up shared`,
      `${one} up.tenant tenant=a`,
      `${one} up.tenant tenant=b`,
      `${two} up shared`,
      `${two} up.tenant tenant=a`,
      `${two} up.tenant tenant=b`,
    ]);
    expect(await tables()).toEqual([]);
    expect((await run("plan", "--exit-code")).code).toBe(3);
    const sql = (await run("plan", "--sql")).stdout;
    expect(sql.match(/^-- migration .*/gm)).toEqual([
      `-- migration ${one}`,
      `-- migration ${one} (up.tenant), tenant a`,
      `-- migration ${one} (up.tenant), tenant b`,
      `-- migration ${two}`,
      `-- migration ${two} (up.tenant), tenant a`,
      `-- migration ${two} (up.tenant), tenant b`,
    ]);
    expect(sql).toContain("comment on table t is 'b'");
    expect(await tables()).toEqual([]);
    // What it prints is what apply does.
    expect((await run("apply")).code).toBe(0);
    expect((await run("plan", "--exit-code")).code).toBe(0);
  });

  test("a value that would fail is told and stops no other; one that lacks its schema too", async () => {
    await server.script("create schema a; create schema b; create table b.t (other int);");
    const run = project("migrated", ["a", "b", "c"]);
    const ran = await run("plan");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('relation "t" already exists');
    expect(ran.stderr).toContain("there is no schema c");
    expect(ran.stdout).toMatch(/works +20240102000000-two \(up\.tenant\) +for tenant=a/);
    expect(await tables()).toEqual(["b.t"]);
  });

  test("of many values some are rehearsed, and it says so; what runs once behind them may need the rest", async () => {
    const keys = Array.from({ length: 30 }, (_, i) => `t${i}`);
    await server.script(keys.map((key) => `create schema ${key};`).join(" "));
    const run = project("migrated", keys, {
      [`migrator/migrations/${two}/up.3.sql`]:
        "do $$ begin if (select count(*) from pg_tables where tablename = 't') < 30 then raise 'too few'; end if; end $$;",
    });
    const ran = await run("plan");
    expect([ran.code, ran.stderr]).toEqual([0, ran.stderr]);
    expect(ran.stdout).toContain("10 more of tenant lack parts, which are not rehearsed");
    expect(ran.stdout).toContain("may need what was not rehearsed before it: too few");
    expect((await run("apply")).code).toBe(0);
  }, 60_000);

  test("values that a pending migration makes are told as unknown", async () => {
    const run = project("migrated", { query: "select name as key from public.names" } as never);
    const ran = await run("plan");
    expect(ran.stdout).toContain("the values of tenant are not known before what runs once is applied");
    expect(ran.code).toBe(0);
  });

  test("a live target: parts run around the value's components, and both are told by value", async () => {
    await server.script("create schema a; create schema b;");
    const run = project("live", ["a", "b"], {
      "migrator/components/v.sql": "create view public.v as select id from public.kinds;",
      "migrator/components/@tenant/w.sql": "create view w as select kind from t;",
    });
    const ran = await run("plan");
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    for (const key of ["a", "b"]) {
      expect(ran.stdout).toContain(`tenant ${key}`);
      expect(ran.stdout).toMatch(new RegExp(`works +${one} \\(up\\.tenant\\) +tenant=${key}`));
      expect(ran.stdout).toContain(`run     ${two} (up.tenant)  comment on table t is '${key}'`);
      expect(ran.stdout).toContain(`view ${key}.w`);
    }
    const told = jsonOf(await run("plan", "--json")) as unknown as {
      readonly steps: readonly { readonly scope: string; readonly sql: readonly string[] }[];
    };
    const own = told.steps.filter(({ scope }) => scope === "tenant=b").flatMap(({ sql }) => sql);
    expect(own).toContain("comment on table t is 'b'");
    expect(await tables()).toEqual([]);
    expect((await run("plan", "--exit-code")).code).toBe(3);
    expect((await run("apply")).code).toBe(0);
    // What is settled stays so, and a value that comes later has its parts planned alone.
    expect((await run("plan", "--exit-code")).code).toBe(0);
    const blocked = project("live", ["a", "b"], {
      "migrator/components/v.sql": "create view public.v as select id from public.kinds;",
      "migrator/components/@tenant/w.sql": "create view w as select kind from t;",
      "migrator/migrations/20240103000000-three/up.tenant.sql": "alter table t alter kind type bigint;",
    });
    const wider = await blocked("plan");
    expect([wider.code, wider.stderr]).toEqual([0, ""]);
    expect(wider.stdout).toContain("alter table t alter kind type bigint");
    expect(await tables()).not.toEqual([]);
  });

  test("a live target: value, shared, value are rehearsed in the order in which apply runs them", async () => {
    await server.script("create schema a; create schema b;");
    const files = (third: string) => ({
      [`migrator/migrations/${two}/up.tenant.sql.jinja`]: "select 1;",
      "migrator/migrations/20240103000000-three/up.1.tenant.sql": "alter table t add moved int;",
      "migrator/migrations/20240103000000-three/up.2.sql":
        "insert into public.kinds select moved, 'x' from a.t; insert into public.kinds select moved, 'x' from b.t; create function public.helper() returns int language sql return 1;",
      "migrator/migrations/20240103000000-three/up.3.tenant.sql": third,
      "migrator/components/v.sql": "create view public.v as select name from public.kinds;",
      "migrator/components/@tenant/w.sql": "create view w as select kind, moved, more from t;",
    });
    const order = [
      `${one} up shared`,
      `${one} up.tenant tenant=a`,
      `${one} up.tenant tenant=b`,
      `${two} up shared`,
      `${two} up.tenant tenant=a`,
      `${two} up.tenant tenant=b`,
      "20240103000000-three up.1.tenant tenant=a",
      "20240103000000-three up.1.tenant tenant=b",
      "20240103000000-three up.2 shared",
    ];
    const run = project("live", ["a", "b"], files("alter table t add more int default public.helper();"));
    const ran = await run("plan");
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    const told = jsonOf(await run("plan", "--json")) as unknown as {
      readonly migrations: readonly {
        readonly id: string;
        readonly part?: string;
        readonly scope?: string;
      }[];
      readonly steps: readonly { readonly scope: string; readonly object: string }[];
    };
    expect(told.migrations.map(({ id, part = "up", scope = "shared" }) => `${id} ${part} ${scope}`)).toEqual(
      order,
    );
    expect(told.steps.map(({ scope, object }) => `${scope} ${object}`)).toEqual(
      expect.arrayContaining(
        ["shared view public.v", "tenant=a table t", "tenant=b view b.w"].filter(
          (step) => !step.endsWith("table t"),
        ),
      ),
    );
    const sql = (await run("plan", "--sql")).stdout;
    expect(sql.match(/^-- (migration|shared|tenant) ?.*/gm)?.map((line) => line.slice(3))).toEqual([
      `migration ${one}`,
      `migration ${one} (up.tenant), tenant a`,
      `migration ${one} (up.tenant), tenant b`,
      `migration ${two}`,
      `migration ${two} (up.tenant), tenant a`,
      `migration ${two} (up.tenant), tenant b`,
      "migration 20240103000000-three (up.1.tenant), tenant a",
      "migration 20240103000000-three (up.1.tenant), tenant b",
      "migration 20240103000000-three (up.2)",
      "shared",
      "tenant a",
      "tenant b",
    ]);
    expect(await tables()).toEqual([]);
    // What fails for one value is told for it; what runs once behind may need it.
    await server.script("create table b.t (other int);");
    const failing = await run("plan");
    expect([failing.code, failing.stderr]).toEqual([
      1,
      expect.stringContaining('relation "t" already exists'),
    ]);
    await server.script("drop table b.t;");
    expect((await run("apply")).code).toBe(0);
    expect((await run("plan", "--exit-code")).code).toBe(0);

    // What components block runs around them, and the plan goes on.
    const blocked = project("live", ["a", "b"], {
      ...files("alter table t add more int default public.helper();"),
      "migrator/migrations/20240104000000-four/up.1.tenant.sql": "alter table t alter moved type bigint;",
      "migrator/migrations/20240104000000-four/up.2.sql": "alter table public.kinds alter name type varchar;",
    });
    const wider = await blocked("plan");
    expect([wider.code, wider.stderr]).toEqual([0, ""]);
    expect(wider.stdout).toContain("alter table t alter moved type bigint");
    expect((await blocked("apply")).code).toBe(0);
    expect((await blocked("plan", "--exit-code")).code).toBe(0);
  });

  test("a live target: a value with a database of its own is rehearsed there", async () => {
    const far = await freshDatabase(version);
    try {
      await far.batch(["create schema far"]);
      const run = project("live", [{ schema: "far", databaseUrl: far.url ?? "" }], {
        [`migrator/migrations/${one}/up.tenant.sql`]: "create table t (kind int);",
        [`migrator/migrations/${two}/up.tenant.sql.jinja`]: "alter table t add n int;",
        "migrator/components/@tenant/w.sql": "create view w as select kind, n from t;",
      });
      const ran = await run("plan");
      expect([ran.code, ran.stderr]).toEqual([0, ""]);
      expect(ran.stdout).toContain("alter table t add n int");
      expect(ran.stdout).toContain("view far.w");
      expect(await far.query("select to_regclass('far.t') as t")).toEqual([{ t: null }]);
      expect((await run("apply")).code).toBe(0);
      expect((await run("plan", "--exit-code")).code).toBe(0);
    } finally {
      await far.drop();
    }
  });
});
