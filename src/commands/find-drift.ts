/** Which objects somebody changed in the database, and what of each. */
import type { AppliedObject } from "../../graph/applied.ts";
import type { Attachment, DeclaredObject } from "../../graph/declared.ts";
import { type Identity, identityKey } from "../../graph/identity.ts";
import type { Database } from "../database/database.ts";
import { readLiveObjects } from "../database/introspect.ts";
import { type LedgerEntry, readApplied } from "../database/ledger.ts";
import type { OpenProject } from "./component-project.ts";
import { findDiffering, type Held, type Verdict } from "./status-definitions.ts";

export interface DriftedObject {
  readonly identity: Identity;
  /** The file that declares it, or declared it last. */
  readonly component: string;
  /** Null where no file declares it any more. */
  readonly declared: DeclaredObject | null;
  /** What the live object was held against; null where it is missing. */
  readonly held: Held | null;
  /** `gone`: the database has it no more. `unknown`: it was never applied, exists, and differs. */
  readonly kind: "changed" | "gone" | "unknown";
  /** For a person. */
  readonly reason: string;
  /** Whether the definition differs. */
  readonly definition: boolean;
  /** Keys of the attachments that differ. */
  readonly attachments: readonly string[];
}

/** By key. Runs in the caller's transaction, which is as before afterwards. `locks` as in findDiffering. */
export async function findDrift(
  opened: OpenProject<Database | null>,
  database: Database,
  entries: ReadonlyMap<string, LedgerEntry>,
  locks: "one by one" | "together" = "one by one",
): Promise<ReadonlyMap<string, DriftedObject>> {
  const { desired, untracked, project } = opened;
  const { ledgerSchema, project: name } = project.config;
  const found = new Map<string, DriftedObject>();
  const suspects = [...entries].filter(
    ([key, { live, component }]) =>
      live === "changed" && (desired.objects.has(key) || !untracked.has(component)),
  );
  const applied = await readApplied(
    database,
    ledgerSchema,
    name,
    suspects.map(([, entry]) => entry),
  );
  for (const drift of await judge(opened, database, applied, locks))
    found.set(identityKey(drift.identity), drift);
  for (const drift of await judgeUnknown(opened, database, entries))
    found.set(identityKey(drift.identity), drift);
  for (const [key, declared] of desired.objects) {
    if (entries.get(key)?.live === "missing") found.set(key, gone(declared));
  }
  return found;
}

/** Neither what was applied nor what the file says. */
async function judge(
  { desired, project }: OpenProject<Database | null>,
  database: Database,
  applied: ReadonlyMap<string, AppliedObject>,
  locks: "one by one" | "together",
): Promise<readonly DriftedObject[]> {
  const { searchPath } = project.config;
  const asApplied: Held[] = [];
  const asDeclared: Held[] = [];
  for (const [key, before] of applied) {
    const object = desired.objects.get(key);
    if (object === undefined) asApplied.push(heldAsApplied(before, null));
    else if (before.hash === object.hash) asDeclared.push(heldAsDeclared(object, before));
    else asApplied.push(heldAsApplied(before, object));
  }
  const verdicts = new Map(await findDiffering(database, searchPath, asApplied, locks));
  const again = asApplied.flatMap(({ object }) => {
    const key = identityKey(object.identity);
    const declared = desired.objects.get(key);
    const before = applied.get(key);
    return verdicts.has(key) && declared !== undefined && before !== undefined
      ? [heldAsDeclared(declared, before)]
      : [];
  });
  const differing = await findDiffering(database, searchPath, [...asDeclared, ...again], locks);
  for (const { object } of again) {
    const key = identityKey(object.identity);
    if (!differing.has(key)) verdicts.delete(key);
  }
  for (const { object } of asDeclared) {
    const key = identityKey(object.identity);
    const verdict = differing.get(key);
    if (verdict !== undefined) verdicts.set(key, verdict);
  }
  return [...asApplied, ...asDeclared].flatMap((held) => {
    const verdict = verdicts.get(identityKey(held.object.identity));
    const declared = desired.objects.get(identityKey(held.object.identity)) ?? null;
    return verdict === undefined ? [] : [drifted(held, declared, "changed", verdict)];
  });
}

/** What the database has and the ledger does not know: a sync takes it over where it is equal. */
async function judgeUnknown(
  { desired, project }: OpenProject<Database | null>,
  database: Database,
  entries: ReadonlyMap<string, LedgerEntry>,
): Promise<readonly DriftedObject[]> {
  const unknown = [...desired.objects].filter(([key]) => !entries.has(key)).map(([, object]) => object);
  if (unknown.length === 0) return [];
  const live = await readLiveObjects(
    database,
    unknown.map(({ identity }) => identity),
  );
  const existing = unknown.filter(({ identity }) => live.has(identityKey(identity)));
  const held = existing.map((object): Held => ({ object, definition: object, attachments: [] }));
  const differing = await findDiffering(database, project.config.searchPath, held);
  return held.flatMap((one) => {
    const verdict = differing.get(identityKey(one.object.identity));
    return verdict === undefined ? [] : [drifted(one, one.object, "unknown", verdict)];
  });
}

function drifted(
  held: Held,
  declared: DeclaredObject | null,
  kind: DriftedObject["kind"],
  { reason, definition, attachments }: Verdict,
): DriftedObject {
  const { identity, component } = held.object;
  return { identity, component, declared, held, kind, reason, definition, attachments };
}

function gone(declared: DeclaredObject): DriftedObject {
  const { identity, component } = declared;
  const reason = "it is missing in the database";
  return {
    identity,
    component,
    declared,
    held: null,
    kind: "gone",
    reason,
    definition: true,
    attachments: [],
  };
}

function heldAsDeclared(object: DeclaredObject, applied: AppliedObject): Held {
  return { object, definition: object, attachments: attachedBoth(object, applied) };
}

/** `declared` null: its component is gone. */
function heldAsApplied(applied: AppliedObject, declared: DeclaredObject | null): Held {
  const { identity, component, hash, definition } = applied;
  const { sql, name, orReplace, parts } = definition;
  const texts = { sql, name, orReplace, parts };
  const object = declared ?? {
    ...texts,
    identity,
    component,
    hash,
    offset: 0,
    references: [],
    attachments: [],
  };
  return { object, definition: texts, attachments: declared === null ? [] : attachedBoth(declared, applied) };
}

/** What was attached and still is to be: anything else is pending, and no drift. */
function attachedBoth(object: DeclaredObject, applied: AppliedObject): readonly Attachment[] {
  const before = new Map(applied.attachments.map(({ key, hash }) => [key, hash]));
  return object.attachments.filter(({ key, hash }) => before.get(key) === hash);
}
