/** The drift of a project with the texts of both sides. */
import type { AppliedObject } from "../../graph/applied.ts";
import type { DeclaredObject } from "../../graph/declared.ts";
import type { Desired } from "../../graph/desired.ts";
import { compareIdentities, describeIdentity, identityKey } from "../../graph/identity.ts";
import type { LiveObject } from "../../graph/live.ts";
import { objectSource } from "../../graph/source/object-source.ts";
import { PlanError } from "../../graph/step.ts";
import type { Config } from "../config/config.ts";
import type { Database } from "../database/database.ts";
import { StatementRefused } from "../database/drive.ts";
import { inspectIdentities } from "../database/introspect.ts";
import { type LedgerEntry, readLedger } from "../database/ledger.ts";
import { withLockRetries } from "../database/lock.ts";
import { catalogPath } from "../database/search-path.ts";
import { componentText } from "../import/component-text.ts";
import { readPrivilegeDefaults } from "../import/privilege-defaults.ts";
import { planWithLocks } from "../live/plan-with-locks.ts";
import { type FileSet, placeProblem } from "../live/workspace.ts";
import type { DriftEntry, DriftReport } from "../report/drift.ts";
import { unifiedDiff } from "../report/unified-diff.ts";
import type { OpenPart } from "./component-project.ts";
import { withDeclaredIndexes } from "./declared-indexes.ts";
import { type DriftedObject, findDrift } from "./find-drift.ts";
import type { Held } from "./status-definitions.ts";
import { scopesOf } from "./status-objects.ts";

/** Everything happens in a transaction that is rolled back. */
export async function reportDrift(
  opened: OpenPart<Database | null>,
  onWait: (message: string) => void,
): Promise<DriftReport> {
  const { database, project } = opened;
  const { lockTimeout, lockRetries, ledgerSchema, project: name } = project.config;
  if (database === null) return { database: null, project: name, objects: [] };
  return withLockRetries(database, { lockTimeout, lockRetries, onWait }, async () => {
    await database.batch(["begin", catalogPath, `set local lock_timeout = ${lockTimeout}`]);
    const ledger = await readLedger(database, ledgerSchema, name, scopesOf(opened));
    const found = await findDrift(opened, database, ledger?.entries ?? new Map<string, LedgerEntry>());
    const drifted = [...found.values()].sort((a, b) => compareIdentities(a.identity, b.identity));
    const objects = await withDiffs(opened, database, drifted);
    await database.batch(["rollback"]);
    return { database: database.description, project: name, objects };
  });
}

async function withDiffs(
  { project, files }: OpenPart<Database | null>,
  database: Database,
  drifted: readonly DriftedObject[],
): Promise<readonly DriftEntry[]> {
  if (drifted.length === 0) return [];
  const options = { owners: true, grants: true, defaults: await readPrivilegeDefaults(database) };
  const printed = (live: LiveObject | null): string =>
    live === null ? "" : componentText([objectSource(live, options)]);
  const inspection = inspectIdentities(drifted.map(({ identity }) => identity));
  const live = inspection.read(await database.batch(inspection.statements));
  const entries: DriftEntry[] = [];
  for (const [i, one] of drifted.entries()) {
    const { identity, component, reason, attachments, held, declared } = one;
    const asHeld = held === null ? null : await asFilesSay(database, project.config, held);
    const diff = unifiedDiff(
      { name: sideName(one), text: asHeld === null ? writtenText(one) : printed(asHeld) },
      {
        name: live[i] ? `database: ${describeIdentity(identity)}` : "/dev/null",
        text: printed(live[i] ?? null),
      },
    );
    entries.push({
      identity,
      component: declared === null ? null : component,
      place: declared === null ? null : placeOf(declared, files),
      reason,
      missing: one.kind === "gone",
      attachments,
      diff,
    });
  }
  return entries;
}

function placeOf({ component, offset }: DeclaredObject, files: FileSet): DriftEntry["place"] {
  const { file, line, column } = placeProblem({ code: "drift", message: "", component, offset }, files);
  return { ...(file && { file }), ...(line && { line }), ...(column && { column }) };
}

function sideName({ component, declared, held }: DriftedObject): string {
  if (declared === null) return `applied: ${component} (gone)`;
  return held === null || held.definition.sql === declared.sql
    ? `files: ${component}`
    : `applied: ${component} (changed since)`;
}

/** The file's own words, where PostgreSQL cannot print them. */
function writtenText({ declared, held }: DriftedObject): string {
  const attachments = (declared?.attachments ?? []).filter(({ inline }) => !inline).map(({ sql }) => sql);
  const create = held?.definition.sql ?? declared?.sql ?? "";
  return componentText([{ create, attachments, omitted: [] }]);
}

/** The object as it would be with this text; null where PostgreSQL refuses it as things are. */
async function asFilesSay(
  database: Database,
  { searchPath, lockTimeout }: Config,
  { object, definition, attachments }: Held,
): Promise<LiveObject | null> {
  const declared = { ...object, ...definition, attachments };
  const key = identityKey(object.identity);
  // Nothing needs anything here: it is judged by itself.
  const desired: Desired = { objects: new Map([[key, declared]]), needs: () => [], neededBy: () => [] };
  const { identity, component, hash } = object;
  const before: AppliedObject = {
    identity,
    component,
    hash,
    definition: declared,
    attachments,
    live: "changed",
  };
  const inspection = inspectIdentities([identity]);
  let live: LiveObject | null = null;
  await database.batch(["savepoint migrator_drift"]);
  try {
    await planWithLocks(database, {
      desired,
      applied: new Map([[key, before]]),
      changed: [{ key, reasons: { analyse: true }, why: "" }],
      removed: new Set(),
      reshaped: [],
      searchPath,
      lockTimeout,
      takeFiles: true,
      allow: new Set(),
      rehearsal: true,
    });
    const [found = null] = inspection.read(await database.batch(inspection.statements));
    // A rehearsal builds no index over the rows.
    const filled = found?.kind === "materialized view" && found.populated;
    live = filled ? await withDeclaredIndexes(database, found, declared, { attachments, searchPath }) : found;
  } catch (error) {
    if (!(error instanceof PlanError || error instanceof StatementRefused)) throw error;
  }
  await database.batch(["rollback to savepoint migrator_drift", "release savepoint migrator_drift"]);
  return live;
}
