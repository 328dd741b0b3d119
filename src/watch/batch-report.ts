/** What a watch says of a batch: what was saved, what was done, and how long after the save it was live. */
import { describeSubject } from "../../graph/bystander.ts";
import { describeIdentity } from "../../graph/identity.ts";
import type { Step, StepKind } from "../../graph/step.ts";
import { stepDone } from "../../graph/step-words.ts";
import type { SyncResult } from "../live/sync.ts";
import { formatDuration } from "../report/amounts.ts";
import { becauseTrees, planMessages } from "../report/plan-text.ts";
import { formatRows, visible } from "../report/rows.ts";
import { formatSentence, type Phrase } from "../report/sentence.ts";
import { paintStep, type Style } from "../report/style.ts";

export interface BatchReport {
  /** The files, as a person knows them. */
  readonly saved: readonly string[];
  /** Null where nothing was looked at, because no object's text is another. */
  readonly result: SyncResult | null;
  /** From the last event to the commit, in milliseconds. */
  readonly took: number;
  readonly at: Date;
}

/** So many lines are told one by one. */
const shownLines = 30;
const shownFiles = 3;

/** One line where one thing or nothing was done; else the same trees as those of a plan below it. */
export function formatBatch({ saved, result, took, at }: BatchReport, style: Style): string {
  const steps = (result?.steps ?? []).filter((step) => step.auxiliary !== true);
  const [only] = steps;
  const single = steps.length === 1 && only !== undefined;
  const what = single
    ? describeStep(only, style)
    : [{ text: summary(steps, result), ...(steps.length === 0 ? { paint: style.dim } : {}) }];
  const time = { text: `  ${formatDuration(took)}`, paint: style.dim };
  const lines = [formatSentence([...headOf(saved, at, style), { text: "  " }, ...what, time], style)];
  const trees = single
    ? []
    : formatRows(
        becauseTrees(steps, () => [], style),
        style,
      );
  lines.push(...trees.slice(0, shownLines));
  if (trees.length > shownLines) lines.push(style.dim(`  and ${trees.length - shownLines} more lines`));
  if (result !== null) lines.push(...formatRows(planMessages(result, style), style));
  return lines.join("\n");
}

/** The beginning of every line about a batch, one about its failure too. */
export function formatHead(saved: readonly string[], at: Date, style: Style): string {
  return formatSentence(headOf(saved, at, style), style);
}

function headOf(saved: readonly string[], at: Date, style: Style): readonly Phrase[] {
  const more = saved.length - shownFiles;
  const names = saved.slice(0, shownFiles).map(visible).join(", ") + (more > 0 ? ` and ${more} more` : "");
  return [
    { text: at.toTimeString().slice(0, 8), paint: style.dim },
    { text: ` ${names}`, paint: style.bold },
  ];
}

function describeStep({ kind, component, identity, reason }: Step, style: Style): readonly Phrase[] {
  return [
    { text: `${style.marks.step[kind]} ${stepDone[kind]}`, paint: paintStep(kind, style) },
    { text: ` ${visible(describeSubject(identity))}` },
    ...(component === null ? [{ text: " (unmanaged)", paint: style.yellow }] : []),
    { text: `  ${visible(reason)}`, paint: style.dim },
  ];
}

function summary(steps: readonly Step[], result: SyncResult | null): string {
  if (steps.length > 0) {
    const counts = new Map<StepKind, number>();
    for (const step of steps) counts.set(step.kind, (counts.get(step.kind) ?? 0) + 1);
    return [...counts].map(([kind, count]) => `${count} ${stepDone[kind]}`).join(", ");
  }
  const changes = result?.changes ?? [];
  const moved = changes.filter(({ change }) => change === "moved");
  if (moved.length > 0)
    return `moved ${moved.map(({ identity }) => describeIdentity(identity)).join(", ")}: nothing to do`;
  return changes.length > 0 ? "the text changed, the meaning did not" : "nothing to do";
}
