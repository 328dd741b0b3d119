/**
 * A plan or a finished run as GitHub's Markdown: the comment of a pull request, or a part of a job's summary. However much
 * there is to tell, it keeps to its limit: what matters most comes first, and what is left out is counted.
 */
import { describeSubject, isBystander, subjectKey } from "../../graph/bystander.ts";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Cost, Step } from "../../graph/step.ts";
import { sharedScope } from "../tenants/scope.ts";
import { describeScope, fileOfComponent } from "../tenants/scoped-name.ts";
import { asManyAs, code, fenced, folded, oneLine, plain, tableHead, tableRow } from "./markdown.ts";
import { type MigrationRunReport, nameOf } from "./migrations.ts";
import { mistakeList } from "./mistakes-markdown.ts";
import { countSteps, type DonePart, partsJson } from "./plan-report.ts";
import { statementOf } from "./statement-step.ts";
import { type TouchedEdge, type TouchedObject, touchedMermaid } from "./touched-graph.ts";

export interface PlanPage {
  readonly command: "plan" | "sync" | "apply";
  /** The name of the project, and of its target where that has one: they tell comments apart. */
  readonly project: string;
  readonly target: string | null;
  readonly parts: readonly (DonePart & { readonly edges?: readonly TouchedEdge[] })[];
  readonly migrations: MigrationRunReport | null;
  readonly errors: readonly Diagnostic[];
}

/** What GitHub takes as the body of a comment, in characters. */
export const commentLimit = 65_536;

/** A section that gets less is left out: it could not even say how much it leaves out. */
const leastRoom = 300;

/** A comment whose first line, which nobody sees, is the same at every run: a job finds the one to update by it. */
export function planComment(page: PlanPage): string {
  const name = [page.project, page.target ?? []].flat().map((text) => text.replaceAll(/[^\w.]+/g, "-"));
  const marker = `<!-- migrator plan ${name.join(" ")} -->`;
  return `${marker}\n${planMarkdown(page, commentLimit - marker.length - 1)}`;
}

/** In at most `limit` UTF-16 units. */
export function planMarkdown(page: PlanPage, limit: number): string {
  const sections = [`### ${heading(page)}`, subject(page)];
  let left = limit - sections.join("\n\n").length;
  /** `share`: of what is left. */
  const add = (share: number, make: (room: number) => string): void => {
    const room = Math.floor(left * share) - 2;
    const text = room < leastRoom ? "" : make(room);
    if (text === "") return;
    sections.push(text);
    left -= text.length + 2;
  };
  const results = page.parts.map(({ result }) => result);
  add(0.4, (room) => mistakeList(page.errors, room));
  add(0.2, (room) => migrationList(page.migrations, room));
  add(0.15, (room) =>
    costTable(
      results.flatMap(({ costs }) => costs),
      room,
    ),
  );
  add(0.15, (room) => warningList(warningsOf(page), room));
  add(0.3, (room) => touchedMermaid(graphOf(page), room));
  add(0.5, (room) => stepTable(page, room));
  add(1, (room) => sqlBlock(sqlOf(page), room));
  return sections.join("\n\n");
}

function heading({ command, parts, errors, migrations }: PlanPage): string {
  const counts = countSteps(parts.flatMap(({ result }) => result.steps));
  const ran = migrations?.migrations.length ?? 0;
  const told = [
    ...(ran > 0 ? [`${ran} ${ran === 1 ? "migration" : "migrations"}`] : []),
    ...counts.map(([what, count]) => `${count} ${what}`),
  ];
  const what = told.length === 0 ? "nothing to do" : told.join(", ");
  if (errors.length === 0) return `migrator ${command}: ${what}`;
  const refused = `${errors.length} ${errors.length === 1 ? "mistake" : "mistakes"}`;
  return `migrator ${command}: ${told.length === 0 ? refused : `${refused}; ${what}`}`;
}

function subject({ command, project, target, parts, errors, migrations }: PlanPage): string {
  const { unchanged } = partsJson(parts, []).summary;
  const values = parts.filter(({ scope }) => scope !== sharedScope).length;
  const planned =
    migrations?.rehearsal ??
    (parts.length > 0 ? parts.every(({ result }) => !result.applied) : command === "plan");
  return [
    `Project ${code(project)}${target === null ? "" : `, target ${code(target)}`}`,
    ...(values > 0 ? [`${values} ${values === 1 ? "value" : "values"} of matrices`] : []),
    ...(parts.length > 0 ? [`${unchanged} ${unchanged === 1 ? "component" : "components"} unchanged`] : []),
    planned || errors.length > 0 ? "nothing was changed" : "applied",
  ].join(" · ");
}

function migrationList(migrations: MigrationRunReport | null, room: number): string {
  if (migrations === null) return "";
  const { rehearsal, what } = migrations;
  const shown = (one: MigrationRunReport["skipped"][number]) =>
    `${code(nameOf(one, migrations.names))}${one.scope === undefined ? "" : ` ${plain(one.scope, 80)}`}`;
  const lines = [
    ...migrations.migrations.map((one) => `- migration ${shown(one)} ${rehearsal ? "would run" : what}`),
    ...migrations.skipped.map(
      (one) => `- migration ${shown(one)} would run; its statements run one by one, so it was not rehearsed`,
    ),
    ...migrations.carried.map(
      ({ object, change, reason }) => `- ${change} ${code(object)} is carried along: ${plain(reason)}`,
    ),
  ];
  return asManyAs(lines, room, (count) => `- and ${count} more`).join("\n");
}

