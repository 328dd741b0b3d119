/** A pooler in transaction mode between the tool and the server (E7): all of a run's work is in its transactions. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkPool } from "../../src/commands/doctor-pool.ts";
import { connectServer } from "../../src/database/server.ts";
import { type FreshDatabase, serverUrl } from "../servers/database.ts";
import { type Pooler, startPooler } from "./pooler.ts";
import { type Prepared, prepare, runWork, whatIsWrong } from "./prepared.ts";

describe.each([15, 18] as const)("on %s", (where) => {
  let prepared: Prepared;
  let pooler: Pooler;
  let copy: FreshDatabase;

  beforeEach(async () => {
    prepared = await prepare(where, "a change");
    copy = await prepared.copy();
    pooler = await startPooler(Number(new URL(serverUrl(where)).port), 3);
  }, 120_000);
  afterEach(async () => {
    await pooler.close();
    await copy.drop();
    await prepared.drop();
  });

  test("E7: a change of everything works through it, and is found", async () => {
    const url = new URL(copy.url ?? "");
    url.port = String(pooler.port);
    const session = await connectServer({ url: url.href });
    const second = await connectServer({ url: url.href });
    try {
      const pids = new Set<unknown>();
      for (let i = 0; i < 3; i++) pids.add((await session.query("select pg_backend_pid() as pid"))[0]?.pid);
      expect(pids.size).toBe(3);
      expect(await checkPool(session, second)).toMatchObject({ state: "note" });
      await runWork(session, "a change");
      expect(pooler.turns()).toBeGreaterThan(5);
      const again = await runWork(session, "a change", { changed: true });
      expect(again.result.steps).toEqual([]);
      expect(await whatIsWrong(prepared, copy, "done", async () => {})).toEqual([]);
    } finally {
      await session.close();
      await second.close();
    }
  });
});
