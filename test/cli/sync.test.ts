import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database.ts";
import { connectServer } from "../../src/database/server.ts";
import { temporaryFolder } from "../config/folder.ts";
import { useServer } from "./support/project.ts";
import { jsonOf, runCli } from "./support/run-cli.ts";

/** Not what takes a line of progress away, which is there on a terminal as soon as something takes long. */
function hasColours(text: string): boolean {
  return text.replaceAll("\r\u001b[2K", "").includes("\u001b[");
}

const server = useServer();

const components = {
  "a.sql": "create view a as select 1 as x;",
  "b.sql": "create view b as select x from a;",
};

describe("plan, sync and apply", () => {
  test("as text: plan changes nothing, sync does, a second one has nothing to do", async () => {
    const project = server.project(components);
    const planned = await project.run("plan");
    expect({ ...planned, stdout: withoutTime(planned.stdout) }).toEqual({
      code: 0,
      stdout: `  + create  view public.a  a.sql
  + create  view public.b  b.sql
2 created; 0 components unchanged (planned, nothing was changed)
`,
      stderr: "",
    });
    expect((await project.run("plan", "--exit-code")).code).toBe(3);
    expect(await project.run("apply")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^2 created; 0 components unchanged {2}[\d.]+ m?s$/m),
    });
    const again = await project.run("sync");
    expect({ ...again, stdout: withoutTime(again.stdout) }).toEqual({
      code: 0,
      stdout: "nothing to do; 2 components unchanged\n",
      stderr: "",
    });
    expect((await project.run("plan", "--exit-code")).code).toBe(0);
  });

  test.each(["plan", "sync", "apply"])("%s --json prints one object", async (command) => {
    const project = server.project(components);
    const ran = await project.run(command, "--json");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout.trimEnd()).not.toContain("\n");
    expect(jsonOf(ran)).toEqual({
      version: 1,
      changes: [
        { object: "view public.a", component: "a.sql", change: "created" },
        { object: "view public.b", component: "b.sql", change: "created" },
      ],
      steps: [
        {
          kind: "create",
          object: "view public.a",
          identity: { kind: "view", schema: "public", name: "a" },
          scope: "shared",
          component: "a.sql",
          reason: "new",
          sql: ["create view public.a as select 1 as x"],
        },
        expect.objectContaining({ kind: "create", object: "view public.b" }),
      ],
      summary: { created: 2, replaced: 0, renamed: 0, recreated: 0, rebound: 0, dropped: 0, unchanged: 0 },
      costs: [],
      warnings: [],
      errors: [],
      applied: command !== "plan",
    });
  });

  test("a refused statement: code 1, its place, one JSON object, and the database as before", async () => {
    const project = server.project(components);
    await project.run("sync");
    project.write({
      "a.sql": "create view a as select 1 as x, 2 as y;",
      "b.sql": "create view b as\n  select z from a;",
    });
    const ran = await project.run("sync", "--json");
    expect(ran.code).toBe(1);
    expect(jsonOf(ran)).toMatchObject({
      applied: false,
      errors: [{ code: "statement-refused", file: "migrator/components/b.sql", line: 2, column: 10 }],
    });
    expect(ran.stderr).toContain("migrator/components/b.sql:2:10");
    expect(ran.stderr).toContain("> 2 │   select z from a;");
    expect(await server.database().query("select * from a")).toEqual([{ x: 1 }]);
  });

  test("drift stops sync and plan with code 4, unless the files are to be taken", async () => {
    const project = server.project(components);
    await project.run("sync");
    await server.database().batch(["create or replace view a as select 1 as x, 2 as hand"]);
    project.write({ "a.sql": "create view a as select 3 as x;" });
    for (const command of ["sync", "plan", "apply"]) {
      const ran = await project.run(command);
      expect(ran, command).toMatchObject({ code: 4, stdout: "" });
      expect(ran.stderr).toContain("view public.a was changed in the database since it was applied");
    }
    expect(await project.run("sync", "--take", "files")).toMatchObject({ code: 0, stderr: "" });
    expect(await server.database().query("select * from a")).toEqual([{ x: 3 }]);
  });

  test("sync PATH looks at these components alone, and never judges what vanished", async () => {
    const project = server.project(components);
    await project.run("sync");
    project.write({
      "a.sql": null,
      "b.sql": "create view b as select 2 as x;",
      "c.sql": "create view c as select 3 as x;",
    });
    const ran = await project.run("sync", "migrator/components/b.sql");
    expect(ran.stdout).toMatch(/replace +view public\.b/);
    expect(ran.stdout).not.toMatch(/public\.[ac]/);
    expect(await project.run("sync", "nowhere.sql")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("no component at nowhere.sql"),
    });
  });

  test("--quiet prints nothing but errors", async () => {
    const project = server.project(components);
    expect(await project.run("plan", "--quiet")).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await project.run("sync", "--quiet")).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await project.run("status", "--quiet", "--exit-code")).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
    expect((await project.run("status", "--quiet", "--json")).stdout).toContain('"version":1');
    project.write({ "a.sql": "create view" });
    expect(await project.run("sync", "--quiet")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("a.sql"),
    });
  });
});

