/** The large plan ready to run on copies of a database, with the states that a fault may leave: before and after. */
import { expect } from "vitest";
import type { Database } from "../../src/database/database.ts";
import { connectServer } from "../../src/database/server.ts";
import { runScript, type SyncTexts, syncTexts, type TextsSynced } from "../cases/support/sync-texts.ts";
import { type FreshDatabase, freshDatabase } from "../servers/database.ts";
import { largePlan, leastSteps } from "./large-plan.ts";
import { stateDifferences, type WholeState, wholeState } from "./whole-state.ts";

/** From nothing, where the ledger is made too; or a change of everything. */
export const works = ["a first sync", "a change"] as const;
export type Work = (typeof works)[number];

export interface Prepared {
  readonly work: Work;
  readonly before: WholeState;
  readonly after: WholeState;
  /** A new database in the state before. */
  copy(): Promise<FreshDatabase>;
  drop(): Promise<void>;
}

/** `undisturbed` runs the work once, which gives the state after; it may watch that run. */
export async function prepare(
  where: 15 | 18,
  work: Work,
  undisturbed: (copy: FreshDatabase) => Promise<TextsSynced> = (copy) => runWork(copy, work),
): Promise<Prepared> {
  const built = await freshDatabase(where);
  await runScript(built, largePlan.base);
  if (work === "a change") {
    await syncTexts(built, largePlan.before);
    await runScript(built, largePlan.strangers);
  }
  const [row] = await built.query("select current_database()::text as name");
  const before = await wholeState(built);
  await built.close();
  const copy = () => freshDatabase(where, { template: String(row?.name) });
  const done = await copy();
  try {
    const { result } = await undisturbed(done);
    expect(result.steps.length).toBeGreaterThanOrEqual(leastSteps);
    return { work, before, after: await wholeState(done), copy, drop: () => built.drop() };
  } finally {
    await done.drop();
  }
}

/** `changed`: what --around does is done. */
export function runWork(
  database: Database,
  work: Work,
  options: SyncTexts & { readonly changed?: boolean } = {},
): Promise<TextsSynced> {
  const { changed = false, ...rest } = options;
  if (work === "a first sync") return syncTexts(database, largePlan.before, rest);
  const around = changed ? {} : { around: largePlan.around };
  return syncTexts(database, largePlan.after, { ...around, ...rest });
}

/**
 * What is wrong after a fault, a line each: the state must be that before or that after, as the run `told`, and `next`,
 * which gets whether it is that after, must finish the job.
 */
export async function whatIsWrong(
  { before, after }: Prepared,
  copy: Database,
  told: "failed" | "done" | "nothing",
  next: (changed: boolean) => Promise<unknown>,
): Promise<readonly string[]> {
  const now = await wholeState(copy);
  const fromBefore = stateDifferences(before, now, "copies");
  const fromAfter = stateDifferences(after, now, "separate");
  if (fromBefore.length > 0 && fromAfter.length > 0) {
    return fromBefore.length < fromAfter.length
      ? fromBefore.map((one) => `as before, but ${one}`)
      : fromAfter.map((one) => `as after, but ${one}`);
  }
  const changed = fromBefore.length > 0;
  if (told === (changed ? "failed" : "done")) return [`told as ${told}, which it is not`];
  await next(changed);
  const end = stateDifferences(after, await wholeState(copy), "separate");
  return end.map((one) => `after the next sync: ${one}`);
}

/** Asks on a connection of its own, as the command does. */
export function reconnectingTo(url: string | null): SyncTexts {
  if (url === null) return {};
  return {
    async reconnected<T>(ask: (database: Database) => Promise<T>): Promise<T> {
      const again = await connectServer({ url });
      try {
        return await ask(again);
      } finally {
        await again.close();
      }
    },
  };
}
