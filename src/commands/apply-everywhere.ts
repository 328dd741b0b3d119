/** `migration apply` where migrations have parts for the values of matrices: tells how far it came, and what became of each. */
import type { Diagnostic } from "../../graph/diagnostic.ts";
import { formatStages, type StagesReport, stagesJson } from "../report/stages.ts";
import type { FailedScope } from "../tenants/stages-result.ts";
import { applyStages, type StageEvents, type StageOptions } from "./apply-stages.ts";
import type { CommandContext } from "./context.ts";
import type { MigrationsAtTarget } from "./migration-project.ts";

/** Returns 0, or 1 where a value failed or was not begun. With --exit-code a rehearsal ends with 3 where something is pending. */
export async function applyEverywhere(
  context: CommandContext,
  options: StageOptions,
  opened: MigrationsAtTarget,
  name: string | undefined,
): Promise<number> {
  const report = await tellStages(context, options, opened, name, false);
  const rehearsal = options.dryRun === true;
  if (report.failed.length + report.left.length > 0) return 1;
  return options.exitCode === true && rehearsal && report.applied.length + report.skipped.length > 0 ? 3 : 0;
}

/** Applies in stages and tells what became of it. `around` as for `applyStages`. */
export async function tellStages(
  context: CommandContext,
  options: StageOptions,
  opened: MigrationsAtTarget,
  name: string | undefined,
  around: boolean,
): Promise<StagesReport> {
  const { output } = context;
  const { root } = opened.project.config;
  const result = await applyStages(context, options, opened, {
    name,
    events: eventsOf(context),
    around,
  });
  output.working(null);
  const rehearsal = options.dryRun === true;
  const report: StagesReport = { ...result, rehearsal, database: opened.database.description };
  if (output.json) output.result(JSON.stringify(stagesJson(report)));
  else {
    if (!around || report.applied.length + report.failed.length > 0)
      output.say(formatStages(report, output.style));
    output.fail(distinct(report.failed), root);
  }
  return report;
}

/** Failures that are shown with their places; each value has its line in any case. */
const mostShown = 10;

/** What many values fail with stands there once. */
function distinct(failed: readonly FailedScope[]): readonly Diagnostic[] {
  const same = new Map<string, { readonly diagnostic: Diagnostic; readonly scopes: string[] }>();
  for (const { scope, diagnostics } of failed) {
    for (const diagnostic of diagnostics) {
      const key = JSON.stringify(diagnostic);
      const found = same.get(key) ?? { diagnostic, scopes: [] };
      found.scopes.push(scope);
      same.set(key, found);
    }
  }
  return [...same.values()].slice(0, mostShown).map(({ diagnostic, scopes }) => {
    const [first = "", ...others] = scopes;
    const whom = others.length === 0 ? first : `${first} and ${others.length} more`;
    return { ...diagnostic, message: `${whom}: ${diagnostic.message}` };
  });
}

function eventsOf({ output }: CommandContext): StageEvents {
  return {
    scopeEnded: ({ name }, outcome, done, all) => {
      if (output.json) {
        output.result(JSON.stringify({ event: "scope", scope: name, outcome, done, all }));
        return;
      }
      output.working({ stage: "bringing values along", done, all, item: name });
    },
  };
}
