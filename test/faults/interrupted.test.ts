/** A run that is ended in its middle leaves the database as it was before, or as it is after; never between. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { commitTransaction, transactionId } from "../../src/database/commit.ts";
import { type Database, DatabaseError } from "../../src/database/database.ts";
import { connectServer } from "../../src/database/server.ts";
import { describePlan } from "../cases/support/run-case.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { startProxy } from "../proxy.ts";
import { type FreshDatabase, freshDatabase, resetDatabase } from "../servers/database.ts";
import { alone, stateOf, until } from "./settle.ts";

const before = new Map([
  ["base.sql", "create view base as select id, a from t;\ngrant select on base to bob;"],
  ["mid.sql", "create view mid as select id, a from base;"],
  ["m.sql", "create materialized view m as select id, a from mid;\ncreate index m_a on m (a);"],
]);
const after = new Map([
  ...before,
  ["base.sql", "create view base as select id, a::bigint as a from t;\ngrant select on base to bob;"],
]);

describe.each([15, 18] as const)("on %s", (where) => {
  let database: FreshDatabase;

  beforeAll(async () => {
    database = await freshDatabase(where);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await resetDatabase(database);
    await runScript(database, "create table t (id int primary key, a int); insert into t values (1, 1)");
    await syncTexts(database, before);
  });

  const port = (): number => Number(new URL(database.url ?? "").port);

  /** A sync that stops where it needs the lock on `relation` that a stranger holds; `end` ends it there. */
  async function endWhileWaiting(
    relation: string,
    end: (waiting: Database, pid: unknown) => Promise<void>,
  ): Promise<unknown> {
    const stranger = await connectServer({ url: database.url ?? "" });
    const victim = await connectServer({ url: database.url ?? "" });
    const [row] = await victim.query("select pg_backend_pid() as pid");
    await stranger.batch(["begin", `lock table ${relation} in access share mode`]);
    const running = syncTexts(victim, after, { lockTimeout: 20_000 }).catch((error: unknown) => error);
    await until(database, `select from pg_locks where pid = ${row?.pid} and not granted`);
    await end(victim, row?.pid);
    const outcome = await running;
    await stranger.close();
    await victim.close();
    await until(database, `select where ${alone}`);
    return outcome;
  }

  test.each([
    [
      "the server ends its session",
      async (_: Database, pid: unknown) =>
        void (await database.query("select pg_terminate_backend($1)", [pid])),
    ],
    ["the tool closes its connection", (victim: Database) => victim.close()],
    ["the user cancels it", (victim: Database) => victim.cancel()],
  ])("E4: while it waits for a lock %s", async (_, end) => {
    const state = await stateOf(database);
    expect(await endWhileWaiting("base", end)).toBeInstanceOf(Error);
    expect(await stateOf(database)).toEqual(state);
    const { result } = await syncTexts(database, after);
    expect(describePlan(result)).toContain("recreate view public.base");
  });

  /** On a connection of its own, as the command does. */
  const reconnected = async <T>(work: (again: Database) => Promise<T>): Promise<T> => {
    const again = await connectServer({ url: database.url ?? "" });
    try {
      return await work(again);
    } finally {
      await again.close();
    }
  };

  test("E4: the network fails at each message in turn", async () => {
    let old = await stateOf(database);
    const outcomes = { before: 0, after: 0 };
    for (let cut = 1, cutSomething = true; cutSomething; cut++) {
      const { seen, outcome } = await syncCutAt(cut);
      cutSomething = seen;
      const now = await stateOf(database);
      const failed = outcome instanceof Error;
      if (JSON.stringify(now) === JSON.stringify(old)) {
        expect(failed, `cut at message ${cut}: nothing is done, and that is told`).toBe(true);
        outcomes.before++;
        continue;
      }
      expect(failed, `cut at message ${cut}: it is done, and that is told`).toBe(false);
      // Not as before, so it must be as after: nothing is left to do.
      const { result } = await syncTexts(database, after);
      expect(describePlan(result), `cut at message ${cut}`).toBe("nothing to do\n");
      outcomes.after++;
      await syncTexts(database, before);
      old = await stateOf(database);
    }
    expect(outcomes.before).toBeGreaterThan(5);
    expect(outcomes.after).toBeGreaterThan(0);
  }, 180_000);

  /** A sync whose connection breaks at the given message, of either side; not `seen` where it ended before that. */
  async function syncCutAt(cut: number): Promise<{ readonly seen: boolean; readonly outcome: unknown }> {
    let armed = false;
    let seen = 0;
    const proxy = await startProxy({
      port: port(),
      inspect: () => {
        if (armed) seen++;
        return armed && seen === cut ? "cut" : "pass";
      },
    });
    const victim = await connectServer({ url: proxy.through(database.url ?? "") });
    armed = true;
    const outcome = await syncTexts(victim, after, { reconnected }).catch((error: unknown) => error);
    armed = false;
    await victim.close();
    await proxy.close();
    await until(database, `select where ${alone}`);
    return { seen: seen >= cut, outcome };
  }

  /** A sync whose COMMIT takes a while, with its connection cut as soon as the server works on it. */
  async function syncLostAtCommit(
    then: (pid: unknown) => Promise<void>,
    again: typeof reconnected | null = reconnected,
  ): Promise<unknown> {
    await database.batch([
      "create function slow_commit() returns trigger language plpgsql as $$ begin perform pg_sleep(1); return null; end $$",
      "create constraint trigger slow_commit after insert on migrator.run deferrable initially deferred for each row execute function slow_commit()",
    ]);
    const proxy = await startProxy({ port: port() });
    const victim = await connectServer({ url: proxy.through(database.url ?? "") });
    const [row] = await victim.query("select pg_backend_pid() as pid");
    const running = syncTexts(victim, after, again === null ? {} : { reconnected: again }).catch(
      (error: unknown) => error,
    );
    await until(database, `select from pg_stat_activity where pid = ${row?.pid} and wait_event = 'PgSleep'`);
    proxy.cut();
    await then(row?.pid);
    const outcome = await running;
    await victim.close();
    await proxy.close();
    await until(database, `select where ${alone}`);
    await database.batch(["drop function slow_commit cascade"]);
    return outcome;
  }

  test("E4: the connection is lost while the server commits: it is waited for and told as done", async () => {
    const outcome = await syncLostAtCommit(async () => {});
    expect(outcome).toMatchObject({ result: { applied: true } });
    const { result } = await syncTexts(database, after);
    expect(describePlan(result)).toBe("nothing to do\n");
  });

  test("E4: the server ends the session in its COMMIT: told as failed, and nothing is done", async () => {
    const state = await stateOf(database);
    const outcome = await syncLostAtCommit(async (pid) => {
      await database.query("select pg_terminate_backend($1)", [pid]);
    });
    expect(outcome).toMatchObject({ sqlstate: "08006" });
    expect(await stateOf(database)).toEqual(state);
  });

  test("E4: nobody can be asked what became of the COMMIT: told as not known", async () => {
    const xid = (await database.query<{ xid: string }>(transactionId))[0]?.xid ?? "";
    const lost = new DatabaseError("lost", { sqlstate: "08006", statement: 0 });
    const gone = { ...database, batch: () => Promise.reject(lost) };
    const away = () => Promise.reject(lost);
    const question = { xid, reconnected: away, onWait: () => {}, patience: 300 };
    await expect(commitTransaction(gone, ["commit"], question)).rejects.toThrow(/not known/);
    // An id that the server never gave out: what the other server had is lost.
    const future = { ...question, xid: String(BigInt(xid) + 1_000_000n), reconnected };
    await expect(commitTransaction(gone, ["commit"], future)).rejects.toBe(lost);
    await expect(commitTransaction(gone, ["commit"], { ...question, reconnected })).resolves.toBeUndefined();
  });

  test("E4: the answer to COMMIT is lost and nobody asks: the work is there, and the next run knows it", async () => {
    expect(await syncLostAtCommit(async () => {}, null)).toBeInstanceOf(DatabaseError);
    const { result } = await syncTexts(database, after);
    expect(describePlan(result)).toBe("nothing to do\n");
  });

  test("E4: the server looks for a client whose machine vanished, as long as it holds locks", async () => {
    await database.batch([
      "create table asked (seconds text)",
      `create function ask() returns event_trigger language plpgsql as $$ begin
        insert into public.asked values (current_setting('tcp_keepalives_idle') || current_setting('tcp_keepalives_interval') || current_setting('tcp_keepalives_count')); end $$`,
      "create event trigger ask on ddl_command_end when tag in ('CREATE VIEW') execute function ask()",
    ]);
    await syncTexts(database, after);
    expect(await database.query("select distinct seconds from asked")).toEqual([{ seconds: "1053" }]);
    expect(await database.query("show tcp_keepalives_idle")).not.toEqual([{ tcp_keepalives_idle: "10" }]);
  });
});
