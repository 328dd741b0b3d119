/** A live target that begins with nothing runs the history that a migrated one runs. */
import { describe, expect, test } from "vitest";
import { useServer } from "./support/project.ts";
import { jsonOf } from "./support/run-cli.ts";

const base = "20240101000000-base";
const later = "20990101000000-later";

describe("a live target that begins with nothing", () => {
  const server = useServer();
  const ask = async (sql: string): Promise<unknown> => {
    const [row] = await server.database().query(sql);
    return row === undefined ? undefined : Object.values(row)[0];
  };
  const history = async (script: string) => {
    const project = server.project({
      "f.sql": "create function f(x int) returns int language sql as 'select x + 1';",
    });
    project.migrations({
      [`${base}/up.sql`]: "create table t (id int primary key, a int); insert into t values (1, 1);",
    });
    expect(await project.run("migration", "new", "first", "--changed")).toMatchObject({ code: 0 });
    project.migrations({ [`${later}/up.sql`]: script });
    return project;
  };

  test("a migration behind a block has what the block brings along", async () => {
    const project = await history("update t set a = f(a);");
    const planned = await project.run("plan");
    expect(planned).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${later} needs components that are brought along before it`),
    });
    const ran = await project.run("apply", "--json");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(await ask("select a from t")).toBe(2);
    expect(jsonOf(await project.run("apply", "--json"))).toMatchObject({ migrations: [], steps: [] });
  });

  test("what is missing all the same is told", async () => {
    const project = await history("update t set a = g(a);");
    const ran = await project.run("apply");
    expect(ran).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("function g(integer) does not exist"),
    });
    expect(await ask("select a from t")).toBe(1);
  });

  test("components that need what comes behind the block follow it", async () => {
    const project = await history("alter table t add column b int;");
    project.write({ "v.sql": "create view v as select b from t;" });
    expect(await project.run("apply")).toMatchObject({ code: 0 });
    expect(await ask("select count(*) from v")).toBe("1");
  });
});
