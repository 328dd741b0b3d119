/**
 * Migrations with parts for the values of matrices, in stages: what runs once up to the first part of a matrix, that part for each
 * value, and so on. What runs once waits until every value has the parts before it: it may take away what they need.
 */
import { compareText } from "../../graph/compare.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Database } from "../database/database.ts";
import { type AppliedMigration, applyMigrations, prepareLedger } from "../migrations/apply-migrations.ts";
import { choosePending } from "../migrations/choose-pending.ts";
import type { MigrationStatus } from "../migrations/compare.ts";
import { findMigration } from "../migrations/find-migration.ts";
import { hasBlock } from "../migrations/live-scripts.ts";
import { type Migration, migrationKey, namesIn, partKey } from "../migrations/migration.ts";
import { type RunnableMigration, takeApart } from "../migrations/prepare.ts";
import { RanMeanwhile } from "../migrations/ran-meanwhile.ts";
import { isBlockedByDependents } from "../migrations/refused.ts";
import type { ScriptStatement } from "../migrations/script-statements.ts";
import { loadParser } from "../sql/library.ts";
import { applyScope, type BringAlong, type ScopeApplied, type ScopeWork } from "../tenants/apply-scope.ts";
import { type MatrixPart, orderParts } from "../tenants/ordered-parts.ts";
import { runScopes } from "../tenants/run-scopes.ts";
import { type MatrixScope, sharedScope } from "../tenants/scope.ts";
import type { FailedScope, StagesResult } from "../tenants/stages-result.ts";
import type { ApplyOptions } from "./apply-options.ts";
import { confirmProtected } from "./confirm.ts";
import type { CommandContext } from "./context.ts";
import { diagnosticsOf } from "./failure-of-scope.ts";
import { untilInterrupted } from "./interrupt.ts";
import { lackingScopes } from "./lacking-scopes.ts";
import { applySettings, compared, type MigrationsAtTarget } from "./migration-project.ts";
import { counted, doneOf, isStrict } from "./pending-migrations.ts";
import { rehearseStages } from "./rehearse-stages.ts";
import { scopesRunning } from "./scope-runs.ts";

/** What is told while it runs. */
export interface StageEvents {
  readonly scopeEnded: (
    scope: MatrixScope,
    outcome: "applied" | "failed" | "left",
    done: number,
    all: number,
  ) => void;
}

export interface StageRun {
  /** This migration alone. */
  readonly name?: string | undefined;
  readonly events: StageEvents;
  /** On a live target: what components of values block runs around them; what shared ones block is left to whoever brings those along. */
  readonly along?: BringAlong | null;
  /** Parts of this matrix alone: what runs once is left alone, and what comes behind it. */
  readonly matrix?: string | undefined;
}

interface Running {
  readonly context: CommandContext;
  readonly options: ApplyOptions;
  readonly opened: MigrationsAtTarget;
  readonly ofMatrices: readonly MatrixPart[];
  /** Of the parts that run once. */
  readonly places: ReadonlyMap<string, number>;
  readonly events: StageEvents;
  readonly isStopped: () => boolean;
  readonly along: BringAlong | null;
  readonly apart: Map<string, readonly ScriptStatement[]>;
  readonly applied: AppliedMigration[];
  readonly warnings: Set<string>;
  readonly failed: FailedScope[];
  readonly left: Set<string>;
  readonly seen: Set<string>;
  /** Scopes that lack parts and that somebody else is to bring along: another shard, another run. */
  readonly unselected: Set<string>;
}

