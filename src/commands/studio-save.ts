/** What a live page is told of a batch of saves: steps, mistakes with their code frames, and what became of the other values. */
import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { describeSubject, subjectKey } from "../../graph/bystander.ts";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Save, SavedOthers } from "../../graph/picture/save.ts";
import { formatDiagnostic } from "../report/code-frame.ts";
import { partsJson } from "../report/plan-report.ts";
import { styleOf } from "../report/style.ts";
import { plainTerminal } from "../report/terminal.ts";
import { describeScope } from "../tenants/scoped-name.ts";
import type { ToldBatch, ToldOthers } from "../watch/told-batch.ts";
import type { CommandContext } from "./context.ts";
import type { GraphPage } from "./graph-page-data.ts";

/** As wide as the page's panel: a code frame is cut around its place, not broken. */
const errorStyle = styleOf({ ...plainTerminal, width: 44 });

/** `page`: the graph as the page has it, where mistakes are to be seen. */
export function saveOf(
  { mask }: CommandContext,
  { saved, project, outcome }: ToldBatch,
  number: number,
  page: GraphPage | null,
): Save {
  const { root, componentsFolder } = project.config;
  const frame = (file: string): string | null => readSource(root, file);
  const errorOf = (one: Diagnostic) => ({
    text: mask.apply(formatDiagnostic(one, errorStyle, frame)),
    nodes: nodesOf(page, one.file === undefined ? null : relative(componentsFolder, join(root, one.file))),
  });
  const common = {
    number,
    at: new Date().toISOString(),
    files: saved,
    errors: outcome.diagnostics.map(errorOf),
  };
  if (outcome.kind === "failed")
    return { ...common, took: null, steps: [], kept: 0, warnings: [], others: null };
  const { parts, took, state, others } = outcome;
  const { summary, warnings } = partsJson(parts, [], state.files.components.length);
  const all = parts.flatMap(({ result }) => result.steps);
  const steps = all.map(({ kind, identity, reason, sql, auxiliary }) => ({
    kind,
    object: describeSubject(identity),
    key: mask.apply(subjectKey(identity)),
    reason: mask.apply(reason),
    sql: sql.map(mask.apply),
    auxiliary: auxiliary === true,
  }));
  return {
    ...common,
    took: Math.round(took),
    steps,
    kept: summary.unchanged,
    warnings: [...warnings, ...warningsOf(others)].map(mask.apply),
    others: others === null ? null : countsOf(others),
  };
}

function countsOf({ all, done }: ToldOthers): SavedOthers {
  if (done === null) return { all, done: null };
  const { parts, failed, left, held } = done;
  const changed = parts.filter(({ result }) => result.steps.length > 0).length;
  return { all, done: { changed, same: parts.length - changed, failed, left, held } };
}

function warningsOf(others: ToldOthers | null): readonly string[] {
  const parts = others?.done?.parts ?? [];
  return parts.flatMap(({ scope, result }) =>
    result.warnings.map((text) => `${describeScope(scope)}: ${text}`),
  );
}

/** Keys of the nodes that a file of the components declares. */
function nodesOf(page: GraphPage | null, file: string | null): readonly string[] {
  const component = file?.split(sep).join("/");
  return (page?.data.nodes ?? []).filter((one) => one.component === component).map(({ key }) => key);
}

/** Null where the file went meanwhile: the message stands without its frame. */
function readSource(root: string, file: string): string | null {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch {
    return null;
  }
}
