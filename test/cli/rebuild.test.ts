import { describe, expect, test } from "vitest";
import { useServer } from "./support/project.ts";
import { jsonOf } from "./support/run-cli.ts";

const server = useServer();

const inside = "idempotent_schemas/reports";
const components = {
  [`${inside}/sales.sql`]:
    "create view reports.sales as select id, amount from public.sale;\ngrant select on reports.sales to bob;",
  [`${inside}/total.sql`]:
    "create materialized view reports.total as select sum(amount) as total from reports.sales;",
  [`${inside}/double.sql`]:
    "create function reports.double(n int) returns int language sql immutable as 'select n * 2';",
  "outer.sql":
    "create view public.outer_view as select id, reports.double(amount) as twice from reports.sales;",
  "above.sql": "create view public.above as select twice from public.outer_view;",
};

async function synced() {
  await server
    .database()
    .batch([
      "create table public.sale (id int, amount int)",
      "insert into public.sale values (1, 10), (2, 20)",
      "create schema reports authorization carol",
      "grant usage on schema reports to bob",
      "comment on schema reports is 'rebuilt at will'",
      "alter default privileges in schema reports grant select on tables to alice",
    ]);
  const project = server.project(components);
  expect((await project.run("sync")).stderr).toBe("");
  return project;
}

const oids = `select c.relname, c.oid::text from pg_class c where c.relname in ('sales', 'total', 'outer_view', 'above') order by 1`;

async function readState() {
  const [schema, twice, total] = await server
    .database()
    .batch([
      "select nspowner::regrole::text as owner, has_schema_privilege('bob', 'reports', 'usage') as bob, obj_description(oid, 'pg_namespace') as comment, (select count(*)::int from pg_default_acl where defaclnamespace = n.oid) as defaults from pg_namespace n where nspname = 'reports'",
      "select twice from public.above order by 1",
      "select total::int, has_table_privilege('alice', 'reports.sales', 'select') as alice, has_table_privilege('bob', 'reports.sales', 'select') as bob from reports.total",
    ]);
  return [schema, twice, total];
}

