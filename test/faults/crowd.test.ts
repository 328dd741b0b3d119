/**
 * An application at work throughout many changes of shape (E2, E11): it reads base and dependent views, in statements,
 * transactions, functions and prepared statements, writes to tables and through views, and refreshes. It waits, and sees
 * no error and no half-made state: what one statement or transaction reads is of one version. FAULTS=all makes it longer.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Database, DatabaseError } from "../../src/database/database.ts";
import { connectServer } from "../../src/database/server.ts";
import { describePlan } from "../cases/support/run-case.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { type FreshDatabase, freshDatabase } from "../servers/database.ts";

const turns = process.env.FAULTS === "all" ? 300 : 25;
const timeout = process.env.FAULTS === "all" ? 3_600_000 : 120_000;
/** What migrator.json says where it says nothing. */
const patience = { lockTimeout: 200, lockRetries: 25 };

const base = `
create table t (id int primary key, a int, b text);
insert into t select i, i, 'x' from generate_series(1, 50) i;
create table log (id serial, what text);
create function read_all() returns text language plpgsql as $$
declare top int; mid int; begin
  select version into top from top where id = 1;
  perform pg_sleep(0.002);
  select version into mid from mid where id = 1;
  return top || ' ' || mid;
end $$;`;

/** Every object that tells a version tells that of the same turn. */
function components(turn: number): ReadonlyMap<string, string> {
  const shapes = [
    "id, $ as version, a",
    "id, $ as version, a::bigint as a",
    "id, $ as version, a::bigint as a, b",
    "id, $ as version, a::bigint as a, b as c",
    "a::text as a, id, $ as version, b as c, id as more",
  ];
  const columns = (shapes[turn % shapes.length] ?? "").replace("$", String(turn));
  const result = turn % 3 === 0 ? "int" : "bigint";
  const moment = turn % 2 === 0 ? "insert" : "insert or update";
  return new Map([
    ["base.sql", `create view base as select ${columns} from t;\ngrant select on base to bob;`],
    ["mid.sql", "create view mid as select id, version, a from base;"],
    ["top.sql", "create view top as select m.*, t.b from mid m join t using (id);"],
    ["beside.sql", `create view beside as select id, ${turn} as version from t;`],
    ["mark.sql", `create function mark() returns int language sql stable as 'select ${turn}';`],
    ["rate.sql", `create function rate(n int) returns ${result} language sql immutable as 'select n';`],
    ["rated.sql", `create view rated as select id, ${turn} as version, rate(id) as rate from t;`],
    [
      "store.sql",
      "create materialized view store as select id, version, a from mid;\ncreate unique index store_id on store (id);",
    ],
    ["on_store.sql", "create view on_store as select id, version from store;"],
    [
      "note.sql",
      `create function note() returns trigger language plpgsql as $$ begin insert into log(what) values ('${turn}'); return new; end $$;`,
    ],
    ["noted.sql", `create trigger noted before ${moment} on t for each row execute function note();`],
    ["writable.sql", `create view writable as select id, b${turn % 2 === 0 ? "" : ", a"} from t;`],
  ]);
}

/** What happens once; text is what it has seen that cannot be. */
type Actor = (session: Database) => Promise<string | null>;

function agree(rows: readonly Readonly<Record<string, unknown>>[]): string | null {
  const told = rows.filter((row) => new Set(Object.values(row).map(Number)).size !== 1);
  return told[0] === undefined ? null : JSON.stringify(told[0]);
}

async function inTransaction(
  session: Database,
  work: () => Promise<string | null>,
  end = "commit",
): Promise<string | null> {
  await session.query("begin");
  try {
    const seen = await work();
    await session.query(end);
    return seen;
  } catch (error) {
    await session.query("rollback");
    throw error;
  }
}

/** Statements alone. */
const actors: Readonly<Record<string, Actor>> = {
  "reads the base view": async (session) => {
    await session.query("select id, version, a from base");
    return null;
  },
  "joins views of all levels": async (session) =>
    agree(
      await session.query(
        `select base.version as base, mid.version as mid, top.version as top, beside.version as beside, rated.version as rated, mark() as mark
         from top join mid using (id) join base using (id) join beside using (id) join rated using (id) where id < 4`,
      ),
    ),
  "joins a materialized view to what it reads": async (session) =>
    agree(
      await session.query(
        "select on_store.version as o, store.version as s, mid.version as m from on_store join store using (id) join mid using (id) where id < 4",
      ),
    ),
  "reads in a function": async (session) => {
    const [row] = await session.query<{ versions: string }>("select read_all() as versions");
    const [top, mid] = row?.versions.split(" ") ?? [];
    return top === mid ? null : String(row?.versions);
  },
  "reads twice in a transaction, outermost first": async (session) =>
    inTransaction(session, async () => {
      const [top] = await session.query("select version from top where id = 1");
      await sleep(2);
      const [below] = await session.query("select version from base where id = 1");
      return agree([{ top: top?.version, base: below?.version }]);
    }),
  "writes the table": async (session) =>
    inTransaction(session, async () => {
      await session.query(
        "insert into t values (1000, 1, 'new') on conflict (id) do update set b = excluded.b",
      );
      await sleep(1);
      await session.query("delete from t where id = 1000");
      return null;
    }),
  "writes through a view": async (session) => {
    await session.query("update writable set b = b || '' where id = 7");
    return null;
  },
  "executes a prepared statement whose shape stays": prepared(
    "select id, version from mid where id = 1",
    false,
  ),
  "executes a prepared statement whose shape changes": prepared("select * from base where id = 1", true),
  "refreshes the materialized view": async (session) => {
    await session.query("refresh materialized view store");
    await sleep(20);
    return null;
  },
};

