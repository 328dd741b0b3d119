/** `drift`: what somebody changed in the database since it was applied, as a diff. */
import { driftJson, formatDrift, joinDrift } from "../report/drift.ts";
import type { ScopeOptions } from "./choose-scopes.ts";
import { withProjectAsItIs } from "./component-project.ts";
import { type CommandContext, type CommonOptions, throwMistakes } from "./context.ts";
import { reportDrift } from "./drift-report.ts";
import { forEachPart } from "./open-parts.ts";

export interface DriftOptions extends CommonOptions, ScopeOptions {
  readonly exitCode?: boolean;
}

/** Returns 0; with --exit-code 4 where something drifted. */
export async function drift(context: CommandContext, options: DriftOptions): Promise<number> {
  const { output } = context;
  const onWait = (message: string) => output.note(message);
  const { found, errors, project } = await withProjectAsItIs(context, options, async (opened) => ({
    ...(await forEachPart(context, opened, options, (part) => reportDrift(part, onWait))),
    project: opened.project.config.project,
  }));
  const report = joinDrift(found) ?? { database: null, project, objects: [] };
  if (output.json) output.result(JSON.stringify(driftJson(report, errors)));
  else output.say(formatDrift(report, output.style));
  throwMistakes(errors);
  return options.exitCode === true && report.objects.length > 0 ? 4 : 0;
}