describe("rebuild", () => {
  test("a role without the rights is told all that it lacks, with the statements that mend it", async () => {
    const project = await synced();
    const database = server.database();
    const [row] = await database.query("select current_database() as name");
    await database.batch(["drop role if exists rebuilder", "create role rebuilder login"]);
    try {
      const url = new URL(server.url());
      url.username = "rebuilder";
      const rebuild = () => project.run("rebuild", "reports", "--json", "--database-url", url.href);
      // The ledger comes first: nothing can be known before it is read.
      const rounds = [];
      for (let ran = await rebuild(); ran.code !== 0 && rounds.length < 3; ran = await rebuild()) {
        const { errors } = jsonOf(ran);
        expect(errors.map(({ code }) => code)).toEqual(errors.map(() => "missing-right"));
        const mends = errors.map(({ fix }) => String(fix));
        rounds.push(mends);
        await database.batch(mends);
      }
      expect(rounds).toEqual([
        [
          "GRANT USAGE ON SCHEMA migrator TO rebuilder",
          "GRANT SELECT ON TABLE migrator.project TO rebuilder",
          "GRANT SELECT ON TABLE migrator.object TO rebuilder",
          "GRANT SELECT ON TABLE migrator.run TO rebuilder",
        ],
        [
          `GRANT CREATE ON DATABASE ${row?.name} TO rebuilder`,
          "GRANT INSERT, UPDATE ON TABLE migrator.project TO rebuilder",
          "GRANT INSERT, UPDATE, DELETE ON TABLE migrator.object TO rebuilder",
          "GRANT INSERT ON TABLE migrator.run TO rebuilder",
          "GRANT carol TO rebuilder WITH INHERIT TRUE, SET TRUE",
          "GRANT postgres TO rebuilder WITH INHERIT TRUE, SET TRUE",
          "GRANT CREATE ON SCHEMA public TO rebuilder",
          "ALTER VIEW public.outer_view OWNER TO rebuilder",
        ],
      ]);
      expect((await rebuild()).code).toBe(0);
    } finally {
      await database.batch(["drop owned by rebuilder cascade", "drop role rebuilder"]);
    }
  });

  test("builds the schema anew, binds what needs it from outside, and keeps the schema's own attachments", async () => {
    const project = await synced();
    await server.database().batch(["grant select on public.outer_view to bob"]);
    const before = await server.database().query<{ relname: string; oid: string }>(oids);
    const state = await readState();
    expect(state[0]).toEqual([{ owner: "carol", bob: true, comment: "rebuilt at will", defaults: 1 }]);
    const ran = await project.run("rebuild", "reports");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/create +view reports\.sales/);
    expect(ran.stdout).toMatch(/re(bind|place) +view public\.outer_view/);
    expect(ran.stdout).not.toContain("public.above");
    expect(ran.stdout).toMatch(/; \d+ components? unchanged {2}[\d.]+ m?s\n$/);
    expect(await readState()).toEqual(state);
    const after = await server.database().query<{ relname: string; oid: string }>(oids);
    const same = after
      .filter(({ oid }) => before.some((one) => one.oid === oid))
      .map(({ relname }) => relname);
    expect(same).toEqual(["above", "outer_view"]);
    const [left] = await server
      .database()
      .query(
        "select count(*)::int as n, (select has_table_privilege('bob', 'public.outer_view', 'select')) as bob from pg_namespace where nspname like '\\_\\_migrator%'",
      );
    expect(left).toEqual({ n: 0, bob: true });
    expect(await project.run("status", "--exit-code")).toMatchObject({ code: 0 });
    expect((await project.run("sync")).stdout).toContain("nothing to do");
  });

  test("a changed shape goes on to the dependents outside", async () => {
    const project = await synced();
    project.write({
      [`${inside}/double.sql`]:
        "create function reports.double(n int) returns bigint language sql immutable as 'select n * 2::bigint';",
    });
    expect(await project.run("rebuild", "reports")).toMatchObject({ code: 0, stderr: "" });
    const [row] = await server
      .database()
      .query("select pg_typeof(twice)::text as type from public.above limit 1");
    expect(row).toEqual({ type: "bigint" });
    expect(await project.run("status", "--exit-code")).toMatchObject({ code: 0 });
  });

  test("policies, triggers and materialized views outside follow, with their state and contents", async () => {
    const project = await synced();
    project.write({
      [`${inside}/allowed.sql`]:
        "create function reports.allowed(n int) returns bool language sql stable as 'select n > 0';",
      [`${inside}/touch.sql`]:
        "create function reports.touch() returns trigger language plpgsql as $$begin return new; end$$;",
      "policy.sql": "create policy seen on public.sale using (reports.allowed(amount));",
      "trigger.sql":
        "create trigger touch before insert on public.sale for each row execute function reports.touch();",
      "kept.sql":
        "create materialized view public.kept as select sum(amount) as total from reports.sales;\ncreate unique index kept_total on public.kept (total);",
    });
    expect(await project.run("sync")).toMatchObject({ code: 0, stderr: "" });
    await server
      .database()
      .batch(["alter table public.sale disable trigger touch", "grant select on public.kept to bob"]);
    const read = () =>
      server
        .database()
        .query(
          "select total::int, has_table_privilege('bob', 'public.kept', 'select') as bob, (select tgenabled from pg_trigger where tgname = 'touch') as enabled, (select pg_get_expr(polqual, polrelid) from pg_policy) as policy, to_regclass('public.kept_total') is not null as index from public.kept",
        );
    const before = await read();
    expect(before).toEqual([
      { total: 30, bob: true, enabled: "D", policy: "reports.allowed(amount)", index: true },
    ]);
    expect(await project.run("rebuild", "reports")).toMatchObject({ code: 0, stderr: "" });
    expect(await read()).toEqual(before);
    expect(await project.run("status", "--exit-code")).toMatchObject({ code: 0 });
  });

  test("makes the schema where it is missing", async () => {
    await server.database().batch(["create table public.sale (id int, amount int)"]);
    const project = server.project({
      [`${inside}/sales.sql`]: "create view reports.sales as select id from public.sale;",
    });
    expect(await project.run("rebuild", "reports")).toMatchObject({ code: 0, stderr: "" });
    expect(await project.run("status", "--exit-code")).toMatchObject({ code: 0 });
  });

  test("says which undeclared objects go for good, and --plan changes nothing", async () => {
    const project = await synced();
    await server
      .database()
      .batch(["create view reports.stray as select 1 as x", "create type reports.mood as enum ('good')"]);
    const planned = await project.run("rebuild", "reports", "--plan", "--json");
    expect(planned.code).toBe(0);
    expect(jsonOf(planned)).toMatchObject({
      applied: false,
      warnings: [
        "type reports.mood is dropped with schema reports: no file declares it",
        "view reports.stray is dropped with schema reports: no file declares it",
      ],
    });
    expect(await server.database().query("select x from reports.stray")).toEqual([{ x: 1 }]);
  });

  test("--sql prints what does the same", async () => {
    const project = await synced();
    const printed = await project.run("rebuild", "reports", "--sql");
    expect(printed.code).toBe(0);
    expect(printed.stdout).toContain("DROP SCHEMA __migrator_old_schema CASCADE");
    const before = await readState();
    await server.script(printed.stdout);
    expect(await readState()).toEqual(before);
    expect(await project.run("status", "--exit-code")).toMatchObject({ code: 0 });
  });

  test("a vanished component's object is gone afterwards, from the ledger too", async () => {
    const project = await synced();
    project.write({ [`${inside}/total.sql`]: null });
    expect((await project.run("rebuild", "reports")).code).toBe(0);
    const [row] = await server.database().query("select to_regclass('reports.total') is null as gone");
    expect(row).toEqual({ gone: true });
    expect(await project.run("status", "--exit-code")).toMatchObject({ code: 0 });
  });
});

