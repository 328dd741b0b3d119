/** Brings a live target to the state of the components: one transaction, planned and done in one go, or rehearsed. */
import { subjectKey } from "../../graph/bystander.ts";
import type { DeclaredObject } from "../../graph/declared.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import { describeIdentity, type Identity, identityKey } from "../../graph/identity.ts";
import type { Lock } from "../../graph/plan/pass.ts";
import type { PassResult } from "../../graph/plan/plan.ts";
import type { Cost, Step } from "../../graph/step.ts";
import { commitTransaction, type Reconnected, transactionId } from "../database/commit.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { StatementRefused } from "../database/drive.ts";
import {
  type LedgerChanges,
  type LedgerEntry,
  ledgerStatements,
  ledgerTables,
  readApplied,
  type TargetMode,
} from "../database/ledger.ts";
import { outOfSharedMemory, takeTurn, withLockRetries } from "../database/lock.ts";
import type { ReshapedRelation } from "../database/reshaped.ts";
import { requireRights } from "../database/rights/dependents.ts";
import type { PlannedObject } from "../database/rights/own-objects.ts";
import { explainLackingRight, requireRightsFor } from "../database/rights/preflight.ts";
import { type LedgerScope, scopeTables, sharedAlone, tablesTurn } from "../database/scope-snapshots.ts";
import { catalogPath, componentsPath } from "../database/search-path.ts";
import { sharedScope } from "../tenants/scope.ts";
import { withOtherRefusals } from "./all-refusals.ts";
import { type Changes, compareWithLedger } from "./changes.ts";
import { eventTriggersQuery, eventTriggerWarnings } from "./event-triggers.ts";
import { explainRefusal } from "./explain.ts";
import { createSchemas, missingSchemas } from "./idempotent-schemas.ts";
import { type NarrowLedger, openNarrowLedger } from "./narrow-ledger.ts";
import { type BuiltBeside, type OnlineRun, type SyncLearnt, staleBuilds } from "./online/online-run.ts";
import { refuseOtherOwners } from "./other-projects.ts";
import {
  type Learnt,
  type LockedPlan,
  type PlannedWithLocks,
  type PlanSettings,
  planWithLocks,
} from "./plan-with-locks.ts";
import { explainFullLockTable, requireSettings } from "./preflight.ts";
import { openLedger, seenStatements } from "./scope-ledger.ts";
import { settleLate } from "./settle-late.ts";
import { staleObjects } from "./stale-objects.ts";
import { type Strangers, watchStrangers } from "./strangers.ts";
import { describeChanges, type ObjectChange, whatToRemember } from "./sync-outcome.ts";

export interface SyncInput extends PlanSettings {
  readonly database: Database;
  readonly project: string;
  readonly ledgerSchema: string;
  readonly mode: TargetMode;
  readonly command: string;
  /** Null: a whole sync; else the declared keys to look at, and nothing counts as vanished. */
  readonly judged: ReadonlySet<string> | null;
  /**
   * Beside `judged`, for watch mode: objects that components declared a moment ago. Those that no component declares any
   * more are dropped, and the ledger is read only for what is judged, vanished, or touched by the plan.
   */
  readonly vanished?: ReadonlyMap<string, Identity>;
  readonly untracked: (component: string) => boolean;
  readonly lockRetries: number;
  /** Idempotent schemas that the components stand in: made where they are missing. */
  readonly schemas?: readonly string[];
  /** Statements that write more of the ledger in the same transaction. */
  readonly alsoWritten?: readonly string[];
  /** Told while waiting for somebody else. */
  readonly onWait: (message: string) => void;
  /** For asking whether the work is done where the answer to COMMIT was lost; without it that is told as a failure. */
  readonly reconnected?: Reconnected;
  /** Whose objects are judged; left out: those of the shared scope. */
  readonly scopes?: readonly LedgerScope[];
  /** By scope: a digest of all its files, to know by it that they are unchanged. Not used where not everything is judged. */
  readonly files?: ReadonlyMap<string, string>;
  /** True: the caller's transaction is open and stays so, with what was done, or without it where that failed. */
  readonly within?: boolean;
  /** Told when the transaction is open, and of what was done before it is written down. */
  readonly witness?: SyncWitness;
  /** What the steps of an online sequence want beside all that. */
  readonly online?: OnlineRun;
}

