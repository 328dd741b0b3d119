/**
 * A rehearsal of what runs once and of the parts for values of matrices behind it: all in one transaction, in their order, so that each
 * finds what those before it did. Values share that transaction and its locks: few of them are rehearsed.
 */
import { type Diagnostic, firstLine, MigratorError } from "../../graph/diagnostic.ts";
import { DatabaseError } from "../database/database.ts";
import { isLockFailure, takeTurn, withLockRetries } from "../database/lock.ts";
import { readRecorded } from "../database/migration-ledger.ts";
import {
  type AppliedMigration,
  type ApplySettings,
  afterStatements,
  ledgerOf,
} from "../migrations/apply-migrations.ts";
import { loadTemplates } from "../migrations/build.ts";
import type { Choice } from "../migrations/choose-pending.ts";
import type { MigrationStatus } from "../migrations/compare.ts";
import { type Migration, partKey } from "../migrations/migration.ts";
import { type RunnableMigration, takeApart } from "../migrations/prepare.ts";
import { isBlockedByDependents } from "../migrations/refused.ts";
import { type MigrationRun, partsOf } from "../migrations/run-migration.ts";
import { rehearsePart } from "../migrations/run-script.ts";
import { runsAsSql } from "../migrations/runs-as-sql.ts";
import { requireSchema, scopedContext } from "../tenants/apply-scope.ts";
import { requireIsolatedAround } from "../tenants/isolation.ts";
import { lackingParts } from "../tenants/lacking-parts.ts";
import type { MatrixPart } from "../tenants/ordered-parts.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import type { FailedScope } from "../tenants/stages-result.ts";
import type { ApplyOptions } from "./apply-options.ts";
import { unknownValues } from "./choose-scopes.ts";
import type { CommandContext } from "./context.ts";
import { diagnosticsOf } from "./failure-of-scope.ts";
import { lackingScopes } from "./lacking-scopes.ts";
import type { MigrationsAtTarget } from "./migration-project.ts";
import { doneOf } from "./pending-migrations.ts";

/** Of all matrices together. */
const most = 20;

export interface StagesToRehearse {
  readonly context: CommandContext;
  readonly options: ApplyOptions;
  readonly opened: MigrationsAtTarget;
  readonly ofMatrices: readonly MatrixPart[];
  /** What runs once, in order. */
  readonly shared: readonly { readonly status: MigrationStatus; readonly index: number }[];
  readonly choice: Omit<Choice, "to" | "only">;
  /** Scope null: what runs once. */
  readonly settings: (
    scope: MatrixScope | null,
    scripts: readonly RunnableMigration[],
  ) => Promise<ApplySettings>;
}

export interface Rehearsed {
  readonly applied: readonly AppliedMigration[];
  /** What could not be rehearsed. */
  readonly skipped: readonly Migration[];
  readonly failed: readonly FailedScope[];
  readonly warnings: readonly string[];
}

export interface Rehearsal {
  readonly index: number;
  readonly scope: MatrixScope | null;
  readonly settings: ApplySettings;
  readonly run: MigrationRun;
}

/** Throws a MigratorError for what runs once and is refused, where every value took part. */
export async function rehearseStages(stages: StagesToRehearse): Promise<Rehearsed> {
  const lacking = await lackingValues(stages);
  const warnings = lacking.flatMap(reasonsLeftOut);
  const { planned, failed } = await planRehearsals(stages, lacking);
  const complete = warnings.length === 0 && failed.length === 0;
  const done = await rehearse(stages, planned, complete);
  return {
    applied: done.applied,
    skipped: done.skipped,
    failed: [...failed, ...done.failed],
    warnings: [...warnings, ...done.warnings],
  };
}

/** The values of a matrix that lack parts. */
export interface LackingValues {
  readonly matrix: string;
  /** Those that are rehearsed, and those of the same database that are too many. */
  readonly taken: readonly MatrixScope[];
  readonly left: readonly MatrixScope[];
  /** How many have databases of their own. */
  readonly elsewhere: number;
  /** Why they cannot be asked for yet. */
  readonly unknown: string | null;
}

