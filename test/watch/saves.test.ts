/** Every way in which files are saved, moved and deleted, followed by a database. */
import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Database } from "../../src/database/database.ts";
import { openEmbedded } from "../../src/database/embedded.ts";
import { EVERYWHERE, type FreshDatabase, freshDatabase, resetDatabase } from "../servers/database.ts";
import { type ProjectFolder, projectFolder } from "./support/project-folder.ts";
import { stepsOf, type WatchHere, watchHere } from "./support/watch-here.ts";

const a = "create view a as select 1 as x;\n";
const aAgain = "create view a as select 2 as x;\n";

describe.each(EVERYWHERE)("a save, on %s", (where) => {
  let folder: ProjectFolder;
  let fresh: FreshDatabase | null = null;

  beforeEach(async () => {
    folder = projectFolder({ "a.sql": a, "b.sql": "create view b as select x from a;\n" });
    fresh = where === "embedded" ? null : await freshDatabase(where);
    return async () => {
      await fresh?.drop();
      folder.remove();
    };
  });

  it("is live however the file is written, by an editor's temporary files too (E3)", async () => {
    const watch = watchHere(folder, fresh?.url ?? null);
    expect(stepsOf(await watch.next())).toEqual(["create view public.a", "create view public.b"]);

    folder.write("a.sql", aAgain);
    expect(stepsOf(await watch.next())).toEqual(["replace view public.a"]);
    folder.writeAtomically("a.sql", a);
    expect(stepsOf(await watch.next())).toEqual(["replace view public.a"]);

    // The file is away for longer than a save is waited for.
    unlinkSync(folder.component("a.sql"));
    await sleep(120);
    folder.write("a.sql", aAgain);
    expect(stepsOf(await watch.next())).toEqual(["replace view public.a"]);

    // Emptied, then written.
    folder.write("a.sql", "");
    await sleep(120);
    folder.write("a.sql", a);
    expect(stepsOf(await watch.next())).toEqual(["replace view public.a"]);

    // The old one is kept under another name, as a backup.
    renameSync(folder.component("a.sql"), folder.component("a.sql~"));
    await sleep(50);
    folder.write("a.sql", "create view a as select 3 as x;\n");
    expect(stepsOf(await watch.next())).toEqual(["replace view public.a"]);

    expect(await watch.rest(400)).toEqual([]);
    expect(watch.failures).toEqual([]);
    await watch.stop();
    const database: Database = fresh ?? (await openEmbedded(join(folder.root, ".migrator", "database")));
    expect(await database.query("select x from b")).toEqual([{ x: 3 }]);
    if (fresh === null) await database.close();
  });
});

