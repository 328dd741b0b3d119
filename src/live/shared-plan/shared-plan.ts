/** A plan that was made for one value of a matrix, and done for others in the same state with their names in it. */
import type { DeclaredObject } from "../../../graph/declared.ts";
import { compareIdentities, type Identity, identityKey } from "../../../graph/identity.ts";
import type { LedgerChanges } from "../../database/ledger.ts";
import type { MatrixScope } from "../../tenants/scope.ts";
import { fileOfComponent, scopedName } from "../../tenants/scoped-name.ts";
import type { DonePlan, SyncResult } from "../sync.ts";
import type { ObjectChange } from "../sync-outcome.ts";
import { speaksOf } from "./own-names.ts";
import { namesSchema, objectsOf, ownObject, type ValueObjects } from "./own-object.ts";
import type { StateOf } from "./state.ts";
import { fillStep, type StepTemplate, stepTemplate, type Text, textTemplate } from "./template.ts";

export interface SharedPlan {
  readonly of: StateOf;
  /** The state that it was made for, and what it led to as `outcomeQuery` tells it. */
  readonly before: string;
  readonly outcome: string;
  readonly locks: readonly Text[];
  readonly steps: readonly StepTemplate[];
  /** Keys of the objects, without their schema, that the ledger remembers. */
  readonly applied: readonly string[];
  /** Without their schema. */
  readonly forgotten: readonly Identity[];
  readonly changes: readonly {
    /** Without its schema. */
    readonly object: Identity;
    /** Of the component, for all values; null where there is none. */
    readonly file: string | null;
    readonly change: ObjectChange["change"];
  }[];
  readonly command: string;
  readonly unchanged: number;
  readonly warnings: readonly string[];
}

/**
 * What a plan touches and what the files say needs that: objects of the value's schema. Null where it touches anything
 * else, or did more than its steps say.
 */
export function stateOfPlan(
  { plain, steps, ledger }: DonePlan,
  scope: MatrixScope,
  objects: ReadonlyMap<string, DeclaredObject>,
  neededBy: (key: string) => readonly { readonly from: string }[],
): Omit<StateOf, "names"> | null {
  if (!plain || ledger.forgotten.some((one) => one.scope !== scope.name)) return null;
  const schema = scope.schema ?? "";
  const declared = objectsOf(objects.values(), schema);
  const touched = [
    ...steps.map(({ identity }) => identity),
    ...ledger.applied.map(({ identity }) => identity),
    ...ledger.forgotten.map(({ identity }) => identity),
  ].map((identity) => ownObject(identity, schema));
  const looked = new Map<string, Identity>();
  for (const identity of touched) {
    if (identity === null || identity.kind === "materialized view") return null;
    looked.set(identityKey(identity), identity);
  }
  for (const identity of ledger.applied.map((one) => ownObject(one.identity, schema)))
    if (identity === null || !declared.has(identityKey(identity))) return null;
  for (const identity of [...looked.values()]) {
    for (const { from } of neededBy(identityKey({ ...identity, schema }))) {
      const needing = objects.get(from);
      if (needing === undefined) continue;
      const own = ownObject(needing.identity, schema);
      if (own === null || !declared.has(identityKey(own)) || own.kind === "materialized view") return null;
      looked.set(identityKey(own), own);
    }
  }
  const managed = new Map(looked);
  for (const [key, { identity }] of declared) managed.set(key, { ...identity, schema: "" });
  return { objects: sorted(looked), managed: sorted(managed) };
}

function sorted(objects: ReadonlyMap<string, Identity>): readonly Identity[] {
  return [...objects.values()].sort(compareIdentities);
}

/** Null where another value's statements cannot be told for certain from these, or it touched more than the state was asked of. */
export function sharePlan(
  done: DonePlan,
  result: SyncResult,
  state: Pick<SharedPlan, "of" | "before" | "outcome">,
  value: ValueObjects,
): SharedPlan | null {
  const known = new Set(state.of.objects.map(identityKey));
  const locks = done.locks.map((statement) => textTemplate(statement, value));
  const steps = done.steps.map((step) => stepTemplate(step, value));
  if (locks.includes(null) || steps.includes(null)) return null;
  const { schema, names } = value;
  if (result.warnings.some((warning) => namesSchema(warning, schema) || speaksOf(warning, names)))
    return null;
  const own = (identity: Identity): Identity | null => {
    const found = ownObject(identity, value.schema);
    return found !== null && known.has(identityKey(found)) ? found : null;
  };
  const applied = done.ledger.applied.map(({ identity }) => own(identity));
  const forgotten = done.ledger.forgotten.map(({ identity }) => own(identity));
  const changes = result.changes.map(({ identity, component, change }) => {
    const object = own(identity);
    return object === null
      ? null
      : { object, file: component === null ? null : fileOfComponent(component), change };
  });
  if ([...applied, ...forgotten, ...changes].includes(null)) return null;
  if (steps.some((step) => step !== null && !known.has(identityKey(step.object)))) return null;
  return {
    ...state,
    locks: locks.filter((text) => text !== null),
    steps: steps.filter((step) => step !== null),
    applied: applied.filter((identity) => identity !== null).map(identityKey),
    forgotten: forgotten.filter((identity) => identity !== null),
    changes: changes.filter((change) => change !== null),
    command: done.ledger.command,
    unchanged: result.unchanged,
    warnings: result.warnings,
  };
}

/** What the plan does for another value: null where its files do not declare what the plan speaks of. */
export function planFor(
  plan: SharedPlan,
  scope: MatrixScope,
  value: ValueObjects,
): (Pick<SyncResult, "changes" | "steps"> & Pick<LedgerChanges, "applied" | "forgotten">) | null {
  const applied = plan.applied.map((key) => value.objects.get(key));
  if (applied.includes(undefined)) return null;
  const { schema } = value;
  return {
    applied: applied.filter((object) => object !== undefined),
    forgotten: plan.forgotten.map((identity) => ({ identity: { ...identity, schema }, scope: scope.name })),
    steps: plan.steps.map((step) => fillStep(step, value)),
    changes: plan.changes.map(({ object, file, change }) => ({
      identity: { ...object, schema },
      component: file === null ? null : scopedName(file, scope.matrix, scope.key),
      change,
    })),
  };
}