describe("plan --sql", () => {
  test("sent as one text it makes the same database as sync, ledger included", async () => {
    const folder = temporaryFolder();
    cpSync(join(import.meta.dirname, "../../components-sample"), folder, { recursive: true });
    const base = readFileSync(join(folder, "base.sql"), "utf8");
    const run = (...args: string[]) => runCli(folder, args, { env: { DATABASE_URL: server.url() } });
    await server.script(base);
    expect(await run("sync")).toMatchObject({ code: 0, stderr: "" });
    const synced = await readEverything(server.database());
    await server.reset();
    await server.script(base);
    const printed = await run("plan", "--sql");
    expect(printed.stdout).toMatch(/^BEGIN;\n[\s\S]*\nCOMMIT;\n$/);
    await server.script(printed.stdout);
    expect(await readEverything(server.database())).toEqual({ ...synced, runs: [{ command: "plan" }] });
    expect(await run("status", "--exit-code")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^30 unchanged/),
    });
    expect(await run("plan", "--sql")).toMatchObject({ code: 0, stdout: "-- nothing to do\n" });
  });
});

/** Definitions, grants and the ledger, without oids and times. */
async function readEverything(database: Database): Promise<Readonly<Record<string, unknown>>> {
  const [views, routines, triggers, policies, grants, ledger, runs] = await database.batch([
    "select c.oid::regclass::text as name, relkind, reloptions::text, relispopulated, pg_get_viewdef(c.oid) as definition, obj_description(c.oid) as comment from pg_class c where relkind in ('v', 'm') and relnamespace = 'shop'::regnamespace order by 1",
    "select p.oid::regprocedure::text as name, case when prokind <> 'a' then pg_get_functiondef(p.oid) end as definition from pg_proc p where pronamespace = 'shop'::regnamespace order by 1",
    "select pg_get_triggerdef(t.oid) as definition, tgenabled from pg_trigger t where not tgisinternal order by 1",
    "select polname, pg_get_expr(polqual, polrelid) as definition from pg_policy order by 1",
    "select relname, relacl::text from pg_class where relnamespace = 'shop'::regnamespace order by 1",
    "select kind, schema, relation, name, arguments::text, component, hash, attachments_hash, definition::text from migrator.object order by 1, 2, 3, 4, 5",
    "select command from migrator.run",
  ]);
  return { views, routines, triggers, policies, grants, ledger, runs };
}

describe("targets", () => {
  const unreachable = "postgres://postgres:s3cret@127.0.0.1:1/none";
  const targets = (url: string) => ({
    targets: {
      dev: { url, components: "live" },
      prod: { url: { env: "PROD_URL" }, components: "migrated", protected: true },
    },
    defaultTarget: "dev",
  });
  const whose = async (folder: string, args: readonly string[], env: Readonly<Record<string, string>>) => {
    const ran = await runCli(folder, ["status", "--json", ...args], { env });
    return ran.code === 0 ? String(jsonOf(ran).database) : ran.stderr;
  };

  test("--database-url, --target, DATABASE_URL, the default target: in this order", async () => {
    const { folder } = server.project(components, targets(unreachable));
    const url = server.url();
    const name = new URL(url).pathname;
    expect(await whose(folder, ["--database-url", url], { DATABASE_URL: unreachable })).toContain(name);
    expect(await whose(folder, ["--target", "prod"], { DATABASE_URL: unreachable, PROD_URL: url })).toContain(
      name,
    );
    expect(await whose(folder, [], { DATABASE_URL: url })).toContain(name);
    expect(await whose(folder, [], {})).toContain("cannot connect to 127.0.0.1:1/none");
    expect(await whose(folder, ["--target", "prdo"], {})).toContain('did you mean "prod"?');
    expect(await whose(folder, ["--target", "prod"], {})).toContain(
      "the environment variable PROD_URL is not set",
    );
    const { folder: plain } = server.project(components);
    expect(await whose(plain, [], {})).toBe("null");
  });

  test("a migrated target refuses sync with code 2, whichever way it is named, and allows plan and apply", async () => {
    const { folder } = server.project(components, targets(unreachable));
    const env = { PROD_URL: server.url() };
    for (const args of [
      ["sync", "--target", "prod"],
      ["sync", "--database-url", server.url()],
      ["rebuild", "public", "--target", "prod"],
    ]) {
      const ran = await runCli(folder, args, { env });
      expect(ran.code, args.join(" ")).toBe(2);
      expect(ran.stderr).toContain("prod is a migrated target");
    }
    for (const command of ["plan", "apply"])
      expect(await runCli(folder, [command, "--target", "prod"], { env })).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("no migration is pending"),
        stderr: "",
      });
  });

  test("a missing database, a wrong port and a wrong URL: the fix is named, the password never shown", async () => {
    const { folder } = server.project(components);
    const port = new URL(server.url()).port;
    for (const [url, expected, code] of [
      [
        `postgres://postgres:s3cret@127.0.0.1:${port}/missing`,
        "fix: create the database first: createdb missing",
        1,
      ],
      [unreachable, "fix: start the server", 1],
      ["mysql://root:s3cret@localhost/x", "fix: it must begin with postgres://", 2],
    ] as const) {
      const ran = await runCli(folder, ["sync", "--json", "--database-url", url]);
      expect(ran.code).toBe(code);
      expect(ran.stderr).toContain(expected);
      expect(ran.stdout + ran.stderr).not.toContain("s3cret");
    }
  });

  test("the database that a test names is the one that changes", async () => {
    const { folder } = server.project(components);
    expect((await runCli(folder, ["sync", "--database-url", server.url()])).code).toBe(0);
    const other = await connectServer({ url: server.url() });
    try {
      expect(await other.query("select x from b")).toEqual([{ x: 1 }]);
    } finally {
      await other.close();
    }
  });
});

