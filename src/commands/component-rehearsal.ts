/** Brings the database to the state of the files, looks at it, and takes everything back. */
import type { Desired } from "../../graph/desired.ts";
import { type Identity, identityKey } from "../../graph/identity.ts";
import type { LiveObject } from "../../graph/live.ts";
import type { Database } from "../database/database.ts";
import { readLiveObjects } from "../database/introspect.ts";
import { type LedgerEntry, readApplied, readLedger } from "../database/ledger.ts";
import { withLockRetries } from "../database/lock.ts";
import { catalogPath } from "../database/search-path.ts";
import { type Changes, compareWithLedger } from "../live/changes.ts";
import { planWithLocks } from "../live/plan-with-locks.ts";
import { requireSettings } from "../live/preflight.ts";
import { staleObjects } from "../live/stale-objects.ts";
import type { OpenProject } from "./component-project.ts";

export interface Rehearsed {
  readonly identity: Identity;
  readonly component: string | null;
  /** Null where the database does not have it. */
  readonly before: LiveObject | null;
  readonly after: LiveObject | null;
}

/** The objects that files, ledger and database do not agree on. What was changed in the database is overwritten. */
export async function rehearse(
  { database, desired, project, untracked }: OpenProject<Database>,
  onWait: (message: string) => void,
): Promise<readonly Rehearsed[]> {
  const { lockTimeout, lockRetries, ledgerSchema, project: name, searchPath } = project.config;
  return withLockRetries(database, { lockTimeout, lockRetries, onWait }, async () => {
    await database.batch(["begin", catalogPath, `set local lock_timeout = ${lockTimeout}`]);
    const ledger = await readLedger(database, ledgerSchema, name);
    const entries = ledger?.entries ?? new Map<string, LedgerEntry>();
    const changes = compareWithLedger(
      desired,
      entries,
      null,
      (component) => untracked.has(component),
      await staleObjects(database, ledger, searchPath),
    );
    await requireSettings(database, changes.changed.length + changes.removed.size);
    const subjects = subjectsOf(desired, entries, changes);
    const before = await inspect(database, subjects);
    const known = [...entries.values()].filter(({ identity }) => subjects.has(identityKey(identity)));
    const applied = await readApplied(database, ledgerSchema, name, known);
    await planWithLocks(database, {
      desired,
      applied,
      changed: changes.changed,
      removed: changes.removed,
      reshaped: [],
      searchPath,
      lockTimeout,
      takeFiles: true,
      allow: new Set(),
      rehearsal: true,
    });
    const after = await inspect(database, subjects);
    await database.batch(["rollback"]);
    return [...subjects].map(([key, { identity, component }]) => ({
      identity,
      component,
      before: before.get(key) ?? null,
      after: after.get(key) ?? null,
    }));
  });
}

type Subjects = ReadonlyMap<string, { readonly identity: Identity; readonly component: string }>;

function subjectsOf(desired: Desired, entries: ReadonlyMap<string, LedgerEntry>, changes: Changes): Subjects {
  const subjects = new Map<string, { readonly identity: Identity; readonly component: string }>();
  for (const key of [...changes.changed.map((change) => change.key), ...changes.removed]) {
    const subject = desired.objects.get(key) ?? entries.get(key);
    if (subject !== undefined)
      subjects.set(key, { identity: subject.identity, component: subject.component });
  }
  return subjects;
}

function inspect(database: Database, subjects: Subjects): Promise<ReadonlyMap<string, LiveObject>> {
  return readLiveObjects(
    database,
    [...subjects.values()].map(({ identity }) => identity),
  );
}
