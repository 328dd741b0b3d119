/** `apply` and `plan`: pending migrations in their order, then on a live target the components. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { ApplyEverythingOptions } from "./apply-options.ts";
import { type CommandContext, openProject } from "./context.ts";
import { tellSettled } from "./settled.ts";
import { tellSettledLive } from "./settled-live.ts";

export async function apply(context: CommandContext, options: ApplyEverythingOptions): Promise<number> {
  return everything(context, options, { command: "apply", rehearsal: options.dryRun === true });
}

/** What `apply` would do. */
export async function plan(context: CommandContext, options: ApplyEverythingOptions): Promise<number> {
  requireOneForm(context, options);
  return everything(context, { ...options, dryRun: true }, { command: "plan", rehearsal: true });
}

function requireOneForm({ output }: CommandContext, options: ApplyEverythingOptions): void {
  const forms = [output.json && "--json", options.sql && "--sql", options.markdown && "--markdown"];
  const [first, second] = forms.filter((form) => typeof form === "string");
  if (options.markdown !== true || second === undefined) return;
  const message = `${first} and ${second} print the plan in two forms`;
  throw new MigratorError([{ code: "usage", message, fix: "leave one of them out" }], 2);
}

/** What a migrated target runs stands in migrations: a statement beside them would be left out unsaid. */
function requireNoAround({ around }: ApplyEverythingOptions): void {
  if (around === undefined) return;
  throw new MigratorError(
    [
      {
        code: "usage",
        message: "--around is for live targets: this one is brought along by migrations alone",
        fix: "write the statement into a migration, with what hangs on its tables: migration new NAME --around <sql>",
      },
    ],
    2,
  );
}

/** What does the work is loaded when there is some. */
async function everything(
  context: CommandContext,
  options: ApplyEverythingOptions,
  run: { readonly command: "apply" | "plan"; readonly rehearsal: boolean },
): Promise<number> {
  const project = await openProject(context, options);
  if (project.target.kind === "server" && project.target.components === "migrated") {
    requireNoAround(options);
    const begun = await tellSettled(context, options, project);
    if (begun === null) return 0;
    const { applyCommand } = await import("./migration-apply.ts");
    return applyCommand(context, options, undefined, begun);
  }
  const begun = run.rehearsal
    ? { connecting: null, settle: null }
    : await tellSettledLive(context, options, project);
  if (begun === null) return 0;
  const { applyLive } = await import("./apply-live.ts");
  return applyLive(context, options, project, run, begun);
}
