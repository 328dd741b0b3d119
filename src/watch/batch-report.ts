/** What a watch says of a batch: what was saved, what was done, and how long after the save it was live. */
import { describeSubject } from "../../graph/bystander.ts";
import { describeIdentity } from "../../graph/identity.ts";
import type { Step, StepKind } from "../../graph/step.ts";
import { stepDone } from "../../graph/step-words.ts";
import type { SyncResult } from "../live/sync.ts";
import type { Colors } from "../report/colors.ts";

export interface BatchReport {
  /** The files, as a person knows them. */
  readonly saved: readonly string[];
  readonly result: SyncResult;
  /** From the last event to the commit, in milliseconds. */
  readonly took: number;
  readonly at: Date;
}

/** So many steps are told one by one. */
const shownSteps = 20;
const shownFiles = 3;

export function formatBatch(report: BatchReport, colors: Colors): string {
  const { result } = report;
  const steps = result.steps.filter((step) => step.auxiliary !== true);
  const [only] = steps;
  const single = steps.length === 1 && only !== undefined;
  const what = single ? describeStep(only, colors) : summary(steps, result);
  const head = `${formatHead(report.saved, report.at, colors)}  ${what}  ${colors.dim(`${Math.round(report.took)} ms`)}`;
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
