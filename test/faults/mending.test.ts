/**
 * A role that is not superuser: what it lacks is told before anything runs, all together, with the statements that mend
 * it. A superuser runs these to the letter, and then the same sync works. What PostgreSQL allows is not refused.
 */
import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { Database } from "../../src/database/database.ts";
import { connectServer } from "../../src/database/server.ts";
import { describePlan } from "../cases/support/run-case.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { type FreshDatabase, freshDatabase, resetDatabase } from "../servers/database.ts";
import { base, situations } from "./mending-situations.ts";

/** Hands the ledger that a superuser made to the role. */
const handLedger =
  "alter schema migrator owner to ME; alter table migrator.project owner to ME; alter table migrator.object owner to ME; alter table migrator.run owner to ME";

describe.each([15, 18] as const)("on %s", (where) => {
  let database: FreshDatabase;
  let client: Database | undefined;
  let me = "";
  let other = "";

  beforeAll(async () => {
    database = await freshDatabase(where);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await resetDatabase(database);
    const suffix = randomBytes(4).toString("hex");
    me = `deployer_${suffix}`;
    other = `other_${suffix}`;
    await runScript(database, `create role ${me} login; create role ${other}`);
  });
  afterEach(async () => {
    await client?.close();
    client = undefined;
    await runScript(
      database,
      `grant usage on language plpgsql to public; drop owned by ${me}, ${other} cascade; drop role ${me}, ${other}`,
    );
  });

  async function fill(text: string): Promise<string> {
    const [row] = await database.query("select current_database() as name");
    return text
      .replaceAll("LEDGER", handLedger)
      .replaceAll("ME", me)
      .replaceAll("OTHER", other)
      .replaceAll("DB", String(row?.name));
  }
  const script = async (text: string) => runScript(database, await fill(text));
  const texts = async (components: Readonly<Record<string, string>>) =>
    new Map(
      await Promise.all(
        Object.entries(components).map(async ([name, sql]) => [name, await fill(sql)] as const),
      ),
    );
  const snapshot = () =>
    database.query(
      "select 'c' as kind, oid, xmin::text from pg_class where oid >= 16384 union all select 'p', oid, xmin::text from pg_proc where oid >= 16384 union all select 'n', oid, xmin::text from pg_namespace order by 1, 2",
    );

  for (const situation of situations) {
    if (situation.only !== undefined && situation.only !== where) continue;
    test(situation.name, async () => {
      await script(`${base}; ${situation.before ?? "select 1"}`);
      const url = new URL(database.url ?? "");
      url.username = me;
      client = await connectServer({ url: url.href });
      if (situation.synced !== undefined)
        await syncTexts(situation.byMe ? client : database, await texts(situation.synced));
      if (situation.handed !== undefined) await script(situation.handed);
      const components = await texts(situation.components);
      const rounds = (where === 15 ? situation.mends15 : undefined) ?? situation.mends;
      for (const expected of rounds) {
        const before = await snapshot();
        const diagnostics = await refusal(client, components);
        expect(diagnostics.map(({ code }) => code)).toEqual(diagnostics.map(() => "missing-right"));
        expect(diagnostics.map(({ fix }) => fix).sort()).toEqual(
          (await Promise.all(expected.map(fill))).sort(),
        );
        expect(await snapshot()).toEqual(before);
        for (const { fix = "" } of diagnostics) await runScript(database, fix);
      }
      await syncTexts(client, components);
      expect(describePlan((await syncTexts(client, components)).result)).toBe("nothing to do\n");
    });
  }
});

async function refusal(
  database: Database,
  components: ReadonlyMap<string, string>,
): Promise<readonly Diagnostic[]> {
  try {
    await syncTexts(database, components);
  } catch (error) {
    if (error instanceof MigratorError) return error.diagnostics;
    throw error;
  }
  return [];
}
