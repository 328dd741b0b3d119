/** `downgrade`: an older checkout brings a newer database back. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { formatRun, type MigrationRunReport, runJson } from "../report/migrations.ts";
import type { CommandContext } from "./context.ts";
import { withMigrations } from "./migration-project.ts";
import { type RevertOptions, undo } from "./migration-revert.ts";
import { runSync, type SyncOptions } from "./run-sync.ts";

export type DowngradeOptions = RevertOptions & SyncOptions & { readonly yes?: boolean };

/** Undoes what the database has and the files have not, newest first; then, on a live target, the components follow. */
export async function downgrade(context: CommandContext, options: DowngradeOptions): Promise<number> {
  const { output } = context;
  let live = true;
  let report: MigrationRunReport | null = null;
  await withMigrations(context, options, async (opened) => {
    const { target } = opened.project;
    live = target.kind === "embedded" || target.components === "live";
    const missing = opened.statuses.flatMap(({ state, recorded }) =>
      state === "missing" && recorded !== null ? [recorded] : [],
    );
    const names = missing.toReversed();
    if (names.length > 0 && options.dryRun !== true) {
      output.say(["to be undone, from the ledger:", ...names.map(({ id }) => `  ${id}`)].join("\n"));
      requireYes(options, names.length);
    }
    report = await undo(context, options, opened, names, "downgrade");
  });
  if (report !== null) {
    if (output.json) output.result(JSON.stringify(runJson(report)));
    else output.say(formatRun(report, output.colors));
  }
  if (!live || options.dryRun === true || output.json) return 0;
  return runSync(context, options, { command: "sync", rehearsal: false, paths: [] });
}

/** Down scripts drop what was made: never without somebody who wants it. */
function requireYes(options: DowngradeOptions, count: number): void {
  if (options.yes === true) return;
  const what = count === 1 ? "one migration" : `${count} migrations`;
  const message = `this would undo ${what}; nothing was changed`;
  throw new MigratorError(
    [{ code: "usage", message, fix: "add --yes to do it, or --dry-run to rehearse it" }],
    2,
  );
}