function costTable(costs: readonly Cost[], room: number): string {
  if (costs.length === 0) return "";
  const rows = costs.map(({ relation, kind, rows: count, bytes }) =>
    tableRow([
      code(describeSubject(relation)),
      kind,
      `about ${count.toLocaleString("en")}`,
      formatBytes(bytes),
    ]),
  );
  const head = tableHead(["cost", "what", "rows", "size"]);
  return [...head, ...asManyAs(rows, room - head.join("\n").length - 1, moreRows(4))].join("\n");
}

function moreRows(columns: number): (count: number) => string {
  return (count) => tableRow([`and ${count} more`, ...Array.from({ length: columns - 1 }, () => "")]);
}

function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

function warningsOf({ parts, migrations }: PlanPage): readonly string[] {
  const all = [...(migrations?.warnings ?? []), ...parts.flatMap(({ result }) => result.warnings)];
  return [...new Set(all)];
}

export function warningList(warnings: readonly string[], room: number): string {
  const lines = warnings.map((text) => `- ⚠️ ${plain(text, 500)}`);
  return asManyAs(lines, room, (count) => `- and ${count} more warnings`).join("\n");
}

/** Without the second halves of other steps. */
function stepsOf({ parts }: PlanPage): readonly (Step & { readonly scope: string })[] {
  return parts.flatMap(({ scope, result }) =>
    result.steps.filter(({ auxiliary }) => auxiliary !== true).map((step) => ({ ...step, scope })),
  );
}

function graphOf(page: PlanPage): { objects: readonly TouchedObject[]; edges: readonly TouchedEdge[] } {
  const objects = new Map<string, TouchedObject>();
  for (const { kind, identity, component, reason } of stepsOf(page)) {
    const key = subjectKey(identity);
    if (objects.has(key) || statementOf({ identity, reason }) !== null) continue;
    const unmanaged = component === null && !isBystander(identity);
    objects.set(key, { key, label: describeSubject(identity), step: kind, unmanaged });
  }
  const edges = new Map<string, TouchedEdge>();
  for (const edge of page.parts.flatMap((part) => part.edges ?? [])) {
    const { from, to, soft } = edge;
    if (from === to || !objects.has(from) || !objects.has(to)) continue;
    const id = JSON.stringify([from, to]);
    edges.set(id, { from, to, soft: soft && edges.get(id)?.soft !== false });
  }
  return { objects: [...objects.values()], edges: [...edges.values()] };
}

function stepTable(page: PlanPage, room: number): string {
  const steps = stepsOf(page);
  if (steps.length === 0) return "";
  const scoped = steps.some(({ scope }) => scope !== sharedScope);
  const rows = steps.map(({ kind, identity, component, reason, kept, scope }) => {
    const keeps = kept === undefined || kept.length === 0 ? "" : `<br>kept: ${plain(kept.join(", "))}`;
    const file =
      component !== null ? code(fileOfComponent(component)) : isBystander(identity) ? "" : "unmanaged";
    const run = statementOf({ identity, reason });
    return tableRow([
      ...(run === null
        ? [kind, code(describeSubject(identity)), `${plain(reason)}${keeps}`, file]
        : ["run", "", plain(run.statement), code(run.source)]),
      ...(scoped ? [plain(describeScope(scope), 80)] : []),
    ]);
  });
  const head = tableHead(["step", "object", "reason", "component", ...(scoped ? ["for"] : [])]);
  return [...head, ...asManyAs(rows, room - head.join("\n").length - 1, moreRows(scoped ? 5 : 4))].join("\n");
}

/** Blocks of SQL in the order in which they run, each under a comment that says what it is. */
function sqlOf({ parts, migrations }: PlanPage): readonly string[] {
  return [
    ...(migrations?.scripts ?? []).map(({ name, sql }) => `-- migration ${oneLine(name)}\n${sql.trimEnd()}`),
    ...parts.flatMap(({ scope, result }) => {
      const of = scope === sharedScope ? "" : ` (${oneLine(describeScope(scope))})`;
      return result.steps
        .filter(({ sql }) => sql.length > 0)
        .map(({ kind, identity, reason, sql }) => {
          const statements = sql.map((statement) => `${statement.trimEnd()};`).join("\n");
          const run = statementOf({ identity, reason });
          const what = run === null ? `${kind} ${describeSubject(identity)}` : `run ${run.source}`;
          return `-- ${oneLine(what)}${of}\n${statements}`;
        });
    }),
  ];
}

function sqlBlock(blocks: readonly string[], room: number): string {
  if (blocks.length === 0) return "";
  const around = folded("SQL", fenced("", "sql")).length;
  // A longer fence, where the SQL has backticks.
  const runs = blocks.flatMap((block) => Array.from(block.matchAll(/`+/g), ([run]) => run.length));
  const longest = Math.max(2, ...runs.filter((length) => length > 2));
  const shown = asManyAs(
    blocks.map((block) => `${block}\n`),
    room - around - 2 * longest - 100,
    (count) => `-- and ${count} more, for which there is no room here`,
  );
  return folded("SQL", fenced(shown.join("\n").trimEnd(), "sql"));
}
