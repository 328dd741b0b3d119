/** `apply` and `plan` for a live target: migrations, and the components around and behind them. */
import type { ApplyEverythingOptions } from "./apply.ts";
import type { CommandContext, Project } from "./context.ts";
import { migrateLive } from "./live-migrations.ts";
import { built, compared, migrationsOf } from "./migration-project.ts";
import { runSync } from "./run-sync.ts";

export async function applyLive(
  context: CommandContext,
  options: ApplyEverythingOptions,
  opened: Project,
  run: { readonly command: "apply" | "plan"; readonly rehearsal: boolean },
): Promise<number> {
  for (;;) {
    let more = false;
    const code = await runSync(context, options, {
      ...run,
      paths: [],
      opened,
      migrate: async (project, database) => {
        const migrations = migrationsOf(context, project);
        const at = await compared(migrations, await built(migrations), database);
        const done = await migrateLive(context, options, at, run);
        more = done.more;
        return done;
      },
    });
    if (!more) return code;
  }
}
