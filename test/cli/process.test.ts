/** The real process: arguments, environment, streams and exit code. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../config/folder.ts";
import { useServer } from "./support/project.ts";
import type { Ran } from "./support/run-cli.ts";

const server = useServer();
const root = join(import.meta.dirname, "../..");

function migrator(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const { PATH = "", HOME = "" } = process.env;
  const argv = ["--import", "tsx", join(root, "src/main.ts"), ...args];
  return new Promise((done) => {
    // tsx is looked for from the working folder: its module is named by its place.
    argv[1] = import.meta.resolve("tsx");
    execFile(process.execPath, argv, { cwd: folder, env: { PATH, HOME, ...env } }, (error, stdout, stderr) =>
      done({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
}

test("init --sample, then the steps that it names, with no server at all", async () => {
  const folder = join(temporaryFolder(), "trial");
  mkdirSync(folder);
  const init = await migrator(folder, ["init", "--sample"]);
  expect(init).toMatchObject({ code: 0, stderr: "making the embedded database …\n" });
  expect(init.stdout).toContain("wrote migrator.json\n");
  expect(init.stdout).toMatch(
    /loaded base\.sql into the embedded database in .*\n\nnext:\n {2}npx migrator sync .*\n {2}npx migrator watch .*\n {2}npx migrator graph /,
  );
  const sync = await migrator(folder, ["sync"]);
  expect(sync).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(/^30 created; /m) });
  expect(await migrator(folder, ["status", "--exit-code"])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^30 unchanged/),
  });
  const again = await migrator(folder, ["init", "--sample"]);
  expect(again).toMatchObject({ code: 0, stderr: "" });
  expect(again.stdout).not.toContain("wrote");
});

test("init with a server named does not touch it, and makes no embedded database", async () => {
  const folder = temporaryFolder();
  const ran = await migrator(folder, ["init", "--sample", "--json"], { DATABASE_URL: server.url() });
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(ran.stdout)).toMatchObject({
    version: 1,
    next: expect.arrayContaining([expect.stringContaining("load base.sql")]),
  });
  expect(existsSync(join(folder, ".migrator", "database"))).toBe(false);
  const [row] = await server.database().query("select to_regnamespace('shop') is null as untouched");
  expect(row).toEqual({ untouched: true });
});

test("the PG* variables name a database where nothing else does", async () => {
  const { folder } = server.project({ "a.sql": "create view a as select 1 as x;" });
  const { hostname, port, pathname } = new URL(server.url());
  const env = { PGHOST: hostname, PGPORT: port, PGUSER: "postgres", PGDATABASE: pathname.slice(1) };
  expect(await migrator(folder, ["sync"], env)).toMatchObject({
    code: 0,
    stderr: "",
    stdout: expect.stringContaining("1 created"),
  });
  expect(await server.database().query("select x from a")).toEqual([{ x: 1 }]);
});

test("mistakes go to standard error, with the exit code of their kind", async () => {
  const { folder } = server.project({ "a.sql": "create view a as selec 1;" });
  const env = { DATABASE_URL: server.url(), FORCE_COLOR: "1" };
  const failed = await migrator(folder, ["sync"], env);
  expect(failed).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("\u001b[31m") });
  const plain = await migrator(folder, ["sync", "--no-color"], env);
  expect(plain.stderr).toMatch(
    /^error \[syntax-error\] .*\n {2}migrator\/components\/a\.sql:1:18\n {2}> 1 \| create view a as selec 1;\n/,
  );
  expect(await migrator(folder, ["synk"], env)).toMatchObject({ code: 2, stdout: "" });
});

test("parts for values that take a statement out of a file are built by whatever comes first", async () => {
  const base = "migrator/migrations/20240101000000-base";
  const folder = temporaryFolder({
    "migrator.json": JSON.stringify({ project: "app", matrices: { tenant: { values: ["acme"] } } }),
    "migrator/components/@tenant/f.sql":
      "create function f() returns int language sql return 1;\ncreate function g() returns int language sql return 2;",
    [`${base}/up.sql`]: "create table public.t (id int);",
    [`${base}/up.tenant.sql.jinja`]:
      '{% filter create(1) %}{% include "@tenant/f.sql" %}{% endfilter %}\ncreate table own (id int);',
    [`${base}/down.tenant.sql.jinja`]: "drop table own;\ndrop function f();",
    [`${base}/down.sql`]: "drop table public.t;",
  });
  await server.script("create schema acme");
  const env = { DATABASE_URL: server.url() };
  for (const args of [
    ["migration", "test"],
    ["migration", "pin", "base"],
    ["migration", "adopt", "base"],
  ]) {
    const ran = await migrator(folder, args, env);
    expect([args, ran.code, ran.stderr]).toEqual([args, 0, ""]);
  }
}, 60_000);
