/** What a sync leaves in the ledger, and what it tells of each object. */
import type { AppliedObject } from "../../graph/applied.ts";
import { describeSubject, subjectKey } from "../../graph/bystander.ts";
import type { DeclaredObject } from "../../graph/declared.ts";
import type { Desired } from "../../graph/desired.ts";
import { type Identity, identityKey } from "../../graph/identity.ts";
import type { LedgerChanges, LedgerEntry, TargetMode } from "../database/ledger.ts";
import { sharedAlone } from "../database/scope-snapshots.ts";
import { scopeOfComponent } from "../tenants/scoped-name.ts";
import type { Changes } from "./changes.ts";
import type { Planned } from "./plan-with-locks.ts";

export interface ObjectChange {
  readonly identity: Identity;
  readonly component: string | null;
  readonly change: "created" | "changed" | "removed" | "moved" | "unchanged";
  /** The CREATE statement as it was applied last, and as the file has it now; null where there is none. */
  readonly texts?: { readonly before: string | null; readonly after: string | null };
}

/** Of what a sync was asked for. */
export interface SyncedObjects {
  readonly desired: Desired;
  readonly mode: TargetMode;
  readonly command: string;
  readonly scopes?: readonly { readonly name: string }[];
  readonly vanished?: ReadonlyMap<string, Identity>;
  readonly files?: ReadonlyMap<string, string>;
}

export function whatToRemember(
  input: SyncedObjects,
  changes: Changes,
  entries: ReadonlyMap<string, LedgerEntry>,
  result: Planned,
  late: ReadonlyMap<string, DeclaredObject>,
): LedgerChanges {
  const keys = new Set([...changes.changed.map((change) => change.key), ...changes.moved]);
  for (const step of result.steps) keys.add(subjectKey(step.identity));
  const applied = [...keys]
    .map((key) => late.get(key) ?? input.desired.objects.get(key))
    .filter((object): object is DeclaredObject => object !== undefined);
  // What went from one scope to another.
  const left = applied.flatMap(({ identity, component }) => {
    const entry = entries.get(identityKey(identity));
    return entry === undefined || entry.scope === scopeOfComponent(component) ? [] : [entry];
  });
  return {
    mode: input.mode,
    scopes: (input.scopes ?? sharedAlone).map(({ name }) => name),
    keepSnapshot: input.vanished !== undefined,
    ...(input.files === undefined || input.vanished !== undefined ? {} : { files: input.files }),
    applied,
    forgotten: [...[...changes.removed].flatMap((key) => entries.get(key) ?? []), ...left],
    command: input.command,
    steps: result.steps.map((step) => ({
      kind: step.kind,
      object: describeSubject(step.identity),
      reason: step.reason,
      sql: step.sql,
    })),
  };
}

export function describeChanges(
  input: SyncedObjects,
  changes: Changes,
  entries: ReadonlyMap<string, LedgerEntry>,
  { equal, steps }: Pick<Planned, "equal" | "steps">,
  applied: ReadonlyMap<string, AppliedObject>,
): readonly ObjectChange[] {
  // The definition may be equal and what is attached to it not.
  const altered = new Set(
    steps
      .filter(({ kind, because }) => kind === "alter" && because === undefined)
      .map(({ identity }) => subjectKey(identity)),
  );
  const before = (key: string): string | null => applied.get(key)?.definition.sql ?? null;
  const list: ObjectChange[] = [];
  for (const { key } of changes.changed) {
    const object = input.desired.objects.get(key);
    if (object === undefined) continue;
    const idle = equal.has(key) && !altered.has(key);
    const change = idle ? "unchanged" : entries.has(key) ? "changed" : "created";
    const { identity, component, sql } = object;
    list.push({ identity, component, change, texts: { before: before(key), after: sql } });
  }
  for (const key of changes.moved) {
    const object = input.desired.objects.get(key);
    if (object !== undefined)
      list.push({ identity: object.identity, component: object.component, change: "moved" });
  }
  for (const key of changes.removed) {
    const entry = entries.get(key);
    if (entry === undefined) continue;
    const { identity, component } = entry;
    list.push({ identity, component, change: "removed", texts: { before: before(key), after: null } });
  }
  return list;
}
