/** Projects with several matrices, crossed and nested ones, values with databases and secrets of their own, and several modules. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stateDifferences, wholeState } from "../../src/snapshot/whole-state.ts";
import { jsonOf, type Ran, runCli } from "../cli/support/run-cli.ts";
import { temporaryFolder } from "../config/folder.ts";
import { type FreshDatabase, freshDatabase } from "../servers/database.ts";

const one = "migrator/migrations/20240101000000-one";
const two = "migrator/migrations/20240102000000-two";

interface Given {
  readonly matrices: object;
  readonly config?: object;
  readonly files: Readonly<Record<string, string>>;
  readonly schemas: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

async function fine(ran: Promise<Ran>): Promise<Ran> {
  const done = await ran;
  expect([done.code, done.stderr]).toEqual([0, ""]);
  return done;
}

/** Flattens, and has a database that ran all adopt the baseline, and an empty one run it: both are the same. */
async function flattens(given: Given, options: readonly string[] = []): Promise<Record<string, unknown>> {
  const databases: FreshDatabase[] = [];
  try {
    for (let i = 0; i < 2; i++) {
      const database = await freshDatabase(18);
      databases.push(database);
      await database.batch(given.schemas.map((schema) => `create schema ${schema}`));
    }
    const [old, fresh] = databases;
    if (old === undefined || fresh === undefined) throw new Error("no databases");
    const folder = temporaryFolder({
      "migrator.json": JSON.stringify({ project: "app", matrices: given.matrices, ...given.config }),
      ...given.files,
    });
    const run = (database: FreshDatabase | null, ...args: readonly string[]) =>
      runCli(folder, args, {
        env: { ...given.env, ...(database === null ? {} : { DATABASE_URL: database.url ?? "" }) },
      });
    await fine(run(old, "migration", "apply", "--jobs", "1"));
    const told = jsonOf(await fine(run(null, "flatten", "--json", ...options)));
    const was = await wholeState(old, "migrator", []);
    const adopted = await fine(run(old, "migration", "apply", "--jobs", "1"));
    expect(adopted.stdout).toContain("nothing runs");
    expect(stateDifferences(was, await wholeState(old, "migrator", []))).toEqual([]);
    await fine(run(fresh, "migration", "apply", "--jobs", "1"));
    const counts = (_: string, fact: string) => !/atthasmissing|attmissingval/.test(fact);
    const found = stateDifferences(was, await wholeState(fresh, "migrator", []), counts);
    expect(found.filter((line) => !line.startsWith("reached: "))).toEqual([]);
    return told as Record<string, unknown>;
  } finally {
    for (const database of databases) await database.drop();
  }
}

const cities = [
  { name: "eu", city: "Paris" },
  { name: "us", city: "Bo'ston" },
];
const shared = "create table public.kinds (id int primary key);";

test("two matrices beside each other", async () => {
  await flattens({
    matrices: { tenant: { values: ["acme", "beta"] }, region: { values: ["eu", "us"] } },
    schemas: ["acme", "beta", "eu", "us"],
    files: {
      [`${one}/up.sql`]: shared,
      [`${one}/up.region.sql`]: "create table stock (kind int references public.kinds);",
      [`${one}/up.tenant.sql`]: "create table t (kind int references public.kinds);",
      [`${two}/up.tenant.sql.jinja`]: "comment on table t is {{ schema | literal }};",
      [`${two}/up.region.sql.jinja`]:
        "alter table stock add n int; comment on table stock is {{ schema | literal }};",
    },
  });
}, 120_000);

