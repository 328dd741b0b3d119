/** What a run of migrations over the values of matrices did, for a person and as JSON. */
import { describePart, partKey } from "../migrations/migration.ts";
import { sharedScope } from "../tenants/scope.ts";
import type { StagesResult } from "../tenants/stages-result.ts";
import type { Colors } from "./colors.ts";
import { formatDuration, runJson, runReport } from "./migrations.ts";

export interface StagesReport extends StagesResult {
  readonly database: string;
  readonly rehearsal: boolean;
}

/** As one run, whatever its stages. */
export function stagesRun({ applied, skipped, rehearsal, warnings, database }: StagesReport) {
  const outcome = { rehearsal, migrations: applied, skipped, warnings };
  return runReport("applied", { description: database }, outcome);
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

export function formatStages(report: StagesReport, colors: Colors): string {
  const { applied, rehearsal, failed, left, waiting, skipped } = report;
  const word = colors.green(rehearsal ? "works" : "applied");
  const parts = new Map<string, (typeof applied)[number][]>();
  for (const one of applied) {
    const key = partKey(one);
    const same = parts.get(key);
    if (same === undefined) parts.set(key, [one]);
    else same.push(one);
  }
  const lines = [...parts.values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    const scopes = some.map(({ scope }) => scope).filter((scope) => scope !== sharedScope);
    const whom =
      scopes.length === 0
        ? ""
        : `  for ${scopes.length > few ? `${scopes.length} values` : scopes.map(shown).join(", ")}`;
    const duration = formatDuration(some.reduce((sum, one) => sum + one.duration, 0));
    return [`  ${word}  ${describePart(first)}${whom}${colors.dim(`  ${duration}`)}`];
  });
  for (const one of skipped) lines.push(`  ${colors.yellow("not rehearsed")}  ${describePart(one)}`);
  for (const { scope, diagnostics } of failed)
    lines.push(
      `  ${colors.red("failed")}  ${shown(scope)}  ${(diagnostics[0]?.message ?? "").split("\n", 1)[0]}`,
    );
  if (left.length > 0)
    lines.push(
      `  ${colors.yellow("not begun")}  ${left.length > few ? `${left.length} values` : left.map(shown).join(", ")}`,
    );
  for (const one of waiting)
    lines.push(
      `  ${colors.yellow("waits")}  ${describePart(one)}  ${colors.dim("it runs once every value has the parts before it; --except leaves one behind")}`,
    );
  for (const warning of report.warnings) lines.push(`  ${colors.yellow("warning")}  ${warning}`);
  lines.push(`${colors.bold(summary(report))} ${colors.dim(`(${report.database})`)}`);
  return lines.join("\n");
}

/** Names come from data: what would move the cursor, or begin a line, is written as in JSON. */
function shown(name: string): string {
  return /\p{C}/u.test(name) ? JSON.stringify(name) : name;
}

function summary({ applied, failed, scopes, rehearsal }: StagesReport): string {
  if (applied.length === 0 && failed.length === 0)
    return `nothing is pending${scopes === 0 ? "" : `, ${count(scopes, "value")} looked at`}`;
  const touched = new Set(applied.map(({ scope }) => scope).filter((scope) => scope !== sharedScope)).size;
  const what = `${count(applied.length, "script")} ${rehearsal ? "would be " : ""}applied`;
  return [
    touched === 0 ? what : `${what}, ${count(touched, "value")} brought along`,
    ...(failed.length === 0 ? [] : [`${failed.length} failed`]),
  ].join(", ");
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
