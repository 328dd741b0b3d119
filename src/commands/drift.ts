/** `drift`: what somebody changed in the database since it was applied, as a diff. */
import { describeIdentity } from "../../graph/identity.ts";
import { driftJson, formatDrift, joinDrift } from "../report/drift.ts";
import { withProjectAsItIs } from "./component-project.ts";
import { type CommandContext, type CommonOptions, throwMistakes } from "./context.ts";
import { reportDrift } from "./drift-report.ts";
import { forEachPart } from "./open-parts.ts";
import type { ScopeOptions } from "./scope-options.ts";

export interface DriftOptions extends CommonOptions, ScopeOptions {
  readonly exitCode?: boolean;
}

/** Returns 0; with --exit-code 4 where something drifted, 3 where something is missing alone: a sync makes it again. */
export async function drift(context: CommandContext, options: DriftOptions): Promise<number> {
  const { output } = context;
  const onWait = (message: string) => output.note(message);
  const { found, errors, project, root } = await withProjectAsItIs(context, options, async (opened) => ({
    ...(await forEachPart(context, opened, options, (part) => reportDrift(part, onWait))),
    project: opened.project.config.project,
    root: opened.project.config.root,
  }));
  const report = joinDrift(found) ?? { database: null, project, objects: [] };
  if (output.json) output.result(JSON.stringify(driftJson(report, errors)));
  else output.say(formatDrift(report, output.style, output.elapsed()));
  if (output.reporter !== null) {
    const { driftMarkdown } = await import("../report/summaries.ts");
    const told = report.objects.map(({ identity, place, reason }) => ({
      message: `${describeIdentity(identity)}: ${reason}`,
      ...place,
    }));
    output.reporter.tell(options.exitCode === true ? "error" : "warning", "drift", told, root);
    output.reporter.summarize((limit) => driftMarkdown(report, limit));
  }
  throwMistakes(errors);
  if (options.exitCode !== true || report.objects.length === 0) return 0;
  return report.objects.every(({ missing }) => missing) ? 3 : 4;
}
