import { describe, expect, test } from "vitest";
import { useServer } from "./support/project.ts";

const server = useServer();

const files = {
  "v.sql": "create view v as select id, a from t;",
  "m.sql": "create materialized view m as select id, a from v;\ncreate unique index m_id on m (id);",
};
const base = "create table t (id int primary key, a int); insert into t values (1, 2);";

describe("--refresh", () => {
  test("a stale materialized view is told, and filled beside its readers where that is asked", async () => {
    const project = server.project(files);
    await server.script(base);
    await project.run("sync");
    project.write({ "v.sql": "create view v as select id, a * 2 as a from t;" });
    const plan = await project.run("plan", "--refresh", "affected", "--sql");
    expect(plan.stdout).toContain("REFRESH MATERIALIZED VIEW CONCURRENTLY public.m");
    const told = await project.run("plan");
    expect(told.stdout).toContain("materialized view public.m may be stale: view public.v changed");
    const wrong = await project.run("sync", "--refresh", "every");
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("--refresh every is not known") });
    const done = await project.run("sync", "--refresh", "affected");
    expect(done).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("refresh  └─ materialized view public.m"),
    });
  });
});
