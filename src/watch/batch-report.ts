/** What a watch says of a batch: what was saved, what was done, and how long after the save it was live. */
import { describeSubject } from "../../graph/bystander.ts";
import { describeIdentity } from "../../graph/identity.ts";
import type { Step, StepKind } from "../../graph/step.ts";
import { stepDone } from "../../graph/step-words.ts";
import type { SyncResult } from "../live/sync.ts";
import { formatDuration } from "../report/amounts.ts";
import type { DonePart } from "../report/plan-report.ts";
import {
  becauseTrees,
  diffBlock,
  isReworded,
  type PlanTextOptions,
  planMessages,
  reworded,
} from "../report/plan-text.ts";
import { formatRows, type Message, visible } from "../report/rows.ts";
import { formatSentence, type Phrase } from "../report/sentence.ts";
import { paintStep, type Style } from "../report/style.ts";
import { describeScope } from "../tenants/scoped-name.ts";

export interface BatchReport {
  /** The files, as a person knows them. */
  readonly saved: readonly string[];
  /** Null where nothing was looked at, because no object's text is another. */
  readonly result: SyncResult | null;
  /** The value of a matrix that it is about; absent for what is shared. */
  readonly scope?: string;
  /** From the last event to the commit, in milliseconds. */
  readonly took: number;
  readonly at: Date;
  /** With the differences of the definitions. */
  readonly diff?: PlanTextOptions["diff"];
}

/** So many lines are told one by one. */
const shownLines = 30;
const shownFiles = 3;

/** One line where one thing or nothing was done; else the same trees as those of a plan below it. */
export function formatBatch({ saved, result, scope, took, at, diff }: BatchReport, style: Style): string {
  const steps = (result?.steps ?? []).filter((step) => step.auxiliary !== true);
  const [only] = steps;
  const single = steps.length === 1 && only !== undefined;
  const what = single
    ? describeStep(only, style)
    : [{ text: summary(steps, result), ...(steps.length === 0 ? { paint: style.dim } : {}) }];
  const time = { text: `  ${formatDuration(took)}`, paint: style.dim };
  const whom = scope === undefined ? [] : [{ text: describeScope(scope), paint: style.bold }, { text: ": " }];
  const lines = [
    formatSentence([...headOf(saved, at, style), { text: "  " }, ...whom, ...what, time], style),
  ];
  const block = (step: Step) =>
    diffBlock(step, result?.changes ?? [], diff === undefined ? {} : { diff }, style);
  const trees = single ? block(only) : formatRows(becauseTrees(steps, block, style), style);
  lines.push(...trees.slice(0, shownLines));
  if (trees.length > shownLines) lines.push(style.dim(`  and ${trees.length - shownLines} more lines`));
  if (result !== null) lines.push(...formatRows(planMessages(result, style), style));
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

/** One line. */
export function formatOthers(report: OthersReport, style: Style): string {
  const { parts, failed, left, held, saved, at, took } = report;
  const all = parts.length + failed + left;
  const changed = parts.filter(({ result }) => result.steps.length > 0).length;
  const numbers: readonly Phrase[] = [
    ...(changed > 0 ? [{ text: `${changed} changed` }] : []),
    ...(parts.length > changed ? [{ text: `${parts.length - changed} without changes` }] : []),
    ...(failed > 0 ? [{ text: `${failed} failed`, paint: style.red }] : []),
    ...(left > 0 ? [{ text: held ? `${left} wait until the first is well` : `${left} come later` }] : []),
  ];
  const listed = numbers.flatMap((number, place) => (place === 0 ? [number] : [{ text: ", " }, number]));
  const whom = { text: `  ${all} other ${all === 1 ? "value" : "values"}: ` };
  const time = { text: `  ${formatDuration(took)}`, paint: style.dim };
  const head = formatSentence([...headOf(saved, at, style), whom, ...listed, time], style);
  const warnings = parts.flatMap(({ scope, result }) =>
    result.warnings.map(
      (text): Message => ({
        kind: "message",
        mark: style.marks.warning,
        word: "warning",
        paint: style.yellow,
        text: `${describeScope(scope)}: ${text}`,
      }),
    ),
  );
  return [head, ...formatRows(warnings, style)].join("\n");
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
  return changes.some(({ texts }) => isReworded(texts)) ? reworded : "nothing to do";
}