/** Throws for what stops the parts that run once; failures of scopes are in the result. */
export async function applyStages(
  context: CommandContext,
  options: ApplyOptions,
  opened: MigrationsAtTarget,
  { name, events, along = null, matrix }: StageRun,
): Promise<StagesResult> {
  const { all } = opened;
  if (options.singleTransaction === true) throw together();
  await loadParser();
  const { config } = opened.project;
  const shared = opened.statuses.flatMap(({ built: one }) => one?.migration ?? []);
  const order = orderParts(config, all, shared);
  const find = (text: string) => migrationKey(findMigration(all, text));
  const only = name === undefined ? null : find(name);
  const to = options.to === undefined ? null : find(options.to);
  const places = [
    ...order.shared,
    ...order.ofMatrices.map(({ migration, index }) => [migration, index] as const),
  ];
  const last = Math.max(
    -1,
    ...places.filter(([one]) => to === null || migrationKey(one) === to).map(([, at]) => at),
  );
  const wanted = (migration: Migration, index: number) =>
    index <= last && (only === null || migrationKey(migration) === only);
  const scopesOnly = matrix !== undefined;
  const ofMatrices = order.ofMatrices.filter(
    (part) => wanted(part.migration, part.index) && (matrix === undefined || part.matrix === matrix),
  );
  return untilInterrupted(async (stop) => {
    const isStopped = (): boolean => stop.aborted;
    const running: Running = {
      context,
      options,
      opened,
      ofMatrices,
      places: new Map([...order.shared].map(([one, index]) => [partKey(one), index])),
      events,
      isStopped,
      along,
      apart: new Map(),
      applied: [],
      warnings: new Set(),
      failed: [],
      left: new Set(),
      seen: new Set(),
      unselected: new Set(),
    };
    const { pending, warnings } = choosePending(opened.statuses, {
      ...choiceOf(running),
      to: null,
      only: null,
    });
    for (const warning of warnings) running.warnings.add(warning);
    const due = pending.flatMap((status) => {
      const migration = status.built?.migration;
      const index = migration === undefined ? undefined : order.shared.get(migration);
      return migration === undefined || index === undefined || !wanted(migration, index)
        ? []
        : [{ status, migration, index }];
    });
    const limit = scopesOnly ? (due[0]?.index ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
    const waiting = scopesOnly ? [] : [...due];
    if (options.dryRun !== true && waiting.length > 0) await confirm(running, counted(waiting.length));
    let from = 0;
    const skipped: Migration[] = [];
    const blocked: Migration[] = [];
    for (;;) {
      const next = waiting[from];
      const before = ofMatrices.filter(({ index }) => index < Math.min(limit, next?.index ?? limit));
      await applyToScopes(running, before, next !== undefined);
      const incomplete = running.failed.length + running.left.size + running.unselected.size > 0;
      if (next === undefined || incomplete || isStopped()) break;
      const until = ofMatrices.find(({ index }) => index > next.index)?.index ?? Number.POSITIVE_INFINITY;
      const rest = waiting.slice(from);
      if (options.dryRun === true && Number.isFinite(until)) {
        // Each stage is rolled back: what follows would not find it.
        skipped.push(...(await rehearseRest(running, rest)));
        from = waiting.length;
        break;
      }
      const stage = rest.filter(({ index }) => index < until);
      const done = await unlessMeanwhile(() =>
        applyOnce(
          running,
          stage.map(({ status }) => status),
        ),
      );
      if (done === null) {
        const open = await openKeys(running);
        waiting.splice(0, waiting.length, ...waiting.filter(({ migration }) => open.has(partKey(migration))));
        from = 0;
        continue;
      }
      from += stage.length;
      skipped.push(...done.skipped);
      blocked.push(...done.blocked);
      if (blocked.length > 0) break;
    }
    return {
      applied: running.applied,
      skipped,
      warnings: [...running.warnings],
      failed: running.failed.toSorted((a, b) => compareText(a.scope, b.scope)),
      left: [...running.left].sort(compareText),
      blocked,
      waiting: waiting.slice(from).map(({ migration }) => migration),
      scopes: running.seen.size,
    };
  });
}

function together(): MigratorError {
  const message = "values of matrices have a transaction each: they cannot share one";
  return new MigratorError([{ code: "usage", message, fix: "leave out --single-transaction" }], 2);
}

function choiceOf({ options, opened }: Pick<Running, "options" | "opened">): ScopeWork["choice"] {
  return {
    strict: isStrict(opened),
    outOfOrder: options.outOfOrder === true,
    ignoreMissing: options.ignoreMissing === true,
    names: namesIn(opened.project.config),
  };
}

async function confirm({ context, opened, options }: Running, what: string): Promise<void> {
  await confirmProtected(context, opened.project.target, options.yes === true, `apply ${what}`);
}

/** What could not be rehearsed is returned. What was before is not told again. */
async function rehearseRest(
  running: Running,
  shared: readonly { readonly status: MigrationStatus; readonly index: number }[],
): Promise<readonly Migration[]> {
  const { context, options, opened, ofMatrices } = running;
  const told = new Set(running.applied.map(appliedKey));
  const { applied, skipped, failed, warnings } = await rehearseStages({
    context,
    options,
    opened,
    ofMatrices,
    shared,
    choice: choiceOf(running),
    settings: (scope, scripts) =>
      scope === null
        ? applySettings(context, opened, options, "apply", upOf(scripts))
        : settingsOf(running, scope, opened.database, scripts),
  });
  running.applied.push(...applied.filter((one) => !told.has(appliedKey(one))));
  running.failed.push(...failed);
  for (const one of [...applied, ...failed]) if (one.scope !== sharedScope) running.seen.add(one.scope);
  for (const warning of warnings) running.warnings.add(warning);
  return skipped;
}

function appliedKey(one: AppliedMigration): string {
  return JSON.stringify([one.scope, partKey(one)]);
}

/** Those that run once. Those that cannot be rehearsed are skipped; on a live target it ends before the first that components block. */
async function applyOnce(
  running: Running,
  pending: readonly MigrationStatus[],
): Promise<Pick<StagesResult, "skipped" | "blocked">> {
  const { context, options, opened, applied } = running;
  const runnable = await takeApart(pending.flatMap((one) => one.built ?? []));
  const scripts = runnable.map(({ up }) => up);
  const settings = {
    ...(await applySettings(context, opened, options, "apply", scripts)),
    onApplied: (one: AppliedMigration) => void applied.push(one),
  };
  const rehearsal = options.dryRun === true;
  const work = runnable.map((one, index) => ({ runnable: one, done: doneOf(pending[index]) }));
  const way = { together: false, rehearsal };
  const skipped = rehearsal ? runnable.filter(({ up }) => !up.directives.transaction) : [];
  if (running.along === null) {
    await applyMigrations(settings, work, way);
    return { skipped: skipped.map(({ migration }) => migration), blocked: [] };
  }
  for (const [index, one] of work.entries()) {
    const blocked = () => runnable.slice(index).map(({ migration }) => migration);
    if (hasBlock(one.runnable)) return { skipped: [], blocked: blocked() };
    try {
      await applyMigrations(settings, [one], way);
    } catch (error) {
      if (!one.runnable.up.directives.transaction || !isBlockedByDependents(error)) throw error;
      return { skipped: [], blocked: blocked() };
    }
  }
  return { skipped: [], blocked: [] };
}

/** Null where another run was faster: what it left is to be found. */
async function unlessMeanwhile<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RanMeanwhile) return null;
    throw error;
  }
}

