/** Two and ten runs at once: one does the work, and the rest have nothing to do. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database.ts";
import { connectServer } from "../../src/database/server.ts";
import { syncTexts } from "../cases/support/sync-texts.ts";
import type { FreshDatabase } from "../servers/database.ts";
import { largePlan } from "./large-plan.ts";
import { type Prepared, prepare, works } from "./prepared.ts";
import { alone, until } from "./settle.ts";
import { stateDifferences, type WholeState, wholeState } from "./whole-state.ts";

describe.each([15, 18] as const)("on %s", (where) => {
  describe.each(works)("%s", (work) => {
    const files = work === "a first sync" ? largePlan.before : largePlan.after;
    let prepared: Prepared;
    /** After one run alone, without what --around does: a second run would do that again. */
    let expected: WholeState;
    beforeAll(async () => {
      prepared = await prepare(where, work);
      const copy = await prepared.copy();
      await syncTexts(copy, files);
      expected = await wholeState(copy);
      await copy.drop();
    }, 120_000);
    afterAll(() => prepared.drop());

    async function together(copy: FreshDatabase, count: number) {
      const sessions = await Promise.all(
        Array.from({ length: count }, () => connectServer({ url: copy.url ?? "" })),
      );
      const runs = await Promise.allSettled(sessions.map((session) => syncTexts(session, files)));
      await Promise.all(sessions.map((session) => session.close()));
      await until(copy, `select where ${alone}`);
      return runs;
    }

    test.each([2, 10])("E1: %i runs at once", async (count) => {
      const copy = await prepared.copy();
      try {
        const runs = await together(copy, count);
        const steps = runs.map((run) =>
          run.status === "fulfilled" ? run.value.result.steps.length : String(run.reason),
        );
        expect(steps.filter((one) => one !== 0)).toEqual([expect.any(Number)]);
        expect(steps.filter((one) => one === 0)).toHaveLength(count - 1);
        expect(stateDifferences(expected, await wholeState(copy), "separate")).toEqual([]);
      } finally {
        await copy.drop();
      }
    });

    test("E1, E4: of ten runs the one that works is ended by the server, and another does the work", async () => {
      const copy = await prepared.copy();
      const watcher = await connectServer({ url: copy.url ?? "" });
      try {
        const running = together(copy, 10);
        await endTheWorking(watcher);
        await watcher.close();
        const runs = await running;
        const failed = runs.flatMap((run) => (run.status === "rejected" ? [run.reason] : []));
        expect(failed).toMatchObject([{ connectionLost: true }]);
        const steps = runs.flatMap((run) =>
          run.status === "fulfilled" ? [run.value.result.steps.length] : [],
        );
        expect(steps.filter((count) => count > 0)).toHaveLength(1);
        expect(stateDifferences(expected, await wholeState(copy), "separate")).toEqual([]);
      } finally {
        await watcher.close();
        await copy.drop();
      }
    });
  });
});

/** Ends the session that holds the run's turn, once it has made something. */
async function endTheWorking(watcher: Database): Promise<void> {
  const working = `select l.pid from pg_locks l where l.locktype = 'advisory' and l.granted
    and l.database = (select oid from pg_database where datname = current_database())
    and exists (select from pg_locks x where x.pid = l.pid and x.locktype = 'relation' and x.mode = 'AccessExclusiveLock')`;
  for (;;) {
    const [row] = await watcher.query<{ pid: number }>(working);
    if (row === undefined) continue;
    await watcher.query("select pg_terminate_backend($1)", [row.pid]);
    return;
  }
}
