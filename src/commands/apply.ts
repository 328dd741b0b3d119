/** `apply` and `plan`: pending migrations in their order, then on a live target the components. */
import type { CommandContext } from "./context.ts";
import { openProject } from "./context.ts";
import { migrateLive } from "./live-migrations.ts";
import { type ApplyOptions, applyCommand } from "./migration-apply.ts";
import { built, compared, migrationsOf } from "./migration-project.ts";
import { runSync, type SyncOptions } from "./run-sync.ts";

export type ApplyEverythingOptions = ApplyOptions & SyncOptions;

export async function apply(context: CommandContext, options: ApplyEverythingOptions): Promise<number> {
  return everything(context, options, { command: "apply", rehearsal: options.dryRun === true });
}

/** What `apply` would do. */
export async function plan(context: CommandContext, options: ApplyEverythingOptions): Promise<number> {
  return everything(context, { ...options, dryRun: true }, { command: "plan", rehearsal: true });
}

async function everything(
  context: CommandContext,
  options: ApplyEverythingOptions,
  run: { readonly command: "apply" | "plan"; readonly rehearsal: boolean },
): Promise<number> {
  const { target } = await openProject(context, options);
  if (target.kind === "server" && target.components === "migrated")
    return applyCommand(context, options, undefined);
  for (;;) {
    let more = false;
    const code = await runSync(context, options, {
      ...run,
      paths: [],
      migrate: async (project, database) => {
        const opened = migrationsOf(context, project);
        const at = await compared(opened, await built(opened), database);
        const done = await migrateLive(context, options, at, run);
        more = done.more;
        return done;
      },
    });
    if (!more) return code;
  }
}
