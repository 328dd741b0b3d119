/** Components of many values: --canary, --max-failures, --shard, Ctrl-C, and a rerun that does what is missing. */
import pg from "pg";
import { describe, expect, test } from "vitest";
import { useServer } from "../cli/support/project.ts";
import { jsonOf } from "../cli/support/run-cli.ts";
import { startWatch } from "../watch/support/watch-process.ts";

const keys = Array.from({ length: 8 }, (_, i) => `t${i}`);

describe("on 18", () => {
  const server = useServer(18);
  const begin = async (matrices: object = { tenant: { values: keys } }) => {
    await server.script(keys.map((key) => `create schema ${key}; create table ${key}.t (id int);`).join(" "));
    const project = server.project({ "@tenant/v.sql": "create view v as select id from t;" }, { matrices });
    return project;
  };
  const views = async () =>
    (
      await server
        .database()
        .query("select schemaname::text as s from pg_views where viewname = 'v' order by 1")
    ).map(({ s }) => s);

  test.each(["sync", "apply"])(
    "%s: the others wait for --canary, and a rerun does what is missing",
    async (command) => {
      const project = await begin();
      await server.script("create view t1.v as select 'by hand' as id;");
      const first = await project.run(command, "--canary", "2", "--json", "--jobs", "3");
      expect(first.code).toBe(4);
      expect(jsonOf(first).left).toEqual(keys.slice(2).map((key) => `tenant=${key}`));
      expect(await views()).toEqual(["t0", "t1"]);
      const told = await project.run(command, "--canary", "t0", "--max-failures", "1", "--jobs", "1");
      expect([told.code, told.stdout]).toEqual([
        4,
        expect.stringContaining("8 values of matrices: 1 without changes, 1 failed, 6 not begun"),
      ]);
      await server.script("drop view t1.v;");
      expect((await project.run(command, "--canary", "2")).code).toBe(0);
      expect(await views()).toEqual(keys);
    },
  );

  test.each(["sync", "apply"])("%s: shards share the values among them", async (command) => {
    const project = await begin();
    const seen: unknown[] = [];
    for (const shard of ["1/3", "2/3", "3/3"]) {
      const before = await views();
      expect((await project.run(command, "--shard", shard)).code).toBe(0);
      seen.push((await views()).length - before.length);
    }
    expect(await views()).toEqual(keys);
    expect(seen).not.toContain(8);
    const refused = await project.run(command, "--shard", "1/3", "--together");
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("it goes with no --shard")]);
  });

  test("a value of a matrix without components that fails is left behind, and other components come along", async () => {
    const project = await begin({ tenant: { values: keys }, region: { values: ["eu", "us"] } });
    await server.script("create schema eu; create schema us; create table us.r (id int);");
    project.migrations({ "20240101000000-one/up.region.sql": "create table r (id int);" });
    const ran = await project.run("apply");
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('relation "r" already exists')]);
    expect(ran.stderr).not.toContain("--except");
    expect(await views()).toEqual(keys);
    // A key of one of several matrices chooses there, and one of none is a mistake.
    expect((await project.run("sync", "--only", "t1")).code).toBe(0);
    expect((await project.run("sync", "--only", "nobody")).code).toBe(2);
  });

  test("a plan tells of parts of values that have no components, and of values that are not known yet", async () => {
    const project = await begin({
      tenant: { query: "select name as schema from public.tenants" },
      region: { values: ["eu"] },
    });
    await server.script("create schema eu;");
    project.migrations({
      "20240101000000-one/up.sql":
        "create table public.tenants (name text); insert into public.tenants values ('t1');",
      "20240101000000-one/up.region.sql": "create table r (id int);",
    });
    const planned = await project.run("plan");
    expect([planned.code, planned.stderr]).toEqual([
      0,
      expect.stringContaining("the values of tenant are not known before what runs once is applied"),
    ]);
    expect(planned.stdout).toMatch(/20240101000000-one \(up\.region\) +create table r \(id int\)/);
    expect(await project.run("apply")).toMatchObject({ code: 0, stderr: "" });
    expect(await views()).toEqual(["t1"]);
  });

  test("Ctrl-C finishes those under way and stops; a rerun does the rest", async () => {
    const project = await begin();
    const holder = new pg.Client({ connectionString: server.url() });
    await holder.connect();
    try {
      await holder.query("begin; lock table t2.t in access exclusive mode;");
      const args = ["--database-url", server.url(), "--jobs", "1", "--json"];
      const running = startWatch(project.folder, args, false, "sync");
      const waiting = async () =>
        (
          await holder.query(
            "select count(*)::int as n from pg_locks where not granted and relation = 't2.t'::regclass",
          )
        ).rows[0]?.n;
      await expect.poll(waiting, { timeout: 20_000, interval: 20 }).toBe(1);
      const ended = running.end("SIGINT");
      await new Promise((resolve) => setTimeout(resolve, 100));
      await holder.query("rollback");
      expect(await ended).toBe(1);
      expect(JSON.parse(running.stdout()).left).toEqual(keys.slice(3).map((key) => `tenant=${key}`));
      expect(await views()).toEqual(["t0", "t1", "t2"]);
      expect((await project.run("sync")).code).toBe(0);
      expect(await views()).toEqual(keys);
    } finally {
      await holder.end();
    }
  });
});
