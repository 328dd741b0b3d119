import { type ChildProcess, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database.ts";
import { openEmbedded } from "../../src/database/embedded.ts";
import { PGLITE_VERSION } from "../../src/database/embedded-template.ts";
import { lockFolder } from "../../src/database/folder-lock.ts";

let base: string;
let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "migrator-embedded-"));
  folder = join(base, "nested", "data");
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(base, { recursive: true, force: true });
});

async function using<T>(database: Promise<Database>, work: (database: Database) => Promise<T>): Promise<T> {
  const open = await database;
  try {
    return await work(open);
  } finally {
    await open.close();
  }
}

/** A process that holds the folder and has committed at least `commits` rows. */
async function holder(commits: number): Promise<{ child: ChildProcess; committed: () => number }> {
  const script = new URL("hold-embedded.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--import", "tsx", script, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  let committed = 0;
  await new Promise<void>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the holder ended with ${code}`)));
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      committed = Number(text.trim().split("\n").at(-1));
      if (committed >= commits) resolve();
    });
  });
  return { child, committed: () => committed };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

describe("in a folder", () => {
  test("keeps what was written, for its owner alone, and leaves no lock", async () => {
    await using(openEmbedded(folder), (database) =>
      database.batch(["CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)"]),
    );
    expect(statSync(folder).mode & 0o077).toBe(0);
    expect(readdirSync(join(base, "nested"))).toEqual(["data"]);
    expect(await using(openEmbedded(folder), (database) => database.query("SELECT a FROM t"))).toEqual([
      { a: 1 },
    ]);
  });

  test("is set up like a server", async () => {
    const [settings] = await using(openEmbedded(null), (database) =>
      database.query(`SELECT current_setting('search_path') AS path, current_setting('allow_system_table_mods') AS mods,
        current_user AS role, current_setting('max_locks_per_transaction')::int > 1000 AS locks`),
    );
    expect(settings).toEqual({ path: '"$user", public', mods: "off", role: "postgres", locks: true });
  });

  test("10,000 objects in one transaction", async () => {
    const tables = Array.from({ length: 10_000 }, (_, index) => `CREATE TABLE t${index} ()`);
    const [[row] = []] = await using(openEmbedded(null), (database) =>
      database
        .batch(["BEGIN", ...tables, "ROLLBACK", "SELECT count(*) FROM pg_locks"])
        .then((rows) => rows.slice(-1)),
    );
    expect(row).toBeDefined();
  });

  test("endless recursion is PostgreSQL's error, and the session goes on", async () => {
    await using(openEmbedded(null), async (database) => {
      await database.query("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN f(); END'");
      await expect(database.query("SELECT f()")).rejects.toMatchObject({ sqlstate: "54001" });
      expect(await database.query("SELECT 1 AS a")).toEqual([{ a: 1 }]);
    });
  });

  test("out of JavaScript's stack: an error instead of a hang, and the folder is as if killed", async () => {
    const deep = `SELECT ${"(SELECT ".repeat(3000)}1${")".repeat(3000)}`;
    await using(openEmbedded(folder), async (database) => {
      await database.batch(["CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)"]);
      await expect(database.batch(["BEGIN", "INSERT INTO t VALUES (2)", deep])).rejects.toMatchObject({
        sqlstate: "08006",
        statement: 2,
        connectionLost: true,
        message: expect.stringContaining("ran out of stack"),
      });
      await expect(database.query("SELECT 1")).rejects.toMatchObject({ connectionLost: true });
    });
    expect(await using(openEmbedded(folder), (database) => database.query("SELECT a FROM t"))).toEqual([
      { a: 1 },
    ]);
  });

  test("a second opening is refused", async () => {
    await using(openEmbedded(folder), async () => {
      await expect(openEmbedded(folder)).rejects.toMatchObject({
        diagnostics: [
          { code: "embedded-in-use", message: expect.stringContaining("in use by this process") },
        ],
      });
    });
    await using(openEmbedded(folder), (database) => database.query("SELECT 1"));
  });

  test("another process that uses it is named; killed, its lock is stale and its commits are there", async () => {
    const { child, committed } = await holder(20);
    await expect(openEmbedded(folder)).rejects.toMatchObject({
      diagnostics: [
        {
          code: "embedded-in-use",
          message: `the embedded database in ${folder} is in use by process ${child.pid}`,
          fix: expect.stringContaining(`kill ${child.pid}`),
        },
      ],
    });
    await kill(child);
    expect(existsSync(`${folder}.lock`)).toBe(true);
    const rows = await using(openEmbedded(folder), (database) =>
      database.query<{ n: number }>("SELECT n FROM held ORDER BY n"),
    );
    // The row after the last one heard of may be committed too; uncommitted ones (-1) never show.
    expect(rows.slice(0, committed()).map(({ n }) => n)).toEqual(
      Array.from({ length: committed() }, (_, i) => i + 1),
    );
    expect(rows.length).toBeLessThanOrEqual(committed() + 1);
    expect(existsSync(`${folder}.lock`)).toBe(false);
  });

  test("what a kill left of the first start is thrown away", async () => {
    mkdirSync(join(`${folder}.new`, "base"), { recursive: true });
    writeFileSync(join(`${folder}.new`, "PG_VERSION"), "18\n");
    await using(openEmbedded(folder), (database) => database.query("SELECT 1"));
    expect(readdirSync(join(base, "nested"))).toEqual(["data"]);
  });

  test("an empty folder is taken, one with other files is not", async () => {
    mkdirSync(folder, { recursive: true });
    await using(openEmbedded(folder), (database) => database.query("SELECT 1"));
    const other = join(base, "other");
    mkdirSync(other);
    writeFileSync(join(other, "letter.txt"), "dear");
    await expect(openEmbedded(other)).rejects.toMatchObject({
      diagnostics: [{ code: "file", message: `${other} is not empty and holds no database` }],
    });
    expect(readdirSync(base).sort()).toEqual(["nested", "other"]);
  });

  test("the data of another PostgreSQL is refused", async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "PG_VERSION"), "17\n");
    await expect(openEmbedded(folder)).rejects.toMatchObject({
      diagnostics: [{ message: `${folder} holds a database of PostgreSQL 17; the embedded one is 18` }],
    });
  });
});

test("the template's file is named after the PGlite that is installed", () => {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect(manifest).toHaveProperty(["dependencies", "@electric-sql/pglite"], PGLITE_VERSION);
});

describe("the lock", () => {
  beforeEach(() => mkdirSync(join(base, "nested")));

  test("of a process with the same pid that started at another time is stale", async () => {
    writeFileSync(`${folder}.lock`, JSON.stringify({ pid: process.pid, started: "1", host: hostname() }));
    const lock = await lockFolder(folder);
    lock.release();
    expect(existsSync(`${folder}.lock`)).toBe(false);
  });

  test("of another machine is believed", async () => {
    writeFileSync(`${folder}.lock`, JSON.stringify({ pid: 1, started: null, host: "elsewhere" }));
    await expect(lockFolder(folder)).rejects.toMatchObject({
      diagnostics: [
        {
          message: expect.stringContaining("process 1 on elsewhere"),
          fix: expect.stringContaining("delete"),
        },
      ],
    });
  });

  test("is held by one of many that see a stale one at once", async () => {
    writeFileSync(`${folder}.lock`, JSON.stringify({ pid: 2 ** 22 + 1, started: "1", host: hostname() }));
    const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
    const held = attempts.filter((attempt) => attempt.status === "fulfilled");
    expect(held).toHaveLength(1);
    for (const attempt of held) attempt.value.release();
  });
});
