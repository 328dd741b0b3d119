/** A plan or a finished sync, for a person and as JSON. */
import { describeSubject, isBystander, type Subject } from "../../graph/bystander.ts";
import { type Diagnostic, unreachable } from "../../graph/diagnostic.ts";
import { describeIdentity } from "../../graph/identity.ts";
import type { Cost, Step, StepKind } from "../../graph/step.ts";
import type { BuiltBeside } from "../live/online/online-run.ts";
import type { SyncResult } from "../live/sync.ts";
import { sharedScope } from "../tenants/scope.ts";
import { describeScope, fileOfComponent, scopeOfComponent } from "../tenants/scoped-name.ts";
import type { Colors } from "./colors.ts";

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

interface Summary {
  readonly created: number;
  readonly replaced: number;
  readonly renamed: number;
  readonly recreated: number;
  readonly rebound: number;
  readonly dropped: number;
  readonly unchanged: number;
}

function summarize(steps: readonly Step[], components: number): Summary {
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

/** A part of a value of a matrix, under its name; null where there is nothing to tell. */
export function formatPart({ scope, components, result }: DonePart, colors: Colors): string | null {
  const quiet = result.steps.length + result.changes.length + result.warnings.length === 0;
  return quiet ? null : `${colors.bold(describeScope(scope))}\n${formatPlan(result, components, colors)}`;
}

function besideJson({ identity, what, filledAt }: BuiltBeside) {
  return { object: describeIdentity(identity), what, filledAt };
}

/** What readers never wait for. */
function describeBeside({ identity, what, filledAt }: BuiltBeside, applied: boolean): string {
  const name = describeIdentity(identity);
  const first = applied ? "" : ", first";
  switch (what) {
    case "filled":
      return `${name} is filled beside the old one${filledAt === null ? first : `: its rows are of ${filledAt}`}`;
    case "made":
      return `${name} is made beside the old one${first}`;
    case "indexed":
      return `an index of ${name} is built CONCURRENTLY${first}`;
    default:
      return unreachable(what, "build");
  }
}

function costJson(cost: Cost) {
  return { relation: describeSubject(cost.relation), kind: cost.kind, rows: cost.rows, bytes: cost.bytes };
}

/** One line a step with its reason, then what was kept, the costs and the sum. */
export function formatPlan(result: SyncResult, components: number, colors: Colors): string {
  const lines: string[] = [];
  const steps = result.steps.filter((step) => step.auxiliary !== true);
  const width = Math.max(0, ...steps.map((step) => step.kind.length));
  const nameWidth = Math.min(60, Math.max(0, ...steps.map((step) => describeSubject(step.identity).length)));
  for (const step of steps) {
    const unmanaged =
      step.component === null && !isBystander(step.identity) ? ` ${colors.yellow("(unmanaged)")}` : "";
    const name = describeSubject(step.identity).padEnd(nameWidth);
    lines.push(
      `  ${paint(step.kind, colors)(step.kind.padEnd(width))}  ${name}${unmanaged}  ${colors.dim(step.reason)}`,
    );
    if (step.kept !== undefined && step.kept.length > 0) {
      lines.push(`  ${" ".repeat(width)}  ${colors.dim(`kept: ${step.kept.join(", ")}`)}`);
    }
  }
  for (const change of result.changes) {
    if (change.change === "unchanged") {
      lines.push(
        `  ${colors.dim(`${"equal".padEnd(width)}  ${describeIdentity(change.identity)}  the text changed, the meaning did not`)}`,
      );
    } else if (change.change === "moved") {
      lines.push(
        `  ${colors.dim(`${"moved".padEnd(width)}  ${describeIdentity(change.identity)}  now in ${fileOfComponent(change.component ?? "")}`)}`,
      );
    }
  }
  for (const cost of result.costs) {
    lines.push(
      `  ${colors.yellow("cost")}  ${describeSubject(cost.relation)}: ${cost.kind}, about ${cost.rows} rows, ${cost.bytes} bytes`,
    );
  }
  for (const one of result.beside ?? [])
    lines.push(`  ${colors.cyan("online")}  ${describeBeside(one, result.applied)}`);
  for (const warning of result.warnings) lines.push(`  ${colors.yellow("warning")}  ${warning}`);
  lines.push(formatSummary(summarize(result.steps, components), result.applied, colors));
  return lines.join("\n");
}

function formatSummary(summary: Summary, applied: boolean, colors: Colors): string {
  const { unchanged, ...rest } = summary;
  const parts = Object.entries(rest)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`);
  const done = parts.length === 0 ? "nothing to do" : parts.join(", ");
  const tail = applied || parts.length === 0 ? "" : " (planned, nothing was changed)";
  return `${colors.bold(done)}; ${unchanged} ${unchanged === 1 ? "component" : "components"} unchanged${tail}`;
}

function paint(kind: StepKind, colors: Colors): (text: string) => string {
  switch (kind) {
    case "create":
      return colors.green;
    case "drop":
      return colors.red;
    case "recreate":
    case "detach":
      return colors.yellow;
    case "replace":
    case "rename-column":
    case "alter":
    case "rebind":
    case "restore":
    case "refresh":
      return colors.cyan;
  }
}
