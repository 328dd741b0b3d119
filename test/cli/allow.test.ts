import { describe, expect, test } from "vitest";
import { useServer } from "./support/project.ts";
import { jsonOf } from "./support/run-cli.ts";

const server = useServer();

const before = { "f.sql": "create function f(x int) returns int language sql immutable as 'select x';" };
const after = "create function f(x int) returns bigint language sql immutable as 'select x::bigint';";
const base = `create table t (id int primary key, a int);
  insert into t select n, n from generate_series(1, 100) n;`;
const needs = `create index by_f on t (f(a));
  alter table t add constraint positive check (f(a) > 0);
  analyze t;`;

describe("--allow", () => {
  test("what costs is in the plan and is done only where it is allowed", async () => {
    const project = server.project(before);
    await server.script(base);
    await project.run("sync");
    await server.script(needs);
    project.write({ "f.sql": after });
    const planned = await project.run("plan");
    expect(planned.code).toBe(0);
    expect(planned.stdout).toContain("cost      table public.t: rebuild-index, about 100 rows");
    expect(planned.stdout).toContain("cost      table public.t: revalidate, about 100 rows");
    expect(planned.stdout.match(/; not allowed: --allow [a-z-]+/g)).toEqual([
      "; not allowed: --allow rebuild-index",
      "; not allowed: --allow revalidate",
    ]);
    const some = jsonOf(await project.run("plan", "--json", "--allow", "revalidate"));
    expect(some.costs).toEqual([
      expect.objectContaining({ kind: "rebuild-index", refused: true }),
      expect.not.objectContaining({ refused: true }),
    ]);
    const refused = await project.run("sync", "--json", "--allow", "revalidate");
    expect(refused.code).toBe(1);
    expect(jsonOf(refused)).toMatchObject({
      applied: false,
      errors: [
        {
          code: "cost-not-allowed",
          message: expect.stringMatching(/^an index of table public\.t is built again \(about 100 rows/),
          fix: 'add --allow rebuild-index, or list it under "allow" in migrator.json',
        },
      ],
    });
    expect((await project.run("status", "--exit-code")).code).toBe(3);
    expect((await project.run("sync", "--allow", "revalidate,rebuild-index")).code).toBe(0);
    expect((await project.run("status", "--exit-code")).code).toBe(0);
  });

  test("what cannot follow is told together with what is not allowed, and nothing costly ran", async () => {
    const project = server.project(before);
    await server.script(base);
    await project.run("sync");
    await server.script(`${needs}
      alter table t add column b boolean default f(1) > 0;
      alter table t add constraint small check (f(a) < 1000);`);
    project.write({
      "f.sql": "create function f(x int) returns text[] language sql immutable as 'select array[x::text]';",
    });
    const refused = await project.run("sync", "--json");
    expect(refused.code).toBe(1);
    const { errors } = jsonOf(refused) as { errors: { code: string; message: string }[] };
    expect(errors.map(({ code, message }) => `${code} ${message.replace(/\(.*?\)/, "(…)")}`).sort()).toEqual([
      "cost-not-allowed an index of table public.t is built again (…), and --allow rebuild-index was not given",
      "cost-not-allowed table public.t is read to check its rows (…), and --allow revalidate was not given",
      "cost-not-allowed table public.t is read to check its rows (…), and --allow revalidate was not given",
      "dependent-blocks function public.f(…) is made anew, and check constraint positive of table public.t, owned by postgres, cannot follow: operator does not exist: text[] > integer",
      "dependent-blocks function public.f(…) is made anew, and check constraint small of table public.t, owned by postgres, cannot follow: operator does not exist: text[] < integer",
      'dependent-blocks function public.f(…) is made anew, and default of column "b" of table public.t, owned by postgres, cannot follow: operator does not exist: text[] > integer',
    ]);
  });

  test("migrator.json can allow a cost, and an unknown one is told", async () => {
    const project = server.project(before, { allow: ["rebuild-index", "revalidate"] });
    await server.script(base);
    await project.run("sync");
    await server.script(needs);
    project.write({ "f.sql": after });
    const wrong = await project.run("sync", "--allow", "rebuild");
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("--allow rebuild is not known") });
    expect((await project.run("sync")).code).toBe(0);
  });

  test("a protected target allows nothing by itself", async () => {
    const view = "create materialized view m as select a from t;";
    const target = { url: { env: "DATABASE_URL" }, protected: true };
    const project = server.project({ "m.sql": view }, { targets: { prod: target } });
    await server.script(base);
    expect((await project.run("sync")).code).toBe(0);
    project.write({
      "m.sql": "create materialized view m as select a::bigint as a from t;",
    });
    const refused = await project.run("sync");
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("materialized view public.m is filled again"),
    });
    expect((await project.run("sync", "--allow", "repopulate")).code).toBe(0);
  });
});