export interface SyncResult {
  readonly changes: readonly ObjectChange[];
  readonly steps: readonly Step[];
  readonly costs: readonly Cost[];
  readonly warnings: readonly string[];
  readonly unchanged: number;
  /** Everything that was run to change the database, as psql could run it. */
  readonly sql: readonly string[];
  readonly applied: boolean;
  /** With --online: what was, or in a plan would be, built before the plan's own transaction. */
  readonly beside?: readonly BuiltBeside[];
}

/** Of a sync with something to do. */
export interface DonePlan {
  /** Nothing was done beside the steps, what the ledger is told of them, and the locks. */
  readonly plain: boolean;
  /** The statements that locked. */
  readonly locks: readonly string[];
  readonly steps: readonly Step[];
  readonly ledger: LedgerChanges;
}

export interface SyncWitness {
  opened(): Promise<void>;
  planned(done: DonePlan): void;
}

/** Errors are PlanError, DatabaseError or MigratorError; the database is then as before. */
export async function syncComponents(input: SyncInput): Promise<SyncResult> {
  const learnt = input.online?.learnt ?? { locks: [], changed: [] };
  const once = () => syncOnce(input, learnt);
  try {
    return await (input.within === true
      ? withinSavepoint(input.database, once)
      : withLockRetries(input.database, input, once));
  } catch (thrown) {
    const error =
      thrown instanceof StatementRefused
        ? await explainRefusal(thrown, input.desired.objects, input.database)
        : thrown;
    await explainLackingRight(input.database, error, {
      ledgerSchema: input.ledgerSchema,
      writes: true,
      identities: [...learnt.changed, ...learnt.locks.flatMap(lockedRelation)],
    });
    if (error instanceof DatabaseError && error.sqlstate === outOfSharedMemory) {
      throw await explainFullLockTable(input.database, learnt.locks.length);
    }
    throw error;
  }
}

/** Takes back what a sync within an open transaction did last. */
export const forgetScope: readonly string[] = [
  "rollback to savepoint migrator_scope",
  "release savepoint migrator_scope",
];

/** What fails is taken back, and the transaction can go on: for a lock that others hold it is the caller's to begin anew. */
async function withinSavepoint<T>(database: Database, work: () => Promise<T>): Promise<T> {
  await database.batch(["savepoint migrator_scope"]);
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DatabaseError && error.connectionLost)) await database.batch(forgetScope);
    throw error;
  }
}

