/** What commands other than `plan`, `sync` and `apply` tell the summary of a job, in Markdown of at most `limit` UTF-16 units. */
import { describeIdentity } from "../../graph/identity.ts";
import type { MigrationStatus } from "../migrations/compare.ts";
import type { Names } from "../migrations/migration.ts";
import { describeScope, fileOfComponent } from "../tenants/scoped-name.ts";
import { formatDuration } from "./amounts.ts";
import type { DriftReport } from "./drift.ts";
import { asManyAs, code, fenced, folded, plain } from "./markdown.ts";
import { countMigrations, type MigrationRunReport, nameOf } from "./migrations.ts";
import { warningList } from "./plan-markdown.ts";
import type { StagesReport } from "./stages.ts";
import { countStates, type ProjectStatus } from "./status.ts";

export function listMarkdown(heading: string, lines: readonly string[], limit: number): string {
  const head = `### migrator ${heading}`;
  const shown = asManyAs(lines, limit - head.length - 2, (count) => `- and ${count} more`);
  return shown.length === 0 ? head : `${head}\n\n${shown.join("\n")}`;
}

/** `command`: what was asked for. */
export function runMarkdown(command: string, report: MigrationRunReport, limit: number): string {
  const { migrations, skipped, rehearsal, what, names } = report;
  const count = migrations.length;
  const done = rehearsal ? `would be ${what}` : what;
  const heading =
    count === 0 ? "nothing is pending" : `${count} ${count === 1 ? "migration" : "migrations"} ${done}`;
  const lines = [
    ...migrations.map(
      (one) =>
        `- ${code(nameOf(one, names))}${one.scope === undefined ? "" : ` ${plain(one.scope, 80)}`} ${formatDuration(one.duration)}`,
    ),
    ...skipped.map((one) => `- ${code(nameOf(one, names))} was not rehearsed: its statements run one by one`),
  ];
  const warnings = report.warnings.length === 0 ? "" : `\n\n${warningList(report.warnings, limit / 4)}`;
  return `${listMarkdown(`${command}: ${heading}`, lines, limit - warnings.length)}${warnings}`;
}

export function stagesMarkdown(report: StagesReport, limit: number): string {
  const { applied, failed, left, waiting, rehearsal, names } = report;
  const numbers = [
    `${applied.length} ${applied.length === 1 ? "script" : "scripts"} ${rehearsal ? "would be applied" : "applied"}`,
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
    ...(left.length > 0 ? [`${left.length} not begun`] : []),
  ];
  const lines = [
    ...failed.map(
      ({ scope, diagnostics }) =>
        `- ❌ ${code(describeScope(scope))}: ${plain(diagnostics[0]?.message ?? "failed", 500)}`,
    ),
    ...left.map((scope) => `- not begun: ${code(describeScope(scope))}`),
    ...waiting.map((one) => `- waits for all values: ${code(names.part(one))}`),
    ...applied.map((one) => `- ${code(names.part(one))} ${plain(describeScope(one.scope), 80)}`),
  ];
  return listMarkdown(`apply: ${numbers.join(", ")}`, lines, limit);
}

export function statusMarkdown(
  status: ProjectStatus,
  migrations: readonly MigrationStatus[],
  limit: number,
): string {
  const counts = [...countStates(status)].filter(([state, count]) => count > 0 && state !== "unmanaged");
  const told = [
    ...(migrations.length === 0 ? [] : [countMigrations(migrations)]),
    ...counts.map(([state, count]) => `${count} ${state}`),
  ];
  const lines = status.objects
    .filter(({ state }) => state !== "unchanged" && state !== "unmanaged")
    .map(({ state, identity, component, reason, scope }) => {
      const file = component === null ? "" : ` in ${code(fileOfComponent(component))}`;
      const of = scope === undefined ? "" : ` (${plain(describeScope(scope), 80)})`;
      return `- **${state}** ${code(describeIdentity(identity))}${file}${of}${reason === "" ? "" : `: ${plain(reason)}`}`;
    });
  return listMarkdown(`status: ${told.length === 0 ? "nothing there yet" : told.join(", ")}`, lines, limit);
}

export function migrationsMarkdown(
  migrations: readonly MigrationStatus[],
  names: Names,
  limit: number,
): string {
  const lines = migrations
    .filter(({ state }) => state !== "applied" && state !== "adopted")
    .map((one) => `- **${one.state}** ${code(names.part(one))}`);
  return listMarkdown(`migration status: ${countMigrations(migrations)}`, lines, limit);
}

export function driftMarkdown({ objects }: DriftReport, limit: number): string {
  if (objects.length === 0) return listMarkdown("drift: none", [], limit);
  const blocks = objects.map(({ identity, component, reason, diff, scope }) => {
    const of = scope === undefined ? "" : ` (${plain(describeScope(scope), 80)})`;
    const file = component === null ? "" : ` in ${code(component)}`;
    const head = `${code(describeIdentity(identity))}${file}${of}: ${plain(reason)}`;
    return diff === "" ? `${head}\n` : `${folded(head, fenced(diff.trimEnd(), "diff"))}\n`;
  });
  return listMarkdown(`drift: ${objects.length} changed in the database`, blocks, limit);
}
