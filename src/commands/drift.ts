/** `drift`: what somebody changed in the database since it was applied, as a diff. */
import { driftJson, formatDrift } from "../report/drift.ts";
import { withProjectAsItIs } from "./component-project.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import { reportDrift } from "./drift-report.ts";

export interface DriftOptions extends CommonOptions {
  readonly exitCode?: boolean;
}

/** Returns 0; with --exit-code 4 where something drifted. */
export async function drift(context: CommandContext, options: DriftOptions): Promise<number> {
  const { output } = context;
  const report = await withProjectAsItIs(context, options, (opened) =>
    reportDrift(opened, (message) => output.note(message)),
  );
  if (output.json) output.result(JSON.stringify(driftJson(report)));
  else output.say(formatDrift(report, output.colors));
  return options.exitCode === true && report.objects.length > 0 ? 4 : 0;
}
