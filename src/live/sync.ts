/** Brings a live target to the state of the components: one transaction, planned and done in one go, or rehearsed. */

import type { DeclaredObject } from "../../graph/declared.ts";
import type { Desired } from "../../graph/desired.ts";
import { describeIdentity, type Identity, identityKey } from "../../graph/identity.ts";
import type { Lock } from "../../graph/plan/pass.ts";
import { type PassResult, planChanges } from "../../graph/plan/plan.ts";
import type { Cost, Step } from "../../graph/step.ts";
import type { Database } from "../database/database.ts";
import { drive } from "../database/drive.ts";
import { catalogPath } from "../database/introspect.ts";
import {
  type LedgerChanges,
  type LedgerEntry,
  ledgerSchema,
  ledgerStatements,
  readApplied,
  readLedger,
  type TargetMode,
} from "../database/ledger.ts";
import { lockStatements, takeTurn, withLockRetries } from "../database/lock.ts";
import { componentsPath } from "../database/search-path.ts";
import { type Changes, compareWithLedger } from "./changes.ts";
import { requireSettings } from "./preflight.ts";

export interface SyncInput {
  readonly database: Database;
  readonly desired: Desired;
  readonly project: string;
  readonly ledgerSchema: string;
  readonly searchPath: readonly string[];
  readonly mode: TargetMode;
  readonly command: string;
  /** Everything is rolled back. */
  readonly rehearsal: boolean;
  /** Null: a whole sync; else the declared keys to look at, and nothing counts as vanished. */
  readonly judged: ReadonlySet<string> | null;
  readonly untracked: (component: string) => boolean;
  readonly takeFiles: boolean;
  readonly lockTimeout: number;
  readonly lockRetries: number;
  /** Told while waiting for somebody else. */
  readonly onWait: (message: string) => void;
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
}

export interface ObjectChange {
  readonly identity: Identity;
  readonly component: string | null;
  readonly change: "created" | "changed" | "removed" | "moved" | "unchanged";
}

/** Errors are PlanError, StatementRefused, DatabaseError or MigratorError; the database is then as before. */
export async function syncComponents(input: SyncInput): Promise<SyncResult> {
  return withLockRetries(input.database, input, () => syncOnce(input));
}

async function syncOnce(input: SyncInput): Promise<SyncResult> {
  const { database } = input;
  await takeTurn(database, input.ledgerSchema, input.onWait);
  const ledger = await readLedger(database, input.ledgerSchema, input.project);
  const entries = ledger?.entries ?? new Map<string, LedgerEntry>();
  const changes = compareWithLedger(input.desired, entries, input.judged, input.untracked);
  if (changes.changed.length === 0 && changes.removed.size === 0 && changes.moved.size === 0) {
    await database.batch(["rollback"]);
    return {
      changes: [],
      steps: [],
      costs: [],
      warnings: [],
      unchanged: changes.unchanged,
      sql: [],
      applied: !input.rehearsal,
    };
  }
  await requireSettings(database, changes.changed.length + changes.removed.size);
  const prepare = ledger === null ? ledgerSchema(input.ledgerSchema) : [];
  await database.batch([`set local lock_timeout = ${input.lockTimeout}`, ...prepare]);
  const planned = await planWithLocks(input, changes, entries);
  const ledgerChanges = whatToRemember(input, changes, entries, planned.result);
  const write = ledgerStatements(input.ledgerSchema, input.project, ledgerChanges);
  await database.batch([catalogPath, ...write, input.rehearsal ? "rollback" : "commit"]);
  const { steps, costs, warnings, equal } = planned.result;
  return {
    changes: describeChanges(input, changes, entries, equal),
    steps,
    costs,
    warnings,
    unchanged: changes.unchanged,
    sql: [
      ...prepare,
      ...planned.locks,
      componentsPath(input.searchPath),
      ...steps.flatMap((step) => step.sql),
      catalogPath,
      ...write,
    ],
    applied: !input.rehearsal,
  };
}

type Planned = Extract<PassResult, { kind: "planned" }>;

/** Plans until a pass gets by with the relations that were locked at its start. */
async function planWithLocks(
  input: SyncInput,
  changes: Changes,
  entries: ReadonlyMap<string, LedgerEntry>,
): Promise<{ readonly result: Planned; readonly locks: readonly string[] }> {
  const { database, desired } = input;
  const wanted = [
    ...changes.changed.map((change) => change.key),
    ...changes.removed,
    ...changes.unjudged,
  ].flatMap((key) => entries.get(key) ?? []);
  const applied = await readApplied(database, input.ledgerSchema, input.project, wanted);
  let locks: readonly Lock[] = [];
  for (;;) {
    const statements = lockStatements(locks);
    await database.batch(["savepoint migrator_pass", ...statements]);
    const planning = planChanges({
      desired,
      applied,
      changes: changes.changed,
      removed: changes.removed,
      locks,
      takeFiles: input.takeFiles,
    });
    const result = await drive(database, planning, {
      searchPath: input.searchPath,
      rehearsal: input.rehearsal,
    });
    if (result.kind === "planned") return { result, locks: statements };
    await database.batch(["rollback to savepoint migrator_pass"]);
    locks = result.locks;
  }
}

function whatToRemember(
  input: SyncInput,
  changes: Changes,
  entries: ReadonlyMap<string, LedgerEntry>,
  result: Planned,
): LedgerChanges {
  const keys = new Set([...changes.changed.map((change) => change.key), ...changes.moved]);
  for (const step of result.steps) keys.add(identityKey(step.identity));
  const applied = [...keys]
    .map((key) => input.desired.objects.get(key))
    .filter((object): object is DeclaredObject => object !== undefined);
  return {
    mode: input.mode,
    applied,
    forgotten: [...changes.removed].flatMap((key) => entries.get(key)?.identity ?? []),
    command: input.command,
    steps: result.steps.map((step) => ({
      kind: step.kind,
      object: describeIdentity(step.identity),
      reason: step.reason,
      sql: step.sql,
    })),
  };
}

function describeChanges(
  input: SyncInput,
  changes: Changes,
  entries: ReadonlyMap<string, LedgerEntry>,
  equal: ReadonlySet<string>,
): readonly ObjectChange[] {
  const list: ObjectChange[] = [];
  for (const { key } of changes.changed) {
    const object = input.desired.objects.get(key);
    if (object === undefined) continue;
    const change = equal.has(key) ? "unchanged" : entries.has(key) ? "changed" : "created";
    list.push({ identity: object.identity, component: object.component, change });
  }
  for (const key of changes.moved) {
    const object = input.desired.objects.get(key);
    if (object !== undefined)
      list.push({ identity: object.identity, component: object.component, change: "moved" });
  }
  for (const key of changes.removed) {
    const entry = entries.get(key);
    if (entry !== undefined)
      list.push({ identity: entry.identity, component: entry.component, change: "removed" });
  }
  return list;
}
