/** `--isolated` where matrices are crossed or nested, values have databases or secrets of their own, and modules are several. */
import { expect, test } from "vitest";
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
