/** Compares files, ledger and database, and changes none of them. */
import type { DeclaredObject } from "../../graph/declared.ts";
import { identityKey } from "../../graph/identity.ts";
import type { Reasons } from "../../graph/plan/work.ts";
import { quoteName } from "../../graph/quote.ts";
import { unmanagedObjects } from "../database/catalog-graph.ts";
import type { Database } from "../database/database.ts";
import { type LedgerEntry, type LedgerState, readLedger } from "../database/ledger.ts";
import { withLockRetries } from "../database/lock.ts";
import { readOtherOwners } from "../database/other-owners.ts";
import { type LedgerScope, sharedAlone } from "../database/scope-snapshots.ts";
import { catalogPath } from "../database/search-path.ts";
import { compareWithLedger } from "../live/changes.ts";
import type { ObjectState, ObjectStatus, ProjectStatus } from "../report/status.ts";
import { sharedScope } from "../tenants/scope.ts";
import type { OpenPart } from "./component-project.ts";
import { findDrift } from "./find-drift.ts";

export interface StatusQuestion {
  /** Also what is in the database and no file declares. */
  readonly unmanaged: boolean;
  /** Told while waiting for somebody else. */
  readonly onWait: (message: string) => void;
}

/** Everything happens in a transaction that is rolled back. What a migrated target has of the components is the migrations' affair. */
export async function readStatus(
  opened: OpenPart<Database | null>,
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
    return { ...common, database: null, mode: null, objects, prepared: [] };
  }
  const { target } = project;
  const migrated = target.kind === "server" && target.components === "migrated";
  return withLockRetries(database, { lockTimeout, lockRetries, onWait: question.onWait }, async () => {
    await database.batch(["begin", catalogPath, `set local lock_timeout = ${lockTimeout}`]);
    const ledger = await readLedger(
      database,
      project.config.ledgerSchema,
      project.config.project,
      scopesOf(opened),
    );
    const objects = migrated ? [] : await compareObjects(opened, database, ledger);
    if (!migrated && question.unmanaged && opened.scope === undefined)
      objects.push(...(await findUnmanaged(opened, database, ledger)));
    await database.batch(["rollback"]);
    const prepared = (ledger?.prepared ?? []).map((row) => quoteName(row.schema, row.scratch));
    return { ...common, database: database.description, mode: ledger?.mode ?? null, objects, prepared };
  });
}

export function scopesOf({ scope }: OpenPart<Database | null>): readonly LedgerScope[] {
  return scope === undefined ? sharedAlone : [scope];
}

async function compareObjects(
  opened: OpenPart<Database | null>,
  database: Database,
  ledger: LedgerState | null,
): Promise<ObjectStatus[]> {
  const { desired, untracked } = opened;
  const entries = ledger?.entries ?? new Map<string, LedgerEntry>();
  const changes = compareWithLedger(desired, entries, null, (component) => untracked.has(component));
  const why = new Map(changes.changed.map((change) => [change.key, change]));
  const drifted = await findDrift(opened, database, entries);
  const objects: ObjectStatus[] = [];
  for (const [key, object] of desired.objects) {
    const entry = entries.get(key);
    const change = why.get(key);
    const drift = drifted.get(key);
    // A sync makes it again, and nothing is lost by that: it is due, and stops nothing.
    if (drift?.kind === "gone") objects.push(statusOf(object, "changed", drift.reason));
    else if (drift !== undefined) objects.push(statusOf(object, "drifted", drift.reason));
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
    const reason =
      entry.live === "missing"
        ? "it is gone from the database too"
        : drifted.has(key)
          ? "its component is gone, and it was changed in the database"
          : "its component is gone";
    objects.push({ identity: entry.identity, component: entry.component, state: "vanished", reason });
  }
  return objects;
}

/** The catalog rows changed and the meaning did not: nothing to do. */
function isRewritten(reasons: Partial<Reasons>): boolean {
  return reasons.changed !== true && reasons.attachments !== true;
}

async function findUnmanaged(
  opened: OpenPart<Database | null>,
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
  const names = [sharedScope];
  const others =
    ledger === null
      ? new Map()
      : await readOtherOwners(database, ledgerSchema, project.config.project, names, live);
  return live
    .filter(
      (identity) =>
        !desired.objects.has(identityKey(identity)) &&
        !ledger?.entries.has(identityKey(identity)) &&
        others.get(identityKey(identity))?.project !== project.config.project,
    )
    .map((identity) => ({ identity, component: null, state: "unmanaged", reason: "no file declares it" }));
}

function statusOf({ identity, component }: DeclaredObject, state: ObjectState, reason: string): ObjectStatus {
  return { identity, component, state, reason };
}
