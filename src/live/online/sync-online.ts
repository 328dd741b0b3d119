/**
 * A sync as a resumable sequence: what costs is built side by side first, then one short transaction puts it in its place.
 * Each part is a transaction of its own; whatever ends the sequence leaves the old state at work, and the next run takes up
 * what was built.
 */
import { subjectKey } from "../../../graph/bystander.ts";
import { MigratorError } from "../../../graph/diagnostic.ts";
import { describeIdentity, identityKey } from "../../../graph/identity.ts";
import { PreparedOutdated } from "../../../graph/plan/beside.ts";
import { refuseCosts } from "../../../graph/plan/costs.ts";
import { refreshStatement } from "../../../graph/plan/stale.ts";
import type { Step } from "../../../graph/step.ts";
import { endTurn, holdTurn, takeTurn, withLockRetries } from "../../database/lock.ts";
import type { PreparedRow } from "../../database/prepared-rows.ts";
import { componentsPath } from "../../database/search-path.ts";
import type { Planned } from "../plan-with-locks.ts";
import { type SyncInput, type SyncResult, syncComponents } from "../sync.ts";
import { buildIndexes, indexesToBuild } from "./build-indexes.ts";
import { buildObjects, dropOutdated, fillObjects } from "./build-objects.ts";
import { type Lesson, learn } from "./learn.ts";
import type { BuiltBeside, OnlineRun } from "./online-run.ts";
import { findStanding, groupsOf, meaningOf, preparedOf, targetOf } from "./prepared-set.ts";

/** While the tool waits for a lock, readers wait behind it: in milliseconds. */
const longestWait = 50;
/** A long reader is waited for in short tries; after so long, in milliseconds, the run gives up and leaves what it built. */
const patience = 10 * 60 * 1000;
/** How often what changed meanwhile is built anew. */
const rounds = 3;

/** As `syncComponents`; a rehearsal tells what would be built. */
export async function syncOnline(given: SyncInput): Promise<SyncResult> {
  if ((given.around ?? []).length > 0) throw noAround();
  const lockTimeout = Math.min(longestWait, given.lockTimeout);
  const tries = (milliseconds: number) => Math.ceil(milliseconds / lockTimeout);
  const asUsual = { ...given, lockTimeout, lockRetries: tries(given.lockTimeout * given.lockRetries) };
  const input = { ...asUsual, lockRetries: Math.max(asUsual.lockRetries, tries(patience)) };
  if (given.rehearsal) {
    const lesson = await learn(asUsual);
    return { ...lesson.result, beside: builtBeside(lesson, []) };
  }
  await holdTurn(input.database, input.ledgerSchema, input.onWait);
  try {
    return await inRounds(input);
  } finally {
    // Where the connection is gone, the turn is too.
    await endTurn(input.database, input.ledgerSchema).catch(() => {});
  }
}

async function inRounds(input: SyncInput): Promise<SyncResult> {
  for (let round = 1; ; round++) {
    try {
      return await buildAndSwap(input);
    } catch (error) {
      if (!(error instanceof PreparedOutdated)) throw error;
      await input.database.batch(["rollback"]);
      if (round === rounds) throw keepsChanging(error);
      input.onWait(`${error.message}; it is built anew`);
    }
  }
}

async function buildAndSwap(input: SyncInput): Promise<SyncResult> {
  const lesson = await learn(input);
  refuseCosts(lesson.result.costs, input.allow);
  const before = await findStanding(input, lesson);
  await dropOutdated(input, lesson, before.outdated);
  await buildObjects(input, lesson, before.rows);
  const built = await findStanding(input, lesson);
  await fillObjects(input, lesson, built.rows);
  await buildIndexes(input, lesson, built.rows);
  const { rows } = await findStanding(input, lesson);
  requireAll(lesson, rows);
  const swapped = await swap(input, lesson, rows);
  const refreshed = await refreshAgain(input, lesson, swapped.planned);
  const { result } = swapped;
  return {
    ...result,
    steps: [...result.steps, ...filledSteps(lesson, rows), ...refreshed],
    costs: lesson.result.costs,
    sql: [...result.sql, ...refreshed.flatMap(({ sql }) => sql)],
    beside: builtBeside(lesson, rows),
  };
}

/** Somebody changed what was built, or what it was built from, while it was built. */
function requireAll(lesson: Lesson, rows: readonly PreparedRow[]): void {
  const there = new Map(rows.map((row) => [row.key, row]));
  for (const [key, { identity }] of lesson.preparation.targets) {
    const row = there.get(key);
    const filled = lesson.filled.some((one) => identityKey(one) === key);
    if (row === undefined || (filled && !row.complete))
      throw new PreparedOutdated(describeIdentity(identity));
  }
}

