/** A plan that was made for one value of a matrix, and done for others in the same state with their names in it. */
import type { DeclaredObject } from "../../../graph/declared.ts";
import { type Identity, identityKey } from "../../../graph/identity.ts";
import type { LedgerChanges } from "../../database/ledger.ts";
import type { MatrixScope } from "../../tenants/scope.ts";
import { fileOfComponent, scopedName } from "../../tenants/scoped-name.ts";
import type { DonePlan, SyncResult } from "../sync.ts";
import type { ObjectChange } from "../sync-outcome.ts";
import type { StateOf } from "./state.ts";
import {
  fillStep,
  namesSchema,
  type StepTemplate,
  stepTemplate,
  type Text,
  textTemplate,
  type ValueObjects,
} from "./template.ts";

export interface SharedPlan {
  readonly of: StateOf;
  /** The state that it was made for, and the one that it led to. */
  readonly before: string;
  readonly after: string;
  readonly locks: readonly Text[];
  readonly steps: readonly StepTemplate[];
  /** Names of the views that the ledger remembers. */
  readonly applied: readonly string[];
  readonly forgotten: readonly string[];
  readonly changes: readonly {
    readonly view: string;
    /** Of the component, for all values; null where there is none. */
    readonly file: string | null;
    readonly change: ObjectChange["change"];
  }[];
  readonly command: string;
  readonly unchanged: number;
  readonly warnings: readonly string[];
}

/**
 * What a plan touches and what the files say needs that: the names of views of the value's schema. Null where it touches anything
 * else, or did more than its steps say.
 */
export function stateOfPlan(
  { plain, steps, ledger }: DonePlan,
  scope: MatrixScope,
  objects: ReadonlyMap<string, DeclaredObject>,
  neededBy: (key: string) => readonly { readonly from: string }[],
): StateOf | null {
  const touched = [
    ...steps.map(({ identity }) => identity),
    ...ledger.applied.map(({ identity }) => identity),
    ...ledger.forgotten.map(({ identity }) => identity),
  ];
  const names = new Set<string>();
  for (const identity of touched) {
    if (identity.kind !== "view" || identity.schema !== scope.schema) return null;
    names.add(identity.name);
  }
  if (!plain || ledger.forgotten.some((one) => one.scope !== scope.name)) return null;
  const needing = [...names].flatMap((name) =>
    neededBy(identityKey({ kind: "view", schema: scope.schema ?? "", name })).flatMap(
      ({ from }) => objects.get(from) ?? [],
    ),
  );
  for (const { identity } of needing) {
    if (identity.kind !== "view" || identity.schema !== scope.schema) return null;
    names.add(identity.name);
  }
  const managed = [...objects.values()].flatMap(({ identity }) =>
    identity.kind === "view" && identity.schema === scope.schema ? [identity.name] : [],
  );
  return { names: [...names].sort(), managed: [...new Set([...managed, ...names])].sort() };
}

/** Null where another value's statements cannot be told for certain from these, or it touched more than the state was asked of. */
export function sharePlan(
  done: DonePlan,
  result: SyncResult,
  state: Pick<SharedPlan, "of" | "before" | "after">,
  value: ValueObjects,
): SharedPlan | null {
  const known = new Set(state.of.names);
  const locks = done.locks.map((statement) => textTemplate(statement, value));
  const steps = done.steps.map((step) => stepTemplate(step, value));
  if (locks.includes(null) || steps.includes(null)) return null;
  if (result.warnings.some((warning) => namesSchema(warning, value.schema))) return null;
  const nameOf = (identity: Identity): string | null =>
    identity.kind === "view" && identity.schema === value.schema && known.has(identity.name)
      ? identity.name
      : null;
  const applied = done.ledger.applied.map(({ identity }) => nameOf(identity));
  const forgotten = done.ledger.forgotten.map(({ identity }) => nameOf(identity));
  const changes = result.changes.map(({ identity, component, change }) => {
    const view = nameOf(identity);
    return view === null
      ? null
      : { view, file: component === null ? null : fileOfComponent(component), change };
  });
  if ([...applied, ...forgotten, ...changes].includes(null)) return null;
  if (done.steps.some(({ identity }) => identity.kind !== "view" || nameOf(identity) === null)) return null;
  return {
    ...state,
    locks: locks.filter((text) => text !== null),
    steps: steps.filter((step) => step !== null),
    applied: applied.filter((name) => name !== null),
    forgotten: forgotten.filter((name) => name !== null),
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
  const applied = plan.applied.map((name) => value.views.get(name));
  if (applied.includes(undefined)) return null;
  const identity = (name: string): Identity => ({ kind: "view", schema: value.schema, name });
  return {
    applied: applied.filter((object) => object !== undefined),
    forgotten: plan.forgotten.map((name) => ({ identity: identity(name), scope: scope.name })),
    steps: plan.steps.map((step) => fillStep(step, value)),
    changes: plan.changes.map(({ view, file, change }) => ({
      identity: identity(view),
      component: file === null ? null : scopedName(file, scope.matrix, scope.key),
      change,
    })),
  };
}