/** The parts that run once and still wait. */
async function openKeys(running: Running): Promise<ReadonlySet<string>> {
  const statuses = await refreshed(running);
  return new Set(statuses.filter(({ state }) => state === "pending" || state === "partial").map(partKey));
}

/** These parts, for each value of their matrices that lacks any. */
async function applyToScopes(running: Running, parts: readonly MatrixPart[], more: boolean): Promise<void> {
  for (const [at, { matrix, index }] of parts.entries()) {
    // The last of those that come one after another for the same matrix.
    if (parts[at + 1]?.matrix === matrix) continue;
    const until = parts.filter((part) => part.matrix === matrix && part.index <= index);
    await applyMatrix(running, matrix, until, more);
    // Another matrix's may stand on them.
    if (running.failed.length + running.left.size + running.unselected.size > 0) break;
  }
}

async function applyMatrix(
  running: Running,
  matrix: string,
  parts: readonly MatrixPart[],
  more: boolean,
): Promise<void> {
  const { context, options, opened, isStopped, events } = running;
  const { project, database } = opened;
  const { groups, looked, unselected } = await lackingScopes(running, matrix, parts);
  for (const { name } of looked) running.seen.add(name);
  for (const { name } of unselected) running.unselected.add(name);
  const all = groups.flat().length;
  if (all === 0) return;
  const rehearsal = options.dryRun === true;
  if (!rehearsal) {
    await confirm(running, `parts for ${all === 1 ? "one value" : `${all} values`} of ${matrix}`);
    if (!opened.ledger.there && running.applied.length === 0)
      await prepareLedger(await applySettings(context, opened, options, "apply", []));
  }
  const ready = sharedReady(await refreshed(running));
  const work: ScopeWork = {
    context: opened.context,
    parts,
    lastShared: lastPlace(running, ready),
    shared: ready,
    choice: choiceOf(running),
    rehearsal,
    isolated: options.isolated === true,
    along: running.along,
    more,
    apart: running.apart,
    settings: (scope, connection, scripts) => settingsOf(running, scope, connection, scripts),
  };
  const scopesRun = await scopesRunning(context, options, project, database, isStopped);
  let done = 0;
  for (const group of groups) {
    const failedBefore = running.failed.length > 0;
    const run = failedBefore ? { ...scopesRun, isStopped: () => true } : scopesRun;
    await runScopes<ScopeApplied>(
      group,
      run,
      (scope, connection) => applyScope(work, scope, connection),
      (outcome) => {
        const { scope } = outcome;
        if (outcome.kind !== "not begun") done++;
        switch (outcome.kind) {
          case "done":
            running.applied.push(...outcome.value.applied);
            for (const warning of outcome.value.warnings) running.warnings.add(warning);
            events.scopeEnded(scope, "applied", done, all);
            break;
          case "failed":
            running.failed.push({ scope: scope.name, diagnostics: diagnosticsOf(outcome.error) });
            events.scopeEnded(scope, "failed", done, all);
            break;
          case "not begun":
            running.left.add(scope.name);
            events.scopeEnded(scope, "left", done, all);
        }
      },
    );
  }
}

