/** `--isolated` where matrices are crossed or nested, values have databases or secrets of their own, and modules are several. */
import { describe, expect, test } from "vitest";
import { useServer } from "../cli/support/project.ts";
import { runCli } from "../cli/support/run-cli.ts";
import { temporaryFolder } from "../config/folder.ts";
import { freshDatabase } from "../servers/database.ts";

const id = "migrator/migrations/20240101000000-one";
const server = useServer(18);

interface Given {
  readonly matrices: object;
  readonly config?: object;
  readonly files: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

function apply({ matrices, config, files, env }: Given, ...args: readonly string[]) {
  const folder = temporaryFolder({
    "migrator.json": JSON.stringify({
      project: "app",
      targets: { dev: { url: { env: "DATABASE_URL" }, components: "migrated" } },
      defaultTarget: "dev",
      matrices,
      ...config,
    }),
    ...files,
  });
  return runCli(folder, ["apply", "--isolated", ...args], { env: { ...env, DATABASE_URL: server.url() } });
}

const refusedFor = (scope: string, touched: string) =>
  expect.stringContaining(`${scope} would touch what is neither its own nor shared: ${touched}`);

test("a crossed matrix: another combination's schema is not its own", async () => {
  await server.script(
    "create schema a_eu; create schema a_us; create schema b_eu; create schema b_us; create table a_eu.t (id int); create table b_us.t (id int);",
  );
  const given = (sql: string): Given => ({
    matrices: {
      tenant: { values: ["a", "b"] },
      region: { values: ["eu", "us"] },
      cell: { cross: ["tenant", "region"], variables: { schema: "{tenant}_{region}" } },
    },
    files: { [`${id}/up.cell.sql.jinja`]: sql },
  });
  const ran = await apply(
    given('create table u (id int);{% if schema == "a_us" %}select * from a_eu.t;{% endif %}'),
  );
  expect([ran.code, ran.stderr]).toEqual([1, refusedFor("cell=a/us", "a_eu.t")]);
  // The others are done.
  expect(
    await server
      .database()
      .query("select schemaname::text as s from pg_tables where tablename = 'u' order by 1"),
  ).toEqual([{ s: "a_eu" }, { s: "b_eu" }, { s: "b_us" }]);
});

test("a nested matrix: the outer value's schema is not its own unless the search path has it", async () => {
  await server.script("create schema eu; create schema eu_a; create table eu.t (id int);");
  const given = (searchPath: readonly string[]): Given => ({
    matrices: {
      region: { values: ["eu"] },
      tenant: { of: "region", values: ["a"], variables: { schema: "{region}_{key}" } },
    },
    config: { searchPath },
    files: { [`${id}/up.tenant.sql`]: "create table u as select * from eu.t;" },
  });
  const refused = await apply(given(["public"]));
  expect([refused.code, refused.stderr]).toEqual([1, refusedFor("tenant=eu/a", "eu.t")]);
  const allowed = await apply(given(["public", "eu"]));
  expect([allowed.code, allowed.stderr]).toEqual([0, ""]);
});

test("a value with a database of its own is looked at there, and its secrets stay masked", async () => {
  const far = await freshDatabase(18);
  try {
    await far.batch(["create schema other", "create table other.t (id int)", "create schema a"]);
    const given = (sql: string): Given => ({
      matrices: {
        tenant: {
          values: [{ schema: "a", databaseUrl: far.url ?? "" }],
          variables: { pw: { secret: { env: "PW" } } },
        },
      },
      env: { PW: "hunter22" },
      files: { [`${id}/up.tenant.sql.jinja`]: sql },
    });
    const secret = "create table s (word text default {{ pw }});";
    const refused = await apply(given(`${secret} insert into other.t values (1);`));
    expect([refused.code, refused.stderr]).toEqual([1, refusedFor("tenant=a", "other.t")]);
    expect(refused.stderr + refused.stdout).not.toContain("hunter22");
    expect(await far.query("select to_regclass('a.s') as s")).toEqual([{ s: null }]);
    const fine = await apply(given(secret));
    expect([fine.code, fine.stderr]).toEqual([0, ""]);
    const [row] = await far.query(
      "select pg_get_expr(adbin, adrelid) as d from pg_attrdef where adrelid = 'a.s'::regclass",
    );
    expect(row).toEqual({ d: "'hunter22'::text" });
  } finally {
    await far.drop();
  }
});

test("parts of several modules, and of several matrices, are each held to their own schema", async () => {
  await server.script("create schema a; create schema eu;");
  const given = (billing: string): Given => ({
    matrices: { tenant: { values: ["a"] }, region: { values: ["eu"] } },
    config: {
      modules: [
        { name: "app", path: "migrator/migrations" },
        { name: "billing", path: "billing" },
      ],
    },
    files: {
      [`${id}/up.tenant.sql`]: "create table t (id int);",
      "billing/20240102000000-bill/up.region.sql": billing,
    },
  });
  const refused = await apply(given("create table bill as select * from a.t;"));
  expect([refused.code, refused.stderr]).toEqual([1, refusedFor("region=eu", "a.t")]);
  const fine = await apply(given("create table bill (id int);"));
  expect([fine.code, fine.stderr]).toEqual([0, ""]);
});

test("a part that runs statement by statement is refused with what to do", async () => {
  await server.script("create schema a; create table a.t (id int);");
  const ran = await apply({
    matrices: { tenant: { values: ["a"] } },
    files: { [`${id}/up.tenant.sql`]: "-- migrator: no-transaction\ncreate index concurrently on t (id);" },
  });
  expect([ran.code, ran.stderr]).toEqual([
    1,
    expect.stringContaining("runs statement by statement: it cannot be tried first"),
  ]);
  expect(ran.stderr).toContain("fix: apply it without --isolated");
});

describe("components", () => {
  const begin = async (files: Readonly<Record<string, string>>, config: object = {}) => {
    await server.script(
      "create schema acme; create schema beta; create table acme.t (id int); create table beta.t (id int); create table public.common (id int);",
    );
    const project = server.project(files, { matrices: { tenant: { values: ["acme", "beta"] } }, ...config });
    return project;
  };
  const mine = {
    "@tenant/mine.sql": "create view mine as select t.id from t join public.common using (id);",
  };

  test("a text that names another schema is refused at its place, by plan, sync and apply; other values go on", async () => {
    const tries: readonly (readonly [sql: string, named: string, place: string])[] = [
      ["create view v as\n  select * from beta.t;", "beta.t", "2:17"],
      [
        "create function v() returns bigint language sql as\n  'select count(*) from beta.t';",
        "beta.t",
        "2:25",
      ],
      [
        "create function v() returns bigint language plpgsql as $$\nbegin\n  return (select count(*) from beta.t);\nend$$;",
        "beta.t",
        "3:32",
      ],
      ["create function v(x beta.t) returns int language sql return 1;", "beta.t", "1:21"],
      ["create view beta.v as select 1 as one;", "the schema beta", "1:1"],
      [
        "create function v() returns bigint language plpgsql set search_path = beta as $$\nbegin\n  return (select count(*) from t);\nend$$;",
        "the schema beta",
        "3:32",
      ],
    ];
    const project = await begin(mine);
    for (const [sql, named, place] of tries) {
      project.write({ "@tenant/v.sql.jinja": `{% if schema == "acme" %}${sql}{% endif %}` });
      for (const command of ["plan", "sync", "apply"]) {
        const ran = await project.run(command, "--isolated");
        expect([ran.code, ran.stderr], `${command}: ${sql}`).toEqual([
          1,
          expect.stringContaining(`of tenant acme names what is neither its own nor shared: ${named}`),
        ]);
        expect(ran.stderr).toContain(`@tenant/v.sql.jinja:${place.split(":")[0]}`);
      }
    }
    expect(
      await server.database().query("select to_regclass('acme.v') v, to_regclass('beta.mine')::text mine"),
    ).toEqual([{ v: null, mine: "beta.mine" }]);
    // Without the option they are what they are.
    project.write({
      "@tenant/v.sql.jinja": '{% if schema == "acme" %}create view v as select * from beta.t;{% endif %}',
    });
    expect(await project.run("sync", "--together", "--isolated")).toMatchObject({ code: 1 });
    expect(await project.run("sync")).toMatchObject({ code: 0, stderr: "" });
  });

  test("what is its own, shared, of the search path, of PostgreSQL or of an extension is not", async () => {
    const project = await begin(
      {
        ...mine,
        "ours.sql": "create view reports.ours as select id from public.common;",
        "@tenant/v.sql.jinja": `create view {{ schema | ident }}.v as select o.id, pg_catalog.now() as at, tools.gen_salt('md5') as salt from reports.ours o;
create function f() returns int language plpgsql set search_path = pg_catalog, pg_temp as $$ begin return (select count(*) from {{ schema | ident }}.t); end $$;
create trigger f before insert on t for each row execute function suppress_redundant_updates_trigger();`,
      },
      { searchPath: ["public", "reports"] },
    );
    await server.script(
      "create schema reports; create schema tools; create extension pgcrypto schema tools;",
    );
    expect(await project.run("sync", "--isolated")).toMatchObject({ code: 0, stderr: "" });
  });

  test("a part that components block is rehearsed around them", async () => {
    const project = await begin(mine);
    expect(await project.run("apply", "--isolated")).toMatchObject({ code: 0, stderr: "" });
    project.migrations({
      "20240101000000-one/up.tenant.sql.jinja":
        "alter table t alter column id type bigint;{% if schema == 'acme' %}select * from beta.t;{% endif %}",
    });
    for (const command of ["plan", "apply"]) {
      const ran = await project.run(command, "--isolated");
      expect([ran.code, ran.stderr]).toEqual([1, refusedFor("tenant=acme", "beta.t")]);
    }
    project.migrations({
      "20240101000000-one/up.tenant.sql.jinja": "alter table t alter column id type bigint;",
    });
    expect(await project.run("plan", "--isolated")).toMatchObject({ code: 0, stderr: "" });
    expect(await project.run("apply", "--isolated")).toMatchObject({ code: 0, stderr: "" });
    expect(
      await server
        .database()
        .query(
          "select attrelid::regclass::text as t, atttypid::regtype::text as type from pg_attribute where attname = 'id' and attrelid in ('acme.t'::regclass, 'beta.mine'::regclass) order by 1",
        ),
    ).toEqual([
      { t: "acme.t", type: "bigint" },
      { t: "beta.mine", type: "bigint" },
    ]);
  });
});

test("a plan that rehearses what runs once with the parts behind it looks at these", async () => {
  await server.script(
    "create schema acme; create schema beta; create table beta.t (id int); create schema reports; create table reports.r (id int);",
  );
  const given = (sql: string): Given => ({
    matrices: { tenant: { values: ["acme", "beta"] } },
    files: {
      [`${id}/up.sql`]: "create table public.shared (id int); insert into reports.r values (1);",
      [`${id}/up.tenant.sql.jinja`]: sql,
    },
  });
  const planned = await apply(
    given('create table u as select * from shared;{% if schema == "acme" %}drop table beta.t;{% endif %}'),
    "--dry-run",
  );
  expect([planned.code, planned.stderr]).toEqual([1, refusedFor("tenant=acme", "beta.t")]);
  const well = await apply(given("create table u as select * from shared;"), "--dry-run");
  expect([well.code, well.stderr]).toEqual([0, ""]);
});