export async function lackingValues(stages: StagesToRehearse): Promise<readonly LackingValues[]> {
  let room = most;
  const found: LackingValues[] = [];
  for (const matrix of new Set(stages.ofMatrices.map((part) => part.matrix))) {
    const parts = stages.ofMatrices.filter((part) => part.matrix === matrix);
    try {
      const lacking = (await lackingScopes(stages, matrix, parts)).groups.flat();
      const here = lacking.filter(({ url }) => url === null);
      const [taken, left] = [here.slice(0, room), here.slice(room)];
      room -= taken.length;
      found.push({ matrix, taken, left, elsewhere: lacking.length - here.length, unknown: null });
    } catch (error) {
      if (!(error instanceof MigratorError)) throw error;
      found.push({ matrix, taken: [], left: [], elsewhere: 0, unknown: firstLine(error) });
    }
  }
  return found;
}

/** A warning for each reason why not all take part. */
function reasonsLeftOut({ matrix, left, elsewhere, unknown }: LackingValues): readonly string[] {
  return [
    ...(unknown === null ? [] : [unknownValues(matrix, unknown)]),
    ...(elsewhere === 0
      ? []
      : [
          `${elsewhere} of ${matrix} have databases of their own: their parts are rehearsed once what runs before them is applied`,
        ]),
    ...(left.length === 0 ? [] : [`${left.length} more of ${matrix} lack parts, which are not rehearsed`]),
  ];
}

/** In their order; a value whose parts cannot be built or chosen failed. */
export async function planRehearsals(
  stages: StagesToRehearse,
  lacking: readonly LackingValues[],
): Promise<{ readonly planned: readonly Rehearsal[]; readonly failed: readonly FailedScope[] }> {
  await loadTemplates(stages.ofMatrices.map(({ migration }) => migration));
  const failed: FailedScope[] = [];
  const planned = [...(await sharedRehearsals(stages))];
  for (const scope of lacking.flatMap(({ taken }) => taken)) {
    try {
      planned.push(...(await valueRehearsals(stages, scope)));
    } catch (error) {
      if (!(error instanceof MigratorError)) throw error;
      failed.push({ scope: scope.name, diagnostics: error.diagnostics });
    }
  }
  return { planned: planned.sort((a, b) => a.index - b.index), failed };
}

async function sharedRehearsals({ shared, settings }: StagesToRehearse): Promise<readonly Rehearsal[]> {
  const runnable = await takeApart(shared.flatMap(({ status }) => status.built ?? []));
  const how = await settings(null, runnable);
  return runnable.map((one, i) => ({
    index: shared[i]?.index ?? -1,
    scope: null,
    settings: how,
    run: runOf(how, one, doneOf(shared[i]?.status)),
  }));
}

async function valueRehearsals(
  { opened, ofMatrices, choice, settings, shared }: StagesToRehearse,
  scope: MatrixScope,
): Promise<readonly Rehearsal[]> {
  const { ledgerSchema, project } = opened.project.config;
  const parts = ofMatrices.filter(({ matrix }) => matrix === scope.matrix);
  const { recorded } = opened.ledger.there
    ? await readRecorded(opened.database, ledgerSchema, project, scope.name, scope.schema)
    : { recorded: [] };
  const building = scopedContext(opened.context, scope);
  const { pending, runnable } = await lackingParts({
    building,
    parts,
    recorded,
    choice,
    others: opened.statuses,
    before: shared.map(({ status }) => status),
  });
  const how = await settings(scope, runnable);
  const places = new Map(parts.map(({ migration, index }) => [partKey(migration), index]));
  return runnable.map((one, i) => ({
    index: places.get(partKey(one)) ?? -1,
    scope,
    settings: how,
    run: runOf(how, one, doneOf(pending[i])),
  }));
}

function scriptsOf(planned: readonly Rehearsal[], scope: MatrixScope): readonly RunnableMigration[] {
  return planned.flatMap((one) => (one.scope === scope ? [one.run.runnable] : []));
}

