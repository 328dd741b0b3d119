import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useServer } from "./support/project.ts";
import { jsonOf } from "./support/run-cli.ts";

const server = useServer();

const files = {
  "v.sql": "create view v as select id, a from t;",
  "w.sql": "create view w as select a::text as a from v;",
};
const base = "create table t (id int primary key, a int); insert into t values (1, 2); analyze t;";
const statement = "alter table t alter column a type bigint";

describe("--around", () => {
  test("a statement, printed as SQL that psql could run, planned and done", async () => {
    const project = server.project(files);
    await server.script(base);
    await project.run("sync");
    const plan = await project.run("plan", "--around", statement, "--sql");
    expect(plan.code).toBe(0);
    const stub = plan.stdout.indexOf("view public.v is detached");
    expect(stub).toBeGreaterThan(-1);
    expect(plan.stdout.indexOf(statement)).toBeGreaterThan(stub);
    const refused = await project.run("sync", "--around", statement);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("table public.t is written anew (about 1 rows, 8192 bytes)"),
    });
    const done = await project.run("sync", "--json", "--around", statement, "--allow", "rewrite");
    expect(done.code).toBe(0);
    expect(jsonOf(done)).toMatchObject({
      steps: [
        { kind: "detach", object: "view public.v" },
        { kind: "alter", object: "table public.t", sql: [statement] },
        { kind: "recreate", object: "view public.v" },
        { kind: "rebind", object: "view public.w" },
        { kind: "alter", object: "view public.v" },
      ],
      costs: [{ relation: "table public.t", kind: "rewrite", rows: 1 }],
    });
    expect((await project.run("sync")).stdout).toContain("nothing to do");
  });

  test("a file of statements; a mistake is told at its place in it", async () => {
    const project = server.project(files);
    await server.script(base);
    await project.run("sync");
    writeFileSync(join(project.folder, "change.sql"), "alter table t add column b int;\nalter tabel t;");
    const wrong = await project.run("sync", "--around", "change.sql");
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("change.sql:2:7") });
    writeFileSync(join(project.folder, "change.sql"), "-- two\nalter table t add column b int;\ncommit;");
    const commit = await project.run("sync", "--around", "change.sql");
    expect(commit).toMatchObject({ code: 1, stderr: expect.stringContaining("change.sql:3:1") });
    writeFileSync(
      join(project.folder, "change.sql"),
      "alter table t add column b int;\nalter table t drop column a;",
    );
    project.write({ "v.sql": "create view v as select id, b as a from t;" });
    expect((await project.run("sync", "--around", "change.sql")).code).toBe(0);
  });
});
