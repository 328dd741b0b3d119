/** `apply` and `plan` for a live target: migrations, and the components around and behind them. */
import { partKey } from "../migrations/migration.ts";
import type { ApplyEverythingOptions } from "./apply-options.ts";
import type { CommandContext, Project } from "./context.ts";
import type { LiveMigrating } from "./live-migrations.ts";
import type { PendingOf } from "./pending-parts.ts";
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
    let ofScope: PendingOf | null = null;
    const first = turn === 0 ? begun : null;
    const telling = (done: LiveMigrating): LiveMigrating => {
      more = done.more;
      const { componentsFirst = null } = done;
      const whole = ofScope === null ? done : { ...done, ofScope };
      return componentsFirst === null
        ? whole
        : { ...whole, componentsFirst: () => telling(componentsFirst()) };
    };
    const code = await runSync(context, options, {
      ...run,
      paths: [],
      opened,
      ...(first === null ? {} : first),
      migrate: async (project, database) => {
        const scoped = run.rehearsal && Object.keys(project.config.matrices).length > 0;
        const settled = scoped ? null : await readSettled(options, project, database);
        if (settled !== null) return { report: settled, around: [], written: [] };
        const { built, compared, migrationsOf } = await import("./migration-project.ts");
        const { migrateLive } = await import("./live-migrations.ts");
        const migrations = migrationsOf(project);
        const at = await compared(migrations, await built(migrations), database);
        const done = await migrateLive(context, options, at, run);
        if (!scoped || migrations.all.length === migrations.migrations.length) return telling(done);
        ofScope = await (await import("./pending-parts.ts")).pendingParts(context, options, at);
        const { rehearseInOrder } = await import("./rehearse-in-order.ts");
        const inOrder = await rehearseInOrder(context, options, at);
        if (inOrder === null) return telling(done);
        const { once } = inOrder;
        const parts = new Set(at.statuses.map(partKey).filter((key) => !once.has(key)));
        const rest = telling(await migrateLive(context, options, at, { ...run, parts }));
        return { ...telling(done), inOrder: { run: inOrder.run, rest } };
      },
    });
    if (!more) return code;
  }
}
