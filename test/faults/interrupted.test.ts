/** A run that is ended in its middle leaves the database as it was before, or as it is after; never between. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database.ts";
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

  test("E4: the network fails at each message in turn", async () => {
    let old = await stateOf(database);
    const outcomes = { before: 0, after: 0 };
    for (let cut = 1, cutSomething = true; cutSomething; cut++) {
      cutSomething = await syncCutAt(cut);
      const now = await stateOf(database);
      if (JSON.stringify(now) === JSON.stringify(old)) {
        outcomes.before++;
        continue;
      }
      // Not as before, so it must be as after: nothing is left to do.
      const { result } = await syncTexts(database, after);
      expect(describePlan(result), `cut at message ${cut}`).toBe("nothing to do\n");
      outcomes.after++;
      await syncTexts(database, before);
      old = await stateOf(database);
    }
    expect(outcomes.before).toBeGreaterThan(5);
    expect(outcomes.after).toBeGreaterThan(0);
  }, 60_000);

  /** A sync whose connection breaks at the given message, of either side; false where it ended before that. */
  async function syncCutAt(cut: number): Promise<boolean> {
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
    const outcome = await syncTexts(victim, after).catch((error: unknown) => error);
    armed = false;
    await victim.close();
    await proxy.close();
    await until(database, `select where ${alone}`);
    if (seen >= cut) expect(outcome, `cut at message ${cut}`).toBeInstanceOf(Error);
    return seen >= cut;
  }

  test("E4: the answer to COMMIT is lost: the work is there, and the next run knows it", async () => {
    let committing = false;
    const proxy = await startProxy({
      port: port(),
      inspect: (direction, data) => {
        if (direction === "to-server" && /commit/i.test(data.toString("latin1"))) committing = true;
        return committing && direction === "to-client" ? "cut" : "pass";
      },
    });
    const victim = await connectServer({ url: proxy.through(database.url ?? "") });
    await syncTexts(victim, after).catch((error: unknown) => error);
    await victim.close();
    await proxy.close();
    await until(database, `select where ${alone}`);
    expect(committing).toBe(true);
    const { result } = await syncTexts(database, after);
    expect(describePlan(result)).toBe("nothing to do\n");
  });
});
