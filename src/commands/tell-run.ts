/** Prints what a run of migrations did. */
import { formatRun, type MigrationRunReport, runJson } from "../report/migrations.ts";
import type { Output } from "./output.ts";

/** `command`: what was asked for. */
export async function tellRun(output: Output, report: MigrationRunReport, command: string): Promise<void> {
  if (output.json) output.result(JSON.stringify(runJson(report)));
  else output.say(formatRun(report, output.style, output.elapsed()));
  if (output.reporter === null) return;
  const { runMarkdown } = await import("../report/summaries.ts");
  output.reporter.warn(command, report.warnings);
  output.reporter.summarize((limit) => runMarkdown(command, report, limit));
}

/** What there is to say besides the SQL, which was printed as it was rehearsed: comments of SQL. */
export function tellBesideSql(output: Output, pending: number, warnings: readonly string[]): void {
  if (pending === 0) output.result("-- nothing to do");
  for (const warning of warnings) output.result(`-- ${warning.replaceAll("\n", " ")}`);
}
