/** A plan or a finished sync for a person: what happens and why, as trees of what follows from what; then costs, warnings and the sum. */
import { describeSubject, isBystander, subjectKey } from "../../graph/bystander.ts";
import { unreachable } from "../../graph/diagnostic.ts";
import { describeIdentity } from "../../graph/identity.ts";
import type { Cost, Step } from "../../graph/step.ts";
import type { BuiltBeside } from "../live/online/online-run.ts";
import type { SyncResult } from "../live/sync.ts";
import type { ObjectChange } from "../live/sync-outcome.ts";
import { describeScope, fileOfComponent } from "../tenants/scoped-name.ts";
import { counted, formatBytes, formatNumber } from "./amounts.ts";
import { colorDiff } from "./color-diff.ts";
import { countSteps, type DonePart, summarize } from "./plan-report.ts";
import { formatRows, type Message, type Row } from "./rows.ts";
import { formatSentence } from "./sentence.ts";
import { statementOf } from "./statement-step.ts";
import { paintStep, type Style, stepWord } from "./style.ts";
import { tookPhrases } from "./took.ts";
import type { unifiedDiff } from "./unified-diff.ts";

export interface PlanTextOptions {
  /** Milliseconds; left out, nothing is said of it. */
  readonly took?: number;
  /** What makes the differences of the definitions; left out, they are not shown, and no run pays for loading it. */
  readonly diff?: typeof unifiedDiff;
}

export function formatPlan(
  result: SyncResult,
  components: number,
  style: Style,
  options: PlanTextOptions = {},
): string {
  const stepped = new Set(result.steps.map(({ identity }) => subjectKey(identity)));
  const idle = result.changes.filter(({ identity }) => !stepped.has(subjectKey(identity)));
  const lines = formatRows(
    [
      ...becauseTrees(result.steps, (step) => diffBlock(step, result.changes, options, style), style),
      ...idle.flatMap((change) => idleRow(change, style)),
      ...planMessages(result, style),
    ],
    style,
  );
  return [...lines, formatSummary(result, components, style, options)].join("\n");
}

/** A part of a value of a matrix, under its name; null where there is nothing to tell. */
export function formatPart(
  { scope, components, result }: DonePart,
  style: Style,
  options: PlanTextOptions = {},
): string | null {
  const quiet = result.steps.length + result.changes.length + result.warnings.length === 0;
  return quiet
    ? null
    : `${style.bold(describeScope(scope))}\n${formatPlan(result, components, style, options)}`;
}

/** The steps as trees: below each what follows from it. `block` gives lines that stand below a step. */
export function becauseTrees(
  steps: readonly Step[],
  block: (step: Step) => readonly string[],
  style: Style,
): readonly Row[] {
  const shown = steps.filter((step) => step.auxiliary !== true);
  const parents = parentsOf(shown);
  const rows = new Map(
    shown.map((step) => {
      const children: Row[] = [];
      return [step, { ...stepRow(step, parents.get(step), style), block: block(step), children }];
    }),
  );
  for (const [step, parent] of parents) {
    const row = rows.get(step);
    if (row !== undefined) rows.get(parent)?.children.push(row);
  }
  return [...rows].flatMap(([step, row]) => (parents.has(step) ? [] : [row]));
}

/** The step that each follows from. Of a circle the first one that ran is the root. */
function parentsOf(steps: readonly Step[]): ReadonlyMap<Step, Step> {
  const first = new Map<string, Step>();
  for (const step of steps) {
    const key = subjectKey(step.identity);
    if (!first.has(key)) first.set(key, step);
  }
  const parents = new Map<Step, Step>();
  for (const step of steps) {
    const own = first.get(subjectKey(step.identity));
    const because = step.because === undefined ? undefined : first.get(subjectKey(step.because.subject));
    // A view that is filled at the end belongs to what made it.
    const parent = step.kind === "refresh" && own !== step ? own : because;
    if (parent === undefined || parent === step) continue;
    let above: Step | undefined = parent;
    while (above !== undefined && above !== step) above = parents.get(above);
    if (above === undefined) parents.set(step, parent);
  }
  return parents;
}

function stepRow(step: Step, parent: Step | undefined, style: Style): Row {
  const { kind, identity, component, kept = [] } = step;
  const paint = paintStep(kind, style);
  const mark = style.marks.step[kind];
  const run = statementOf(step);
  if (run !== null && parent === undefined)
    return { kind: "row", mark, word: "run", paint, name: run.source, note: run.statement };
  return {
    kind: "row",
    mark,
    word: stepWord(kind),
    paint,
    name: describeSubject(identity),
    ...(component === null && !isBystander(identity) ? { badge: "(unmanaged)" } : {}),
    note: parent === undefined ? rootNote(step) : childNote(step, parent),
    ...(kept.length === 0 ? {} : { details: [`kept: ${kept.join(", ")}`] }),
  };
}

