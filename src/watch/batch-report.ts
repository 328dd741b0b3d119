/** What a watch says of a batch: what was saved, what was done, and how long after the save it was live. */
import { describeSubject } from "../../graph/bystander.ts";
import { describeIdentity } from "../../graph/identity.ts";
import type { Step, StepKind } from "../../graph/step.ts";
import { stepDone } from "../../graph/step-words.ts";
import type { SyncResult } from "../live/sync.ts";
import type { Colors } from "../report/colors.ts";
import type { DonePart } from "../report/plan-report.ts";
import { describeScope } from "../tenants/scoped-name.ts";

export interface BatchReport {
  /** The files, as a person knows them. */
  readonly saved: readonly string[];
  readonly result: SyncResult;
  /** The value of a matrix that it is about; absent for what is shared. */
  readonly scope?: string;
  /** From the last event to the commit, in milliseconds. */
  readonly took: number;
  readonly at: Date;
}

/** So many steps are told one by one. */
const shownSteps = 20;
const shownFiles = 3;

export function formatBatch(report: BatchReport, colors: Colors): string {
  const { result, scope } = report;
  const steps = result.steps.filter((step) => step.auxiliary !== true);
  const [only] = steps;
  const single = steps.length === 1 && only !== undefined;
  const what = single ? describeStep(only, colors) : summary(steps, result);
  const whom = scope === undefined ? "" : `${colors.bold(describeScope(scope))}: `;
  const head = `${formatHead(report.saved, report.at, colors)}  ${whom}${what}  ${colors.dim(`${Math.round(report.took)} ms`)}`;
  const lines = [head];
  if (!single) {
    for (const step of steps.slice(0, shownSteps)) lines.push(`  ${describeStep(step, colors)}`);
    if (steps.length > shownSteps) lines.push(colors.dim(`  and ${steps.length - shownSteps} more steps`));
  }
  for (const cost of result.costs) {
    lines.push(
      `  ${colors.yellow("cost")} ${describeSubject(cost.relation)}: ${cost.kind}, about ${cost.rows} rows, ${cost.bytes} bytes`,
    );
  }
  for (const warning of result.warnings) lines.push(`  ${colors.yellow("warning")} ${warning}`);
  return lines.join("\n");
}

export interface OthersReport {
  readonly saved: readonly string[];
  /** Of values behind the development ones. */
  readonly parts: readonly DonePart[];
  readonly failed: number;
  /** Due, and not begun; `held`: until a development value is well. */
  readonly left: number;
  readonly held: boolean;
  /** In milliseconds. */
  readonly took: number;
  readonly at: Date;
}

/** One line; null where there were no others. */
export function formatOthers(report: OthersReport, colors: Colors): string | null {
  const { parts, failed, left, held } = report;
  const all = parts.length + failed + left;
  if (all === 0) return null;
  const changed = parts.filter(({ result }) => result.steps.length > 0).length;
  const numbers = [
    ...(changed > 0 ? [`${changed} changed`] : []),
    ...(parts.length > changed ? [`${parts.length - changed} without changes`] : []),
    ...(failed > 0 ? [colors.red(`${failed} failed`)] : []),
    ...(left > 0 ? [held ? `${left} wait until the first is well` : `${left} come later`] : []),
  ];
  const whom = `${all} other ${all === 1 ? "value" : "values"}: ${numbers.join(", ")}`;
  const lines = [
    `${formatHead(report.saved, report.at, colors)}  ${whom}  ${colors.dim(`${Math.round(report.took)} ms`)}`,
  ];
  for (const { scope, result } of parts)
    for (const warning of result.warnings)
      lines.push(`  ${colors.yellow("warning")} ${describeScope(scope)}: ${warning}`);
  return lines.join("\n");
}

/** The beginning of every line about a batch, one about its failure too. */
export function formatHead(saved: readonly string[], at: Date, colors: Colors): string {
  const more = saved.length - shownFiles;
  const names = saved.slice(0, shownFiles).join(", ") + (more > 0 ? ` and ${more} more` : "");
  return `${colors.dim(at.toTimeString().slice(0, 8))} ${colors.bold(names)}`;
}

function describeStep(step: Step, colors: Colors): string {
  const paint = step.kind === "drop" ? colors.red : colors.green;
  const unmanaged = step.component === null ? colors.yellow(" (unmanaged)") : "";
  return `${paint(stepDone[step.kind])} ${describeSubject(step.identity)}${unmanaged}  ${colors.dim(step.reason)}`;
}

function summary(steps: readonly Step[], result: SyncResult): string {
  if (steps.length > 0) {
    const counts = new Map<StepKind, number>();
    for (const step of steps) counts.set(step.kind, (counts.get(step.kind) ?? 0) + 1);
    return [...counts].map(([kind, count]) => `${count} ${stepDone[kind]}`).join(", ");
  }
  const moved = result.changes.filter(({ change }) => change === "moved");
  if (moved.length > 0)
    return `moved ${moved.map(({ identity }) => describeIdentity(identity)).join(", ")}: nothing to do`;
  return result.changes.length > 0 ? "the text changed, the meaning did not" : "nothing to do";
}
