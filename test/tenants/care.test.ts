/** What must not happen to tenants: scripts in another's schema, shared parts too early, ways back out of order, twice, or for too few. */
import { describe, expect, test } from "vitest";
import { urlOfData } from "../../src/database/url-of-data.ts";
import { useServer } from "../cli/support/project.ts";

const base = "20240101000000-base";
const more = "20240102000000-more";
const made = "create schema {{ schema | ident }};\n";

describe.each([15, 18] as const)("on %s", (version) => {
  const server = useServer(version);
  const query = (sql: string) => server.database().query(sql);
  const project = (
    values: readonly unknown[],
    files: Readonly<Record<string, string>>,
    more: object = {},
  ) => {
    const created = server.project({}, { matrices: { tenant: { values }, ...more } });
    created.migrations(files);
    return created;
  };
  const applied = async () =>
    (
      await query(
        "select migration || ' ' || part || ' ' || scope as line from migrator.migration order by 1",
      )
    ).map(({ line }) => line);

  test("what runs once waits for values that another shard, or nobody, brings along", async () => {
    const { run } = project(["a1", "a2", "a3", "a4", "a5", "a6"], {
      [`${base}/up.tenant.sql.jinja`]: made,
      [`${base}/up.sql`]: "create table legacy as select 1 as old; create table moved (old int);",
      [`${more}/up.1.tenant.sql`]: "insert into public.moved select old from public.legacy;",
      [`${more}/up.2.sql`]: "drop table public.legacy;",
    });
    for (const chosen of [
      ["--shard", "1/2"],
      ["--only", "a1"],
    ])
      expect((await run("migration", "apply", ...chosen)).stdout).toContain("waits");
    expect(await query("select to_regclass('legacy') is not null as there")).toEqual([{ there: true }]);
    expect((await run("migration", "apply")).code).toBe(0);
    expect(
      await query("select count(*)::int as n, to_regclass('legacy') is null as gone from moved"),
    ).toEqual([{ n: 6, gone: true }]);
  });

  test("revert takes the migration that was applied last, though a tenant came later; its parts in their order", async () => {
    const { run, migrations } = project(["acme"], {
      [`${base}/up.tenant.sql.jinja`]: made,
      [`${base}/down.tenant.sql.jinja`]: "drop schema {{ schema | ident }};",
      [`${base}/up.sql`]: "create table trace (n int generated always as identity, what text);",
      [`${more}/up.1.sql`]: "select 1;",
      [`${more}/up.2.tenant.sql`]: "select 2;",
      [`${more}/up.3.sql`]: "select 3;",
      [`${more}/down.1.sql`]: "insert into trace (what) values ('1');",
      [`${more}/down.2.tenant.sql`]: "insert into public.trace (what) values ('2');",
      [`${more}/down.3.sql`]: "insert into trace (what) values ('3');",
    });
    expect((await run("migration", "apply")).code).toBe(0);
    const config = {
      project: "app",
      searchPath: ["public"],
      matrices: { tenant: { values: ["acme", "late"] } },
    };
    migrations({ "../../migrator.json": JSON.stringify(config) });
    expect((await run("migration", "apply")).code).toBe(0);
    const ran = await run("migration", "revert", "--yes");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain(`${more} (up.2.tenant)  tenant=late`);
    expect((await query("select what from trace order by n")).map(({ what }) => what)).toEqual([
      "3",
      "2",
      "2",
      "1",
    ]);
    expect(await applied()).toHaveLength(3);
  });

  test("a script does not run in another schema where the tenant's is missing", async () => {
    const { run, migrations } = project(["a1"], {
      [`${base}/up.tenant.sql.jinja`]: `${made}create table orders (id int);`,
      [`${base}/down.tenant.sql.jinja`]: "drop table orders;",
    });
    expect((await run("migration", "apply")).code).toBe(0);
    await query("create table public.orders (mine int)");
    await query("drop schema a1 cascade");
    migrations({ [`${more}/up.tenant.sql`]: "drop table orders;" });
    const ran = await run("migration", "apply");
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining("tenant=a1: there is no schema a1")]);
    const back = await run("migration", "revert", base, "--yes");
    expect(back.code).toBe(1);
    const { run: bare } = project(["b1"], { [`${base}/up.tenant.sql`]: "create table b (id int);" });
    expect((await bare("migration", "apply")).code).toBe(1);
    expect(
      await query(
        "select to_regclass('public.orders') is not null as kept, to_regclass('public.b') is null as none",
      ),
    ).toEqual([{ kept: true, none: true }]);
  });

  test("two reverts at once run a way back once", async () => {
    for (const head of ["", "-- migrator: no-transaction\n"]) {
      const { run } = project([], {
        [`${base}/up.sql`]: "create table if not exists trace (n int);",
        [`${base}/down.sql`]: `${head}select pg_sleep(0.5);\ninsert into trace values (1);`,
      });
      expect((await run("migration", "apply")).code).toBe(0);
      const both = await Promise.all([
        run("migration", "revert", "--yes"),
        run("migration", "revert", "--yes"),
      ]);
      expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
      expect(both.map(({ stderr }) => stderr).join("")).toContain("reverted by another run");
    }
    expect(await query("select count(*)::int as n from trace")).toEqual([{ n: 2 }]);
  });

  test("tenant remove leaves schemas alone that are others' too", async () => {
    const { run } = project(["acme", "public", "eu"], {}, { region: { values: ["eu"] } });
    await query("create schema acme");
    await query("create schema eu");
    await query("create schema migrator");
    for (const [args, says] of [
      [["public", "--matrix", "tenant"], "what is shared"],
      [["eu", "--matrix", "tenant"], "region=eu"],
    ] as const) {
      const ran = await run("tenant", "remove", ...args, "--yes");
      expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining(says)]);
    }
  });

  test("parts of two matrices run by their numbers; keys choose in the matrix that has them", async () => {
    const { run } = project(
      ["a1", "a2"],
      {
        [`${base}/up.1.tenant.sql.jinja`]: `${made}create table t (n int);`,
        [`${base}/up.2.region.sql.jinja`]: `${made}create table r as select * from a1.t;`,
        [`${base}/up.3.tenant.sql`]: "insert into t select n from eu.r;",
      },
      { region: { values: ["eu"] } },
    );
    const some = await run("migration", "apply", "--only", "a1");
    expect(some.stderr).toBe("");
    const all = await run("migration", "apply");
    expect([all.code, all.stderr]).toEqual([0, ""]);
    expect(await applied()).toHaveLength(5);
    expect((await run("tenant", "add", "a3", "--matrix", "tenant")).code).toBe(0);
  });
});

test("a URL from data gets nothing of this machine's", () => {
  expect(urlOfData("postgres://me@host/db")).toBe("postgres://me:none@host/db");
  expect(urlOfData("postgres://me:own@host:1/db?sslmode=require")).toBe(
    "postgres://me:own@host:1/db?sslmode=require",
  );
  for (const url of [
    "postgres://h/d?sslrootcert=/etc/passwd",
    "postgres://h/d?sslkey=/root/key",
    "postgres://h/d?host=/tmp",
    "postgres://h/d?options=-csearch_path%3Dx",
    "postgres://%2Ftmp/d",
    "postgres:///d",
  ])
    expect(() => urlOfData(url), url).toThrow("databaseUrl of a value asks for");
});
