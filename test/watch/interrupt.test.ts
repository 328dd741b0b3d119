/** Ctrl-C ends a watch cleanly, whatever it is doing. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { openEmbedded } from "../../src/database/embedded.ts";
import { type FreshDatabase, freshDatabase } from "../servers/database.ts";
import { type ProjectFolder, projectFolder } from "./support/project-folder.ts";
import { startWatch } from "./support/watch-process.ts";

describe("SIGINT", () => {
  let database: FreshDatabase;
  let folder: ProjectFolder;

  beforeEach(async () => {
    database = await freshDatabase(18);
    folder = projectFolder({ "a.sql": "create view a as select 1 as x" });
    return async () => {
      await database.drop();
      folder.remove();
    };
  });
  const start = () => startWatch(folder.root, ["--database-url", database.url ?? ""]);

  it("ends an idle watch with exit code 0", async () => {
    const watch = start();
    await watch.says("created view public.a");
    expect(await watch.end("SIGINT")).toBe(0);
    expect(watch.stderr()).toBe("");
  });

  it("ends it in the middle of a statement: cancelled, rolled back, closed", async () => {
    const watch = start();
    await watch.says("created view public.a");
    folder.write("a.sql", "create view a as select 2 as x");
    folder.write("m.sql", "create materialized view m as select pg_sleep(30)::text as t");
    await until(async () => (await sessions(database)).some(({ query }) => /REFRESH/i.test(query)));
    const before = performance.now();
    expect(await watch.end("SIGINT")).toBe(0);
    expect(performance.now() - before).toBeLessThan(3000);
    await until(async () => (await sessions(database)).length === 0);
    expect(await database.query("select x, to_regclass('m') as m from a")).toEqual([{ x: 1, m: null }]);
  });

  it("ends it while it waits for its turn", async () => {
    const watch = start();
    await watch.says("created view public.a");
    await database.batch(["begin", "select pg_advisory_xact_lock(hashtextextended('migrator migrator', 0))"]);
    folder.write("a.sql", "create view a as select 2 as x");
    await until(async () => watch.stderr().includes("waiting for another run"));
    expect(await watch.end("SIGINT")).toBe(0);
    await database.batch(["rollback"]);
    expect(await database.query("select x from a")).toEqual([{ x: 1 }]);
  });

  it("ends a watch of the embedded database, which opens again", async () => {
    const watch = startWatch(folder.root, []);
    await watch.says("created view public.a");
    expect(await watch.end("SIGTERM")).toBe(0);
    const embedded = await openEmbedded(`${folder.root}/.migrator/database`);
    expect(await embedded.query("select x from a")).toEqual([{ x: 1 }]);
    await embedded.close();
  });
});

/** Keeps the embedded database's thread for a minute. */
const long = "create materialized view m as select count(*) from generate_series(1, 1000000000)";

describe.skipIf(process.platform === "win32")("Ctrl-C of a terminal, with the embedded database", () => {
  it("ends the process the second time, in the middle of a statement; nothing is half done", async () => {
    const folder = projectFolder({ "a.sql": "create view a as select 1 as x" });
    onTestFinished(folder.remove);
    const watch = startWatch(folder.root, [], true);
    const group = -(watch.child.pid ?? 0);
    await watch.says("created view public.a");
    folder.write("a.sql", "create view a as select 2 as x");
    folder.write("m.sql", long);
    await sleep(1500);
    process.kill(group, "SIGINT");
    await sleep(500);
    expect(watch.child.exitCode).toBeNull();
    const before = performance.now();
    process.kill(group, "SIGINT");
    await once(watch.child, "exit");
    expect(performance.now() - before).toBeLessThan(3000);
    expect(watch.child.signalCode).toBe("SIGKILL");
    expect(watch.stderr()).toContain("taken back when the database is opened again");
    const embedded = await openEmbedded(`${folder.root}/.migrator/database`);
    expect(await embedded.query("select x, to_regclass('m') as m from a")).toEqual([{ x: 1, m: null }]);
    await embedded.close();
  });

  it("ends it cleanly the first time where nothing runs, and leaves no process behind", async () => {
    const folder = projectFolder({ "a.sql": "create view a as select 1 as x" });
    onTestFinished(folder.remove);
    const watch = startWatch(folder.root, [], true);
    const group = -(watch.child.pid ?? 0);
    await watch.says("created view public.a");
    process.kill(group, "SIGINT");
    const [code] = await once(watch.child, "exit");
    expect(code).toBe(0);
    await until(async () => !isAlive(group));
  });
});

function isAlive(group: number): boolean {
  try {
    process.kill(group, 0);
    return true;
  } catch {
    return false;
  }
}

async function sessions(database: FreshDatabase): Promise<readonly { readonly query: string }[]> {
  return database.query<{ query: string }>(
    `select query from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
       and application_name = 'migrator'`,
  );
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await condition()) return;
    await sleep(20);
  }
  throw new Error("it never came to be");
}
