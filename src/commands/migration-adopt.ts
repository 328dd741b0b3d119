/** `migration adopt`: records migrations as applied without running them. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { adoptMigrations } from "../migrations/adopt-migrations.ts";
import { findMigration } from "../migrations/find-migration.ts";
import { partKey } from "../migrations/migration.ts";
import { takeApart } from "../migrations/prepare.ts";
import { runReport } from "../report/migrations.ts";
import { confirmProtected } from "./confirm.ts";
import type { CommandContext } from "./context.ts";
import { counted } from "./migration-apply.ts";
import { applySettings, type RunOptions, withMigrations } from "./migration-project.ts";
import { tellRun } from "./tell-run.ts";

export interface AdoptOptions extends RunOptions {
  readonly all?: boolean;
  readonly yes?: boolean;
}

/** Those named, or with --all every one that is pending. One that was altered is recorded with its new text. */
export async function adoptCommand(
  context: CommandContext,
  options: AdoptOptions,
  names: readonly string[],
): Promise<number> {
  if (names.length === 0 && options.all !== true) {
    const fix = "name the migrations, or add --all for every one that is pending";
    throw new MigratorError([{ code: "usage", message: "no migration is named", fix }], 2);
  }
  const report = await withMigrations(context, options, async (opened) => {
    const { statuses, project, database } = opened;
    const present = statuses.filter(({ built }) => built !== null);
    const wanted =
      options.all === true
        ? present.filter(({ state }) => state === "pending")
        : names.map((name) => findMigration(present, name));
    const runnable = await takeApart(wanted.flatMap(({ built }) => built ?? []));
    const undoneOf = new Map(wanted.map((one) => [partKey(one), one.recorded?.undone ?? 0]));
    if (runnable.length > 0) {
      await confirmProtected(
        context,
        project.target,
        options.yes === true,
        `adopt ${counted(runnable.length)}`,
      );
      await adoptMigrations(
        await applySettings(context, opened, options, "adopt", []),
        runnable.map((one) => ({ runnable: one, undone: undoneOf.get(partKey(one)) ?? 0 })),
      );
    }
    return runReport("adopted", database, { migrations: runnable });
  });
  await tellRun(context.output, report, "migration adopt");
  return 0;
}
