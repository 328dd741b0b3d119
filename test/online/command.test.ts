/** `--online` as the command line has it, and on the embedded database. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectServer } from "../../src/database/server.ts";
import { describePlan } from "../cases/support/run-case.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { useServer } from "../cli/support/project.ts";
import { EVERYWHERE, type FreshDatabase, freshDatabase } from "../servers/database.ts";
import { after, base, before, hung } from "./shop.ts";

const server = useServer();
const files = {
  "v.sql": "create view v as select id, a from t;",
  "m.sql": "create materialized view m as select id, a from v;\ncreate unique index m_id on m (id);",
};
const table =
  "create table t (id int primary key, a int); insert into t select i, i from generate_series(1, 10) i;";

describe("--online", () => {
  test("is planned, done and told; what is left of it is shown", async () => {
    const project = server.project(files);
    await server.script(table);
    await project.run("sync");
    project.write({ "v.sql": "create view v as select id, a::bigint as a from t;" });
    const plan = await project.run("plan", "--online");
    expect(plan.stdout).toContain("online    materialized view public.m is filled beside the old one, first");
    expect(plan.stdout).toContain("online    view public.v is made beside the old one, first");
    const sql = await project.run("plan", "--online", "--sql");
    expect(sql.stdout).toMatch(/^-- sync --online builds what costs side by side first/);
    const done = await project.run("sync", "--online", "--json");
    expect(done.code).toBe(0);
    const { beside } = JSON.parse(done.stdout) as { beside: readonly unknown[] };
    expect(beside).toContainEqual({
      object: "materialized view public.m",
      what: "filled",
      filledAt: expect.stringMatching(/^\d{4}-/),
    });
    expect((await project.run("sync", "--online")).stdout).toContain("nothing to do");
    const wrong = await project.run("sync", "--online", "--around", "alter table t add column b int");
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--online and --around do not go together"),
    });
    await server.script(
      `create materialized view __migrator_new_1_1 as select 1 as a;
insert into migrator.prepared (project, key, catalog, oid, schema, scratch, target, inputs)
select project, 'left', 'pg_class', '__migrator_new_1_1'::regclass, 'public', '__migrator_new_1_1', '{}', '' from migrator.project;`,
    );
    expect((await project.run("status")).stdout).toContain("public.__migrator_new_1_1");
    expect((await project.run("doctor")).stdout).toContain(
      "an interrupted sync --online left public.__migrator_new_1_1",
    );
    expect((await project.run("sync")).stdout).toContain("what an interrupted --online run left behind goes");
    expect((await project.run("status")).stdout).not.toContain("__migrator_new_1_1");
  });
});

describe.each(EVERYWHERE)("on %s", (where) => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase(where);
  });
  afterAll(() => database.drop());

  test("two in a chain with all that hangs on them", async () => {
    await runScript(database, base);
    await syncTexts(database, before);
    await runScript(database, hung);
    await syncTexts(database, after, { online: true });
    expect(describePlan((await syncTexts(database, after)).result)).toBe("nothing to do\n");
    const [row] = await database.query(
      "select (select sum(n) from m2)::int as m2, (select n from stranger)::int as s",
    );
    expect(row).toEqual({ m2: 500, s: 285 });
  });
});

test("a policy that changes which rows are seen cannot stand in two versions: it is refused before anything is built", async () => {
  const database = await freshDatabase(18);
  try {
    await runScript(
      database,
      `create table t (id int primary key, a int); insert into t select i, i from generate_series(1, 10) i;
alter table t enable row level security; grant select on t to alice; grant create on schema public to alice;`,
    );
    const policy = (limit: number) => `create policy p on t for select to alice using (a > ${limit});`;
    const view = (a: string) =>
      `create materialized view m as select id, ${a} as a from t;\nalter materialized view m owner to alice;`;
    await syncTexts(
      database,
      new Map([
        ["p.sql", policy(3)],
        ["m.sql", view("a")],
      ]),
    );
    const both = new Map([
      ["p.sql", policy(6)],
      ["m.sql", view("a::bigint")],
    ]);
    await expect(syncTexts(database, both, { online: true })).rejects.toThrow(
      /policy p on public.t changes in the same run/,
    );
    expect(await database.query("select from pg_class where relname like '\\_\\_migrator%'")).toEqual([]);
    const one = new Map([
      ["p.sql", policy(3)],
      ["m.sql", view("a::bigint")],
    ]);
    await syncTexts(database, one, { online: true });
    // Filled as its owner sees the table, not as the tool's role does.
    expect(await database.query("select count(*)::int as n from m")).toEqual([{ n: 7 }]);
  } finally {
    await database.drop();
  }
});

test("a body that is read when it runs and names what changes is refused by name", async () => {
  const database = await freshDatabase(18);
  try {
    await runScript(database, "create table t (id int primary key, a int); insert into t values (1, 1);");
    const made = (a: string) =>
      new Map([
        ["v.sql", `create view v as select id, ${a} as a from t;`],
        [
          "f.sql",
          "create function f() returns bigint language plpgsql stable as $$ begin return (select sum(a) from public.v); end $$;",
        ],
        ["m.sql", `create materialized view m as select id, ${a} as a, f() as f from t;`],
      ]);
    await syncTexts(database, made("a"));
    await expect(syncTexts(database, made("a::bigint"), { online: true })).rejects.toThrow(
      /function public.f\(\) names view public.v/,
    );
  } finally {
    await database.drop();
  }
});

test("a role that is no superuser does it with its own rights", async () => {
  const database = await freshDatabase(18);
  const name = `online_${Math.random().toString(36).slice(2, 10)}`;
  try {
    await runScript(
      database,
      `create role ${name} login; grant alice to ${name} with inherit true, set true;
create table t (id int primary key, a int); insert into t select i, i from generate_series(1, 10) i; alter table t owner to ${name};
do $$ begin execute format('grant create on database %I to ${name}', current_database()); end $$;
grant create on schema public to ${name}, alice; grant select on t to alice;`,
    );
    const url = new URL(database.url ?? "");
    url.username = name;
    const own = await connectServer({ url: url.href });
    const made = (a: string) =>
      new Map([
        ["v.sql", `create view v as select id, ${a} as a from t;\ngrant select on v to alice;`],
        [
          "m.sql",
          "create materialized view m as select id, a from v;\nalter materialized view m owner to alice;\ncreate unique index m_id on m (id);",
        ],
        ["top.sql", "create view top as select a from m;"],
      ]);
    await syncTexts(own, made("a"));
    await syncTexts(own, made("a::bigint"), { online: true });
    expect(await database.query("select count(*)::int as n, pg_typeof(min(a))::text as t from m")).toEqual([
      { n: 10, t: "bigint" },
    ]);
    expect(describePlan((await syncTexts(own, made("a::bigint"))).result)).toBe("nothing to do\n");
    await own.close();
  } finally {
    await database.batch([`drop owned by ${name} cascade`]);
    await database.query(`drop role ${name}`);
    await database.drop();
  }
});
