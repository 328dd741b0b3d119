/** `migration apply`: runs pending migrations, and nothing else. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { type AppliedMigration, applyMigrations } from "../migrations/apply-migrations.ts";
import { choosePending } from "../migrations/choose-pending.ts";
import type { MigrationStatus } from "../migrations/compare.ts";
import { findMigration } from "../migrations/find-migration.ts";
import { namesIn } from "../migrations/migration.ts";
import { takeApart } from "../migrations/prepare.ts";
import { type MigrationRunReport, runReport, scriptsOf } from "../report/migrations.ts";
import type { ApplyOptions } from "./apply-options.ts";
import { confirmProtected } from "./confirm.ts";
import type { CommandContext } from "./context.ts";
import { goingOn } from "./going-on.ts";
import { applySettings, type MigrationsAtTarget, withMigrations } from "./migration-project.ts";
import { counted, doneOf, isStrict } from "./pending-migrations.ts";
import { commenting, tellComment } from "./plan-page.ts";
import type { Begun } from "./settled.ts";
import { tellBesideSql, tellRun } from "./tell-run.ts";

export async function applyCommand(
  context: CommandContext,
  options: ApplyOptions,
  name: string | undefined,
  begun?: Begun,
): Promise<number> {
  const work = (): Promise<number | MigrationRunReport> =>
    withMigrations(
      context,
      options,
      async (opened) =>
        opened.all.length > opened.migrations.length
          ? await applyToAll(context, options, opened, name)
          : await applyAndGoOn(context, options, opened, name),
      { ...begun, applies: true },
    );
  const done = options.markdown === true ? await commenting(context, options, work) : await work();
  if (typeof done === "number") return done;
  const report = done;
  const { rehearsal, migrations, skipped } = report;
  if (options.markdown === true) await tellComment(context, options, report);
  else if (options.sql === true)
    tellBesideSql(context.output, migrations.length + skipped.length, report.warnings);
  else await tellRun(context.output, report, options.dryRun === true ? "plan" : "apply");
  return options.exitCode === true && rehearsal && migrations.length + skipped.length > 0 ? 3 : 0;
}

/** Where parts run for the values of matrices; returns the exit code. */
async function applyToAll(
  context: CommandContext,
  options: ApplyOptions,
  opened: MigrationsAtTarget,
  name: string | undefined,
): Promise<number> {
  const { applyEverywhere } = await import("./apply-everywhere.ts");
  return applyEverywhere(context, options, opened, name);
}

/** What another run applies meanwhile is left to it. */
async function applyAndGoOn(
  context: CommandContext,
  options: ApplyOptions,
  opened: MigrationsAtTarget,
  name: string | undefined,
): Promise<MigrationRunReport> {
  const done: AppliedMigration[] = [];
  return goingOn(opened, (at) => applyPending(context, options, at, name, done, at === opened));
}

/** Applies what is pending, or `name` alone; `done` are those that were applied, to which it adds. */
async function applyPending(
  context: CommandContext,
  options: ApplyOptions,
  opened: MigrationsAtTarget,
  name: string | undefined,
  done: AppliedMigration[],
  asks: boolean,
): Promise<MigrationRunReport> {
  const { statuses, project } = opened;
  const names = namesIn(project.config);
  const find = (text: string): MigrationStatus => findMigration(statuses, text);
  const { pending, warnings } = choosePending(statuses, {
    to: options.to === undefined ? null : find(options.to),
    only: name === undefined ? null : find(name),
    strict: isStrict(opened),
    outOfOrder: options.outOfOrder === true,
    ignoreMissing: options.ignoreMissing === true,
    names,
  });
  const runnable = await takeApart(pending.flatMap(({ built }) => built ?? []));
  const rehearsal = options.dryRun === true;
  if (asks && !rehearsal && pending.length > 0)
    await confirmProtected(context, project.target, options.yes === true, `apply ${counted(pending.length)}`);
  let at = 0;
  const tellNext = (next: number): void =>
    context.output.working({
      stage: "applying",
      done: next,
      all: runnable.length,
      item: runnable[next] === undefined ? "" : names.migration(runnable[next]),
    });
  const settings = await applySettings(
    context,
    opened,
    options,
    "apply",
    runnable.map(({ up }) => up),
    (one) => {
      done.push(one);
      saveMeanwhile(opened);
      tellNext(++at);
    },
  );
  tellNext(at);
  await applyMigrations(
    settings,
    runnable.map((one, index) => ({ runnable: one, done: doneOf(pending[index]) })),
    { together: options.singleTransaction === true, rehearsal },
  );
  context.output.working(null);
  const skipped = rehearsal ? runnable.filter(({ up }) => !up.directives.transaction) : [];
  return runReport("applied", opened.database, names, {
    rehearsal,
    migrations: done,
    skipped,
    warnings,
    carried: settings.carrying?.carried,
    scripts: scriptsOf(runnable, names),
  });
}

/** While the server works on those that are under way. What goes wrong is told at the end, when it is tried once more. */
function saveMeanwhile({ memory }: MigrationsAtTarget): void {
  try {
    memory.save();
  } catch (error) {
    if (!(error instanceof MigratorError)) throw error;
  }
}