/** The file whose change it is, and what changed. */
function rootNote({ reason, component, because }: Step): string {
  if (component === null || because !== undefined) return reason;
  const file = fileOfComponent(component);
  return reason === "new" ? file : `${file}: ${reason}`;
}

/** What the tree says already is left out. */
function childNote({ reason, because, kind }: Step, parent: Step): string {
  if (kind === "refresh" && (reason === parent.reason || reason === "new")) return "";
  if (because === undefined || because.why === "" || !reason.startsWith(because.why)) return reason;
  return reason.slice(because.why.length).replace(/^; (here: )?/, "");
}

/** The difference of the definitions, below the change that a file made. */
export function diffBlock(
  step: Step,
  changes: readonly ObjectChange[],
  { diff }: PlanTextOptions,
  style: Style,
): readonly string[] {
  if (diff === undefined || isBystander(step.identity) || step.kind === "refresh") return [];
  const key = subjectKey(step.identity);
  const change = changes.find(({ identity }) => subjectKey(identity) === key);
  if (change?.texts === undefined) return [];
  const { before, after } = change.texts;
  const text = diff(
    { name: before === null ? "/dev/null" : "applied", text: ended(before) },
    { name: after === null ? "/dev/null" : fileOfComponent(change.component ?? ""), text: ended(after) },
  );
  if (text === "") return [];
  const margin = 6;
  return colorDiff(text.trimEnd(), style, style.width - margin)
    .split("\n")
    .map((line) => `    ${style.dim(style.lines.rule)} ${line}`);
}

function ended(text: string | null): string {
  return text === null ? "" : `${text}\n`;
}

/** What was looked at and needed nothing. */
function idleRow({ change, identity, component, texts }: ObjectChange, style: Style): readonly Row[] {
  const row = {
    kind: "row",
    mark: style.marks.same,
    paint: style.dim,
    name: describeIdentity(identity),
  } as const;
  if (change === "unchanged") return [{ ...row, word: "equal", note: describeEqual(texts) }];
  if (change === "moved")
    return [{ ...row, word: "moved", note: `now in ${fileOfComponent(component ?? "")}` }];
  return [];
}

export const reworded = "the text changed, the meaning did not";

/** Whether the statement is another one than that which was applied. */
export function isReworded(texts: ObjectChange["texts"]): boolean {
  return texts !== undefined && texts.before !== null && texts.before !== texts.after;
}

/** Why an object was looked at that is as its file says. */
function describeEqual(texts: ObjectChange["texts"]): string {
  if (isReworded(texts)) return reworded;
  return texts?.before === null ? "it was there already" : "nothing differs";
}

/** Costs, what is built side by side, and warnings. */
export function planMessages(result: SyncResult, style: Style): readonly Message[] {
  const { warning } = style.marks;
  const say = (word: string, paint: Style["red"], text: string): Message => ({
    kind: "message",
    mark: word === "online" ? style.marks.waiting : warning,
    word,
    paint,
    text,
  });
  return [
    ...result.costs.map((cost) =>
      say("cost", cost.refused === true ? style.red : style.yellow, describeCost(cost)),
    ),
    ...(result.beside ?? []).map((one) => say("online", style.cyan, describeBeside(one, result.applied))),
    ...result.warnings.map((text) => say("warning", style.yellow, text)),
  ];
}

function describeCost({ relation, kind, rows, bytes, refused }: Cost): string {
  const not = refused === true ? `; not allowed: --allow ${kind}` : "";
  return `${describeSubject(relation)}: ${kind}, about ${formatNumber(rows)} rows, ${formatBytes(bytes)}${not}`;
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

function formatSummary(
  { steps, applied }: SyncResult,
  components: number,
  style: Style,
  { took }: PlanTextOptions,
): string {
  const { unchanged } = summarize(steps, components);
  const parts = countSteps(steps).map(([what, count]) => `${formatNumber(count)} ${what}`);
  const done = parts.length === 0 ? "nothing to do" : parts.join(", ");
  const tail = applied || parts.length === 0 ? "" : " (planned, nothing was changed)";
  return formatSentence(
    [
      { text: done, paint: style.bold },
      { text: `; ${counted(unchanged, "component")} unchanged${tail}` },
      ...tookPhrases(took, style),
    ],
    style,
  );
}
