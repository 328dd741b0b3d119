/** Generated blocks, tried in the embedded shadow and on a server. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useServer } from "./support/project.ts";
import { jsonOf } from "./support/run-cli.ts";

const one = "20240101000000-one";

describe("a generated block", () => {
  const server = useServer(18);

  const ask = async (sql: string): Promise<unknown> => {
    const [row] = await server.database().query(sql);
    return row === undefined ? undefined : Object.values(row)[0];
  };

  function start() {
    const targets = { prod: { url: server.url(), components: "migrated" } };
    const project = server.project(
      {
        "v.sql": "create view v as select id, a from t;\ncomment on view v is 'rows';",
        "w.sql": "create view w as select a from v;",
      },
      { targets },
    );
    project.migrations({
      [`${one}/up.sql`]: "create table t (id int, a int);\ninsert into t values (1, 2);",
    });
    const folder = (name: string): string => {
      const migrations = join(project.folder, "migrator/migrations");
      const found = readdirSync(migrations).find((entry) => entry.endsWith(`-${name}`));
      if (found === undefined) throw new Error(`there is no migration ${name}`);
      return join(migrations, found);
    };
    const read = (name: string, file: string): string => readFileSync(join(folder(name), file), "utf8");
    return { project, folder, read };
  }

  test("brings what changed along, goes back, is written anew after a rebase, and is tested in a shadow", async () => {
    const { project, folder, read } = start();
    expect(await project.run("migration", "new", "first", "--changed")).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect(read("first", "up.sql.jinja")).toContain('{% include "v.sql" %}');
    expect(await project.run("migration", "new", "nothing", "--changed")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("nothing to write"),
    });
    expect(await project.run("apply", "--target", "prod")).toMatchObject({ code: 0, stderr: "" });
    expect(await ask("select a from w")).toBe(2);

    project.write({
      "v.sql": "create view v as select a::bigint as a from t;\ncomment on view v is 'rows';",
    });
    const made = await project.run(
      "migration",
      "new",
      "second",
      "--changed",
      "--around",
      "alter table t add column b int",
    );
    expect(made).toMatchObject({ code: 0, stderr: "" });
    const up = read("second", "up.sql.jinja");
    expect(up).toContain(
      "-- migrator: statement\nalter table t add column b int;\n-- migrator: end statement",
    );
    expect(up).toContain('{% filter create %}{% include "v.sql" %}{% endfilter %}');
    expect(read("second", "down.sql.jinja")).toContain('include "v.sql@app/');
    expect(await project.run("apply", "--target", "prod")).toMatchObject({ code: 0, stderr: "" });
    expect(await ask("select pg_typeof(a)::text || obj_description('v'::regclass) from w")).toBe(
      "bigintrows",
    );
    expect(await project.run("migration", "revert", "--target", "prod")).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect(await ask("select pg_typeof(a)::text from w")).toBe("integer");
    expect(await project.run("apply", "--target", "prod")).toMatchObject({ code: 0, stderr: "" });

    const past = jsonOf(await project.run("history", "v", "--target", "prod", "--json"));
    expect(past).toMatchObject({
      entries: [
        {
          what: "applied",
          source: expect.stringMatching(/-second$/),
          text: expect.stringContaining("+create view v as select a::bigint as a from t;"),
        },
        { what: "applied", source: expect.stringMatching(/-first$/), reason: "new" },
      ],
    });

    // Somebody else's migration comes before the second, and the component takes its column.
    project.migrations({
      "20240102000000-theirs/up.sql": "alter table t add column theirs text default 'x';",
    });
    project.write({
      "v.sql": "create view v as select a::bigint as a, theirs from t;\ncomment on view v is 'rows';",
    });
    const path = join(folder("second"), "up.sql.jinja");
    writeFileSync(path, `create table by_hand (id int);\n${up}insert into by_hand values (1);\n`);
    writeFileSync(
      join(folder("second"), "down.sql.jinja"),
      `${read("second", "down.sql.jinja")}drop table by_hand;\n`,
    );
    const refused = await project.run("migration", "refresh", "second", "--json");
    expect(refused).toMatchObject({ code: 1 });
    expect(jsonOf(refused)).toMatchObject({
      errors: [
        {
          code: "migration-state",
          message: expect.stringMatching(/-second is applied \(.*\): written anew, it would no longer be/),
          file: expect.stringMatching(/-second$/),
          fix: expect.stringContaining("--ignore-applied"),
        },
      ],
    });
    expect(read("second", "up.sql.jinja")).toContain("create table by_hand");
    expect(read("second", "up.sql.jinja")).not.toContain("theirs");
    const wanted = await project.run("migration", "refresh", "second", "--ignore-applied");
    expect(wanted).toMatchObject({ code: 0, stderr: "" });
    const anew = read("second", "up.sql.jinja");
    expect(anew).toMatch(/^create table by_hand[\s\S]*insert into by_hand values \(1\);\n$/);
    expect(await project.run("migration", "build", "second", "--pinned=true")).toMatchObject({
      stdout: expect.stringContaining("a::bigint as a, theirs from t"),
    });
    expect(await project.run("migration", "test", "--all")).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringContaining("4 tested"),
    });
    expect(await project.run("pin", "prune")).toMatchObject({ code: 0 });
    expect(await project.run("pin", "check")).toMatchObject({ code: 0 });
  });

  test("is written anew where the database has it no more, and where nobody can say", async () => {
    const { project } = start();
    expect(await project.run("migration", "new", "first", "--changed")).toMatchObject({ code: 0 });
    expect(await project.run("apply", "--target", "prod")).toMatchObject({ code: 0 });
    expect(await project.run("migration", "refresh", "first")).toMatchObject({ code: 1 });
    expect(await project.run("migration", "revert", "first", "--target", "prod")).toMatchObject({ code: 0 });
    expect(await project.run("migration", "refresh", "first")).toMatchObject({ code: 0, stderr: "" });
    const nowhere = ["--database-url", "postgres://nobody@127.0.0.1:1/nothing"];
    const unasked = await project.run("migration", "refresh", "first", "--json", ...nowhere);
    expect(unasked).toMatchObject({ code: 0 });
    expect(jsonOf(unasked)).toMatchObject({
      warnings: [expect.stringContaining("-first is applied already could not be asked: ")],
    });
  });

  test("a sequence that belongs to a column of a view is not lost", async () => {
    const { project } = start();
    expect(await project.run("migration", "new", "first", "--changed")).toMatchObject({ code: 0 });
    project.migrations({ "29990101000000-sequence/up.sql": "create sequence s owned by w.a;" });
    for (const w of ["create view w as select a::bigint as a from v;", null]) {
      project.write({ "w.sql": w });
      expect(await project.run("migration", "new", "second", "--changed")).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("sequence public.s needs it"),
      });
    }
  });

  test("a down that brings back something else is told by the catalogs", async () => {
    const { project } = start();
    project.migrations({
      "20240103000000-three/up.sql": "alter table t add column c int;\ncomment on table t is 'x';",
      "20240103000000-three/down.sql": "alter table t drop column c;",
    });
    const ran = await project.run("migration", "test", "--json");
    expect(ran.code).toBe(1);
    expect(jsonOf(ran).errors).toMatchObject([
      {
        code: "migration-state",
        detail: expect.stringContaining("pg_description"),
        file: "migrator/migrations/20240103000000-three/down.sql",
      },
    ]);
  });

  test("a way back that nobody wrote is found", async () => {
    const { project, folder } = start();
    project.migrations({
      "20240103000000-three/up.sql":
        "alter table t rename column a to c;\nalter table t alter column c type bigint;\ngrant select on t to public;\nupdate t set id = 2;",
    });
    const found = await project.run("migration", "build", "three", "--pinned=false", "--down", "--write");
    expect(found).toMatchObject({ code: 0, stderr: "" });
    expect(found.stdout).toContain("-- nothing undoes: update t set id = 2");
    expect(readFileSync(join(folder("three"), "down.sql"), "utf8")).toBe(found.stdout);
    expect(await project.run("migration", "test", "three")).toMatchObject({ code: 0, stderr: "" });
  });

  test("a role that no migration makes is made in the shadow; one that is not pinned stops the replay", async () => {
    const { project } = start();
    project.migrations({ "20240103000000-three/up.sql": "grant select on t to somebody;" });
    expect(await project.run("migration", "new", "first", "--changed")).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("the shadow has no role somebody"),
    });
    project.migrations({ "20240104000000-four/up.sql.jinja": "{% include 'v.sql' %}" });
    const refused = await project.run("migration", "new", "second", "--changed", "--json");
    expect(jsonOf(refused).errors).toMatchObject([{ code: "pin" }]);
  });

  test("the shadow can stand on a server, and nothing of it stays", async () => {
    const { project } = start();
    const ran = await project.run("migration", "new", "first", "--changed", "--shadow", server.url());
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(await ask("select count(*) from pg_database where datname like 'migrator_shadow%'")).toBe("0");
  });

  test("what is untracked is left alone by a block: not dropped, and bound again where it stands on what is made anew", async () => {
    const { project, read } = start();
    project.write({ "x.sql": "create view x as select 1 as one;" });
    await project.run("migration", "new", "first", "--changed");
    await project.run("apply", "--target", "prod");
    await project.run("component", "untrack", join(project.folder, "migrator/components/w.sql"));
    await project.run("component", "untrack", join(project.folder, "migrator/components/x.sql"));
    project.write({ "x.sql": null });
    const left = await project.run("migration", "new", "second", "--changed");
    expect(left).toMatchObject({ code: 0, stdout: expect.stringContaining("nothing to write"), stderr: "" });
    project.write({
      "v.sql": "create view v as select a::bigint as a from t;\ncomment on view v is 'rows';",
    });
    expect(await project.run("migration", "new", "second", "--changed")).toMatchObject({ code: 0 });
    for (const file of ["up.sql.jinja", "down.sql.jinja"]) {
      expect(read("second", file)).not.toMatch(/drop view (public\.)?[wx];/i);
      expect(read("second", file)).not.toContain('include "w.sql');
    }
    expect(await project.run("apply", "--target", "prod")).toMatchObject({ code: 0, stderr: "" });
    expect(await ask("select pg_typeof(a)::text || one from w, x")).toBe("bigint1");
    expect(await project.run("migration", "revert", "--target", "prod")).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect(await ask("select pg_typeof(a)::text || one from w, x")).toBe("integer1");
    project.write({ "w.sql": null });
    await project.run("component", "track", "w.sql");
    expect(await project.run("migration", "new", "third", "--changed")).toMatchObject({ code: 0 });
    expect(read("third", "up.sql.jinja")).toMatch(/drop view (public\.)?w;/i);
  });

  test("what hangs on a recreated object and the block does not know stops it, with a list", async () => {
    const { project } = start();
    await project.run("migration", "new", "first", "--changed");
    await project.run("apply", "--target", "prod");
    project.write({
      "v.sql": "create view v as select a::bigint as a from t;\ncomment on view v is 'rows';",
    });
    await project.run("migration", "new", "second", "--changed");
    await server.script(
      "create view theirs as select a from v; create role reader; grant select on v to reader;",
    );
    const stopped = await project.run("apply", "--target", "prod", "--json");
    expect(jsonOf(stopped).errors).toMatchObject([
      {
        code: "migration-state",
        detail:
          "view public.theirs depends on view public.v\nview public.v: SELECT to reader by (whoever applies)",
      },
    ]);
    expect(await ask("select pg_typeof(a)::text from v")).toBe("integer");
    await server.script("drop view theirs; revoke select on v from reader; drop role reader;");
    expect(await project.run("apply", "--target", "prod")).toMatchObject({ code: 0, stderr: "" });
    await server.script("create view theirs as select a from v");
    const back = await project.run("migration", "revert", "--target", "prod");
    expect(back).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("view public.theirs depends on view public.v"),
    });
    await server.script("drop view theirs");
    expect(await project.run("migration", "revert", "--target", "prod")).toMatchObject({
      code: 0,
      stderr: "",
    });
  });
});