async function swap(input: SyncInput, lesson: Lesson, rows: readonly PreparedRow[]) {
  let planned: Planned | null = null;
  const beside = { anew: lesson.built, ...preparedOf(rows, lesson) };
  const online: OnlineRun = {
    beside,
    taken: rows,
    learnt: lesson.learnt,
    verify: () => verifyInputs(input, lesson, rows),
    inspect: async (result) => {
      planned = result;
    },
  };
  const result = await syncComponents({ ...input, online });
  return { result, planned: planned as Planned | null };
}

/** Nobody changed what the prepared ones read since before they were filled. */
async function verifyInputs(
  { database }: SyncInput,
  lesson: Lesson,
  rows: readonly PreparedRow[],
): Promise<void> {
  for (const keys of groupsOf(lesson.built, lesson.reached)) {
    const group = rows.filter(({ key }) => keys.includes(key));
    const [first] = group;
    if (first === undefined) continue;
    if ((await meaningOf(database, group)) !== first.inputs)
      throw new PreparedOutdated(`what ${describeIdentity(targetOf(first).live.identity)} reads`);
  }
}

/** What was filled before the swap, told as a plan tells it. */
function filledSteps({ planned }: Lesson, rows: readonly PreparedRow[]): readonly Step[] {
  return (planned?.refreshes ?? []).flatMap(({ identity, component, why }): Step[] => {
    const row = rows.find(({ key }) => key === identityKey(identity));
    if (row === undefined) return [];
    const scratch = { kind: "materialized view" as const, schema: row.schema, name: row.scratch };
    return [{ kind: "refresh", identity, component, reason: why, sql: [refreshStatement(scratch, false)] }];
  });
}

/** Those that were stale already, and what was filled from one of them: behind the swap, one by one. */
async function refreshAgain(
  input: SyncInput,
  lesson: Lesson,
  planned: Planned | null,
): Promise<readonly Step[]> {
  const stale = (planned?.refreshes ?? []).filter(({ again }) => again);
  const again = [
    ...stale,
    ...readingStale(
      lesson,
      stale.map(({ identity }) => identityKey(identity)),
    ),
  ];
  const steps: Step[] = [];
  for (const { identity, component, concurrently, why } of again) {
    const sql = refreshStatement(identity, concurrently);
    const { database, ledgerSchema, lockTimeout, onWait, searchPath } = input;
    onWait(`filling ${describeIdentity(identity)} again`);
    await withLockRetries(database, input, async () => {
      await takeTurn(database, ledgerSchema, onWait);
      await database.batch([
        `set local lock_timeout = ${lockTimeout}`,
        componentsPath(searchPath),
        sql,
        "commit",
      ]);
    });
    steps.push({ kind: "refresh", identity, component, reason: why, sql: [sql] });
  }
  return steps;
}

function readingStale({ filled, preparation, reached }: Lesson, stale: readonly string[]) {
  const fresh = new Set(stale);
  const reads = (key: string, seen: Set<string>): boolean =>
    (reached.needs.get(key) ?? []).some((to) => {
      if (fresh.has(to)) return true;
      if (seen.has(to)) return false;
      seen.add(to);
      return reads(to, seen);
    });
  return filled.flatMap((identity) => {
    const key = identityKey(identity);
    if (!reads(key, new Set())) return [];
    fresh.add(key);
    const step = preparation.steps.find((one) => subjectKey(one.identity) === key);
    const live = preparation.targets.get(key);
    const concurrently =
      live?.kind === "materialized view" && live.indexes.some((index) => index.identifiesRows);
    return [
      {
        identity,
        component: step?.component ?? null,
        concurrently,
        why: "it reads one that was filled again",
      },
    ];
  });
}

function builtBeside(lesson: Lesson, rows: readonly PreparedRow[]): readonly BuiltBeside[] {
  const filled = new Set(lesson.filled.map(identityKey));
  const objects = [...lesson.preparation.targets].map(([key, { identity }]): BuiltBeside => {
    const filledAt = rows.find((row) => row.key === key)?.filledAt ?? null;
    return { identity, what: filled.has(key) ? "filled" : "made", filledAt };
  });
  const indexes = indexesToBuild(lesson).map(
    ({ identity }): BuiltBeside => ({ identity, what: "indexed", filledAt: null }),
  );
  return [...objects, ...indexes];
}

function noAround(): MigratorError {
  const message =
    "--online and --around do not go together: a table that is changed cannot stand in two versions";
  return new MigratorError(
    [{ code: "usage", message, fix: "change the table in a run of its own, without --online" }],
    2,
  );
}

function keepsChanging(error: PreparedOutdated): MigratorError {
  const message = `${error.message}, ${rounds} times in a row`;
  return new MigratorError([
    {
      code: "dependent-blocks",
      message,
      fix: "run it again when nobody else changes the database, or without --online",
    },
  ]);
}
