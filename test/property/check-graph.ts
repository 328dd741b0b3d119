/** One random project and its edits against a database: every promise that can be checked from outside. */
import { expect } from "vitest";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Database } from "../../src/database/database.ts";
import { catalogState } from "../cases/support/catalog-state.ts";
import { describePlan } from "../cases/support/run-case.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { expectRoundTrip } from "../import/round-trip.ts";
import { randomEdit } from "./edits.ts";
import { requireForced } from "./forced.ts";
import { printBase, printComponents, randomModel } from "./model.ts";
import { seededRandom } from "./random.ts";

export interface Databases {
  /** The one that lives through the edits. */
  readonly live: Database;
  /** Emptied for each build from nothing. */
  readonly fresh: Database;
}

/** Throws with the seed and the edits in its message; counts in `seen` the kinds of steps that the plans had. */
export async function checkGraph(
  seed: number,
  edits: number,
  databases: Databases,
  seen: Map<string, number>,
): Promise<void> {
  const said: string[] = [];
  try {
    await check(seed, edits, databases, said, seen);
  } catch (error) {
    const text =
      error instanceof MigratorError
        ? JSON.stringify(error.diagnostics, null, 1)
        : error instanceof Error
          ? error.message
          : String(error);
    throw new Error(`seed ${seed}: ${said.join("; ")}\n${text}`, { cause: error });
  }
}

async function check(
  seed: number,
  edits: number,
  { live, fresh }: Databases,
  said: string[],
  seen: Map<string, number>,
): Promise<void> {
  const random = seededRandom(seed);
  const model = randomModel(random);
  const base = printBase(model);
  await empty(live);
  await runScript(live, base);
  await syncTexts(live, printComponents(model));
  for (let i = 0; i < edits; i++) {
    // Often several edits meet in one sync.
    for (let together = 1 + random.below(3); together > 0; together--) said.push(randomEdit(model, random));
    said.push("sync");
    const texts = printComponents(model);
    const before = await catalogState(live, (await syncTexts(live, texts, { rehearsal: true })).desired);
    // Files in another order give the same plan.
    const shuffled = new Map([...texts].sort(() => random.below(3) - 1));
    const planned = describePlan((await syncTexts(live, shuffled, { rehearsal: true })).result);
    const { desired, result } = await syncTexts(live, texts);
    expect(describePlan(result), "the order is deterministic, and the sync does what was planned").toBe(
      planned,
    );
    for (const step of result.steps) seen.set(step.kind, (seen.get(step.kind) ?? 0) + 1);
    const second = await syncTexts(live, texts);
    expect(describePlan(second.result), "a second sync plans nothing").toBe("nothing to do\n");
    const after = await catalogState(live, desired);
    await empty(fresh);
    await runScript(fresh, base);
    await syncTexts(fresh, texts);
    expect(after, "converges to a build from nothing").toEqual(await catalogState(fresh, desired));
    await requireForced(live, result, before, after);
  }
  await checkBroken(live, printComponents(model), random.below(1000));
  if (seed % importedShare > 1) return;
  said.push("import");
  await empty(fresh);
  await expectRoundTrip({ base, searchPath: ["public"], source: live, fresh });
}

/** One graph of this many, on each server, is imported again. */
const importedShare = 8;

/** A broken file changes nothing, wherever in the order it stands. */
async function checkBroken(
  live: Database,
  texts: ReadonlyMap<string, string>,
  choice: number,
): Promise<void> {
  const names = [...texts.keys()];
  const name = names[choice % Math.max(1, names.length)];
  if (name === undefined) return;
  const broken = new Map(texts);
  broken.set("zz_good.sql", "create view public.zz_good as select 1 as one;");
  broken.set(
    name,
    `${texts.get(name)}\ncreate view public.zz_broken as select no_such_column from public.t0;`,
  );
  const sum =
    "select md5(string_agg(c.oid || relname || coalesce(relacl::text, ''), ',' order by c.oid)) as sum from pg_class c where relkind in ('v', 'm', 'r')";
  const before = await live.query(sum);
  await expect(syncTexts(live, broken)).rejects.toThrow("no_such_column");
  expect(await live.query(sum), "an error changes nothing").toEqual(before);
}

async function empty(database: Database): Promise<void> {
  await database.batch([
    "begin",
    'drop schema if exists public, "Other one", migrator cascade',
    "create schema public",
    "commit",
  ]);
}
