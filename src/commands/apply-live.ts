/** `apply` and `plan` for a live target: migrations, and the components around and behind them. */
import type { ApplyEverythingOptions } from "./apply-options.ts";
import { type CommandContext, connect, isMissing, type Project } from "./context.ts";
import type { LiveMigrating } from "./live-migrations.ts";
import { runSync } from "./run-sync.ts";
import { readSettled } from "./settled.ts";
import type { LiveBegun } from "./settled-live.ts";

export async function applyLive(
  context: CommandContext,
  options: ApplyEverythingOptions,
  opened: Project,
  run: { readonly command: "apply" | "plan"; readonly rehearsal: boolean },
  begun: LiveBegun | null = null,
): Promise<number> {
  if (!run.rehearsal && Object.keys(opened.config.matrices).length > 0) {
    const { migrationsOf } = await import("./migration-project.ts");
    const { all, migrations } = migrationsOf(opened);
    if (all.length > migrations.length) {
      const { applyLiveStages } = await import("./apply-live-stages.ts");
      return applyLiveStages(context, options, opened);
    }
  }
  for (let turn = 0; ; turn++) {
    let more = false;
    const first = turn === 0 ? begun : null;
    const telling = (done: LiveMigrating): LiveMigrating => {
      more = done.more;
      const { componentsFirst = null } = done;
      return componentsFirst === null ? done : { ...done, componentsFirst: () => telling(componentsFirst()) };
    };
    const code = await runSync(context, options, {
      ...run,
      paths: [],
      opened,
      ...(first === null ? {} : first),
      migrate: async (project, database) => {
        const settled = await readSettled(options, project, database);
        if (settled !== null) return { report: settled, around: [], written: [] };
        const { built, compared, migrationsOf } = await import("./migration-project.ts");
        const { migrateLive } = await import("./live-migrations.ts");
        const migrations = migrationsOf(project);
        const at = await compared(migrations, await built(migrations), database);
        const done = await migrateLive(context, options, at, run);
        return telling(done);
      },
    });
    if (!more) return run.rehearsal ? tellBehind(context, options, opened, code) : code;
  }
}

/** A plan says of parts for the values of matrices how many lack any: they are rehearsed once what comes before them is applied. */
async function tellBehind(
  context: CommandContext,
  options: ApplyEverythingOptions,
  opened: Project,
  code: number,
): Promise<number> {
  if (Object.keys(opened.config.matrices).length === 0 || isMissing(opened.target)) return code;
  const { migrationsOf } = await import("./migration-project.ts");
  const { readScopeSummaries, isBehind } = await import("./scope-summary.ts");
  const { all } = migrationsOf(opened);
  const database = await connect(opened.target);
  try {
    const behind = (await readScopeSummaries(context, opened, all, database)).filter(isBehind);
    for (const { matrix, behind: count } of behind)
      context.output.note(
        `${count} of ${matrix} lack parts of migrations, which apply runs; they are not rehearsed here`,
      );
    return code === 0 && options.exitCode === true && behind.length > 0 ? 3 : code;
  } finally {
    await database.close();
  }
}
