/** Several runs, projects and strangers on one database at once. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Database, DatabaseError } from "../../src/database/database.ts";
import { connectServer } from "../../src/database/server.ts";
import { describePlan } from "../cases/support/run-case.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { type FreshDatabase, freshDatabase } from "../servers/database.ts";
import { refusalOf, until } from "./settle.ts";

const texts = (entries: Readonly<Record<string, string>>) => new Map(Object.entries(entries));

describe.each([15, 18] as const)("on %s", (where) => {
  let database: FreshDatabase;
  const sessions: Database[] = [];
  const connect = async (): Promise<Database> => {
    const session = await connectServer({ url: database.url ?? "" });
    sessions.push(session);
    return session;
  };

  beforeEach(async () => {
    database = await freshDatabase(where);
    await runScript(database, "create table t (id int primary key, a int, b text)");
  });
  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((session) => session.close()));
    await database.drop();
  });

  test("E1: of two deployments at once the second waits, then has nothing to do", async () => {
    const components = texts({
      "v.sql": "create view v as select id from t;",
      "w.sql": "create view w as select id from v;",
    });
    const [first, second, stranger] = [await connect(), await connect(), await connect()];
    await stranger.batch(["begin", "lock table t in access exclusive mode"]);
    const patience = { lockTimeout: 20_000 };
    const one = syncTexts(first, components, patience);
    await until(database, "select from pg_locks where relation = 't'::regclass and not granted");
    const two = syncTexts(second, components, patience);
    await until(database, "select from pg_locks where locktype = 'advisory' and not granted");
    await stranger.batch(["commit"]);
    expect(describePlan((await one).result)).toBe("create view public.v: new\ncreate view public.w: new\n");
    expect(describePlan((await two).result)).toBe("nothing to do\n");
  });

  test("E1: two deployments of different files end as one of the two", async () => {
    const one = texts({
      "v.sql": "create view v as select id, a from t;",
      "w.sql": "create view w as select id from v;",
    });
    const two = texts({
      "v.sql": "create view v as select id, a::text as a from t;",
      "w.sql": "create view w as select id from v;",
    });
    const [first, second] = [await connect(), await connect()];
    for (let round = 0; round < 5; round++) {
      await Promise.all([syncTexts(first, one), syncTexts(second, two)]);
      const plans = [one, two].map(async (files, i) => {
        const session = i === 0 ? first : second;
        return describePlan((await syncTexts(session, files, { rehearsal: true })).result);
      });
      expect((await Promise.all(plans)).filter((plan) => plan === "nothing to do\n")).toHaveLength(1);
    }
  });

  test("E2: a lock that stays is told with its holder, and nothing has changed", async () => {
    await syncTexts(database, texts({ "v.sql": "create view v as select id, a from t;" }));
    const stranger = await connect();
    await stranger.batch(["begin", "select * from v"]);
    const [row] = await stranger.query("select pg_backend_pid() as pid");
    const changed = texts({ "v.sql": "create view v as select id, a::text as a from t;" });
    const diagnostics = await refusalOf(syncTexts(database, changed, { lockTimeout: 30, lockRetries: 1 }));
    expect(diagnostics).toMatchObject([
      { code: "lock-timeout", detail: expect.stringMatching(new RegExp(`process ${row?.pid} .*holds .*v`)) },
    ]);
    await stranger.batch(["commit"]);
    expect(describePlan((await syncTexts(database, changed)).result)).toBe(
      'recreate view public.v: column "a": integer -> text\n',
    );
  });

  test("E10: each of two projects drops only its own", async () => {
    const own = {
      "v.sql": "create view v as select id from t;",
      "f.sql": "create function f() returns int language sql as 'select 1';",
    };
    await syncTexts(database, texts(own), { project: "one" });
    const other = await syncTexts(database, texts({ "w.sql": "create view w as select id from v;" }), {
      project: "two",
    });
    expect(describePlan(other.result)).toBe("create view public.w: new\n");
    const gone = await syncTexts(database, texts({}), { project: "two" });
    expect(describePlan(gone.result)).toBe("drop view public.w: no component declares it any more\n");
    const first = await syncTexts(database, texts(own), { project: "one" });
    expect(describePlan(first.result)).toBe("nothing to do\n");
  });

  test("E10: a view of another project that reads a changed one is rebound, and is no drift there", async () => {
    await syncTexts(database, texts({ "v.sql": "create view v as select id, a from t;" }), {
      project: "one",
    });
    const dependent = texts({ "w.sql": "create view w as select id from v;" });
    await syncTexts(database, dependent, { project: "two" });
    const changed = texts({ "v.sql": "create view v as select id, a::text as a from t;" });
    const { result } = await syncTexts(database, changed, { project: "one" });
    expect(describePlan(result)).toBe(
      'recreate view public.v: column "a": integer -> text\n' +
        "rebind view public.w (unmanaged): view public.v is made anew; its own shape is kept\n",
    );
    expect(describePlan((await syncTexts(database, dependent, { project: "two" })).result)).toBe(
      "nothing to do\n",
    );
  });

  test("E10: a view of another project blocks the removal of what it reads, and is named", async () => {
    await syncTexts(database, texts({ "v.sql": "create view v as select id, a from t;" }), {
      project: "one",
    });
    await syncTexts(database, texts({ "w.sql": "create view w as select id from v;" }), { project: "two" });
    const diagnostics = await refusalOf(syncTexts(database, texts({}), { project: "one" }));
    expect(diagnostics).toMatchObject([
      { code: "dependent-blocks", message: expect.stringContaining("view public.w") },
    ]);
  });

  test("E10: an object of another project is not taken over to be dropped later", async () => {
    const components = texts({ "v.sql": "create view v as select id, a from t;" });
    await syncTexts(database, components, { project: "one" });
    const diagnostics = await refusalOf(syncTexts(database, components, { project: "two" }));
    expect(diagnostics).toMatchObject([
      { file: "v.sql", line: 1, message: expect.stringMatching(/project.*one/) },
    ]);
    await syncTexts(database, texts({}), { project: "two" });
    expect(await database.query("select to_regclass('v')::text as v")).toEqual([{ v: "v" }]);
  });

  test("C19: strangers create and drop objects while the catalog is read", async () => {
    const stranger = await connect();
    let working = true;
    const strangers = (async () => {
      for (let i = 0; working; i++) {
        try {
          await stranger.batch([
            `create view s${i % 3} as select id from t`,
            "create or replace function f(n text) returns int language sql as 'select 1'",
            `drop view s${i % 3}`,
            "drop function f(text)",
          ]);
        } catch (error) {
          if (!(error instanceof DatabaseError)) throw error;
        }
        await sleep(1);
      }
    })();
    try {
      for (let turn = 0; turn < 20; turn++) {
        const type = turn % 2 === 0 ? "int" : "bigint";
        const components = texts({
          "v.sql": `create view v as select id, a::${type} as a from t where a > ${turn};`,
          "w.sql": "create view w as select id from v;",
          "f.sql": `create function f(n int) returns int language sql as 'select ${turn}';`,
        });
        await syncTexts(database, components, { lockRetries: 20 });
        expect(describePlan((await syncTexts(database, components)).result)).toBe("nothing to do\n");
      }
    } finally {
      working = false;
      await strangers;
    }
  }, 60_000);
});
