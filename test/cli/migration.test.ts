import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useServer } from "./support/project.ts";
import { jsonOf, type Ran } from "./support/run-cli.ts";

const one = "20240101000000-one";
const two = "20240102000000-two";
const three = "20240103000000-three";

function states(ran: Ran): Readonly<Record<string, string>> {
  const { migrations } = jsonOf(ran) as unknown as {
    migrations: readonly { migration: string; state: string }[];
  };
  return Object.fromEntries(migrations.map(({ migration, state }) => [migration, state]));
}

describe.each([15, 18] as const)("migrations on %s", (version) => {
  const server = useServer(version);

  /** What the database answers to a question of one value. */
  const ask = async (sql: string): Promise<unknown> => {
    const [row] = await server.database().query(sql);
    return row === undefined ? undefined : Object.values(row)[0];
  };

  test("run in order, each once, and the components follow", async () => {
    const project = server.project({ "v.sql": "create view v as select id, a from t;" });
    project.migrations({
      [`${one}/up.sql`]: "create table t (id int primary key);\ninsert into t values (1);",
      [`${two}/up.sql.jinja`]: "alter table t add column a int;\nupdate t set a = {{ 40 + 2 }};",
    });
    expect(states(await project.run("migration", "status", "--json"))).toEqual({
      [one]: "pending",
      [two]: "pending",
    });
    const first = await project.run("apply", "--json");
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(jsonOf(first)).toMatchObject({ migrations: [{ id: one }, { id: two }], summary: { created: 1 } });
    expect(await ask("select a from v")).toBe(42);
    const second = await project.run("apply", "--json");
    expect(jsonOf(second)).toMatchObject({ migrations: [], steps: [] });
    expect(states(await project.run("migration", "status", "--json"))).toEqual({
      [one]: "applied",
      [two]: "applied",
    });
  });

  test("one that fails leaves nothing of itself, keeps those before it, and is told at its place", async () => {
    const project = server.project({});
    project.migrations({
      [`${one}/up.sql`]: "create table t (id int);",
      [`${two}/up.sql.jinja`]:
        "{% set name = 'u' %}create table {{ name | ident }} (id int);\n\n  select nothing from t;\n",
      [`${three}/up.sql`]: "create table w (id int);",
    });
    const ran = await project.run("migration", "apply");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(`migrator/migrations/${two}/up.sql.jinja:3:10`);
    expect(ran.stderr).toContain('column "nothing" does not exist');
    expect(
      await ask(
        "select to_regclass('t') is not null and to_regclass('u') is null and to_regclass('w') is null",
      ),
    ).toBe(true);
    expect(states(await project.run("migration", "status", "--json"))).toEqual({
      [one]: "applied",
      [two]: "pending",
      [three]: "pending",
    });
  });

  test("all mistakes of all scripts are told before anything runs", async () => {
    const project = server.project({});
    project.migrations({
      [`${one}/up.sql`]: "create table t (id int);",
      [`${two}/up.sql`]: "create tabel u (id int);",
      [`${three}/up.sql`]: "begin;\ncreate table w (id int);\ncommit;",
    });
    const ran = await project.run("migration", "apply", "--json");
    expect(jsonOf(ran).errors).toMatchObject([
      { code: "syntax-error", file: `migrator/migrations/${two}/up.sql`, line: 1, column: 8 },
      { code: "misplaced-statement", file: `migrator/migrations/${three}/up.sql`, line: 1, column: 1 },
      { code: "misplaced-statement", file: `migrator/migrations/${three}/up.sql`, line: 3, column: 1 },
    ]);
    expect(await ask("select to_regclass('t') is null")).toBe(true);
  });

  test("settings of one script do not reach the next", async () => {
    const project = server.project({}, { searchPath: ["app", "public"] });
    await server.script(
      "create schema app; create role someone; grant someone to current_user; grant all on schema app to someone;",
    );
    project.migrations({
      [`${one}/up.sql`]: "set search_path = public; set role someone; set statement_timeout = 1234;",
      [`${two}/up.sql`]: `create table s as select current_setting('search_path') as path, current_user as who,
        current_setting('statement_timeout') as timeout;`,
    });
    expect(await project.run("migration", "apply")).toMatchObject({ code: 0 });
    expect(await ask("select row_to_json(s)::text from app.s")).toBe(
      '{"path":"app, public","who":"postgres","timeout":"0"}',
    );
    await server.script("drop schema app cascade; drop role someone");
  });

  test("--to, one alone, and what it requires", async () => {
    const project = server.project({});
    project.migrations({
      [`${one}/up.sql`]: "create table t (id int);",
      [`${two}/up.sql`]: "create table u (id int);",
      [`${three}/up.sql`]: `-- migrator: requires ${two}\ncreate table w (id int);`,
    });
    expect(await project.run("migration", "apply", "three")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`requires ${two}, which is not applied`),
    });
    expect(await project.run("migration", "apply", "--to", "two")).toMatchObject({ code: 0 });
    expect(states(await project.run("migration", "status", "--json"))[three]).toBe("pending");
    expect(await project.run("migration", "apply", "three")).toMatchObject({ code: 0 });
    const revert = await project.run("migration", "revert", two);
    expect(revert.stderr).toContain(`migration ${three} requires ${two}`);
  });

  test("--dry-run changes nothing, --single-transaction all or nothing", async () => {
    const project = server.project({});
    project.migrations({
      [`${one}/up.sql`]: "create table t (id int);",
      [`${two}/up.sql`]: "create table u (id int);",
    });
    expect(await project.run("migration", "apply", "--dry-run")).toMatchObject({ code: 0 });
    expect(await ask("select to_regclass('t') is null and to_regnamespace('migrator') is null")).toBe(true);
    project.migrations({ [`${three}/up.sql`]: "select 1 / 0;" });
    const failed = await project.run("migration", "apply", "--single-transaction");
    expect(failed.stderr).toContain(`${three}/up.sql:1:1`);
    expect(await ask("select to_regclass('t') is null")).toBe(true);
    project.migrations({ [three]: null });
    expect(await project.run("migration", "apply", "--single-transaction")).toMatchObject({ code: 0 });
    expect(await ask("select count(distinct xmin::text) from migrator.migration")).toBe("1");
  });

  test("altered, missing and late ones", async () => {
    const project = server.project({});
    project.migrations({
      [`${one}/up.sql`]: "create table t (id int);",
      [`${three}/up.sql`]: "create table w (id int);",
    });
    await project.run("migration", "apply");
    project.migrations({
      [`${one}/up.sql`]: "create table t (id int, a int);",
      [`${two}/up.sql`]: "create table u (id int);",
      [three]: null,
    });
    const status = await project.run("migration", "status", "--json", "--exit-code");
    expect(status.code).toBe(4);
    expect(states(status)).toEqual({ [one]: "altered", [two]: "pending", [three]: "missing" });
    const refused = await project.run("migration", "apply", "--json");
    expect(refused.code).toBe(1);
    expect(jsonOf(refused).errors).toMatchObject([
      { code: "migration-state", message: expect.stringContaining("was altered") },
    ]);
    expect(await project.run("migration", "adopt", one)).toMatchObject({ code: 0 });
    const ran = await project.run("migration", "apply", "--json");
    expect(ran.code).toBe(0);
    expect(jsonOf(ran)).toMatchObject({
      applied: [{ id: two }],
      warnings: [expect.stringContaining(`${three} is applied, and there is no file`)],
    });
  });

  test("line ends do not count, anything else does", async () => {
    const project = server.project({});
    project.migrations({ [`${one}/up.sql`]: "create table t (\n  id int\n);\n" });
    await project.run("migration", "apply");
    project.migrations({ [`${one}/up.sql`]: "create table t (\r\n  id int\r\n);\r\n" });
    expect(states(await project.run("migration", "status", "--json"))).toEqual({ [one]: "applied" });
    project.migrations({ [`${one}/up.sql`]: "create table t (\n  id int \n);\n" });
    expect(states(await project.run("migration", "status", "--json"))).toEqual({ [one]: "altered" });
  });

  test("the way back is the one that was stored", async () => {
    const project = server.project({});
    project.migrations({
      [`${one}/up.sql`]: "create table t (id int);",
      [`${one}/down.sql`]: "drop table t;",
      [`${two}/up.sql`]: "alter table t add column a int;",
      [`${two}/down.sql.jinja`]: "alter table t drop column {{ 'a' | ident }};",
      [`${three}/up.sql`]: "create table u (id int);",
    });
    await project.run("migration", "apply");
    const none = await project.run("migration", "revert");
    expect(none).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("the database keeps no way back"),
    });
    expect(none.stderr).toContain(`migrator migration adopt ${three}`);
    await server.script("drop table u;");
    project.migrations({ [`${three}/down.sql`]: "-- undone by hand\n" });
    expect(await project.run("migration", "adopt", three)).toMatchObject({ code: 0 });
    expect(await project.run("migration", "revert")).toMatchObject({ code: 0, stderr: "" });
    project.migrations({ [`${two}/down.sql.jinja`]: "select 1 / 0;", [three]: null });
    expect(await project.run("migration", "revert", "--dry-run")).toMatchObject({ code: 0 });
    expect(await project.run("migration", "revert")).toMatchObject({ code: 0 });
    expect(
      await ask(
        "select count(*) from pg_attribute where attrelid = 't'::regclass and attnum > 0 and not attisdropped",
      ),
    ).toBe("1");
    expect(states(await project.run("migration", "status", "--json"))).toEqual({
      [one]: "applied",
      [two]: "pending",
    });
  });

  test("a down that fails half way changes nothing", async () => {
    const project = server.project({});
    project.migrations({
      [`${one}/up.sql`]: "create table t (id int);\ncreate table u (id int);",
      [`${one}/down.sql`]: "drop table u;\n  drop table nothing;",
    });
    await project.run("migration", "apply");
    const ran = await project.run("migration", "revert");
    expect(ran).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`the stored down script of ${one}:2:3`),
    });
    expect(await ask("select to_regclass('u') is not null")).toBe(true);
    expect(states(await project.run("migration", "status", "--json"))).toEqual({ [one]: "applied" });
  });

  test("an older checkout brings a newer database back", async () => {
    const project = server.project({ "v.sql": "create view v as select id, a from t;" });
    project.migrations({
      [`${one}/up.sql`]: "create table t (id int);",
      [`${one}/down.sql`]: "drop table t;",
      [`${two}/up.sql`]: "alter table t add column a int;",
      [`${two}/down.sql`]: "alter table t drop column a;",
    });
    expect(await project.run("apply")).toMatchObject({ code: 0 });
    project.migrations({ [two]: null });
    project.write({ "v.sql": "create view v as select id from t;" });
    expect(await project.run("downgrade")).toMatchObject({ code: 2, stdout: expect.stringContaining(two) });
    const done = await project.run("downgrade", "--yes");
    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect(
      await ask("select string_agg(attname, ',') from pg_attribute where attrelid = 'v'::regclass"),
    ).toBe("id");
    expect(states(await project.run("migration", "status", "--json"))).toEqual({ [one]: "applied" });
  });

  test("a script without transaction goes on where it stopped", async () => {
    const project = server.project({});
    await server.script("create table t (id int); insert into t values (1), (1);");
    const script = (last: string) =>
      `-- migrator: no-transaction\ninsert into t values (2);\ncreate unique index concurrently i on t (id);\n${last}`;
    project.migrations({ [`${one}/up.sql`]: script("create table u (id int);") });
    const failed = await project.run("migration", "apply");
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining(`${one}/up.sql:3:1`) });
    expect(states(await project.run("migration", "status", "--json"))).toEqual({ [one]: "partial" });
    expect(await ask("select indisvalid from pg_index where indexrelid = 'i'::regclass")).toBe(false);
    await server.script("delete from t where ctid = (select min(ctid) from t)");
    expect(await project.run("migration", "apply")).toMatchObject({ code: 0, stderr: "" });
    expect(await ask("select indisvalid from pg_index where indexrelid = 'i'::regclass")).toBe(true);
    expect(await ask("select count(*) from t")).toBe("2");
    expect(await ask("select to_regclass('u') is not null")).toBe(true);
    expect(states(await project.run("migration", "status", "--json"))).toEqual({ [one]: "applied" });
  });

  test("a statement that needs to be outside of a transaction says so", async () => {
    const project = server.project({});
    await server.script("create table t (id int)");
    project.migrations({ [`${one}/up.sql`]: "create index concurrently i on t (id);" });
    const ran = await project.run("migration", "apply");
    expect(ran.stderr).toContain('begin the script with "-- migrator: no-transaction"');
  });

  test("two runs at once: one waits, and each migration runs once", async () => {
    const project = server.project({});
    project.migrations({
      [`${one}/up.sql`]: "create table t (id int);\nselect pg_sleep(0.5);",
      [`${two}/up.sql`]: "create table u (id int);",
    });
    const runs = await Promise.all([project.run("migration", "apply"), project.run("migration", "apply")]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    expect(await project.run("migration", "apply")).toMatchObject({ code: 0 });
    expect(states(await project.run("migration", "status", "--json"))).toEqual({
      [one]: "applied",
      [two]: "applied",
    });
  });

  test.each([
    ["a live target", []],
    ["one transaction", ["--single-transaction"]],
  ])("the run that waited goes on with what is left: %s", async (_, options) => {
    const project = server.project({ "v.sql": "create view v as select id from u;" });
    project.migrations({
      [`${one}/up.sql`]: "create table t (id int);\nselect pg_sleep(0.7);",
      [`${two}/up.sql`]: "create table u (id int);",
    });
    const command = options.length === 0 ? ["apply"] : ["migration", "apply", ...options];
    const first = project.run(...command);
    await new Promise((resolve) => setTimeout(resolve, 250));
    project.migrations({ [`${three}/up.sql`]: "create table w (id int);" });
    const second = await project.run(...command);
    expect(await first).toMatchObject({ code: 0 });
    expect(second).toMatchObject({ code: 0 });
    expect(await ask("select to_regclass('w') is not null")).toBe(true);
  });

  test("adopt records and runs nothing", async () => {
    const project = server.project({});
    project.migrations({ [`${one}/up.sql`]: "create table t (id int);" });
    expect(await project.run("migration", "adopt", "--all")).toMatchObject({ code: 0 });
    expect(await ask("select to_regclass('t') is null")).toBe(true);
    expect(states(await project.run("migration", "status", "--json"))).toEqual({ [one]: "adopted" });
  });

  test("a migrated target is changed by migrations alone", async () => {
    const targets = { prod: { url: server.url(), components: "migrated", protected: true } };
    const project = server.project({ "v.sql": "create view v as select id from t;" }, { targets });
    project.migrations({
      [`${one}/up.sql`]: "create table t (id int);",
      [`${two}/up.sql.jinja`]: '{% include "v.sql" %}',
    });
    const unpinned = await project.run("apply", "--target", "prod", "--yes", "--json");
    expect(jsonOf(unpinned).errors).toMatchObject([
      { code: "pin", fix: `run migrator migration pin ${two}, and commit what it writes` },
    ]);
    await project.run("migration", "pin", two);
    expect(await project.run("apply", "--target", "prod")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("add --yes"),
    });
    expect(await project.run("apply", "--target", "prod", "--yes")).toMatchObject({ code: 0 });
    expect(await ask("select to_regclass('v') is not null")).toBe(true);
    expect(await project.run("sync", "--database-url", server.url())).toMatchObject({ code: 2 });
  });

  test("what stops a migrated target stops its plan too, which takes the same options", async () => {
    const targets = { prod: { url: server.url(), components: "migrated" } };
    const project = server.project({}, { targets });
    project.migrations({
      [`${one}/up.sql`]: "create table t (id int);",
      [`${two}/up.sql`]: "create table u (id int);",
    });
    expect(await project.run("apply", "--target", "prod")).toMatchObject({ code: 0 });
    project.migrations({ [two]: null, [`${three}/up.sql`]: "create table w (id int);" });
    const refused = await project.run("plan", "--target", "prod");
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("--ignore-missing") });
    const asked = await project.run("plan", "--target", "prod", "--ignore-missing", "--exit-code");
    expect(asked).toMatchObject({ code: 3, stdout: expect.stringContaining("would be applied") });
    const none = await project.run(
      "plan",
      "--target",
      "prod",
      "--ignore-missing",
      "--to",
      one,
      "--exit-code",
    );
    expect(none).toMatchObject({ code: 0, stdout: expect.stringContaining("no migration is pending") });
    expect(await project.run("downgrade", "--to", one, "--yes", "--target", "prod")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("unknown option '--to'"),
    });
  });

  test("on a live target what components block runs around them, in one transaction with them", async () => {
    const project = server.project({
      "v.sql": "create view v as select id, a from t;",
      "w.sql": "create view w as select a from v;",
    });
    project.migrations({
      [`${one}/up.sql`]: "create table t (id int, a int);\ninsert into t values (1, 2);",
    });
    await project.run("apply");
    project.migrations({
      [`${two}/up.sql`]: "create table u (id int);",
      [`${three}/up.sql.jinja`]:
        "alter table t alter column a type text using a::text || {{ 'x' }};\nalter table t drop column id;",
      [`${three}/down.sql`]:
        "alter table t add column id int;\nalter table t alter column a type int using left(a, -1)::int;",
    });
    const broken = await project.run("apply", "--json");
    expect(jsonOf(broken).errors).toMatchObject([{ message: expect.stringContaining("id") }]);
    expect(states(await project.run("migration", "status", "--json"))).toEqual({
      [one]: "applied",
      [two]: "applied",
      [three]: "pending",
    });
    project.write({ "v.sql": "create view v as select a from t;" });
    const plan = await project.run("plan", "--json");
    expect(jsonOf(plan)).toMatchObject({ migrations: [{ id: three }], applied: false });
    expect(await ask("select pg_typeof(a)::text from t")).toBe("integer");
    const done = await project.run("apply", "--json");
    expect(done).toMatchObject({ code: 0, stderr: "" });
    expect(jsonOf(done)).toMatchObject({ migrations: [{ id: three }], applied: true });
    expect(await ask("select a from w")).toBe("2x");
    expect(jsonOf(await project.run("apply", "--json"))).toMatchObject({ migrations: [], steps: [] });
    project.migrations({ [three]: null });
    project.write({ "v.sql": "create view v as select id, a from t;" });
    expect(await project.run("downgrade", "--yes")).toMatchObject({ code: 0, stderr: "" });
    expect(await ask("select a from w")).toBe(2);
  });

  test("on a live target a generated block is the engine's part, on a migrated one the script's", async () => {
    const up = [
      "alter table t add column b int;",
      "-- migrator: components",
      "drop view v;",
      "-- migrator: statement",
      "alter table t alter column a type bigint;",
      "-- migrator: end statement",
      "create view v as select id, a, b from t;",
      "-- migrator: end components",
      "insert into t values (3, 4, 5);",
    ].join("\n");
    const base = "create table t (id int, a int);";
    const run = async (components: "live" | "migrated"): Promise<unknown> => {
      const targets = { it: { url: server.url(), components } };
      const project = server.project({ "v.sql": "create view v as select id, a from t;" }, { targets });
      project.migrations({
        [`${one}/up.sql`]: `${base}${components === "migrated" ? "create view v as select id, a from t;" : ""}`,
      });
      expect(await project.run("apply", "--target", "it")).toMatchObject({ code: 0 });
      project.migrations({ [`${two}/up.sql`]: up });
      project.write({ "v.sql": "create view v as select id, a, b from t;" });
      expect(await project.run("apply", "--target", "it")).toMatchObject({ code: 0, stderr: "" });
      return ask(
        "select json_build_object('sql', pg_get_viewdef('v'::regclass), 'rows', (select json_agg(v) from v))::text",
      );
    };
    const live = await run("live");
    await server.reset();
    expect(await run("migrated")).toBe(live);
  });

  test("marks of a block that do not go in pairs are told", async () => {
    const project = server.project({});
    project.migrations({
      [`${one}/up.sql`]: "select 1;\n-- migrator: components\nselect 2;\n-- migrator: end statement\n",
    });
    expect(jsonOf(await project.run("migration", "apply", "--json")).errors).toMatchObject([
      { code: "migration", file: `migrator/migrations/${one}/up.sql`, line: 4 },
    ]);
  });

  test("a secret reaches the statement alone: not the ledger, the pin, the built SQL, a message", async () => {
    const hidden = "s3cr\\et'value";
    const project = server.project({}, { variables: { key: { secret: { file: "key.txt" } }, plain: "p" } });
    writeFileSync(join(project.folder, "key.txt"), `${hidden}\n`);
    project.migrations({
      [`${one}/up.sql.jinja`]:
        "create table t (k text, p text);\ninsert into t values ({{ key }}, {{ plain }});",
      [`${one}/down.sql.jinja`]: "delete from t where k = {{ key }};\nselect 1 / count(*) from t;",
    });
    const told: string[] = [];
    const run = async (...args: readonly string[]): Promise<Ran> => {
      const ran = await project.run(...args);
      told.push(ran.stdout, ran.stderr);
      return ran;
    };
    expect(await run("migration", "pin", one)).toMatchObject({ code: 0, stderr: "" });
    expect(await run("migration", "build", one, "--pinned=true")).toMatchObject({
      stdout: expect.stringContaining("insert into t values (:'key', 'p')"),
    });
    expect(await run("migration", "apply")).toMatchObject({ code: 0, stderr: "" });
    expect(await ask("select k from t")).toBe(hidden);
    expect(await run("migration", "revert")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("division by zero"),
    });
    await server.script("insert into t values ('other', '')");
    expect(await run("migration", "revert")).toMatchObject({ code: 0, stderr: "" });
    await run("migration", "apply", "--json");
    await run("status", "--json");
    const ledger = await ask(
      "select (select json_agg(m)::text from migrator.migration m) || (select json_agg(r)::text from migrator.run r)",
    );
    told.push(String(ledger));
    for (const file of readdirSync(project.folder, { recursive: true, encoding: "utf8" })) {
      const path = join(project.folder, file);
      if (file !== "key.txt" && statSync(path).isFile()) told.push(readFileSync(path, "latin1"));
    }
    for (const text of told) expect(text).not.toMatch(/s3cr/);
  });

  test("a pin fixes files, variables and values that differ each time", async () => {
    const project = server.project(
      { "v.sql": "create view v as select 1 as a;" },
      { variables: { size: 3 } },
    );
    writeFileSync(join(project.folder, "rows.csv"), "id,name\n1,one\n");
    project.migrations({
      [`${one}/up.sql.jinja`]: [
        "select {{ size }}, {{ uuid_v4() }}, {{ uuid_v7() }};",
        "{% for row in read_csv('rows.csv') %}select {{ row.name }};{% endfor %}",
        "{% include 'v.sql' %}",
        "{% include './beside.sql' %}",
      ].join("\n"),
      [`${one}/beside.sql`]: "select 'beside';",
    });
    expect(await project.run("migration", "pin", one)).toMatchObject({ code: 0, stderr: "" });
    const built = (await project.run("migration", "build", one, "--pinned=true")).stdout;
    expect(built).toContain("select 'one';");
    project.write({ "v.sql": "create view v as select 2 as a;" });
    project.migrations({ [`${one}/beside.sql`]: "select 'changed';" });
    writeFileSync(join(project.folder, "rows.csv"), "id,name\n1,two\n");
    writeFileSync(
      join(project.folder, "migrator.json"),
      JSON.stringify({ project: "app", searchPath: ["public"], variables: { size: 4 } }),
    );
    expect((await project.run("migration", "build", one, "--pinned=true")).stdout).toBe(built);
    const open = (await project.run("migration", "build", one, "--pinned=false")).stdout;
    expect(open).toContain("select 'two';");
    expect(open).toContain("select 4, ");
    expect(await project.run("pin", "diff", one)).toMatchObject({
      stdout: expect.stringContaining("+create view v as select 2 as a;"),
    });
    expect(await project.run("pin", "check")).toMatchObject({ code: 0 });
  });

  test("a store that is not whole is told, file by file", async () => {
    const project = server.project({
      "v.sql": "create view v as select 1 as a;",
      "w.sql": "create view w as select 1 as a;",
    });
    project.migrations({ [`${one}/up.sql.jinja`]: "{% include 'v.sql' %}\n{% include 'w.sql' %}" });
    await project.run("migration", "pin", one);
    const store = join(project.folder, "migrator/migrations/pinned_components");
    const stored = readdirSync(store, { recursive: true, encoding: "utf8" })
      .filter((name) => name.length > 60)
      .sort();
    expect(stored).toHaveLength(2);
    const [first = "", second = ""] = stored;
    writeFileSync(join(store, first), "create view v as select 3 as a;");
    rmSync(join(store, second));
    mkdirSync(join(store, "ab"), { recursive: true });
    writeFileSync(join(store, "ab", `ab${"0".repeat(62)}`), "nobody's");
    const check = await project.run("pin", "check", "--json");
    expect(check.code).toBe(1);
    expect(jsonOf(check).errors.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        expect.stringContaining("was altered"),
        expect.stringContaining("missing from the store"),
        "no migration is pinned to it",
      ]),
    );
    expect(jsonOf(await project.run("migration", "apply", "--json")).errors).toMatchObject([{ code: "pin" }]);
    rmSync(join(store, first));
    await project.run("migration", "pin", one);
    expect(await project.run("pin", "prune")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("removed"),
    });
    expect(await project.run("pin", "check")).toMatchObject({ code: 0 });
    expect(await project.run("pin", "checkout", one, "--into", "then")).toMatchObject({ code: 0 });
    expect(readFileSync(join(project.folder, "then/v.sql"), "utf8")).toBe("create view v as select 1 as a;");
  });
});