/** They hold what the tool wants last, and want what it holds: one of the two must give way, and that is the tool. */
const contrary: Readonly<Record<string, Actor>> = {
  "reads twice in a transaction, innermost first": async (session) =>
    inTransaction(session, async () => {
      const [below] = await session.query("select version from base where id = 1");
      await sleep(2);
      const [top] = await session.query("select version from top where id = 1");
      return agree([{ top: top?.version, base: below?.version }]);
    }),
  "writes the table, then reads a view": async (session) =>
    inTransaction(session, async () => {
      await session.query("update t set b = b where id = 2");
      await sleep(2);
      await session.query("select * from rated where id = 2");
      return null;
    }),
};

/** Only a changed result may end a prepared statement: the application then prepares it again. */
function prepared(sql: string, mayChange: boolean): Actor {
  const ready = new WeakSet<Database>();
  return async (session) => {
    if (!ready.has(session)) await session.query(`prepare ask as ${sql}`);
    ready.add(session);
    try {
      await session.query("execute ask");
    } catch (error) {
      const changed =
        error instanceof DatabaseError &&
        error.sqlstate === "0A000" &&
        /cached plan must not change/.test(error.message);
      if (!(mayChange && changed)) throw error;
      await session.query("deallocate ask");
      ready.delete(session);
    }
    return null;
  };
}

test.each([15, 18] as const)("E2, E11: a crowd at work, on %s", { timeout }, async (where) => {
  const database = await freshDatabase(where);
  const crowd = new Crowd(database);
  try {
    await runScript(database, base);
    await syncTexts(database, components(0));
    for (const [name, actor] of Object.entries(actors)) await crowd.join(name, actor, 1);
    for (const [name, actor] of Object.entries(contrary)) await crowd.join(name, actor, 50);
    // A column of the table changes its type under them now and then.
    const around = (turn: number) =>
      turn % 5 === 3
        ? { around: `alter table t alter column a type ${turn % 2 === 0 ? "int" : "bigint"}` }
        : {};
    for (let turn = 1; turn <= turns; turn++) {
      const { result } = await syncTexts(database, components(turn), {
        ...patience,
        refresh: "affected",
        ...around(turn),
      });
      expect(describePlan(result)).toContain("view public.base");
    }
    await crowd.leave();
    expect(crowd.complaints).toEqual([]);
    for (const [name, count] of crowd.rounds) expect(count, name).toBeGreaterThan(turns / 2);
    const [log] = await database.query("select count(*)::int as written from log");
    expect(log?.written).toBeGreaterThan(turns);
    expect(describePlan((await syncTexts(database, components(turns))).result)).toBe("nothing to do\n");
  } finally {
    await crowd.leave();
    await database.drop();
  }
});

class Crowd {
  readonly complaints: string[] = [];
  readonly rounds = new Map<string, number>();
  readonly #database: FreshDatabase;
  readonly #loops: Promise<void>[] = [];
  #working = true;

  constructor(database: FreshDatabase) {
    this.#database = database;
  }

  /** `pause` is how long it rests between rounds, in milliseconds. */
  async join(name: string, actor: Actor, pause: number): Promise<void> {
    const session = await connectServer({ url: this.#database.url ?? "" });
    this.rounds.set(name, 0);
    this.#loops.push(this.#loop(name, actor, session, pause));
  }

  async #loop(name: string, actor: Actor, session: Database, pause: number): Promise<void> {
    while (this.#working) {
      try {
        const seen = await actor(session);
        if (seen !== null) this.complaints.push(`${name}: ${seen}`);
        this.rounds.set(name, (this.rounds.get(name) ?? 0) + 1);
      } catch (error) {
        if (!(error instanceof DatabaseError)) throw error;
        this.complaints.push(`${name}: ${error.sqlstate} ${error.message}`);
        if (error.connectionLost) break;
      }
      await sleep(pause);
    }
    await session.close();
  }

  async leave(): Promise<void> {
    this.#working = false;
    await Promise.all(this.#loops);
  }
}
