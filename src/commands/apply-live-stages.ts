/**
 * `apply` on a live target where migrations have parts for the values of matrices: the parts in their stages, those that components
 * block around the components, and at the end the components of all scopes.
 */
import { readFiles } from "../live/workspace.ts";
import { partKey } from "../migrations/migration.ts";
import { type StagesReport, stagesJson, stagesRun } from "../report/stages.ts";
import type { BringAlong } from "../tenants/apply-scope.ts";
import { tellStages } from "./apply-everywhere.ts";
import type { ApplyEverythingOptions } from "./apply-options.ts";
import type { CommandContext, Project } from "./context.ts";
import { migrateLive } from "./live-migrations.ts";
import { built, compared, migrationsOf, withMigrations } from "./migration-project.ts";
import type { PagePart } from "./plan-page.ts";
import type { DoneBefore } from "./run-json.ts";
import { runSync } from "./run-sync.ts";
import { bringAlong } from "./scope-part.ts";
import { settingsOf } from "./sync-settings.ts";

const apply = { command: "apply", rehearsal: false } as const;

/** Returns the exit code: 1 where a value failed, whose components are then left alone. */
export async function applyLiveStages(
  context: CommandContext,
  options: ApplyEverythingOptions,
  opened: Project,
): Promise<number> {
  // Files are read where something is to be brought along.
  let bringing: Promise<BringAlong> | undefined;
  const along: BringAlong = async (...asked) => {
    bringing ??= readFiles(opened.config, opened).then((files) =>
      bringAlong({
        context,
        project: opened,
        files,
        select: null,
        asksEach: false,
        isolated: options.isolated === true,
        settings: settingsOf(context, opened, options, apply),
      }),
    );
    await (await bringing)(...asked);
  };
  const applied: unknown[] = [];
  const parts: PagePart[] = [];
  const warnings = new Set<string>();
  for (;;) {
    const report = await withMigrations(
      context,
      options,
      (at) => tellStages(context, options, at, undefined, along),
      { project: opened },
    );
    applied.push(...stagesRun(report).migrations);
    for (const warning of report.warnings) warnings.add(warning);
    if (report.blocked.length === 0)
      return syncScopes(context, options, opened, report, {
        ...jsonOf(report, applied),
        parts,
        warnings: [...warnings],
      });
    const blocked = new Set(report.blocked.map(partKey));
    const code = await runSync(context, options, {
      ...apply,
      gather: parts,
      paths: [],
      opened,
      migrate: async (project, database) => {
        const migrations = migrationsOf(project);
        const at = await compared(migrations, await built(migrations), database);
        const done = await migrateLive(context, options, at, { ...apply, parts: blocked });
        applied.push(...(done.report?.migrations ?? []));
        return { ...done, more: true };
      },
    });
    if (code !== 0) return code;
  }
}

/** What the object of --json tells of all stages, `applied` being what it says of the components. */
function jsonOf(last: StagesReport, migrations: readonly unknown[]): Pick<DoneBefore, "told" | "left"> {
  const { notRehearsed, scopes, failed, left, waiting } = stagesJson(last);
  return { left, told: { migrations, notRehearsed, scopes, failed, left, waiting } };
}

async function syncScopes(
  context: CommandContext,
  options: ApplyEverythingOptions,
  opened: Project,
  { failed, left }: StagesReport,
  before: DoneBefore,
): Promise<number> {
  const without = new Set([...failed.map(({ scope }) => scope), ...left]);
  const code = await runSync(context, options, { ...apply, paths: [], opened, before, without });
  return without.size > 0 ? 1 : code;
}
