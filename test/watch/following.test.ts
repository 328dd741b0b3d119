/** What a watch does about mistakes, other files than components, changes made by others, and lost connections. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { WatchOptions } from "../../src/commands/watch.ts";
import { connectServer } from "../../src/database/server.ts";
import { until } from "../faults/settle.ts";
import { startProxy } from "../proxy.ts";
import { type FreshDatabase, freshDatabase, resetDatabase } from "../servers/database.ts";
import { type ProjectFolder, projectFolder } from "./support/project-folder.ts";
import { stepsOf, type WatchHere, watchHere } from "./support/watch-here.ts";

describe.each([15, 18] as const)("a watch on %s", (where) => {
  let database: FreshDatabase;
  let folder: ProjectFolder;
  let watch: WatchHere | null = null;

  beforeAll(async () => {
    database = await freshDatabase(where);
    return () => database.drop();
  });
  beforeEach(() => resetDatabase(database));
  afterEach(async () => {
    await watch?.stop();
    watch = null;
  });

  const open = (components: Record<string, string>): void => {
    folder = projectFolder(components);
    onTestFinished(folder.remove);
  };
  const start = async (options: WatchOptions = {}, paths: readonly string[] = []): Promise<WatchHere> => {
    watch = watchHere(folder, database.url, options, paths);
    await watch.next();
    return watch;
  };
  const value = async (query: string): Promise<unknown> => {
    const [row] = await database.query<{ v: unknown }>(query);
    return row?.v;
  };

  it("shows mistakes and goes on; the next good save repairs them", async () => {
    open({ "a.sql": "create view a as select 1 as x" });
    const here = await start();
    folder.write("a.sql", "create view a as selec 2 as x");
    const broken = await here.next();
    expect(broken.applied).toBe(false);
    expect(broken.errors).toMatchObject([
      { code: "syntax-error", file: "migrator/components/a.sql", line: 1, column: 18 },
    ]);
    expect(here.failures).toHaveLength(1);
    // Another file's save changes nothing while the mistake stands.
    folder.write("b.sql", "create view b as select x from a");
    expect((await here.next()).errors).toHaveLength(1);
    folder.write("a.sql", "create view a as select nothing as x");
    expect((await here.next()).errors).toMatchObject([
      { code: "statement-refused", file: "migrator/components/a.sql", line: 1, column: 25 },
    ]);
    expect(await value("select x as v from a")).toBe(1);
    folder.write("a.sql", "create view a as select 3 as x");
    const repaired = await here.next();
    expect(repaired.errors).toEqual([]);
    expect(stepsOf(repaired)).toEqual(["replace view public.a", "create view public.b"]);
    expect(await value("select x as v from b")).toBe(3);
  });

  it("has a signature follow a view of an earlier schema that comes and goes", async () => {
    await database.batch(["create schema a", "create schema b"]);
    open({
      "v.sql": "create view b.v as select 1 as x",
      "f.sql": "create function b.f(v) returns setof v language sql as 'select 1 as x'",
    });
    folder.writeConfig({ searchPath: ["a", "b"] });
    const here = await start();
    folder.write("a.sql", "create view a.v as select 2 as x");
    expect(stepsOf(await here.next())).toContain("create function b.f(a.v)");
    rmSync(folder.component("a.sql"));
    const steps = stepsOf(await here.next());
    expect(steps).toContain("create function b.f(b.v)");
    expect(steps).toContain("drop view a.v");
  });

  it("says that a mistake is gone when the file is as before", async () => {
    open({ "a.sql": "create view a as select 1 as x" });
    const here = await start();
    folder.write("a.sql", "create view a as");
    expect((await here.next()).errors).toHaveLength(1);
    folder.write("a.sql", "create view a as select 1 as x");
    expect(await here.next()).toMatchObject({ errors: [], steps: [], applied: true });
  });

  it("starts with mistakes, too", async () => {
    open({ "a.sql": "create view a as select nothing as x" });
    watch = watchHere(folder, database.url);
    expect((await watch.next()).errors).toHaveLength(1);
    folder.write("a.sql", "create view a as select 1 as x");
    expect(stepsOf(await watch.next())).toEqual(["create view public.a"]);
  });

  it("follows files that templates read, those that come and those that go", async () => {
    open({
      "a.sql.jinja": "create view a as select {{ read_json('data/a.json').x }} as x",
      "b.sql": "create view b as select 1 as x",
    });
    mkdirSync(join(folder.root, "data"));
    const data = join(folder.root, "data", "a.json");
    writeFileSync(data, '{ "x": 1 }');
    const here = await start();
    writeFileSync(data, '{ "x": 2 }');
    expect(stepsOf(await here.next())).toEqual(["replace view public.a"]);
    expect(await value("select x as v from a")).toBe(2);
    rmSync(data);
    expect((await here.next()).errors).toMatchObject([
      { code: "file", file: "migrator/components/a.sql.jinja", line: 1, column: 28 },
    ]);
    writeFileSync(data, '{ "x": 3 }');
    expect(stepsOf(await here.next())).toEqual(["replace view public.a"]);
    rmSync(join(folder.root, "migrator", "components", "b.sql"));
    folder.write("b.sql.jinja", "create view b as select {{ read_file('data/b') }} as x");
    expect((await here.next()).errors).toHaveLength(1);
    writeFileSync(join(folder.root, "data", "b"), "text");
    expect(stepsOf(await here.next())).toContain("recreate view public.b");
  });

  it("follows included templates, variables, the untracked list and migrator.json", async () => {
    open({
      "_value.sql.jinja": "10",
      "a.sql.jinja": "create view a as select {% include '_value.sql.jinja' %} as x, {{ n }} as n",
      "b.sql": "create view b as select 1 as x",
    });
    const vars = join(folder.root, "vars.json");
    writeFileSync(vars, '{ "n": 1 }');
    const here = await start({ vars: [vars] });
    folder.write("_value.sql.jinja", "20");
    expect(stepsOf(await here.next())).toEqual(["replace view public.a"]);
    expect(await value("select x as v from a")).toBe(20);

    writeFileSync(vars, '{ "n": 2 }');
    expect(stepsOf(await here.next())).toEqual(["replace view public.a"]);
    expect(await value("select n as v from a")).toBe(2);
    writeFileSync(vars, '{ "n": ');
    expect((await here.next()).errors).toMatchObject([{ code: "usage", line: 1 }]);
    writeFileSync(vars, '{ "n": 3 }');
    expect(stepsOf(await here.next())).toEqual(["replace view public.a"]);

    // What was saved together with a mistake there is not lost.
    writeFileSync(vars, "{");
    folder.write("_value.sql.jinja", "30");
    expect((await here.next()).errors).toHaveLength(1);
    writeFileSync(vars, '{ "n": 4 }');
    expect(stepsOf(await here.next())).toEqual(["replace view public.a"]);
    expect(await value("select x + n as v from a")).toBe(34);

    // A whole sync: it sees what was changed by hand too.
    await database.query("drop view b");
    await database.query("create schema app");
    folder.writeConfig({ lockTimeout: 300 });
    expect(stepsOf(await here.next())).toEqual(["create view public.b"]);
    folder.writeConfig({ searchPath: 5 });
    expect((await here.next()).errors).toMatchObject([{ code: "usage", file: "migrator.json" }]);
    folder.writeConfig({ searchPath: ["app", "public"] });
    expect([...stepsOf(await here.next())].sort()).toEqual([
      "create view app.a",
      "create view app.b",
      "drop view public.a",
      "drop view public.b",
    ]);
    folder.write("b.sql", "create view b as select 2 as x");
    expect(stepsOf(await here.next())).toEqual(["replace view app.b"]);

    writeFileSync(join(folder.root, "migrator", "untracked"), "b.sql\n");
    await here.next();
    rmSync(folder.component("b.sql"));
    expect(await here.rest(500)).toEqual([]);
    expect(await value("select x as v from app.b")).toBe(2);
  });

  it("rebinds dependents, and never overwrites one that was changed by hand", async () => {
    open({
      "a.sql": "create view a as select 1 as x",
      "b.sql": "create view b as select x from a",
      "c.sql": "create view c as select x from b",
    });
    const here = await start();
    folder.write("a.sql", "create view a as select 1::bigint as x");
    expect([...stepsOf(await here.next())].filter((step) => !step.startsWith("alter"))).toEqual([
      "recreate view public.a",
      "recreate view public.b",
      "recreate view public.c",
    ]);
    await database.query("create or replace view c as select x + 1 as x from b");
    folder.write("a.sql", "create view a as select 1 as x");
    expect((await here.next()).errors).toMatchObject([{ code: "drift", file: "migrator/components/c.sql" }]);
    expect(await value("select x::int as v from c")).toBe(2);
    folder.write("a.sql", "create view a as select 1::bigint as x");
    folder.write("c.sql", "create view c as select x + 1 as x from b");
    expect((await here.next()).errors).toEqual([]);
    folder.write("a.sql", "create view a as select 1 as x");
    expect((await here.next()).errors).toEqual([]);
    expect(await value("select pg_typeof(x)::text as v from c")).toBe("integer");
  });

  it("judges only what was named", async () => {
    open({ "one/a.sql": "create view a as select 1 as x", "two/b.sql": "create view b as select 1 as x" });
    const here = await start({}, ["migrator/components/one"]);
    folder.write("two/b.sql", "create view b as select 2 as x");
    expect(await here.rest(300)).toEqual([]);
    folder.write("one/c.sql", "create view c as select 2 as x");
    expect(stepsOf(await here.next())).toEqual(["create view public.c"]);
    expect(await value("select to_regclass('b')::text as v")).toBe(null);
    const nowhere = watchHere(folder, database.url, {}, ["migrator/components/three"]);
    await expect(nowhere.ended).rejects.toMatchObject({ exitCode: 2 });
  });

  it("connects anew and syncs everything when its connection is lost", async () => {
    open({ "a.sql": "create view a as select 1 as x", "b.sql": "create view b as select 1 as x" });
    const here = await start();
    await terminate(database);
    // Nothing is saved: it finds out by itself.
    await database.query("drop view b");
    expect(stepsOf(await here.next())).toEqual(["create view public.b"]);
    expect(here.notes.filter((note) => note.includes("connecting anew"))).toHaveLength(1);
    // In the middle of a run.
    folder.write("m.sql", "create materialized view m as select pg_sleep(0.5)::text as t");
    await sleep(250);
    await terminate(database);
    expect(stepsOf(await here.next())).toEqual([
      "create materialized view public.m",
      "refresh materialized view public.m",
    ]);
    folder.write("a.sql", "create view a as select 2 as x");
    expect(stepsOf(await here.next())).toEqual(["replace view public.a"]);
    expect(here.failures).toEqual([]);
  });

  it("tells what is done where the answer to COMMIT was lost", async () => {
    open({ "a.sql": "create view a as select 1 as x" });
    const { url } = database;
    if (url === null) throw new Error("a server has a URL");
    const proxy = await startProxy({ port: Number(new URL(url).port) });
    onTestFinished(() => proxy.close());
    const here = watchHere(folder, proxy.through(url));
    watch = here;
    await here.next();
    await database.batch([
      "create function slow_commit() returns trigger language plpgsql as $$ begin perform pg_sleep(0.5); return null; end $$",
      "create constraint trigger slow_commit after insert on migrator.run deferrable initially deferred for each row execute function slow_commit()",
    ]);
    folder.write("a.sql", "create view a as select 2 as x");
    await until(
      database,
      "select from pg_stat_activity where wait_event = 'PgSleep' and application_name = 'migrator'",
    );
    proxy.cut();
    expect(stepsOf(await here.next())).toEqual(["replace view public.a"]);
    expect(here.failures).toEqual([]);
    expect(await value("select x as v from a")).toBe(2);
    folder.write("a.sql", "create view a as select 3 as x");
    expect(stepsOf(await here.next())).toEqual(["replace view public.a"]);
  });

  it("waits for a server that is away, says so once, and ends when it is told to", async () => {
    open({ "a.sql": "create view a as select 1 as x" });
    const { url } = database;
    if (url === null) throw new Error("a server has a URL");
    const proxy = await startProxy({ port: Number(new URL(url).port) });
    const here = watchHere(folder, proxy.through(url));
    watch = here;
    await here.next();
    await proxy.close();
    folder.write("a.sql", "create view a as select 2 as x");
    await sleep(1500);
    expect(here.notes.filter((note) => note.includes("connecting anew"))).toHaveLength(1);
    expect(here.notes.filter((note) => note.includes("cannot connect"))).toHaveLength(1);
    const before = performance.now();
    await here.stop();
    expect(performance.now() - before).toBeLessThan(1000);
    expect(await value("select x as v from a")).toBe(1);
  });
});

/** Ends the watch's session, as an administrator or a restart does. */
async function terminate(database: FreshDatabase): Promise<void> {
  const { url } = database;
  const other = await connectServer({ url });
  const rows = await other.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'migrator' and datname = current_database() and pid <> pg_backend_pid()
       and pid <> $1`,
    [await backend(database)],
  );
  expect(rows).toHaveLength(1);
  await other.close();
}

async function backend(database: FreshDatabase): Promise<number> {
  const [row] = await database.query<{ pid: number }>("select pg_backend_pid() as pid");
  return row?.pid ?? 0;
}