async function syncOnce(input: SyncInput, learnt: SyncLearnt): Promise<SyncResult> {
  const { database, scopes = sharedAlone } = input;
  const names = scopes.map(({ name }) => name);
  if (input.within === true) await database.batch([catalogPath]);
  else
    await takeTurn(database, input.ledgerSchema, input.onWait, names.length === 1 ? names[0] : sharedScope);
  await input.online?.verify?.();
  await input.witness?.opened();
  const { judged, vanished } = input;
  const narrow =
    judged !== null && vanished !== undefined ? await openNarrowLedger({ ...input, judged, vanished }) : null;
  const scoped = names.some((name) => name !== sharedScope);
  const whole = narrow === null ? await openLedger(input, scopes, scoped) : null;
  const ledger = narrow === null ? whole : narrow.state;
  if (ledger?.mode === "migrated" && input.mode === "live" && !input.rehearsal) throw migratedTarget();
  const entries = ledger?.entries ?? new Map<string, LedgerEntry>();
  const stale =
    input.judged === null ? await staleObjects(database, whole, everyPath(input)) : new Map<string, string>();
  const changes =
    narrow?.changes ?? compareWithLedger(input.desired, entries, input.judged, input.untracked, stale);
  const leftovers = staleBuilds(input.ledgerSchema, ledger?.prepared ?? [], input.online);
  const idle = changes.changed.length === 0 && changes.removed.size === 0 && changes.moved.size === 0;
  const { alsoWritten = [] } = input;
  if (idle && (input.around ?? []).length + alsoWritten.length === 0 && input.refresh !== "all") {
    const idled = input.within === true ? [] : ["rollback"];
    const seen = input.judged === null && whole !== null ? seenStatements(input, whole, names) : [];
    const writes = [...leftovers.sql, ...seen];
    await database.batch(
      input.rehearsal || writes.length === 0
        ? idled
        : [
            `set local lock_timeout = ${input.lockTimeout}`,
            ...writes,
            ...(input.within === true ? [] : ["commit"]),
          ],
    );
    return {
      changes: [],
      steps: [],
      costs: [],
      warnings: leftovers.warnings,
      unchanged: changes.unchanged,
      sql: leftovers.sql,
      applied: !input.rehearsal,
    };
  }
  await requireSettings(database, changes.changed.length + changes.removed.size);
  const wanted = [...(ledger === null ? [input.ledgerSchema] : []), ...(input.schemas ?? [])];
  const missing = await missingSchemas(database, wanted);
  const keepsScopes = ledger?.keepsScopes === true || !scoped;
  const prepare = [
    ...createSchemas(missing),
    ...(ledger === null ? ledgerTables(input.ledgerSchema) : []),
    ...(keepsScopes ? [] : scopeTables(input.ledgerSchema)),
    ...leftovers.sql,
  ];
  // A narrow run reads what it judges, and no more.
  if (ledger !== null && narrow === null) {
    const keys = changes.changed.map(({ key }) => key);
    await refuseOtherOwners(input, keys, names);
  }
  await requireRightsFor(database, {
    objects: judgedObjects(input, changes, entries),
    ledgerSchema: input.ledgerSchema,
    missingSchemas: missing,
  });
  // A rehearsal needs no id: its transaction is not settled.
  const begun = await database.batch([
    ...(input.rehearsal || input.within === true ? [] : [transactionId]),
    ...(keepsScopes || narrow === null ? [] : [tablesTurn(input.ledgerSchema)]),
    `set local lock_timeout = ${input.lockTimeout}`,
    ...prepare,
    eventTriggersQuery,
  ]);
  learnt.changed = plannedObjects(input, changes).map(({ identity }) => identity);
  const { ledgerSchema, project, desired } = input;
  const own = { database, ledgerSchema, project, scopes: names, own: desired.objects };
  const strangers = watchStrangers(ledger?.others === true, own);
  const reshaped = ledger?.reshaped ?? [];
  const planned = await planSync(input, changes, entries, reshaped, { narrow, strangers }, learnt);
  const late = await settleAll(input, plannedObjects(input, changes));
  const { result } = planned;
  await input.online?.inspect?.(result);
  const steps = result.steps.map((step) => ({
    ...step,
    identity: late.get(subjectKey(step.identity))?.identity ?? step.identity,
  }));
  const ledgerChanges = whatToRemember(input, changes, entries, result, late);
  const trusted = strangers.trust(result);
  input.witness?.planned({
    plain: [...prepare, ...alsoWritten, ...trusted, ...result.costs, ...result.refreshes].length === 0,
    locks: planned.locks,
    steps,
    ledger: ledgerChanges,
  });
  const write = [
    ...alsoWritten,
    ...trusted,
    ...ledgerStatements(input.ledgerSchema, input.project, ledgerChanges),
  ];
  // A rehearsal that only learns what to build holds its locks no longer than it must.
  if (input.within === true) await database.batch([catalogPath, ...write]);
  else if (input.rehearsal)
    await database.batch(input.online === undefined ? [catalogPath, ...write, "rollback"] : ["rollback"]);
  else {
    const { reconnected = null, onWait } = input;
    const xid = String(begun[0]?.[0]?.xid);
    await commitTransaction(database, [catalogPath, ...write, "commit"], { xid, reconnected, onWait });
  }
  const { costs } = result;
  const statements = steps.flatMap((step) => step.sql);
  const warnings = [...result.warnings, ...eventTriggerWarnings(begun.at(-1) ?? [], statements, costs)];
  return {
    changes: describeChanges(input, changes, entries, result, planned.applied),
    steps,
    costs,
    warnings: [...warnings, ...leftovers.warnings],
    unchanged: changes.unchanged,
    sql: [...prepare, ...planned.locks, ...withPaths(input, steps), catalogPath, ...write],
    applied: !input.rehearsal,
  };
}

/** The statements of the steps, each with the search path of its object. */
function withPaths({ searchPath, pathOf }: SyncInput, steps: readonly Step[]): readonly string[] {
  const sql = [componentsPath(searchPath)];
  let path = sql[0];
  for (const step of steps) {
    const own = componentsPath(pathOf?.(subjectKey(step.identity)) ?? searchPath);
    if (own !== path) sql.push(own);
    path = own;
    sql.push(...step.sql);
  }
  return sql;
}