test("a matrix whose parts stand on another's is refused, and nothing is written", async () => {
  const folder = temporaryFolder({
    "migrator.json": JSON.stringify({
      project: "app",
      matrices: {
        region: { values: ["eu", "us"] },
        tenant: {
          values: [
            { schema: "acme", region: "eu" },
            { schema: "beta", region: "us" },
          ],
        },
      },
    }),
    [`${one}/up.1.region.sql`]: "create table stock (id int primary key);",
    [`${one}/up.2.tenant.sql.jinja`]: "create table t (stock int references {{ region | ident }}.stock);",
    [`${two}/up.tenant.sql`]: "alter table t add n int;",
  });
  const ran = await runCli(folder, ["flatten"], {});
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("up.2.tenant.sql.jinja:1:1");
  expect(ran.stderr).toContain("fix: a baseline has the parts of tenant without those of region");
  expect(readdirSync(join(folder, "migrator/migrations"))).toEqual([
    "20240101000000-one",
    "20240102000000-two",
  ]);
}, 120_000);

test("a crossed matrix", async () => {
  await flattens({
    matrices: {
      tenant: { values: ["acme", "beta"] },
      region: { values: cities },
      cell: { cross: ["tenant", "region"], variables: { schema: "{tenant}_{region}" } },
    },
    schemas: ["acme_eu", "acme_us", "beta_eu", "beta_us"],
    files: {
      [`${one}/up.cell.sql.jinja`]: "create table t (at text default {{ region.city ~ '/' ~ tenant }});",
      [`${two}/up.cell.sql`]: "alter table t add n int;",
    },
  });
}, 120_000);

test("a nested matrix", async () => {
  await flattens({
    matrices: {
      region: { values: cities },
      tenant: { of: "region", values: ["acme", "beta"], variables: { schema: "{region}_{key}" } },
    },
    schemas: ["eu_acme", "us_acme", "eu_beta", "us_beta"],
    files: {
      [`${one}/up.tenant.sql.jinja`]: "create table t (at text default {{ region.city }});",
      [`${two}/up.tenant.sql`]: "alter table t add n int;",
    },
  });
}, 120_000);

test("values with secrets", async () => {
  await flattens({
    matrices: {
      tenant: { values: ["acme", "beta"], variables: { pw: { secret: { env: "PW" } } } },
    },
    env: { PW: "hunter22" },
    schemas: ["acme", "beta"],
    files: {
      [`${one}/up.tenant.sql.jinja`]: "create table t (at text default {{ pw }});",
      [`${two}/up.tenant.sql`]: "alter table t add n int;",
    },
  });
}, 120_000);

test("values with databases of their own", async () => {
  const database = await freshDatabase(18);
  try {
    const folder = temporaryFolder({
      "migrator.json": JSON.stringify({
        project: "app",
        matrices: { tenant: { values: [{ name: "far", databaseUrl: database.url ?? "" }] } },
      }),
      [`${one}/up.tenant.sql`]: "create table public.t (id int);",
      [`${two}/up.tenant.sql`]: "alter table public.t add n int;",
    });
    const target = await freshDatabase(18);
    try {
      const run = (...args: readonly string[]) =>
        runCli(folder, args, { env: { DATABASE_URL: target.url ?? "" } });
      await fine(run("migration", "apply"));
      await fine(run("flatten"));
      expect((await fine(run("migration", "apply"))).stdout).toContain("nothing runs");
    } finally {
      await target.drop();
    }
  } finally {
    await database.drop();
  }
}, 120_000);

test("several modules are refused together, and each has its own baseline alone", async () => {
  const folder = temporaryFolder({
    "migrator.json": JSON.stringify({
      project: "app",
      modules: [
        { name: "app", path: "migrator/migrations" },
        { name: "billing", path: "billing" },
      ],
    }),
    [`${one}/up.sql`]: shared,
    [`${two}/up.sql`]: "alter table public.kinds add n int;",
    "billing/20240101120000-bill/up.sql": "create table public.bill (kind int references public.kinds);",
  });
  const run = (...args: readonly string[]) => runCli(folder, args, {});
  const ran = await run("flatten");
  expect([ran.code, ran.stderr]).toEqual([
    2,
    expect.stringContaining("the migrations are of several modules: app, billing"),
  ]);
  expect(ran.stderr).toContain("fix: ");
}, 60_000);
