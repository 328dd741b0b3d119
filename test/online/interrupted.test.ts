/** An online sequence that is killed at each of its statements in turn: the old state goes on to work, and the next run finishes. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database.ts";
import { connectServer } from "../../src/database/server.ts";
import { differences } from "../../src/snapshot/differences.ts";
import { type Snapshot, takeSnapshot } from "../../src/snapshot/snapshot.ts";
import { describePlan } from "../cases/support/run-case.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { type FreshDatabase, freshDatabase } from "../servers/database.ts";
import { after, base, before, hung } from "./shop.ts";

/** A statement of a run, whatever its scratch names, and which one of those that read alike. */
interface Moment {
  readonly text: string;
  readonly nth: number;
}

interface Killing {
  readonly seen: Moment[];
  killed: boolean;
}

/** Notes each statement; at the moment it ends its own session instead, in the middle of its batch. */
function killedAt(database: Database, at: Moment | null, killing: Killing): Database {
  const note = (statement: string): string => {
    const text = statement.replaceAll(/\d+/g, "0");
    const nth = killing.seen.filter((one) => one.text === text).length + 1;
    killing.seen.push({ text, nth });
    if (text !== at?.text || nth !== at.nth) return statement;
    killing.killed = true;
    return "select pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid())";
  };
  return {
    version: database.version,
    description: database.description,
    embedded: database.embedded,
    query: (sql, parameters) => {
      const statement = note(sql);
      return database.query(statement, statement === sql ? parameters : []);
    },
    batch: (statements) => database.batch(statements.map(note)),
    cancel: () => database.cancel(),
    close: () => database.close(),
  };
}

/** In what is rolled back, and in questions, one death is like another: some of these will do. */
const writing =
  /^\s*(commit|refresh|analyze|create|drop|alter|insert|update|delete|grant|comment|rollback$)/i;

const scratchNames = `select relname::text as name from pg_class where relname like '\\_\\_migrator%'
  union all select proname from pg_proc where proname like '\\_\\_migrator%'`;

/** Names and rows that a run would have to take up or to drop. The table is there from the first online run on. */
async function leftovers(copy: Database): Promise<readonly unknown[]> {
  const [table] = await copy.query<{ there: boolean }>(
    "select to_regclass('migrator.prepared') is not null as there",
  );
  const rows = table?.there === true ? await copy.query("select scratch from migrator.prepared") : [];
  return [...(await copy.query(scratchNames)), ...rows];
}

const everything = process.env.KILLS === "all";

describe.each([
  { where: 18 as const, step: everything ? 1 : 5 },
  { where: 15 as const, step: everything ? 3 : 11 },
])("on $where", ({ where, step }) => {
  let template: FreshDatabase;
  let name: string;
  let expected: Snapshot;
  let moments: readonly Moment[];

  beforeAll(async () => {
    template = await freshDatabase(where);
    await runScript(template, base);
    await syncTexts(template, before);
    await runScript(template, hung);
    const [row] = await template.query<{ name: string }>("select current_database() as name");
    name = row?.name ?? "";
    await template.close();
    expected = await onCopy(async (copy) => {
      await syncTexts(copy, after);
      return takeSnapshot(copy);
    });
    const seen: Moment[] = [];
    await onCopy((copy) => syncTexts(killedAt(copy, null, { seen, killed: false }), after, { online: true }));
    moments = seen;
  });
  afterAll(() => template.drop());

  async function onCopy<T>(work: (copy: FreshDatabase) => Promise<T>): Promise<T> {
    const copy = await freshDatabase(where, { template: name });
    try {
      return await work(copy);
    } finally {
      await copy.drop();
    }
  }

  async function expectDone(copy: Database, what: string): Promise<void> {
    expect(await leftovers(copy), what).toEqual([]);
    expect(differences(expected, await takeSnapshot(copy)), what).toEqual([]);
    const second = await syncTexts(copy, after);
    expect(describePlan(second.result), what).toBe("nothing to do\n");
    const [rows] = await copy.query(
      "select (select count(*) from m)::int as m, (select sum(n) from m2)::int as m2, (select n from stranger)::int as s",
    );
    expect(rows, what).toEqual({ m: 500, m2: 500, s: 285 });
  }

  test("without a kill it equals a plain sync", async () => {
    await onCopy(async (copy) => {
      const { result } = await syncTexts(copy, after, { online: true });
      expect(
        result.beside
          ?.filter(({ what }) => what === "filled")
          .map(({ identity }) => identity.name)
          .sort(),
      ).toEqual(["m", "m2", "stranger"]);
      expect(
        result.beside?.filter(({ what }) => what === "indexed").map(({ identity }) => identity.name),
      ).toEqual(["other"]);
      await expectDone(copy, "without a kill");
    });
  });

  test("killed at each statement", async () => {
    const first = moments.findIndex(({ text }) => /__migrator_new_/.test(text));
    const chosen = moments
      .filter(({ text }, i) => i > first && writing.test(text))
      .filter((_, i) => i % step === 0);
    expect(chosen.length).toBeGreaterThan(60 / step);
    console.log(
      `on ${where}: killed at ${chosen.length} of ${moments.length} statements; more with KILLS=all`,
    );
    let missed = 0;
    for (const [i, moment] of chosen.entries()) {
      const what = `killed at ${moment.nth}. ${moment.text.replace(/\s+/g, " ").slice(0, 80)}`;
      await onCopy(async (copy) => {
        const victim = await connectServer({ url: copy.url ?? "" });
        const killing: Killing = { seen: [], killed: false };
        const run = syncTexts(killedAt(victim, moment, killing), after, { online: true });
        const ended = await run.then(
          () => "done",
          () => "died",
        );
        // What a run says again, since it met a lock, another does not say.
        expect(ended, what).toBe(killing.killed ? "died" : "done");
        if (!killing.killed) missed++;
        await victim.close();
        // The application goes on with what there was, or with what there is.
        await copy.query("select count(*), min(m.a) from top join m using (id) join strange using (id)");
        // By the next run with --online, or without.
        await syncTexts(copy, after, { online: i % 4 !== 3, lockRetries: 25 });
        await expectDone(copy, what);
      });
    }
    expect(missed).toBeLessThanOrEqual(chosen.length / 10);
  }, 900_000);
});
