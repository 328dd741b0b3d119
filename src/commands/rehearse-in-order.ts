/**
 * On a live target: what a plan rehearses before the components, because parts for values of matrices stand before one that runs once.
 * `apply` runs them in that order, each on its own, as long as no component is in the way.
 */
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { AppliedMigration } from "../migrations/apply-migrations.ts";
import { choosePending } from "../migrations/choose-pending.ts";
import { hasBlock } from "../migrations/live-scripts.ts";
import { namesIn, partKey } from "../migrations/migration.ts";
import { isBlockedByDependents } from "../migrations/refused.ts";
import type { MigrationRunReport } from "../report/migrations.ts";
import { loadParser } from "../sql/library.ts";
import { orderParts } from "../tenants/ordered-parts.ts";
import { describeScope } from "../tenants/scoped-name.ts";
import type { FailedScope } from "../tenants/scoped-syncs.ts";
import type { ApplyOptions } from "./apply-options.ts";
import { settingsOf } from "./apply-stages.ts";
import type { CommandContext } from "./context.ts";
import { applySettings, type MigrationsAtTarget } from "./migration-project.ts";
import { lackingValues, planRehearsals, runWithin, type StagesToRehearse } from "./rehearse-stages.ts";

export interface RehearsedInOrder {
  readonly applied: readonly AppliedMigration[];
  readonly failed: readonly FailedScope[];
  readonly warnings: readonly string[];
  readonly scripts: MigrationRunReport["scripts"];
  /** Values that are rehearsed no further. */
  readonly left: ReadonlySet<string>;
}

export interface InOrder {
  /** The parts that run once which are among them, by `partKey`. */
  readonly once: ReadonlySet<string>;
  /** In an open transaction, in which what was done stays. Null where components are in the way: nothing was done then. */
  readonly run: () => Promise<RehearsedInOrder | null>;
}

/** Null where everything that runs once comes before the parts of values. No transaction is open. */
export async function rehearseInOrder(
  context: CommandContext,
  options: ApplyOptions,
  opened: MigrationsAtTarget,
): Promise<InOrder | null> {
  const { config } = opened.project;
  const once = opened.statuses.flatMap(({ built }) => built?.migration ?? []);
  const order = orderParts(config, opened.all, once);
  const names = namesIn(config);
  const { outOfOrder = false, ignoreMissing = false } = options;
  const choice = { strict: false, outOfOrder, ignoreMissing, names };
  const shared = choosePending(opened.statuses, { ...choice, to: null, only: null }).pending.flatMap(
    (status) => {
      const migration = status.built?.migration;
      const index = migration === undefined ? undefined : order.shared.get(migration);
      return index === undefined ? [] : [{ status, index }];
    },
  );
  const last = Math.max(-1, ...shared.map(({ index }) => index));
  const ofMatrices = order.ofMatrices.filter(({ index }) => index < last);
  if (ofMatrices.length === 0 || options.to !== undefined) return null;
  await loadParser();
  const stages: StagesToRehearse = {
    context,
    options,
    opened,
    ofMatrices,
    shared,
    choice,
    settings: (scope, scripts) =>
      scope === null
        ? applySettings(
            context,
            opened,
            options,
            "plan",
            scripts.map(({ up }) => up),
          )
        : settingsOf({ context, options, opened }, scope, opened.database, scripts),
  };
  const lacking = await lackingValues(stages);
  const left = lacking.flatMap((one) => one.left);
  const warnings = lacking.flatMap(({ matrix, left: some }) =>
    some.length === 0
      ? []
      : [`${some.length} more of ${matrix} lack parts before what runs once: they are not rehearsed`],
  );
  const { planned, failed: unplanned } = await planRehearsals(stages, lacking);
  const failed = unplanned.map(({ scope, diagnostics }) => failureOf(scope, diagnostics));
  const first = planned.findIndex(({ scope }) => scope !== null);
  const end = planned.findLastIndex(({ scope }) => scope === null);
  const inOrder = first === -1 ? [] : planned.slice(0, end + 1);
  const alone = inOrder.some(
    ({ run: { runnable } }) => hasBlock(runnable) || !runnable.up.directives.transaction,
  );
  if (first === -1 || first > end || alone) return null;
  const run = async (): Promise<RehearsedInOrder | null> => {
    const { database } = opened;
    await database.batch(["savepoint migrator_in_order"]);
    try {
      const done = await runWithin(stages, inOrder, left.length + failed.length === 0);
      if (!done.blocked) {
        for (const tell of done.sql) tell();
        const refused = [...done.failed].map(([name, diagnostics]) => failureOf(name, diagnostics));
        return {
          applied: done.applied,
          scripts: inOrder.map(({ scope, run: { runnable } }) => ({
            name: names.part(runnable) + (scope === null ? "" : `, ${describeScope(scope.name)}`),
            sql: runnable.up.text,
          })),
          failed: [...failed, ...refused],
          warnings: [...warnings, ...done.warnings],
          left: new Set(left.map(({ name }) => name)),
        };
      }
    } catch (error) {
      if (!isBlockedByDependents(error)) throw error;
    }
    await database.batch(["rollback to savepoint migrator_in_order"]);
    return null;
  };
  const keys = inOrder.flatMap(({ scope, run: { runnable } }) => (scope === null ? [partKey(runnable)] : []));
  return { once: new Set(keys), run };
}

function failureOf(name: string, diagnostics: readonly Diagnostic[]): FailedScope {
  const told = diagnostics.map((one) => ({ ...one, scope: describeScope(name) }));
  return { scope: name, diagnostics: told, exitCode: 1 };
}