describe("rebuild refuses", () => {
  const refused = async (schema: string, statements: readonly string[], expected: string, code = 1) => {
    const project = await synced();
    if (statements.length > 0) await server.database().batch(statements);
    const before = await server.database().query(oids);
    const ran = await project.run("rebuild", schema);
    expect(ran.stderr).toContain(expected);
    expect(ran.stderr).toContain("fix: ");
    expect(ran.code).toBe(code);
    expect(await server.database().query(oids)).toEqual(before);
  };

  test("a schema that is not idempotent", () => refused("report", [], 'did you mean "reports"?', 2));
  test("what needs it outside and no file declares", () =>
    refused(
      "reports",
      ["create view public.stray as select id from reports.sales"],
      "view public.stray needs the schema's objects",
    ));
  test("a default that calls a function of it", () =>
    refused(
      "reports",
      ["create table public.held (n int default reports.double(1))"],
      "default value for column n of table public.held",
    ));
  test("a table in it", () =>
    refused("reports", ["create table reports.kept (id int)"], "table reports.kept, which keeps data"));
  test("drift outside", () =>
    refused(
      "reports",
      ["create or replace view public.outer_view as select id, 1 as twice from reports.sales"],
      "was changed in the database",
      4,
    ));
  test("objects of another project", async () => {
    const project = await synced();
    const other = server.project(
      { [`${inside}/mine.sql`]: "create view reports.mine as select 1 as x;" },
      { project: "other" },
    );
    expect((await other.run("sync")).code).toBe(0);
    const ran = await project.run("rebuild", "reports");
    expect(ran).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("view mine belongs to project other"),
    });
  });
  test("what cannot be bound to the new schema in place, after trying", async () => {
    const project = await synced();
    project.write({
      "row.sql": "create function public.row_of(s reports.sales) returns int language sql as 'select 1';",
    });
    expect((await project.run("sync")).stderr).toBe("");
    const ran = await project.run("rebuild", "reports");
    expect(ran).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("function public.row_of(reports.sales)"),
    });
    expect(await project.run("status", "--exit-code")).toMatchObject({ code: 0 });
  });
});
