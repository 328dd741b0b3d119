import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Database, DatabaseError } from "../../src/database/database.ts";
import { connectServer } from "../../src/database/server.ts";
import { dropLeftovers } from "../../src/testing/leftovers.ts";
import { cloneName, cloneTime } from "../../src/testing/names.ts";
import { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from "../../src/testing.ts";
import { temporaryFolder } from "../config/folder.ts";
import { EVERYWHERE, serverUrl, type Where } from "../servers/database.ts";

const files = {
  "migrator.json": '{ "project": "shop", "searchPath": ["shop"] }',
  "migrator/migrations/20260101000000-shop/up.sql":
    "create schema shop; create table shop.item (id int primary key, price numeric);",
  "migrator/components/item_price.sql": "create view item_price as select id, price from item;",
};

const open: TestDatabase[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function at(where: Where): TestDatabaseOptions {
  return where === "embedded" ? {} : { databaseUrl: serverUrl(where) };
}

async function create(options: TestDatabaseOptions): Promise<TestDatabase> {
  const database = await createTestDatabase(options);
  open.push(database);
  return database;
}

function write(folder: string, name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

async function onServer<T>(
  where: Exclude<Where, "embedded">,
  work: (admin: Database) => Promise<T>,
): Promise<T> {
  const admin = await connectServer({ url: serverUrl(where) });
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

async function databasesOf(where: Where, folder: string): Promise<readonly string[]> {
  if (where === "embedded") {
    const kept = join(folder, ".migrator/test");
    return existsSync(kept) ? readdirSync(kept) : [];
  }
  return onServer(where, async (admin) => {
    const found = await admin.query<{ name: string }>(
      "select datname as name from pg_database where datname like 'migrator\\_test\\_%' order by 1",
    );
    return found.map(({ name }) => name);
  });
}

describe.each(EVERYWHERE)("on %s", (where) => {
  // Templates of other tests and of runs before.
  let before: readonly string[] = [];
  beforeAll(async () => {
    before = where === "embedded" ? [] : await databasesOf(where, "");
  });
  const made = async (folder: string) =>
    (await databasesOf(where, folder)).filter((one) => !before.includes(one));

  test("migrations, components and a seed, each database for itself, from one template", async () => {
    const folder = temporaryFolder(files);
    const options = {
      ...at(where),
      folder,
      seed: "insert into item values (1, 9.5); insert into item values (2, 3)",
    };
    const count = (await made(folder)).length;
    const [a, b, c] = await Promise.all([create(options), create(options), create(options)]);
    await a.query("delete from shop.item where id = $1", [1]);
    expect(await a.query("select * from shop.item_price")).toEqual([{ id: 2, price: "3" }]);
    expect((await b.client.query("select count(*)::int as n from shop.item")).rows).toEqual([{ n: 2 }]);
    expect(await c.query("select from migrator.migration where false")).toEqual([]);
    expect(a.url === null).toBe(where === "embedded");
    for (const one of [a, b, c]) await one.close();
    await a.close();
    expect((await made(folder)).length).toBe(count + 1);
  });

  test("a file that changed is another state; the same again is found again", async () => {
    const folder = temporaryFolder(files);
    const options = { ...at(where), folder };
    const columns = async () => {
      const database = await create(options);
      const rows = await database
        .query("select * from shop.item_price limit 0")
        .then(() => database.client.query("select * from shop.item_price limit 0"));
      return rows.fields.map(({ name }) => name);
    };
    expect(await columns()).toEqual(["id", "price"]);
    const [first] = (await made(folder)).filter((name) => /template|\.tar$/.test(name)).slice(-1);
    write(
      folder,
      "migrator/components/item_price.sql",
      "create view item_price as select id, price, 1 as more from item;",
    );
    expect(await columns()).toEqual(["id", "price", "more"]);
    write(folder, "migrator/components/item_price.sql", files["migrator/components/item_price.sql"]);
    const count = (await made(folder)).filter((name) => /template|\.tar$/.test(name)).length;
    expect(await columns()).toEqual(["id", "price"]);
    expect((await made(folder)).filter((name) => /template|\.tar$/.test(name)).length).toBe(count);
    expect(await made(folder)).toContain(first);
  });

  test("what templates read counts: variables, the environment, data files", async () => {
    const folder = temporaryFolder({
      "migrator.json": '{ "project": "p", "env": ["TEST_WORD"], "variables": { "a": 1 } }',
      "data/word.txt": "one",
      "migrator/components/v.sql.jinja":
        'create view v as select {{ a }} as a, {{ read_file("data/word.txt") }} as word, {{ env("TEST_WORD", "none") }} as env;',
    });
    const row = async (more: TestDatabaseOptions = {}) => {
      const database = await create({ ...at(where), folder, ...more });
      return (await database.query("select * from v"))[0];
    };
    expect(await row()).toEqual({ a: 1, word: "one", env: "none" });
    expect(await row({ variables: { a: 2 } })).toEqual({ a: 2, word: "one", env: "none" });
    write(folder, "data/word.txt", "two");
    process.env.TEST_WORD = "set";
    try {
      expect(await row()).toEqual({ a: 1, word: "two", env: "set" });
    } finally {
      delete process.env.TEST_WORD;
    }
  });

  test("tenants of the test's own, with parts of migrations and components", async () => {
    const folder = temporaryFolder({
      "migrator.json":
        '{ "project": "t", "matrices": { "tenant": { "query": "select name as schema from tenants" } } }',
      "migrator/migrations/20260101000000-t/up.sql": "create table tenants (name text);",
      "migrator/migrations/20260101000000-t/up.tenant.sql": "create table item (id int);",
      "migrator/components/@tenant/v.sql": "create view v as select id from item;",
    });
    const database = await create({ ...at(where), folder, tenants: ["acme", { schema: "be ta" }] });
    expect(await database.query('select count(*)::int as n from acme.v, "be ta".v')).toEqual([{ n: 0 }]);
    await expect(create({ ...at(where), folder, tenants: { tennant: ["a"] } })).rejects.toThrow(
      /there is no matrix "tennant"[\s\S]*tenant/,
    );
  });

  test("a mistake of the files is told with its place, and leaves nothing", async () => {
    const folder = temporaryFolder({
      ...files,
      "migrator/components/w.sql": "create view w as\n  select nothing from item;",
    });
    const count = (await made(folder)).length;
    await expect(create({ ...at(where), folder })).rejects.toThrow(
      /error \[statement-refused\] .*column "nothing" does not exist\n {2}migrator\/components\/w\.sql:2:10/,
    );
    expect((await made(folder)).length).toBe(count);
    rmSync(join(folder, "migrator/components/w.sql"));
    expect((await create({ ...at(where), folder })).client).toBeDefined();
    await expect(create({ ...at(where), folder, seed: "insert into nowhere values (1)" })).rejects.toThrow(
      /relation "nowhere" does not exist/,
    );
    await expect(create({ ...at(where), folder, seed: "seed/no.sql" })).rejects.toThrow(
      "there is no file seed/no.sql",
    );
  });

  test("tables that no migration makes, from a file, and roles that are expected", async () => {
    const { "migrator/migrations/20260101000000-shop/up.sql": base, ...others } = files;
    const role = `tester_${Math.random().toString(36).slice(2)}`;
    const folder = temporaryFolder({
      ...others,
      "base.sql": base,
      "migrator/components/g.sql": `create view g as select id from item;\ngrant select on g to ${role};`,
    });
    const database = await create({ ...at(where), folder, base: "base.sql", roles: [role] });
    expect(await database.query("select has_table_privilege($1, 'shop.g', 'select') as may", [role])).toEqual(
      [{ may: true }],
    );
    await database.close();
    if (where !== "embedded")
      await onServer(where, async (admin) => {
        const templates = (await made(folder)).filter((name) => name.includes("template"));
        for (const name of templates) await admin.query(`drop database if exists "${name}"`);
        await admin.query(`drop role ${role}`);
      });
  });
});

test("the embedded database gets roles that somebody names and nobody makes", async () => {
  const folder = temporaryFolder({
    ...files,
    "migrator/components/g.sql": "create view g as select id from item;\ngrant select on g to somebody;",
  });
  const database = await create({ folder });
  expect(await database.query("select rolcanlogin from pg_roles where rolname = 'somebody'")).toEqual([
    { rolcanlogin: false },
  ]);
});

test("an embedded copy needs its template no more once it is open, though its files are read late", async () => {
  const folder = temporaryFolder(files);
  const seed = "insert into item select i, i from generate_series(1, 5000) i";
  const [first, second] = [await create({ folder, seed }), await create({ folder, seed })];
  rmSync(join(folder, ".migrator/test"), { recursive: true });
  await first.query("delete from shop.item where id > 10");
  await first.query("vacuum full");
  const counts = (one: TestDatabase) =>
    one.query("select count(*)::int as n, sum(price)::int as sum from shop.item");
  expect(await counts(first)).toEqual([{ n: 10, sum: 55 }]);
  expect(await counts(second)).toEqual([{ n: 5000, sum: 12_502_500 }]);
});

test("a server is only what the test names, and never one of a protected target", async () => {
  const folder = temporaryFolder({
    ...files,
    "migrator.json": JSON.stringify({
      searchPath: ["shop"],
      targets: {
        dev: { url: serverUrl(18) },
        named: { url: { env: "DATABASE_URL" } },
        prod: { url: serverUrl(15), protected: true },
      },
      defaultTarget: "dev",
    }),
  });
  const before = process.env.DATABASE_URL;
  process.env.DATABASE_URL = serverUrl(18);
  try {
    expect((await create({ folder })).url).toBe(null);
    const named = await create({ folder, target: "named" });
    expect(new URL(named.url ?? "").port).toBe(new URL(serverUrl(18)).port);
  } finally {
    if (before === undefined) delete process.env.DATABASE_URL;
    else process.env.DATABASE_URL = before;
  }
  expect(new URL((await create({ folder, target: "dev" })).url ?? "").port).toBe(new URL(serverUrl(18)).port);
  await expect(create({ folder, target: "prod" })).rejects.toThrow("prod is protected");
});

test("an application connects to the same database, and does not keep it from being closed", async () => {
  const database = await create({ ...at(18), folder: temporaryFolder(files) });
  const other = await connectServer({ url: database.url });
  expect(await other.query("select * from shop.item_price")).toEqual([]);
  await database.close();
  await expect(other.query("select 1")).rejects.toThrow(DatabaseError);
  await other.close();
});

test("what killed tests left goes after hours; what is new, in use or somebody else's stays", async () => {
  await onServer(18, async (admin) => {
    const now = Date.now();
    const key = "0123456789abcdef";
    const names = {
      old: cloneName(key, now - 7 * 3_600_000, "a"),
      used: cloneName(key, now - 7 * 3_600_000, "b"),
      fresh: cloneName(key, now - 3_600_000, "c"),
      other: "migrator_test_mine",
    };
    expect(cloneTime(names.old)).toBe(now - 7 * 3_600_000);
    expect(cloneTime(names.other)).toBe(null);
    for (const name of Object.values(names)) await admin.query(`create database "${name}"`);
    const session = await connectServer({ url: serverUrl(18, names.used) });
    await dropLeftovers({ ...admin, description: "looked at once", query: admin.query.bind(admin) }, now);
    const left = await databasesOf(18, "");
    expect(Object.values(names).filter((name) => left.includes(name))).toEqual([
      names.used,
      names.fresh,
      names.other,
    ]);
    await session.close();
    for (const name of [names.used, names.fresh, names.other])
      await admin.query(`drop database "${name}" with (force)`);
  });
});
