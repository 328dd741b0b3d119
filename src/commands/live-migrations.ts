/**
 * Pending migrations of a live target. One whose statements no component blocks runs in a transaction of its own. From the
 * first that brings components along, or that they block, the rest runs around them, in the transaction of the sync.
 */
import {
  type AppliedMigration,
  type ApplySettings,
  appliedRecords,
  applyMigrations,
} from "../migrations/apply-migrations.ts";
import { choosePending } from "../migrations/choose-pending.ts";
import { findMigration } from "../migrations/find-migration.ts";
import { aroundScript, hasBlock, type LiveScript } from "../migrations/live-scripts.ts";
import { namesIn, partKey } from "../migrations/migration.ts";
import { type RunnableMigration, takeApart } from "../migrations/prepare.ts";
import { isBlockedByDependents } from "../migrations/refused.ts";
import { runReport, scriptsOf } from "../report/migrations.ts";
import type { ApplyOptions } from "./apply-options.ts";
import { confirmProtected } from "./confirm.ts";
import type { CommandContext } from "./context.ts";
import { goingOn } from "./going-on.ts";
import { applySettings, type MigrationsAtTarget } from "./migration-project.ts";
import { counted, doneOf, isStrict } from "./pending-migrations.ts";
import type { Migrating } from "./run-sync.ts";

export interface LiveMigrating extends Migrating {
  /** Migrations are left that run on their own once the components follow. */
  readonly more: boolean;
  readonly componentsFirst?: (() => LiveMigrating) | null;
}

interface LiveMigration {
  readonly command: "apply" | "plan";
  readonly rehearsal: boolean;
  /** Those alone, by `partKey`. */
  readonly parts?: ReadonlySet<string> | null;
}

/** What another run applies meanwhile is left to it. */
export async function migrateLive(
  context: CommandContext,
  options: ApplyOptions,
  opened: MigrationsAtTarget,
  run: LiveMigration,
): Promise<LiveMigrating> {
  const applied: AppliedMigration[] = [];
  return goingOn(opened, (at) => migrateNow(context, options, at, run, applied, at === opened));
}

/** `applied` are those that were applied, to which it adds. */
async function migrateNow(
  context: CommandContext,
  options: ApplyOptions,
  at: MigrationsAtTarget,
  { command, rehearsal, parts = null }: LiveMigration,
  applied: AppliedMigration[],
  asks: boolean,
): Promise<LiveMigrating> {
  const { statuses, project, database } = at;
  const { pending: waiting, warnings } = choosePending(statuses, {
    to: options.to === undefined ? null : findMigration(statuses, options.to),
    only: null,
    strict: !rehearsal && isStrict(at),
    outOfOrder: options.outOfOrder === true,
    ignoreMissing: options.ignoreMissing === true,
    names: namesIn(project.config),
  });
  const pending = waiting.filter((one) => parts === null || parts.has(partKey(one)));
  if (statuses.length === 0) return { report: null, around: [], written: [], more: false };
  const runnable = await takeApart(pending.flatMap(({ built }) => built ?? []));
  if (asks && !rehearsal && pending.length > 0)
    await confirmProtected(context, project.target, options.yes === true, `apply ${counted(pending.length)}`);
  const settings = await applySettings(
    context,
    at,
    options,
    command,
    runnable.map(({ up }) => up),
  );
  const together = rehearsal || options.singleTransaction === true;
  let next = 0;
  for (; !together && next < runnable.length; next++) {
    const one = runnable[next];
    if (one === undefined || hasBlock(one)) break;
    try {
      const done = doneOf(pending[next]);
      applied.push(
        ...(await applyMigrations(settings, [{ runnable: one, done }], { together: false, rehearsal })),
      );
    } catch (error) {
      if (!one.up.directives.transaction || !isBlockedByDependents(error)) throw error;
      break;
    }
  }
  const rest = runnable.slice(next);
  const alone = rest.findIndex(({ up }) => !up.directives.transaction);
  const inside = rehearsal
    ? rest.filter(({ up }) => up.directives.transaction)
    : alone === -1
      ? rest
      : rest.slice(0, alone);
  /** `some` run around the components, the others of `inside` behind them. */
  const around = (some: readonly RunnableMigration[]): LiveMigrating => {
    const block = some.slice(0, -1).findLastIndex(hasBlock);
    const behind = inside.slice(some.length);
    return {
      around: some.flatMap((one) => aroundScript(scriptOf(one, settings))),
      written: appliedRecords(settings, some),
      more: !rehearsal && (alone > 0 || behind.length > 0),
      componentsFirst:
        block === -1 || options.singleTransaction === true ? null : () => around(some.slice(0, block + 1)),
      committed:
        applied.length === 0
          ? null
          : runReport("applied", database, settings.names, { migrations: [...applied] }),
      report: runReport("applied", database, settings.names, {
        rehearsal,
        migrations: [...applied, ...some],
        skipped: rehearsal ? rest.filter((one) => !inside.includes(one)) : [],
        warnings: [
          ...warnings,
          ...(rehearsal
            ? behind.map(
                (one) =>
                  `${settings.names.part(one)} needs components that are brought along before it: it is not rehearsed`,
              )
            : []),
        ],
        scripts: scriptsOf(runnable, settings.names),
      }),
    };
  };
  return around(inside);
}

function scriptOf(
  one: RunnableMigration,
  { names, resolve }: Pick<ApplySettings, "names" | "resolve">,
): LiveScript {
  return { label: names.part(one), statements: one.statements, locate: one.up.locate, resolve };
}