function runOf(
  { author, tool, resolve }: ApplySettings,
  runnable: RunnableMigration,
  done: number,
): MigrationRun {
  return { runnable, done, author, tool, resolve };
}

export interface Done {
  readonly applied: AppliedMigration[];
  readonly skipped: Set<Migration>;
  readonly failed: Map<string, readonly Diagnostic[]>;
  readonly warnings: string[];
  readonly sql: (() => void)[];
  /** Something was refused because components stand in its way. */
  blocked: boolean;
}

/** A value that fails is left out from there on; what runs once is not, unless it may have needed those that are missing. */
async function rehearse(
  stages: StagesToRehearse,
  planned: readonly Rehearsal[],
  complete: boolean,
): Promise<Rehearsed> {
  const [first] = planned;
  if (first === undefined) return { applied: [], skipped: [], failed: [], warnings: [] };
  const { database, ledgerSchema, onWait } = first.settings;
  const done = await withLockRetries(database, first.settings, async (): Promise<Done> => {
    await takeTurn(database, ledgerSchema, onWait);
    const found = await runWithin(stages, planned, complete);
    await database.batch(["rollback"]);
    return found;
  });
  for (const tell of done.sql) tell();
  return {
    applied: done.applied,
    skipped: [...done.skipped],
    failed: [...done.failed].map(([scope, diagnostics]) => ({ scope, diagnostics })),
    warnings: done.warnings,
  };
}

/** In a transaction that is open, and whose turn it is; what was done stays in it. */
export async function runWithin(
  { opened, options }: Pick<StagesToRehearse, "opened" | "options">,
  planned: readonly Rehearsal[],
  complete: boolean,
): Promise<Done> {
  const found: Done = {
    applied: [],
    skipped: new Set(),
    failed: new Map(),
    warnings: [],
    sql: [],
    blocked: false,
  };
  const looked = new Set<MatrixScope>();
  let prepare = opened.ledger.there ? [] : ledgerOf(opened.project.config.ledgerSchema);
  for (const [at, one] of planned.entries()) {
    const { run, settings, scope } = one;
    const { database, ledgerSchema } = settings;
    const { runnable } = run;
    if (scope !== null && found.failed.has(scope.name)) continue;
    if (!runnable.up.directives.transaction) {
      found.skipped.add(runnable.migration);
      continue;
    }
    const isNew = prepare.length > 0;
    const before = prepare;
    const afterwards = () => afterStatements(settings, runnable, isNew);
    const started = performance.now();
    try {
      if (scope !== null && !looked.has(scope))
        await requireSchema(database, scope, scriptsOf(planned, scope));
      if (scope !== null) looked.add(scope);
      if (scope !== null && options.isolated === true) {
        const tried = async (last: readonly string[]): Promise<void> => {
          const [alone] = partsOf(settings, [run], before, () => last);
          if (alone !== undefined) await rehearsePart(settings, alone);
        };
        await requireIsolatedAround(database, tried, scope, { ledgerSchema, file: runnable.file });
      }
      const [part] = partsOf(settings, [run], before, afterwards);
      if (part !== undefined) await rehearsePart(settings, part);
    } catch (error) {
      if (error instanceof DatabaseError && (error.connectionLost || isLockFailure(error))) throw error;
      found.blocked ||= isBlockedByDependents(error);
      if (scope !== null) {
        found.failed.set(scope.name, diagnosticsOf(error));
        continue;
      }
      if (!(error instanceof MigratorError)) throw error;
      if (complete && found.failed.size + found.skipped.size === 0) throw error;
      found.warnings.push(
        `${settings.names.part(runnable)} may need what was not rehearsed before it: ${firstLine(error)}`,
      );
      for (const rest of planned.slice(at)) found.skipped.add(rest.run.runnable.migration);
      break;
    }
    prepare = [];
    const { module, id, part } = runnable;
    const duration = performance.now() - started;
    found.applied.push({ module, id, part, scope: runnable.scope, duration });
    found.sql.push(() => settings.onRehearsed?.(runsAsSql(settings, [run], before, afterwards)));
  }
  return found;
}
