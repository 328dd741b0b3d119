/** `apply`: pending migrations in their order, then on a live target the components. */

import type { CommandContext } from "./context.ts";
import { openProject } from "./context.ts";
import { type ApplyOptions, applyCommand, applyPending } from "./migration-apply.ts";
import { built, compared, migrationsOf } from "./migration-project.ts";
import { runSync, type SyncOptions } from "./run-sync.ts";

export async function apply(context: CommandContext, options: ApplyOptions & SyncOptions): Promise<number> {
  const { target } = await openProject(context, options);
  if (target.kind === "server" && target.components === "migrated")
    return applyCommand(context, options, undefined);
  return runSync(context, options, {
    command: "apply",
    rehearsal: options.dryRun === true,
    paths: [],
    migrate: async (project, database) => {
      const opened = migrationsOf(project);
      const at = await compared(opened, built(opened), database);
      return at.statuses.length === 0 ? null : applyPending(context, options, at, undefined);
    },
  });
}
