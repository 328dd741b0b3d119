import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database.ts";
import { connectServer } from "../../src/database/server.ts";
import { startProxy } from "../proxy.ts";
import { EVERYWHERE, type FreshDatabase, freshDatabase, serverUrl } from "../servers/database.ts";

const SERVERS = [15, 18] as const;

describe.each(SERVERS)("a lost connection to %s", (version) => {
  let observer: Database;

  beforeAll(async () => {
    observer = await connectServer({ url: serverUrl(version) });
  });
  afterAll(() => observer.close());

  async function victim(): Promise<{ database: Database; pid: unknown }> {
    const database = await connectServer({ url: serverUrl(version) });
    const [row] = await database.query("SELECT pg_backend_pid() AS pid");
    return { database, pid: row?.pid };
  }

  test("terminated in the middle of a batch", async () => {
    const { database, pid } = await victim();
    const running = database
      .batch(["SELECT 1", "SELECT pg_sleep(20)", "SELECT 2"])
      .catch((error: unknown) => error);
    await until(observer, `SELECT 1 FROM pg_stat_activity WHERE pid = ${pid} AND wait_event = 'PgSleep'`);
    await observer.query("SELECT pg_terminate_backend($1)", [pid]);
    expect(await running).toMatchObject({ sqlstate: "57P01", statement: 1, connectionLost: true });
    await expect(database.query("SELECT 1")).rejects.toMatchObject({ connectionLost: true, statement: 0 });
    await expect(database.batch(["SELECT 1"])).rejects.toMatchObject({ connectionLost: true });
    await database.close();
  });

  test("terminated while idle", async () => {
    const { database, pid } = await victim();
    await observer.query("SELECT pg_terminate_backend($1)", [pid]);
    await until(observer, `SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = ${pid})`);
    await sleep(20);
    await expect(database.batch(["SELECT 1"])).rejects.toMatchObject({
      sqlstate: "57P01",
      connectionLost: true,
      statement: 0,
    });
    await database.close();
  });

  test("a session that the server times out", async () => {
    const { database, pid } = await victim();
    await database.batch(["SET idle_in_transaction_session_timeout = 20", "BEGIN"]);
    await until(observer, `SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = ${pid})`);
    await sleep(20);
    await expect(database.query("COMMIT")).rejects.toMatchObject({ sqlstate: "08006", connectionLost: true });
    await database.close();
  });

  test("the network fails while the answer to COMMIT is on its way: the work is there", async () => {
    let committing = false;
    const proxy = await startProxy({
      port: Number(new URL(serverUrl(version)).port),
      inspect: (direction, data) => {
        if (direction === "to-server" && data.includes("COMMIT")) committing = true;
        return direction === "to-client" && committing ? "cut" : "pass";
      },
    });
    const database = await connectServer({ url: proxy.through(serverUrl(version)) });
    const table = `lost_commit_${version}`;
    await observer.query(`DROP TABLE IF EXISTS ${table}`);
    await expect(database.batch(["BEGIN", `CREATE TABLE ${table} ()`, "COMMIT"])).rejects.toMatchObject({
      sqlstate: "08006",
      statement: 0,
    });
    await database.close();
    await proxy.close();
    await until(observer, `SELECT 1 WHERE to_regclass('${table}') IS NOT NULL`);
    await observer.query(`DROP TABLE ${table}`);
  });

  test("the network fails before COMMIT is sent: nothing is there", async () => {
    const proxy = await startProxy({ port: Number(new URL(serverUrl(version)).port) });
    const database = await connectServer({ url: proxy.through(serverUrl(version)) });
    const [row] = await database.query("SELECT pg_backend_pid() AS pid");
    const running = database
      .batch(["BEGIN", "CREATE TABLE halfway ()", "SELECT pg_sleep(0.5)"])
      .catch((error: unknown) => error);
    await until(
      observer,
      `SELECT 1 FROM pg_stat_activity WHERE pid = ${row?.pid} AND wait_event = 'PgSleep'`,
    );
    proxy.cut();
    // The server sends its answers in bundles: how far it came is not known here.
    expect(await running).toMatchObject({ sqlstate: "08006", connectionLost: true });
    await database.close();
    await proxy.close();
    await until(observer, `SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = ${row?.pid})`);
    expect(await observer.query("SELECT to_regclass('halfway') AS t")).toEqual([{ t: null }]);
  });

  test("close abandons what is in flight", async () => {
    const { database } = await victim();
    const running = database.query("SELECT pg_sleep(20)").catch((error: unknown) => error);
    await sleep(20);
    await database.close();
    expect(await running).toMatchObject({ sqlstate: "08006" });
  });
});

describe("the proxy", () => {
  test("makes each round trip longer, once for a whole batch", async () => {
    const proxy = await startProxy({ port: Number(new URL(serverUrl(18)).port), roundTrip: 60 });
    const database = await connectServer({ url: proxy.through(serverUrl(18)) });
    const start = performance.now();
    await database.batch(Array.from({ length: 200 }, () => "SELECT 1"));
    const took = performance.now() - start;
    expect(took).toBeGreaterThanOrEqual(59);
    expect(took).toBeLessThan(600);
    await database.close();
    await proxy.close();
  });
});

describe.each(EVERYWHERE)("cancel on %s", (where) => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase(where);
  });
  afterAll(() => database.drop());

  test("stops a batch between its statements or in one, and the session goes on", async () => {
    const statement =
      where === "embedded" ? "SELECT count(*) FROM generate_series(1, 20000)" : "SELECT pg_sleep(0.02)";
    const running = database.batch(Array(2000).fill(statement)).catch((error: unknown) => error);
    await sleep(100);
    await database.cancel();
    const error = await running;
    expect(error).toMatchObject({ sqlstate: "57014", connectionLost: false });
    expect(error).toHaveProperty(
      "statement",
      expect.toSatisfy((index: number) => index > 0 && index < 1999),
    );
    expect(await database.query("SELECT 1 AS a")).toEqual([{ a: 1 }]);
    expect(await database.batch(["SELECT 2 AS a"])).toEqual([[{ a: 2 }]]);
  });

  test("does nothing when nothing runs", async () => {
    await database.cancel();
    await sleep(50);
    expect(await database.batch(["SELECT 1 AS a"])).toEqual([[{ a: 1 }]]);
  });
});

async function until(observer: Database, sql: string): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    if ((await observer.query(sql)).length > 0) return;
    await sleep(10);
  }
  throw new Error(`never true: ${sql}`);
}
