/** Prints what a run of migrations did. */
import { formatRun, type MigrationRunReport, runJson } from "../report/migrations.ts";
import type { Output } from "./output.ts";

/** `command`: what was asked for. */
export async function tellRun(output: Output, report: MigrationRunReport, command: string): Promise<void> {
  if (output.json) output.result(JSON.stringify(runJson(report)));
  else output.say(formatRun(report, output.colors));
  if (output.reporter === null) return;
  const { runMarkdown } = await import("../report/summaries.ts");
  output.reporter.warn(command, report.warnings);
  output.reporter.summarize((limit) => runMarkdown(command, report, limit));
}
