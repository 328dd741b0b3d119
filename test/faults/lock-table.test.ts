/** A plan that locks more than the server has room for says so before anything runs; one that fits works. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DatabaseError } from "../../src/database/database.ts";
import { connectServer } from "../../src/database/server.ts";
import { describePlan } from "../cases/support/run-case.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { freshDatabase } from "../servers/database.ts";
import { type Server, startServer } from "../servers/server.ts";
import { refusalOf } from "./settle.ts";
import { stateDifferences, wholeState } from "./whole-state.ts";

function views(count: number, type: string): ReadonlyMap<string, string> {
  const files = new Map([["base.sql", `create view base as select id, a::${type} as a from t;`]]);
  for (let i = 0; i < count; i++) files.set(`v${i}.sql`, `create view v${i} as select id, a from base;`);
  return files;
}

test.each([15, 18] as const)(
  "E5: a thousand views are recreated in one transaction on %s",
  async (where) => {
    const database = await freshDatabase(where);
    try {
      await runScript(database, "create table t (id int primary key, a int)");
      await syncTexts(database, views(1000, "int"));
      const { result } = await syncTexts(database, views(1000, "bigint"), { lockTimeout: 900 });
      expect(result.steps.filter((step) => step.kind === "recreate")).toHaveLength(1001);
      expect(describePlan((await syncTexts(database, views(1000, "bigint"))).result)).toBe("nothing to do\n");
    } finally {
      await database.drop();
    }
  },
  120_000,
);

describe("with a small lock table", () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer(18, { settings: { max_locks_per_transaction: "10", max_connections: "10" } });
  });
  afterAll(() => server.stop());

  test("E5: too many new views: the setting is named, and nothing was made", async () => {
    const database = await connectServer({ url: `postgres://postgres@127.0.0.1:${server.port}/postgres` });
    try {
      await runScript(database, "create table t (id int primary key, a int)");
      const diagnostics = await refusalOf(syncTexts(database, views(2500, "int")));
      expect(diagnostics).toMatchObject([
        { code: "setting-too-small", fix: expect.stringContaining("max_locks_per_transaction") },
      ]);
      expect(
        await database.query(
          "select relname from pg_class where relkind = 'v' and relnamespace = 'public'::regnamespace",
        ),
      ).toEqual([]);
    } finally {
      await runScript(database, "drop table t");
      await database.close();
    }
  }, 60_000);

  test("E5: one change that recreates too many dependents: the setting is named, and they are as before", async () => {
    const database = await connectServer({ url: `postgres://postgres@127.0.0.1:${server.port}/postgres` });
    try {
      await runScript(database, "create table t (id int primary key, a int)");
      // A few at a time, so that each transaction fits.
      for (const count of [200, 400, 600, 800, 990]) await syncTexts(database, views(count, "int"));
      const before = await database.query("select oid from pg_class where relkind = 'v' order by 1");
      const outcome = await syncTexts(database, views(990, "bigint")).then(
        () => "it works",
        async (error: unknown) => refusalOf(Promise.reject(error)),
      );
      // The server keeps some room in reserve: it may work. If it does not, the setting is named.
      if (outcome !== "it works") {
        expect(outcome).toMatchObject([
          { code: "setting-too-small", fix: expect.stringContaining("max_locks_per_transaction") },
        ]);
        expect(await database.query("select oid from pg_class where relkind = 'v' order by 1")).toEqual(
          before,
        );
      } else
        expect(describePlan((await syncTexts(database, views(990, "bigint"))).result)).toBe(
          "nothing to do\n",
        );
    } finally {
      await database.close();
    }
  }, 60_000);

  test("E5: other sessions fill the lock table: that is told, all is as before, and the next run does it", async () => {
    const maker = await connectServer({ url: server.url() });
    await maker.query("create database crowded");
    await maker.close();
    const url = server.url("crowded");
    const database = await connectServer({ url });
    const stranger = await connectServer({ url });
    try {
      await runScript(database, "create table t (id int primary key, a int)");
      await syncTexts(database, views(20, "int"));
      const before = await wholeState(database);
      const full = (error: unknown): boolean => error instanceof DatabaseError && error.sqlstate === "53200";
      // Advisory locks stand in the same table; those of a session outlive the statement that failed.
      for (let i = 0, room = true; room; i += 10) {
        const some = `select pg_advisory_lock(i) from generate_series(${i}, ${i + 9}) i`;
        room = await stranger.query(some).then(
          () => true,
          (error: unknown) => !full(error),
        );
      }
      // Room for what a run needs to begin, and not for its end.
      await stranger.query("select pg_advisory_unlock(i) from generate_series(0, 30) i");
      const diagnostics = await refusalOf(syncTexts(database, views(20, "bigint")));
      expect(diagnostics).toMatchObject([
        {
          code: "setting-too-small",
          message: expect.stringContaining("other sessions"),
          fix: expect.stringContaining("max_locks_per_transaction"),
        },
      ]);
      await stranger.query("select pg_advisory_unlock_all()");
      expect(stateDifferences(before, await wholeState(database), "copies")).toEqual([]);
      const { result } = await syncTexts(database, views(20, "bigint"));
      expect(result.steps.filter((step) => step.kind === "recreate")).toHaveLength(21);
    } finally {
      await stranger.close();
      await database.close();
    }
  }, 60_000);
});
