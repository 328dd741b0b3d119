/** What others do while an online sequence is under way, and what of an earlier one is taken up. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database.ts";
import { connectServer } from "../../src/database/server.ts";
import { describePlan } from "../cases/support/run-case.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { type FreshDatabase, freshDatabase, resetDatabase } from "../servers/database.ts";

const base = `create table t (id int primary key, a int);
insert into t select i, i from generate_series(1, 100) i;
create view outside as select id, a from t;`;

const files = (a: string, more = ""): ReadonlyMap<string, string> =>
  new Map([
    ["base.sql", `create view base as select id, ${a} as a from outside;`],
    [
      "m.sql",
      `create materialized view m as select id, a from base;\ncreate unique index m_id on m (id);${more}`,
    ],
    ["top.sql", "create view top as select id, a from m;"],
    [
      "far.sql",
      "create materialized view far as select count(*) as n from t;\ncreate unique index far_n on far (n);",
    ],
  ]);
const before = files("a");
const after = files("a::bigint");

describe.each([15, 18] as const)("on %s", (where) => {
  let database: FreshDatabase;
  let stranger: Database;
  beforeAll(async () => {
    database = await freshDatabase(where);
    stranger = await connectServer({ url: database.url ?? "" });
  });
  afterAll(async () => {
    await stranger.close();
    await database.drop();
  });
  beforeEach(async () => {
    await resetDatabase(database);
    await runScript(database, base);
    await syncTexts(database, before);
  });

  /** The session, with something done once behind the first statement that matches; `seen` are all statements. */
  function meeting(when: RegExp, act: () => Promise<unknown>) {
    const seen: string[] = [];
    let acted = false;
    const told = async <T>(sent: readonly string[], result: T): Promise<T> => {
      seen.push(...sent);
      if (acted || !sent.some((statement) => when.test(statement))) return result;
      acted = true;
      await act();
      return result;
    };
    const session: Database = {
      version: database.version,
      description: database.description,
      embedded: false,
      query: async (sql, parameters) => told([sql], await database.query(sql, parameters)),
      batch: async (statements) => told(statements, await database.batch(statements)),
      cancel: () => database.cancel(),
      close: () => database.close(),
    };
    const fills = () => seen.filter((statement) => /^REFRESH/.test(statement)).length;
    return { session, fills, seen };
  }

  async function expectClean(components: ReadonlyMap<string, string>): Promise<void> {
    const left = await database.query("select relname from pg_class where relname like '\\_\\_migrator%'");
    expect(left).toEqual([]);
    expect(await database.query("select from migrator.prepared")).toEqual([]);
    expect(describePlan((await syncTexts(database, components)).result)).toBe("nothing to do\n");
  }

  const total = async (): Promise<number> =>
    Number((await database.query("select sum(a)::int as s from top"))[0]?.s);

  test("a view that it reads is replaced behind the fill: it is filled anew from the new one", async () => {
    const { session, fills } = meeting(/^REFRESH/, () =>
      stranger.query("create or replace view outside as select id, a * 2 as a from t"),
    );
    await syncTexts(session, after, { online: true });
    expect(fills()).toBe(2);
    expect(await total()).toBe(10_100);
    await expectClean(after);
  });

  test("a column's type changes below, where the prepared one stands in nobody's way", async () => {
    const { session } = meeting(/^REFRESH/, () => stranger.query("alter table t add column more int"));
    await syncTexts(session, after, { online: true });
    expect(await total()).toBe(5050);
    await expectClean(after);
  });

  test("rows that change meanwhile are those of the fill, and the moment is told", async () => {
    const { session, fills } = meeting(/^REFRESH/, () => stranger.query("update t set a = a + 1"));
    const { result } = await syncTexts(session, after, { online: true });
    expect(fills()).toBe(1);
    expect(await total()).toBe(5050);
    expect(result.beside?.find(({ identity }) => identity.name === "m")?.filledAt).toMatch(
      /^\d{4}-\d\d-\d\d /,
    );
  });

  test("what others hang on the old one meanwhile is not lost", async () => {
    const { session } = meeting(/^REFRESH/, () =>
      stranger.batch([
        "comment on materialized view m is 'meanwhile'",
        "create index by_hand on m (a)",
        "grant select on m to bob",
      ]),
    );
    await syncTexts(session, after, { online: true });
    const [row] = await database.query(
      "select obj_description('m'::regclass) as comment, to_regclass('by_hand')::text as index, has_table_privilege('bob', 'm', 'select') as granted",
    );
    expect(row).toEqual({ comment: "meanwhile", index: "by_hand", granted: true });
    await expectClean(after);
  });

  test("a view of the plan is changed by hand meanwhile: it is drift, and nothing is swapped", async () => {
    const { session } = meeting(/^REFRESH/, () =>
      stranger.query("create or replace view base as select id, a + 7 as a from outside"),
    );
    await expect(syncTexts(session, after, { online: true })).rejects.toThrow(
      /view public.base was changed in the database/,
    );
    expect(await total()).toBe(5050);
    await syncTexts(database, after, { online: true, takeFiles: true });
    await expectClean(after);
  });

  test("somebody drops or fills what is being built", async () => {
    const drop = meeting(/^REFRESH/, async () => {
      const [row] = await stranger.query<{ name: string }>(
        "select scratch as name from migrator.prepared where filled_at is not null",
      );
      await stranger.query(`drop materialized view public.${row?.name}`);
    });
    await syncTexts(drop.session, after, { online: true });
    expect(drop.fills()).toBe(2);
    await expectClean(after);
  });

  async function interruptedAt(when: RegExp): Promise<void> {
    const { session } = meeting(when, () => Promise.reject(new Error("stopped here")));
    await expect(syncTexts(session, after, { online: true })).rejects.toThrow("stopped here");
    await database.batch(["rollback", "select pg_advisory_unlock_all()"]);
    expect(await database.query("select from migrator.prepared")).not.toEqual([]);
  }

  test("an interrupted build is taken up: what is filled is not filled again", async () => {
    await interruptedAt(/^REFRESH/);
    const { session, fills } = meeting(/never/, async () => {});
    await syncTexts(session, after, { online: true });
    expect(fills()).toBe(0);
    await expectClean(after);
  });

  test("an interrupted build of other files goes, and so does one where nothing is left to do", async () => {
    await interruptedAt(/^REFRESH/);
    const third = files("a::text");
    const { session, fills } = meeting(/never/, async () => {});
    await syncTexts(session, third, { online: true });
    expect(fills()).toBe(1);
    await expectClean(third);
    await resetDatabase(database);
    await runScript(database, base);
    await syncTexts(database, before);
    await interruptedAt(/^REFRESH/);
    const { result } = await syncTexts(database, before, { online: true });
    expect(describePlan(result)).toBe("nothing to do\n");
    await expectClean(before);
  });

  test("a plain sync drops what was left, and says so", async () => {
    await interruptedAt(/^REFRESH/);
    const { result } = await syncTexts(database, before);
    expect(describePlan(result)).toMatch(
      /^warning: what an interrupted --online run left behind goes: public.__migrator_new_/,
    );
    await expectClean(before);
  });

  test("one that was changed below is filled again behind the swap, beside its readers", async () => {
    const changed = new Map([...files("a + 1"), ["far.sql", before.get("far.sql") ?? ""]]);
    const { session, seen } = meeting(/never/, async () => {});
    const { result } = await syncTexts(session, changed, { online: true, refresh: "affected" });
    expect(describePlan(result)).toBe(
      "replace view public.base: its definition changed, its shape did not\nrefresh materialized view public.m: view public.base changed\ncost: repopulate materialized view public.m\n",
    );
    const commits = seen.flatMap((statement, i) => (statement === "commit" ? [i] : []));
    const fill = seen.indexOf("REFRESH MATERIALIZED VIEW CONCURRENTLY public.m");
    expect(commits.filter((i) => i < fill).length).toBe(1);
    expect(commits.filter((i) => i > fill).length).toBe(1);
    expect(await total()).toBe(5150);
  });

  test("an index that is new on one that stays is built CONCURRENTLY", async () => {
    const more = files("a", "\ncreate index m_a on m (a desc) where a > 3;\ncomment on index m_a is 'new';");
    const { session, seen } = meeting(/never/, async () => {});
    await syncTexts(session, more, { online: true });
    expect(seen.filter((statement) => /^create index concurrently/.test(statement))).toHaveLength(1);
    // In rehearsals on an empty copy alone.
    expect(seen.filter((statement) => /^create index m_a on (public\.)?m /i.test(statement))).toEqual([]);
    const [row] = await database.query(
      "select pg_get_indexdef('m_a'::regclass) as sql, obj_description('m_a'::regclass) as comment",
    );
    expect(row).toEqual({
      sql: "CREATE INDEX m_a ON public.m USING btree (a DESC) WHERE (a > 3)",
      comment: "new",
    });
    await expectClean(more);
  });

  test("two online runs at once take turns", async () => {
    const other = await connectServer({ url: database.url ?? "" });
    const told: string[] = [];
    const both = await Promise.all([
      syncTexts(database, after, { online: true, onWait: (message) => told.push(message) }),
      syncTexts(other, after, { online: true, onWait: (message) => told.push(message) }),
    ]);
    await other.close();
    expect(both.map(({ result }) => result.steps.length > 0).sort()).toEqual([false, true]);
    expect(told.some((message) => message.startsWith("waiting for another run"))).toBe(true);
    await expectClean(after);
  });
});
