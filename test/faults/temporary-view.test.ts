/** A temporary view or table of another session hangs on a component: nobody but that session can change it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database.ts";
import { connectServer } from "../../src/database/server.ts";
import { describePlan } from "../cases/support/run-case.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { type FreshDatabase, freshDatabase, resetDatabase } from "../servers/database.ts";
import { alone, refusalOf, until } from "./settle.ts";

const texts = (entries: Readonly<Record<string, string>>) => new Map(Object.entries(entries));

describe.each([15, 18] as const)("on %s", (where) => {
  let database: FreshDatabase;
  let stranger: Database;

  beforeAll(async () => {
    database = await freshDatabase(where);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await resetDatabase(database);
    await runScript(database, "create table t (id int primary key, a int, b text)");
    await syncTexts(database, texts({ "v.sql": "create view v as select id, a from t;" }));
    stranger = await connectServer({ url: database.url ?? "" });
    await runScript(stranger, "create temporary view mine as select id from v");
  });
  afterEach(() => stranger.close());

  async function pid(): Promise<unknown> {
    return (await stranger.query("select pg_backend_pid() as pid"))[0]?.pid;
  }

  test.each([
    [
      "recreated",
      texts({ "v.sql": "create view v as select id, a::bigint as a from t;" }),
      "recreate view public.v",
    ],
    ["dropped", texts({}), "drop view public.v"],
  ])(
    "B20: a view that is %s is refused with the session's name, and works when that is gone",
    async (_, files, plan) => {
      const diagnostics = await refusalOf(syncTexts(database, files));
      expect(diagnostics).toMatchObject([
        { code: "dependent-blocks", message: expect.stringMatching(/temporary.*mine|mine.*temporary/) },
      ]);
      expect(JSON.stringify(diagnostics)).toContain(String(await pid()));
      expect(await stranger.query("select count(*)::int as n from mine")).toEqual([{ n: 0 }]);
      await stranger.close();
      await until(database, `select where ${alone}`);
      expect(describePlan((await syncTexts(database, files)).result)).toContain(plan);
    },
  );

  test("B20: a column that is appended does not disturb it", async () => {
    const { result } = await syncTexts(
      database,
      texts({ "v.sql": "create view v as select id, a, b from t;" }),
    );
    expect(describePlan(result)).toBe('replace view public.v: column "b" appended\n');
    expect(await stranger.query("select count(*)::int as n from mine")).toEqual([{ n: 0 }]);
  });

  test("a function that is made anew is refused with the session's name while a temporary table uses it", async () => {
    const files = (result: string) =>
      texts({
        "v.sql": "create view v as select id, a from t;",
        "f.sql": `create function f(x int) returns ${result} language sql immutable as 'select x';`,
      });
    await syncTexts(database, files("int"));
    await runScript(
      stranger,
      "create temporary table own (a int default f(1), check (f(a) > 0)); create index on own (f(a))",
    );
    const diagnostics = await refusalOf(syncTexts(database, files("bigint")));
    const message = `function public.f(integer) cannot be made anew: temporary table own of another session (process ${await pid()}) needs it`;
    expect(diagnostics).toMatchObject([{ code: "dependent-blocks", message }]);
  });
});
