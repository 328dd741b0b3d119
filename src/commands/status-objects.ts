/** Compares files, ledger and database, and changes none of them. */
import type { DeclaredObject } from "../../graph/declared.ts";
import { identityKey } from "../../graph/identity.ts";
import type { Reasons } from "../../graph/plan/work.ts";
import type { Database } from "../database/database.ts";
import { catalogPath, inspectIdentities } from "../database/introspect.ts";
import { type LedgerEntry, type LedgerState, readApplied, readLedger } from "../database/ledger.ts";
import { withLockRetries } from "../database/lock.ts";
import { compareWithLedger } from "../live/changes.ts";
import type { ObjectState, ObjectStatus, ProjectStatus } from "../report/status.ts";
import type { OpenProject } from "./component-project.ts";
import { unmanagedObjects } from "./graph-catalog.ts";
import { findDiffering, type Held } from "./status-definitions.ts";

export interface StatusQuestion {
  /** Also what is in the database and no file declares. */
  readonly unmanaged: boolean;
  /** Told while waiting for somebody else. */
  readonly onWait: (message: string) => void;
}

/** Everything happens in a transaction that is rolled back. */
export async function readStatus(
  opened: OpenProject<Database | null>,
  question: StatusQuestion,
): Promise<ProjectStatus> {
  const { database, project } = opened;
  const { lockTimeout, lockRetries } = project.config;
  const untracked = opened.files.components
    .map(({ component }) => component)
    .filter((component) => opened.untracked.has(component));
  const common = { project: project.config.project, untracked };
  if (database === null) {
    const objects = [...opened.desired.objects.values()].map((object) => statusOf(object, "new", ""));
    return { ...common, database: null, mode: null, objects };
  }
  return withLockRetries(database, { lockTimeout, lockRetries, onWait: question.onWait }, async () => {
    await database.batch(["begin", catalogPath, `set local lock_timeout = ${lockTimeout}`]);
    const ledger = await readLedger(database, project.config.ledgerSchema, project.config.project);
    const objects = await compareObjects(opened, database, ledger);
    if (question.unmanaged) objects.push(...(await findUnmanaged(opened, database, ledger)));
    await database.batch(["rollback"]);
    return { ...common, database: database.description, mode: ledger?.mode ?? null, objects };
  });
}

async function compareObjects(
  opened: OpenProject<Database | null>,
  database: Database,
  ledger: LedgerState | null,
): Promise<ObjectStatus[]> {
  const { desired, untracked } = opened;
  const entries = ledger?.entries ?? new Map<string, LedgerEntry>();
  const changes = compareWithLedger(desired, entries, null, (component) => untracked.has(component));
  const why = new Map(changes.changed.map((change) => [change.key, change]));
  const differing = await findDrift(opened, database, entries);
  const objects: ObjectStatus[] = [];
  for (const [key, object] of desired.objects) {
    const entry = entries.get(key);
    const change = why.get(key);
    const drift = entry?.live === "missing" ? "it is missing in the database" : differing.get(key);
    if (drift !== undefined) objects.push(statusOf(object, "drifted", drift));
    else if (entry === undefined) objects.push(statusOf(object, "new", ""));
    else if (changes.moved.has(key)) objects.push(statusOf(object, "moved", `was in ${entry.component}`));
    else if (change === undefined || isRewritten(change.reasons))
      objects.push(statusOf(object, "unchanged", ""));
    else
      objects.push(
        statusOf(object, "changed", change.reasons.changed ? change.why : "what is attached to it changed"),
      );
  }
  for (const key of changes.removed) {
    const entry = entries.get(key);
    if (entry === undefined) continue;
    const reason = entry.live === "missing" ? "it is gone from the database too" : "its component is gone";
    objects.push({ identity: entry.identity, component: entry.component, state: "vanished", reason });
  }
  return objects;
}

/** The catalog rows changed and the meaning did not: nothing to do. */
function isRewritten(reasons: Partial<Reasons>): boolean {
  return reasons.changed !== true && reasons.attachments !== true;
}

/** Keys of objects whose live definition is neither what was applied nor what the file says. */
async function findDrift(
  opened: OpenProject<Database | null>,
  database: Database,
  entries: ReadonlyMap<string, LedgerEntry>,
): Promise<ReadonlyMap<string, string>> {
  const { desired, project } = opened;
  const { searchPath, ledgerSchema } = project.config;
  const touched = [...desired.objects].filter(([key]) => entries.get(key)?.live === "changed");
  const applied = await readApplied(
    database,
    ledgerSchema,
    project.config.project,
    touched.flatMap(([key]) => entries.get(key) ?? []),
  );
  const asApplied: Held[] = [];
  const asDeclared: DeclaredObject[] = [];
  for (const [key, object] of touched) {
    const before = applied.get(key);
    if (before === undefined || before.hash === object.hash) asDeclared.push(object);
    else asApplied.push({ object, definition: before.definition });
  }
  const changed = await findDiffering(database, searchPath, asApplied);
  for (const { object } of asApplied) if (changed.has(identityKey(object.identity))) asDeclared.push(object);
  asDeclared.push(...(await findExisting(opened, database, entries)));
  return findDiffering(
    database,
    searchPath,
    asDeclared.map((object) => ({ object, definition: object })),
  );
}

/** Objects that the database has and the ledger does not know: a sync takes them over where they are equal. */
async function findExisting(
  opened: OpenProject<Database | null>,
  database: Database,
  entries: ReadonlyMap<string, LedgerEntry>,
): Promise<readonly DeclaredObject[]> {
  const unknown = [...opened.desired.objects]
    .filter(([key]) => !entries.has(key))
    .map(([, object]) => object);
  if (unknown.length === 0) return [];
  const inspection = inspectIdentities(unknown.map((object) => object.identity));
  const found = inspection.read(await database.batch(inspection.statements));
  return unknown.filter((_, i) => found[i] !== null && found[i] !== undefined);
}

async function findUnmanaged(
  opened: OpenProject<Database | null>,
  database: Database,
  ledger: LedgerState | null,
): Promise<readonly ObjectStatus[]> {
  const { desired, project } = opened;
  const { searchPath, ledgerSchema } = project.config;
  const schemas = new Set([
    ...searchPath,
    ...[...desired.objects.values()].map((object) => object.identity.schema),
  ]);
  const live = await unmanagedObjects(database, ledgerSchema, schemas);
  return live
    .filter(
      (identity) =>
        !desired.objects.has(identityKey(identity)) && !ledger?.entries.has(identityKey(identity)),
    )
    .map((identity) => ({ identity, component: null, state: "unmanaged", reason: "no file declares it" }));
}

function statusOf({ identity, component }: DeclaredObject, state: ObjectState, reason: string): ObjectStatus {
  return { identity, component, state, reason };
}
