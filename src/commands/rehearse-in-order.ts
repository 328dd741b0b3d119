/**
 * On a live target: what a plan rehearses before the components, because parts for values of matrices stand before one that runs once.
 * `apply` runs them in that order, each on its own, as long as no component is in the way.
 */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { AppliedMigration } from "../migrations/apply-migrations.ts";
import { loadTemplates } from "../migrations/build.ts";
import { choosePending } from "../migrations/choose-pending.ts";
import { hasBlock } from "../migrations/live-scripts.ts";
import { namesIn, partKey } from "../migrations/migration.ts";
import { isBlockedByDependents } from "../migrations/refused.ts";
import type { MigrationRunReport } from "../report/migrations.ts";
import { loadParser } from "../sql/library.ts";
import { orderParts } from "../tenants/ordered-parts.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { describeScope } from "../tenants/scoped-name.ts";
import type { FailedScope } from "../tenants/scoped-syncs.ts";
import type { ApplyOptions } from "./apply-options.ts";
import { settingsOf } from "./apply-stages.ts";
import type { CommandContext } from "./context.ts";
import { applySettings, type MigrationsAtTarget } from "./migration-project.ts";
import {
  lackingOf,
  type Rehearsal,
  runWithin,
  type StagesToRehearse,
  sharedRehearsals,
  valueRehearsals,
} from "./rehearse-stages.ts";

/** Values share the transaction and its locks: few of them are rehearsed so. */
const most = 20;

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
  await loadTemplates(ofMatrices.map(({ migration }) => migration));
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
  const { values, left, warnings } = await valuesLacking(stages);
  const failed: FailedScope[] = [];
  const planned: Rehearsal[] = [...(await sharedRehearsals(stages))];
  for (const scope of values) {
    try {
      planned.push(...(await valueRehearsals(stages, scope)));
    } catch (error) {
      if (!(error instanceof MigratorError)) throw error;
      failed.push(failureOf(scope, error.diagnostics));
    }
  }
  planned.sort((a, b) => a.index - b.index);
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
        const refused = [...done.failed].map(([name, diagnostics]) => failureOf({ name }, diagnostics));
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

function failureOf(
  { name }: Pick<MatrixScope, "name">,
  diagnostics: MigratorError["diagnostics"],
): FailedScope {
  const told = diagnostics.map((one) => ({ ...one, scope: describeScope(name) }));
  return { scope: name, diagnostics: told, exitCode: 1 };
}

/** Those of the target's database; what has one of its own is rehearsed there. */
async function valuesLacking(stages: StagesToRehearse): Promise<{
  readonly values: readonly MatrixScope[];
  readonly left: readonly MatrixScope[];
  readonly warnings: readonly string[];
}> {
  const values: MatrixScope[] = [];
  const left: MatrixScope[] = [];
  const warnings: string[] = [];
  for (const matrix of new Set(stages.ofMatrices.map((part) => part.matrix))) {
    const parts = stages.ofMatrices.filter((part) => part.matrix === matrix);
    const lacking = await lackingOf(stages, matrix, parts);
    if (typeof lacking === "string") continue;
    const here = lacking.filter(({ url }) => url === null);
    const rest = here.slice(most - values.length);
    values.push(...here.slice(0, most - values.length));
    left.push(...rest);
    if (rest.length > 0)
      warnings.push(
        `${rest.length} more of ${matrix} lack parts before what runs once: they are not rehearsed`,
      );
  }
  return { values, left, warnings };
}
