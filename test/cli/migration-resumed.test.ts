/** Scripts without a transaction that stopped in the middle, and go on in either direction. */
import { describe, expect, test } from "vitest";
import { useServer } from "./support/project.ts";
import { jsonOf } from "./support/run-cli.ts";

const one = "20240101000000-one";
const head = "-- migrator: no-transaction\n";

describe("scripts without a transaction that stopped", () => {
  const server = useServer();
  const ask = async (sql: string): Promise<unknown> => {
    const [row] = await server.database().query(sql);
    return row === undefined ? undefined : Object.values(row)[0];
  };
  const tables = () =>
    ask(
      "select coalesce(string_agg(relname, ',' order by relname), '') from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'",
    );
  const stateOf = async (project: ReturnType<typeof server.project>): Promise<unknown> => {
    const { migrations } = jsonOf(await project.run("migration", "status", "--json")) as unknown as {
      migrations: readonly { state: string }[];
    };
    return migrations.map(({ state }) => state).join(",");
  };

  test("a script that does not begin with what ran is refused, and names the first statement that differs", async () => {
    const project = server.project({});
    const write = (sql: string) => project.migrations({ [`${one}/up.sql`]: `${head}${sql}` });
    write("create table a (x int);\ncreate table b (x int);\nselect 1/0;");
    const failed = await project.run("migration", "apply");
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stderr).not.toContain("nothing of this migration was applied");
    expect(failed.stderr).toContain("the 2 statements before it are applied and stay");
    write("create table b (x int);\ncreate table c (x int);\ncreate table d (x int);");
    const other = await project.run("migration", "apply");
    expect(other).toMatchObject({ code: 1 });
    expect(other.stderr).toContain(`statement 1 of ${one} is not what ran`);
    expect(other.stderr).toContain("what ran as statement 1: create table a (x int)");
    write("create table a (x int);");
    expect((await project.run("migration", "apply")).stderr).toContain("statement 2");
    expect(await tables()).toBe("a,b");
    write("CREATE TABLE a (x int); -- as it was\ncreate table b (\n  x int\n);\ncreate table c (x int);");
    expect(await project.run("migration", "apply")).toMatchObject({ code: 0 });
    expect(await tables()).toBe("a,b,c");
  });

  test("what goes on is what the ledger keeps: the way back and the checksum too", async () => {
    const project = server.project({});
    project.migrations({
      [`${one}/up.sql`]: `${head}create table a (x int);\nselect 1/0;`,
      [`${one}/down.sql`]: "drop table nothing;",
    });
    expect(await project.run("migration", "apply")).toMatchObject({ code: 1 });
    project.migrations({
      [`${one}/up.sql`]: `${head}create table a (x int);\ncreate table b (x int);`,
      [`${one}/down.sql`]: "drop table a, b;",
    });
    expect(await project.run("migration", "apply")).toMatchObject({ code: 0 });
    expect(await stateOf(project)).toBe("applied");
    expect(await ask("select up->>'sql' from migrator.migration")).toContain("create table b");
    expect(await project.run("migration", "revert", "--yes")).toMatchObject({ code: 0 });
    expect(await tables()).toBe("");
  });

  test("one that stopped and has lost its header says so", async () => {
    const project = server.project({});
    project.migrations({ [`${one}/up.sql`]: `${head}create table a (x int);\nselect 1/0;` });
    expect(await project.run("migration", "apply")).toMatchObject({ code: 1 });
    project.migrations({ [`${one}/up.sql`]: "create table a (x int);\nselect 1;" });
    const ran = await project.run("migration", "apply");
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.stderr).toContain('has no "-- migrator: no-transaction" any more');
  });

  test("a way back that stopped shows, and goes on with a corrected script", async () => {
    const project = server.project({});
    const down = (sql: string) => project.migrations({ [`${one}/down.sql`]: `${head}${sql}` });
    project.migrations({ [`${one}/up.sql`]: "create table a ();create table b ();create table c ();" });
    down("drop table a;\nselect 1/0;\ndrop table b;");
    expect(await project.run("migration", "apply")).toMatchObject({ code: 0 });
    expect(await project.run("migration", "revert", "--yes")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("the statement before it ran"),
    });
    expect(await stateOf(project)).toBe("undoing");
    // apply would not go on either: somebody has to look.
    for (const command of [["status"], ["migration", "status"]])
      expect(await project.run(...command, "--exit-code")).toMatchObject({ code: 4 });
    expect(await project.run("migration", "apply")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is partly undone"),
    });
    down("drop table c;\ndrop table a;\ndrop table b;");
    expect(await project.run("migration", "adopt", one)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("statement 1"),
    });
    project.migrations({ [`${one}/down.sql`]: "drop table a;\ndrop table b;" });
    expect(await project.run("migration", "adopt", one)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has no "-- migrator: no-transaction" any more'),
    });
    down("drop table a;\ndrop table b;\ndrop table c;");
    expect(await project.run("migration", "adopt", one)).toMatchObject({ code: 0 });
    expect(await stateOf(project)).toBe("undoing");
    expect(await project.run("migration", "revert", "--yes")).toMatchObject({ code: 0 });
    expect(await tables()).toBe("");
    expect(await stateOf(project)).toBe("pending");
  });

  test("a way back that stopped and was finished by hand is told by an empty script", async () => {
    const project = server.project({});
    project.migrations({
      [`${one}/up.sql`]: "create table a ();create table b ();",
      [`${one}/down.sql`]: `${head}drop table a;\nselect 1/0;`,
    });
    expect(await project.run("migration", "apply")).toMatchObject({ code: 0 });
    expect(await project.run("migration", "revert", "--yes")).toMatchObject({ code: 1 });
    await server.script("drop table b");
    project.migrations({ [`${one}/down.sql`]: "-- undone by hand\n" });
    expect(await project.run("migration", "adopt", one)).toMatchObject({ code: 0 });
    expect(await project.run("migration", "revert", "--yes")).toMatchObject({ code: 0 });
    expect(await stateOf(project)).toBe("pending");
  });
});
