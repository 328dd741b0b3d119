/** `migration apply` where migrations have parts for the values of matrices: tells how far it came, and what became of each. */
import { namesIn } from "../migrations/migration.ts";
import { sameOnce } from "../report/same-once.ts";
import { formatStages, type StagesReport, stagesJson, stagesRun } from "../report/stages.ts";
import type { BringAlong } from "../tenants/apply-scope.ts";
import type { ApplyOptions } from "./apply-options.ts";
import { applyStages, type StageEvents } from "./apply-stages.ts";
import type { CommandContext } from "./context.ts";
import type { MigrationsAtTarget } from "./migration-project.ts";
import { tellComment } from "./plan-page.ts";
import { tellBesideSql } from "./tell-run.ts";

/** Returns 0, or 1 where a value failed or was not begun. With --exit-code a rehearsal ends with 3 where something is pending. */
export async function applyEverywhere(
  context: CommandContext,
  options: ApplyOptions,
  opened: MigrationsAtTarget,
  name: string | undefined,
): Promise<number> {
  const report = await tellStages(context, options, opened, name, null);
  const rehearsal = options.dryRun === true;
  if (report.failed.length + report.left.length > 0) return 1;
  return options.exitCode === true && rehearsal && report.applied.length + report.skipped.length > 0 ? 3 : 0;
}

/**
 * Applies in stages and tells what became of it. `along` as for `applyStages`: where it is given, the object of --json is the affair of
 * whoever brings the components behind it.
 */
export async function tellStages(
  context: CommandContext,
  options: ApplyOptions,
  opened: MigrationsAtTarget,
  name: string | undefined,
  along: BringAlong | null,
): Promise<StagesReport> {
  const { output } = context;
  const { root } = opened.project.config;
  const result = await applyStages(context, options, opened, {
    name,
    events: eventsOf(context),
    along,
  });
  output.working(null);
  const rehearsal = options.dryRun === true;
  const report: StagesReport = {
    ...result,
    rehearsal,
    database: opened.database.description,
    names: namesIn(opened.project.config),
  };
  if (options.markdown === true) {
    const errors = report.failed.flatMap(({ diagnostics }) => diagnostics);
    await tellComment(context, options, stagesRun(report), errors);
  } else if (options.sql === true) {
    const { applied, skipped, failed, left, warnings } = report;
    const pending = [applied, skipped, failed, left].reduce((sum, list) => sum + list.length, 0);
    tellBesideSql(output, pending, warnings);
    output.fail(sameOnce(report.failed), root);
  } else if (output.json) {
    if (along === null) output.result(JSON.stringify(stagesJson(report)));
  } else {
    if (along === null || report.applied.length + report.failed.length > 0)
      output.say(formatStages(report, output.style, output.elapsed()));
    output.fail(sameOnce(report.failed), root);
  }
  if (output.reporter !== null && options.markdown !== true) {
    const { stagesMarkdown } = await import("../report/summaries.ts");
    if (output.json) output.reporter.fail(sameOnce(report.failed), root);
    output.reporter.warn("apply", report.warnings);
    output.reporter.summarize((limit) => stagesMarkdown(report, limit));
  }
  return report;
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
