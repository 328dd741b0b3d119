/** What a run of migrations over the values of matrices did, for a person and as JSON. */
import { firstLine } from "../../graph/diagnostic.ts";
import { type Names, partKey } from "../migrations/migration.ts";
import { sharedScope } from "../tenants/scope.ts";
import type { StagesResult } from "../tenants/stages-result.ts";
import { counted, formatDuration } from "./amounts.ts";
import { runJson, runReport } from "./migrations.ts";
import { formatRows, type Message, type Row } from "./rows.ts";
import { formatSentence } from "./sentence.ts";
import type { Paint, Style } from "./style.ts";
import { tookPhrases } from "./took.ts";

export interface StagesReport extends StagesResult {
  readonly database: string;
  readonly names: Names;
  readonly rehearsal: boolean;
}

/** As one run, whatever its stages. */
export function stagesRun({ applied, skipped, rehearsal, warnings, database, names }: StagesReport) {
  const outcome = { rehearsal, migrations: applied, skipped, warnings };
  return runReport("applied", { description: database }, names, outcome);
}

export function stagesJson(report: StagesReport) {
  const { failed, left, waiting, scopes } = report;
  return {
    ...runJson(stagesRun(report)),
    scopes,
    failed: failed.map(({ scope, diagnostics }) => ({ scope, errors: diagnostics })),
    left,
    waiting: waiting.map(({ module, id, part }) => ({ module, id, part })),
  };
}

/** Few scopes stand by name, many as a number. */
const few = 5;

export function formatStages(report: StagesReport, style: Style, took?: number): string {
  const { applied, rehearsal, failed, left, waiting, skipped, names } = report;
  const { marks } = style;
  const row = (mark: string, word: string, paint: Paint, name: string, note = ""): Row => ({
    kind: "row",
    mark,
    word,
    paint,
    name,
    note,
  });
  const parts = new Map<string, (typeof applied)[number][]>();
  for (const one of applied) {
    const key = partKey(one);
    const same = parts.get(key);
    if (same === undefined) parts.set(key, [one]);
    else same.push(one);
  }
  const ran = [...parts.values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    const scopes = some.map(({ scope }) => scope).filter((scope) => scope !== sharedScope);
    const whom = scopes.length === 0 ? "" : `for ${listed(scopes)}  `;
    const duration = formatDuration(some.reduce((sum, one) => sum + one.duration, 0));
    const word = rehearsal ? "works" : "applied";
    return [row(marks.done, word, style.green, names.part(first), whom + duration)];
  });
  const lines = formatRows(
    [
      ...ran,
      ...skipped.map((one) => row(marks.warning, "not rehearsed", style.yellow, names.part(one))),
      ...failed.map(({ scope, diagnostics }) => {
        return row(marks.failed, "failed", style.red, shown(scope), firstLine({ diagnostics }));
      }),
      ...(left.length === 0 ? [] : [row(marks.waiting, "not begun", style.yellow, listed(left))]),
      ...waiting.map((one) => {
        const note = "it runs once every value has the parts before it; --except leaves one behind";
        return row(marks.waiting, "waits", style.yellow, names.part(one), note);
      }),
      ...report.warnings.map(
        (text): Message => ({
          kind: "message",
          mark: marks.warning,
          word: "warning",
          paint: style.yellow,
          text,
        }),
      ),
    ],
    style,
  );
  const sum = formatSentence(
    [
      { text: summary(report), paint: style.bold },
      { text: ` (${report.database})`, paint: style.dim },
      ...tookPhrases(took, style),
    ],
    style,
  );
  return [...lines, sum].join("\n");
}

function listed(scopes: readonly string[]): string {
  return scopes.length > few ? counted(scopes.length, "value") : scopes.map(shown).join(", ");
}

/** Names come from data: one that would move the cursor, or begin a line, is written as in JSON. */
function shown(name: string): string {
  return /\p{C}/u.test(name) ? JSON.stringify(name) : name;
}

function summary({ applied, failed, scopes, rehearsal }: StagesReport): string {
  if (applied.length === 0 && failed.length === 0)
    return `nothing is pending${scopes === 0 ? "" : `, ${counted(scopes, "value")} looked at`}`;
  const touched = new Set(applied.map(({ scope }) => scope).filter((scope) => scope !== sharedScope)).size;
  const what = `${counted(applied.length, "script")} ${rehearsal ? "would be " : ""}applied`;
  return [
    touched === 0 ? what : `${what}, ${counted(touched, "value")} brought along`,
    ...(failed.length === 0 ? [] : [`${failed.length} failed`]),
  ].join(", ");
}
