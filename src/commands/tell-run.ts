/** Prints what a run of migrations did. */
import { formatRun, type MigrationRunReport, runJson } from "../report/migrations.ts";
import type { Output } from "./output.ts";

export function tellRun(output: Output, report: MigrationRunReport): void {
  if (output.json) output.result(JSON.stringify(runJson(report)));
  else output.say(formatRun(report, output.style));
}