/** The parts that run once as they stand now. */
async function refreshed({ opened }: Running): Promise<readonly MigrationStatus[]> {
  const scripts = opened.statuses.flatMap((one) => one.built ?? []);
  return (await compared(opened, scripts, opened.database)).statuses;
}

function lastPlace({ places }: Running, ready: readonly MigrationStatus[]): number {
  return Math.max(-1, ...ready.map((one) => places.get(partKey(one)) ?? -1));
}

function sharedReady(statuses: readonly MigrationStatus[]): readonly MigrationStatus[] {
  return statuses.filter(({ recorded, state }) => recorded !== null && state !== "partial");
}

/** For the scripts of one value. */
export async function settingsOf(
  { context, opened, options }: Pick<Running, "context" | "opened" | "options">,
  scope: MatrixScope,
  database: Database,
  scripts: readonly RunnableMigration[],
): ReturnType<typeof applySettings> {
  const { project } = opened;
  const config = { ...project.config, searchPath: scope.searchPath };
  const at = { project: { ...project, config }, database };
  const settings = await applySettings(context, at, options, "apply", upOf(scripts));
  // Another host has a ledger of its own, which may have to be made.
  const hasLedger = scope.url === null && (options.dryRun !== true || opened.ledger.there);
  return { ...settings, scope: scope.name, ownSchema: scope.schema, hasLedger };
}

function upOf(scripts: readonly RunnableMigration[]): readonly RunnableMigration["up"][] {
  return scripts.map(({ up }) => up);
}