describe("usage", () => {
  test.each([
    [["synk"], "unknown command 'synk'"],
    [["sync", "--nope"], "unknown option '--nope'"],
    [["plan", "extra"], "too many arguments"],
    [["status", "--database-url"], "argument missing"],
    [["plan", "--take", "database"], "a plan writes no files"],
    [["watch", "--take", "database"], "--take database writes component files, which this command does not"],
    [["sync", "--config", "elsewhere.json"], "there is no such configuration file"],
    [["rebuild"], "missing required argument 'schema'"],
  ])("%j is refused with code 2 and a fix", async (args, message) => {
    const { folder } = server.project(components);
    const ran = await runCli(folder, args, { env: { DATABASE_URL: server.url() } });
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).toContain("fix: ");
  });

  test("help and version go to standard output; no command at all is told the commands", async () => {
    const folder = temporaryFolder();
    expect(await runCli(folder, ["--help"])).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringContaining("rebuild"),
    });
    expect(await runCli(folder, ["sync", "--help"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("--take <side>"),
    });
    expect(await runCli(folder, ["--version"])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    expect(await runCli(folder, [])).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("sync"),
    });
  });

  test("colours: on a terminal, or forced; NO_COLOR and --no-color take them away", async () => {
    const { folder } = server.project(components);
    const colored = async (
      args: readonly string[],
      terminal: boolean,
      env: Readonly<Record<string, string>> = {},
    ) => {
      const ran = await runCli(folder, ["status", ...args], {
        terminal,
        env: { DATABASE_URL: server.url(), ...env },
      });
      expect(ran.code).toBe(0);
      return hasColours(ran.stdout);
    };
    expect(await colored([], false)).toBe(false);
    expect(await colored([], true)).toBe(true);
    expect(await colored([], true, { NO_COLOR: "1" })).toBe(false);
    expect(await colored(["--no-color"], true)).toBe(false);
    expect(await colored([], false, { FORCE_COLOR: "1" })).toBe(true);
    expect(await colored([], false, { FORCE_COLOR: "0" })).toBe(false);
    expect(await colored(["--no-color"], true, { FORCE_COLOR: "1" })).toBe(false);
    expect(await colored(["--json"], true)).toBe(false);
    const failed = await runCli(folder, ["sync", "--take", "x"], { terminal: true });
    // It is told before any database is looked at, or an embedded one made.
    expect(existsSync(join(folder, ".migrator/database"))).toBe(false);
    expect(failed.stderr).toContain("\u001b[31m");
    const plain = await runCli(folder, ["sync", "--take", "x", "--no-color"], { terminal: true });
    expect(plain.stderr).toContain("--take");
    expect(hasColours(plain.stderr)).toBe(false);
  });
});

test("mistakes of all sorts are told together, and none that only follows from another", async () => {
  const { run } = server.project({
    "a.sql": "create view a as selec 1",
    "b.sql": "create view b as select * from c",
    "c.sql": "create view c as select * from b",
    "d.sql": "create view d as select 1 as x",
    "e.sql": "create view d as select 2 as x",
    "f.sql": "create view f as select * from f",
    "g.sql": "grant select on a to alice;\ncreate table t (id int)",
    "h.sql": "create view h as select * from a",
  });
  const ran = await run("sync", "--json");
  expect(ran.code).toBe(1);
  const { errors } = JSON.parse(ran.stdout);
  expect(
    errors.map((one: { code: string; file: string; line: number }) => `${one.code} ${one.file} ${one.line}`),
  ).toEqual([
    "syntax-error migrator/components/a.sql 1",
    "dependency-cycle migrator/components/b.sql 1",
    "dependency-cycle migrator/components/c.sql 1",
    "duplicate-object migrator/components/d.sql 1",
    "duplicate-object migrator/components/e.sql 1",
    "dependency-cycle migrator/components/f.sql 1",
    "misplaced-statement migrator/components/g.sql 2",
  ]);
});

/** How long it took is another time each run. */
function withoutTime(text: string): string {
  return text.replaceAll(/ {2}[\d.]+ (ms|s)$/gm, "");
}