describe("what happens to files", () => {
  let database: FreshDatabase;
  let folder: ProjectFolder;
  let watch: WatchHere;

  beforeAll(async () => {
    database = await freshDatabase(18);
    return () => database.drop();
  });
  beforeEach(() => resetDatabase(database));
  afterEach(() => watch.stop());

  const start = async (components: Record<string, string>): Promise<void> => {
    folder = projectFolder(components);
    const { remove } = folder;
    onTestFinished(remove);
    watch = watchHere(folder, database.url);
    expect((await watch.next()).applied).toBe(true);
  };
  const exists = async (name: string): Promise<boolean> => {
    const [row] = await database.query<{ there: boolean }>("select to_regclass($1) is not null as there", [
      name,
    ]);
    return row?.there === true;
  };

  it("drops what a deleted file declared, and nothing else", async () => {
    await start({ "a.sql": a, "sub/b.sql": "create view b as select 1 as y;\n" });
    unlinkSync(folder.component("sub/b.sql"));
    const batch = await watch.next();
    expect(stepsOf(batch)).toEqual(["drop view public.b"]);
    expect(batch.changes).toEqual([{ object: "view public.b", component: "sub/b.sql", change: "removed" }]);
    expect(await exists("public.a")).toBe(true);
  });

  it("drops what a deleted folder declared", async () => {
    await start({
      "a.sql": a,
      "sub/b.sql": "create view b as select 1 as y",
      "sub/c.sql": "create view c as select 1 as z",
    });
    rmSync(folder.component("sub"), { recursive: true });
    expect([...stepsOf(await watch.next())].sort()).toEqual(["drop view public.b", "drop view public.c"]);
    // The folder comes back, and is watched again.
    folder.write("sub/b.sql", "create view b as select 2 as y");
    expect(stepsOf(await watch.next())).toEqual(["create view public.b"]);
    folder.write("sub/b.sql", "create view b as select 3 as y");
    expect(stepsOf(await watch.next())).toEqual(["replace view public.b"]);
  });

  it("drops an object that its file no longer declares", async () => {
    await start({ "a.sql": `${a}create view b as select 1 as y;\n` });
    folder.write("a.sql", a);
    expect(stepsOf(await watch.next())).toEqual(["drop view public.b"]);
  });

  it("takes a renamed file and a moved object for what they are", async () => {
    await start({ "a.sql": a, "b.sql": "create view b as select x from a;\n" });
    renameSync(folder.component("a.sql"), folder.component("z.sql"));
    const renamed = await watch.next();
    expect(renamed.steps).toEqual([]);
    expect(renamed.changes).toEqual([{ object: "view public.a", component: "z.sql", change: "unchanged" }]);
    mkdirSync(folder.component("views"));
    renameSync(folder.component("z.sql"), folder.component("views/z.sql"));
    expect((await watch.next()).steps).toEqual([]);
    // From one file into another, at once.
    folder.write("b.sql", `create view b as select x from a;\n${a}`);
    folder.write("views/z.sql", "create view c as select 1 as x;\n");
    expect(stepsOf(await watch.next())).toEqual(["create view public.c"]);
    const rows = await database.query("select name, component from migrator.object order by 1");
    expect(rows).toEqual([
      { name: "a", component: "b.sql" },
      { name: "b", component: "b.sql" },
      { name: "c", component: "views/z.sql" },
    ]);
  });

  it("follows a renamed folder", async () => {
    await start({ "one/a.sql": a });
    renameSync(folder.component("one"), folder.component("two"));
    expect((await watch.next()).changes).toEqual([
      { object: "view public.a", component: "two/a.sql", change: "unchanged" },
    ]);
    folder.write("two/a.sql", aAgain);
    expect(stepsOf(await watch.next())).toEqual(["replace view public.a"]);
  });

  it("sees files in new folders", async () => {
    await start({});
    folder.write("x/y/z/a.sql", a);
    expect(stepsOf(await watch.next())).toEqual(["create view public.a"]);
    folder.write("x/y/z/a.sql", aAgain);
    expect(stepsOf(await watch.next())).toEqual(["replace view public.a"]);
  });

  it("makes the schema of a new idempotent_schemas folder", async () => {
    await start({});
    folder.write("idempotent_schemas/api/v.sql", "create view api.v as select 1 as x");
    expect(stepsOf(await watch.next())).toEqual(["create view api.v"]);
  });

  it("follows links to files and folders elsewhere in the project, and none that leads out of it", async () => {
    await start({});
    const shared = (name: string) => join(folder.root, "shared", name);
    const save = (name: string, text: string) => {
      writeFileSync(shared(`${name}.tmp`), text);
      renameSync(shared(`${name}.tmp`), shared(name));
    };
    mkdirSync(shared("more"), { recursive: true });
    save("a.sql", a);
    save("more/b.sql", "create view b as select 1 as y");
    symlinkSync(shared("a.sql"), folder.component("a.sql"));
    symlinkSync(shared("more"), folder.component("more"));
    expect([...stepsOf(await watch.next())].sort()).toEqual(["create view public.a", "create view public.b"]);
    save("a.sql", aAgain);
    expect(stepsOf(await watch.next())).toEqual(["replace view public.a"]);
    save("a.sql", a);
    expect(stepsOf(await watch.next())).toEqual(["replace view public.a"]);
    save("more/b.sql", "create view b as select 2 as y");
    expect(stepsOf(await watch.next())).toEqual(["replace view public.b"]);
    const outside = projectFolder({ "c.sql": "create view c as select 1 as z" });
    onTestFinished(outside.remove);
    symlinkSync(outside.component("c.sql"), folder.component("c.sql"));
    expect((await watch.next()).errors).toMatchObject([
      { code: "file", file: "migrator/components/c.sql", message: "a link leads out of the project" },
    ]);
  });

  it("says nothing of a save that changes no byte", async () => {
    await start({ "a.sql": a });
    folder.write("a.sql", a);
    expect(await watch.rest(300)).toEqual([]);
  });

  it("has one batch and one plan for 500 files (E3)", async () => {
    const text = (i: number, value: number) =>
      i % 25 === 0
        ? `create view v${i} as select ${value} as x`
        : `create function f${i}() returns int language sql as 'select ${value}'`;
    const files = (value: number) =>
      Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`d${i % 7}/o${i}.sql`, text(i, value)]));
    await start(files(1));
    for (const [name, content] of Object.entries(files(2))) folder.writeAtomically(name, content);
    const batch = await watch.next();
    expect(batch.summary.replaced).toBe(500);
    expect(await watch.rest(500)).toEqual([]);
  });

  it("reads a branch switch when git is done with it", async () => {
    folder = projectFolder({ "a.sql": a, "b.sql": "create view b as select x from a;\n" });
    onTestFinished(folder.remove);
    mkdirSync(join(folder.root, ".git"));
    watch = watchHere(folder, database.url);
    await watch.next();
    const lock = join(folder.root, ".git", "index.lock");
    writeFileSync(lock, "");
    folder.write("b.sql", "create view b as select y from a;\n");
    await sleep(300);
    folder.write("a.sql", "create view a as select 1 as y;\n");
    unlinkSync(lock);
    const batch = await watch.next();
    expect(batch.errors).toEqual([]);
    expect(batch.changes.map(({ component }) => component).sort()).toEqual(["a.sql", "b.sql"]);
  });

  it("loses no save that comes during a run, and runs one after the other (E3)", async () => {
    await start({ "a.sql": a });
    folder.write("m.sql", "create materialized view m as select pg_sleep(0.6)::text as t");
    // The run is in the middle of filling it.
    await sleep(300);
    folder.write("a.sql", aAgain);
    folder.write("b.sql", "create view b as select 1 as x");
    await sleep(100);
    folder.write("b.sql", "create view b as select 2 as x");
    expect(stepsOf(await watch.next())).toEqual([
      "create materialized view public.m",
      "refresh materialized view public.m",
    ]);
    expect([...stepsOf(await watch.next())].sort()).toEqual([
      "create view public.b",
      "replace view public.a",
    ]);
    expect(await database.query("select a.x, b.x as y from a, b")).toEqual([{ x: 2, y: 2 }]);
    expect(await watch.rest(300)).toEqual([]);
  });

  it("looks at files every so often where nothing tells of changes", async () => {
    folder = projectFolder({ "a.sql": a });
    onTestFinished(folder.remove);
    watch = watchHere(folder, database.url, { poll: true });
    await watch.next();
    await sleep(300);
    folder.writeAtomically("a.sql", aAgain);
    expect(stepsOf(await watch.next())).toEqual(["replace view public.a"]);
    unlinkSync(folder.component("a.sql"));
    expect(stepsOf(await watch.next())).toEqual(["drop view public.a"]);
  });
});
