/** A plan or a finished sync as JSON. */
import { describeSubject, type Subject, subjectKey } from "../../graph/bystander.ts";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import { describeIdentity } from "../../graph/identity.ts";
import type { Cost, Step, StepKind } from "../../graph/step.ts";
import type { BuiltBeside } from "../live/online/online-run.ts";
import type { SyncResult } from "../live/sync.ts";
import { sharedScope } from "../tenants/scope.ts";
import { fileOfComponent, scopeOfComponent } from "../tenants/scoped-name.ts";

/** The object that `plan --json`, `sync --json`, `apply --json` and each batch of `watch --json` print. */
export interface PlanJson {
  readonly version: 1;
  readonly changes: readonly {
    readonly object: string;
    readonly component: string | null;
    readonly change: string;
    /** Of a value of a matrix; absent for what is shared. */
    readonly scope?: string;
  }[];
  readonly steps: readonly {
    readonly kind: StepKind;
    readonly object: string;
    readonly identity: Subject;
    readonly scope: string;
    readonly component: string | null;
    readonly reason: string;
    readonly sql: readonly string[];
  }[];
  readonly summary: Summary;
  readonly costs: readonly {
    readonly relation: string;
    readonly kind: string;
    readonly rows: number;
    readonly bytes: number;
    /** In a plan: not allowed, so that the run would be refused. */
    readonly refused?: true;
  }[];
  readonly warnings: readonly string[];
  /** With --online: what was, or in a plan would be, built before the steps. */
  readonly beside?: readonly {
    readonly object: string;
    readonly what: BuiltBeside["what"];
    readonly filledAt: string | null;
  }[];
  readonly errors: readonly Diagnostic[];
  readonly applied: boolean;
}

export interface Summary {
  readonly created: number;
  readonly replaced: number;
  readonly renamed: number;
  readonly recreated: number;
  readonly rebound: number;
  readonly dropped: number;
  readonly unchanged: number;
}

export function summarize(steps: readonly Step[], components: number): Summary {
  const count = (kind: StepKind) => steps.filter((step) => step.kind === kind).length;
  const touched = new Set(steps.map((step) => step.component).filter((component) => component !== null));
  return {
    created: count("create"),
    replaced: count("replace"),
    renamed: count("rename-column"),
    recreated: count("recreate"),
    rebound: count("rebind"),
    dropped: count("drop"),
    unchanged: Math.max(0, components - touched.size),
  };
}

/**
 * What a person is told in numbers: what `summarize` counts, and also what changes no definition: attachments that were altered, and
 * materialized views that were filled for no other reason.
 */
export function countSteps(steps: readonly Step[]): readonly (readonly [what: string, count: number])[] {
  const { unchanged: _, ...summary } = summarize(steps, 0);
  const shown = steps.filter(({ auxiliary }) => auxiliary !== true);
  const changed = new Set(
    shown.filter(({ kind }) => kind !== "refresh").map(({ identity }) => subjectKey(identity)),
  );
  const filled = shown.filter(
    ({ kind, identity }) => kind === "refresh" && !changed.has(subjectKey(identity)),
  );
  const altered = shown.filter(({ kind }) => kind === "alter").length;
  return Object.entries({ ...summary, altered, refreshed: filled.length }).filter(([, count]) => count > 0);
}

export function planJson(
  result: SyncResult | null,
  components: number,
  errors: readonly Diagnostic[],
): PlanJson {
  return partsJson(result === null ? [] : [{ scope: sharedScope, components, result }], errors, components);
}

/** What was done for one scope. */
export interface DonePart {
  readonly scope: string;
  /** How many there are. */
  readonly components: number;
  readonly result: SyncResult;
}

/** `components`: how many there are where no part was done. */
export function partsJson(
  parts: readonly DonePart[],
  errors: readonly Diagnostic[],
  components = 0,
): PlanJson {
  const beside = parts.flatMap(({ result }) => result.beside ?? []);
  return {
    version: 1,
    changes: parts.flatMap(({ scope, result }) =>
      result.changes.map((change) => {
        const of = scopeOf(scope, change.component);
        return {
          object: describeIdentity(change.identity),
          component: change.component === null ? null : fileOfComponent(change.component),
          change: change.change === "moved" ? "unchanged" : change.change,
          ...(of === sharedScope ? {} : { scope: of }),
        };
      }),
    ),
    steps: parts.flatMap(({ scope, result }) =>
      result.steps.map(({ kind, identity, component, reason, sql }) => ({
        kind,
        object: describeSubject(identity),
        identity,
        scope: scopeOf(scope, component),
        component: component === null ? null : fileOfComponent(component),
        reason,
        sql,
      })),
    ),
    summary: parts.length === 0 ? summarize([], components) : totalOf(parts),
    costs: parts.flatMap(({ result }) => result.costs.map(costJson)),
    warnings: parts.flatMap(({ result }) => result.warnings),
    ...(parts.some(({ result }) => result.beside !== undefined) ? { beside: beside.map(besideJson) } : {}),
    errors,
    applied: parts.length > 0 && parts.every(({ result }) => result.applied),
  };
}

/** With --together one part is that of several scopes. */
function scopeOf(part: string, component: string | null): string {
  return component === null ? part : scopeOfComponent(component);
}

function totalOf(parts: readonly DonePart[]): Summary {
  const sums = parts.map(({ result, components }) => summarize(result.steps, components));
  const total = (of: keyof Summary) => sums.reduce((sum, one) => sum + one[of], 0);
  return {
    created: total("created"),
    replaced: total("replaced"),
    renamed: total("renamed"),
    recreated: total("recreated"),
    rebound: total("rebound"),
    dropped: total("dropped"),
    unchanged: total("unchanged"),
  };
}

function besideJson({ identity, what, filledAt }: BuiltBeside) {
  return { object: describeIdentity(identity), what, filledAt };
}

function costJson(cost: Cost) {
  const { relation, kind, rows, bytes, refused } = cost;
  return {
    relation: describeSubject(relation),
    kind,
    rows,
    bytes,
    ...(refused === undefined ? {} : { refused }),
  };
}
