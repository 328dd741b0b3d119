/** `migration adopt`: records migrations as applied without running them. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { adoptMigrations } from "../migrations/adopt-migrations.ts";
import { findMigration } from "../migrations/find-migration.ts";
import { migrationKey, namesIn, partKey } from "../migrations/migration.ts";
import { takeApart } from "../migrations/prepare.ts";
import { runReport } from "../report/migrations.ts";
import { adoptForScopes, scopesToAdopt } from "./adopt-scopes.ts";
import { confirmProtected } from "./confirm.ts";
import type { CommandContext } from "./context.ts";
import { applySettings, type RunOptions, withMigrations } from "./migration-project.ts";
import { counted } from "./pending-migrations.ts";
import type { ScopeOptions } from "./scope-options.ts";
import { tellRun } from "./tell-run.ts";

export interface AdoptOptions extends RunOptions, Pick<ScopeOptions, "only" | "except"> {
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
    const { all, statuses, project, database } = opened;
    const present = statuses.filter(({ built }) => built !== null);
    const named =
      options.all === true ? null : new Set(names.map((name) => migrationKey(findMigration(all, name))));
    const wanted = present.filter((one) =>
      named === null ? one.state === "pending" : named.has(migrationKey(one)),
    );
    const groups = await scopesToAdopt(context, opened, options, named);
    const chosen = options.only !== undefined || options.except !== undefined;
    // With a choice of values what runs once is not meant.
    const runnable = await takeApart(chosen ? [] : wanted.flatMap(({ built }) => built ?? []));
    const scopes = groups.reduce((sum, group) => sum + group.scopes.length, 0);
    const undoneOf = new Map(wanted.map((one) => [partKey(one), one.recorded?.undone ?? 0]));
    if (runnable.length + scopes > 0)
      await confirmProtected(
        context,
        project.target,
        options.yes === true,
        `adopt ${counted(named?.size ?? runnable.length)}${scopes === 0 ? "" : ` for ${scopes} values`}`,
      );
    if (runnable.length > 0)
      await adoptMigrations(
        await applySettings(context, opened, options, "adopt", []),
        runnable.map((one) => ({ runnable: one, undone: undoneOf.get(partKey(one)) ?? 0 })),
      );
    const others = await adoptForScopes(context, opened, options, groups, named);
    return runReport("adopted", database, namesIn(project.config), { migrations: [...runnable, ...others] });
  });
  await tellRun(context.output, report, "migration adopt");
  return 0;
}
