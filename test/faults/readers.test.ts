/** Application readers at work while views are changed under them (E2, E11): they wait, and none of them dies. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type Database, DatabaseError } from "../../src/database/database.ts";
import { connectServer } from "../../src/database/server.ts";
import { describePlan } from "../cases/support/run-case.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { freshDatabase } from "../servers/database.ts";

const base = `create table t (id int primary key, a int, b text);
insert into t select i, i, 'x' from generate_series(1, 50) i;
create function stamp() returns trigger language plpgsql as $$ begin return new; end $$;`;

/** The base view in turn: another type, a column more, other names and other rows; each number gives another text. */
function components(turn: number): ReadonlyMap<string, string> {
  const shapes = [
    "select id, a from t where a > $",
    "select id, a::bigint as a from t where a > $",
    "select id, a::bigint as a, b from t where a > $",
    "select id, a::bigint as a, b as c from t where a > $",
    "select id, a::text as a, b as c, id as more from t where a <> $::int",
  ];
  const shape = shapes[turn % shapes.length] ?? "";
  const moment = turn % 2 === 0 ? "insert" : "insert or update";
  return new Map([
    ["base.sql", `create view base as ${shape.replace("$", String(-turn))};\ngrant select on base to bob;`],
    ["mid.sql", "create view mid as select id, a from base;"],
    ["other.sql", "create view other as select m.id, t.b from mid m join t on t.id = m.id;"],
    ["top.sql", "create view top as select mid.*, other.b from mid join other using (id);"],
    ["stamp.sql", `create trigger stamp before ${moment} on t for each row execute function stamp();`],
  ]);
}

/** What migrator.json says where it says nothing. */
const patience = { lockTimeout: 200, lockRetries: 25 };

type Reader = (session: Database) => Promise<void>;

async function inTransaction(session: Database, statements: readonly string[]): Promise<void> {
  await session.query("begin");
  try {
    for (const statement of statements) {
      await session.query(statement);
      await sleep(2);
    }
  } finally {
    await session.query("rollback");
  }
}

/** They lock as the tool does: what is outermost first, tables last. */
const inOrder: Readonly<Record<string, Reader>> = {
  "reads the base view": async (session) => void (await session.query("select id, a from base")),
  "reads the outermost view": async (session) => void (await session.query("select * from top")),
  "reads a view, then the table": (session) =>
    inTransaction(session, ["select count(*) from top", "select count(*) from t"]),
  "reads a view, then writes the table": (session) =>
    inTransaction(session, ["select count(*) from mid", "update t set b = b where id = 1"]),
};

/** They hold what the tool wants last, and want what it holds: one of the two must give way, and that is the tool. */
const againstTheOrder: Readonly<Record<string, Reader>> = {
  "reads two views, inner first": (session) =>
    inTransaction(session, ["select count(*) from base", "select count(*) from top"]),
  "writes the table, then reads a view": (session) =>
    inTransaction(session, ["update t set b = b where id = 2", "select count(*) from other"]),
};

describe.each([15, 18] as const)("on %s", (where) => {
  test.each([
    { order: "in the tool's order, without a pause", readers: inOrder, pause: 1 },
    { order: "against the tool's order, now and then", readers: againstTheOrder, pause: 50 },
  ])(
    "thirty changes of shape under readers that lock $order",
    async ({ readers, pause }) => {
      const database = await freshDatabase(where);
      const sessions: Database[] = [];
      try {
        await runScript(database, base);
        await syncTexts(database, components(0));
        const failures: string[] = [];
        const read = new Map<string, number>();
        let working = true;
        const loops = Object.entries(readers).map(async ([name, reader]) => {
          const session = await connectServer({ url: database.url ?? "" });
          sessions.push(session);
          while (working) {
            try {
              await reader(session);
              read.set(name, (read.get(name) ?? 0) + 1);
            } catch (error) {
              if (!(error instanceof DatabaseError)) throw error;
              failures.push(`${name}: ${error.sqlstate} ${error.message}`);
            }
            await sleep(pause);
          }
        });
        try {
          for (let turn = 1; turn <= 30; turn++) {
            const { result } = await syncTexts(database, components(turn), patience);
            expect(describePlan(result)).toContain("view public.base");
          }
        } finally {
          working = false;
          await Promise.all(loops);
        }
        expect(failures).toEqual([]);
        for (const name of Object.keys(readers)) expect(read.get(name), name).toBeGreaterThan(10);
        const second = await syncTexts(database, components(30));
        expect(describePlan(second.result)).toBe("nothing to do\n");
      } finally {
        await Promise.all(sessions.map((session) => session.close()));
        await database.drop();
      }
    },
    120_000,
  );
});