/** Every schema of which an earlier one may have what a text means now. */
function everyPath({ searchPath, scopes = sharedAlone }: SyncInput): readonly string[] {
  if (scopes.length < 2) return searchPath;
  const paths = [searchPath, ...scopes.map((scope) => scope.searchPath)];
  return [...new Set(paths.flatMap((path) => path.slice(0, -1))), ...searchPath.slice(-1)];
}

async function settleAll(
  { database, searchPath, pathOf }: SyncInput,
  objects: readonly DeclaredObject[],
): Promise<ReadonlyMap<string, DeclaredObject>> {
  if (pathOf === undefined) return settleLate(database, searchPath, objects);
  const late = new Map<string, DeclaredObject>();
  const pathOfObject = ({ identity }: DeclaredObject) => pathOf(identityKey(identity)) ?? searchPath;
  for (const path of new Set(objects.map(pathOfObject))) {
    const own = objects.filter((object) => pathOfObject(object) === path);
    for (const [key, object] of await settleLate(database, path, own)) late.set(key, object);
  }
  return late;
}

function lockedRelation({ kind, schema, name }: Lock): readonly Identity[] {
  return kind === "table" ? [] : [{ kind, schema, name }];
}

function judgedObjects(
  input: SyncInput,
  changes: Changes,
  entries: ReadonlyMap<string, LedgerEntry>,
): readonly PlannedObject[] {
  const changed = changes.changed.flatMap(({ key, reasons }): PlannedObject[] => {
    const declared = input.desired.objects.get(key);
    if (declared === undefined) return [];
    const { identity, component } = declared;
    // What was changed in the database is analysed under a scratch name in the same schema.
    const definition = reasons.changed === true || reasons.analyse === true;
    return [{ identity, declared, component, definition }];
  });
  const removed = [...changes.removed].flatMap((key): PlannedObject[] => {
    const entry = entries.get(key);
    if (entry === undefined || entry.live === "missing") return [];
    return [{ identity: entry.identity, declared: null, component: null, definition: false }];
  });
  return [...changed, ...removed];
}

/** The plan of a sync: rights are asked for before relations are locked, and a narrow ledger reads what a pass comes to touch. */
async function planSync(
  input: SyncInput,
  changes: Changes,
  entries: ReadonlyMap<string, LedgerEntry>,
  reshaped: readonly ReshapedRelation[],
  { narrow, strangers }: { readonly narrow: NarrowLedger | null; readonly strangers: Strangers },
  learnt: Learnt,
): Promise<PlannedWithLocks & Pick<LockedPlan, "applied">> {
  const { database } = input;
  const wanted = [
    ...changes.changed.map((change) => change.key),
    ...changes.removed,
    ...changes.unjudged,
  ].flatMap((key) => entries.get(key) ?? []);
  const cause = firstChange(input, changes);
  const because = cause === undefined ? "a removal" : `the change of ${describeIdentity(cause.identity)}`;
  const plan = {
    ...input,
    named: everyPath(input),
    ...(input.online === undefined ? {} : { beside: input.online.beside }),
    applied: await readApplied(database, input.ledgerSchema, input.project, wanted),
    changed: changes.changed,
    removed: changes.removed,
    reshaped: reshaped.map((relation) => relation.oid),
    beforeLocks: (locks: readonly Lock[]) =>
      requireRights(database, locks, because, cause?.component ?? null),
    unknownTo: (result: PassResult) => {
      const unread = narrow?.unread(result) ?? [];
      const unknown = strangers.unknown(result);
      if (unread.length + unknown.length === 0) return null;
      return async () => {
        if (unknown.length > 0) await strangers.read(unknown);
        return narrow === null || unread.length === 0
          ? { applied: new Map(), changed: [] }
          : narrow.readMore(unread);
      };
    },
  };
  try {
    return { ...(await planWithLocks(database, plan, learnt)), applied: plan.applied };
  } catch (error) {
    throw await withOtherRefusals(database, plan, learnt, error);
  }
}

function migratedTarget(): MigratorError {
  const message = "this database is a migrated target: only migrations change it";
  return new MigratorError([{ code: "usage", message, fix: "write a migration instead" }], 2);
}

function plannedObjects(input: SyncInput, changes: Changes): readonly DeclaredObject[] {
  return changes.changed.flatMap(({ key }) => input.desired.objects.get(key) ?? []);
}

function firstChange(input: SyncInput, changes: Changes): DeclaredObject | undefined {
  return changes.changed
    .map(({ key }) => input.desired.objects.get(key))
    .find((object) => object !== undefined);
}
