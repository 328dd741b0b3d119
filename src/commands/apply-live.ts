/** `apply` and `plan` for a live target: migrations, and the components around and behind them. */
import type { ApplyEverythingOptions } from "./apply.ts";
import type { CommandContext, Project } from "./context.ts";
import { runSync } from "./run-sync.ts";
import { readSettled } from "./settled.ts";

export async function applyLive(
  context: CommandContext,
  options: ApplyEverythingOptions,
  opened: Project,
  run: { readonly command: "apply" | "plan"; readonly rehearsal: boolean },
): Promise<number> {
  if (!run.rehearsal && Object.keys(opened.config.matrices).length > 0) {
    const { migrationsOf } = await import("./migration-project.ts");
    const { all, migrations } = migrationsOf(opened);
    if (all.length > migrations.length) {
      const { applyLiveStages } = await import("./apply-live-stages.ts");
      return applyLiveStages(context, options, opened);
    }
  }
  for (;;) {
    let more = false;
    const code = await runSync(context, options, {
      ...run,
      paths: [],
      opened,
      migrate: async (project, database) => {
        const settled = await readSettled(options, project, database);
        if (settled !== null) return { report: settled, around: [], written: [] };
        const { built, compared, migrationsOf } = await import("./migration-project.ts");
        const { migrateLive } = await import("./live-migrations.ts");
        const migrations = migrationsOf(project);
        const at = await compared(migrations, await built(migrations), database);
        const done = await migrateLive(context, options, at, run);
        more = done.more;
        return done;
      },
    });
    if (!more) return code;
  }
}
