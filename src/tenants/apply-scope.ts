/** Applies to one scope what it lacks of the parts of its matrix. */
import type { AroundStatement } from "../../graph/around.ts";
import { firstLine, MigratorError } from "../../graph/diagnostic.ts";
import { quoteIdentifier } from "../../graph/quote.ts";
import type { Database } from "../database/database.ts";
import { readRecorded } from "../database/migration-ledger.ts";
import {
  type AppliedMigration,
  type ApplySettings,
  type ApplyWay,
  appliedRecords,
  applyMigrations,
  type PendingMigration,
} from "../migrations/apply-migrations.ts";
import { loadTemplates } from "../migrations/build.ts";
import type { BuildContext } from "../migrations/build-context.ts";
import type { Choice } from "../migrations/choose-pending.ts";
import type { MigrationStatus } from "../migrations/compare.ts";
import { aroundScript, hasBlock } from "../migrations/live-scripts.ts";
import { partKey } from "../migrations/migration.ts";
import type { RunnableMigration } from "../migrations/prepare.ts";
import { RanMeanwhile } from "../migrations/ran-meanwhile.ts";
import { isBlockedByDependents } from "../migrations/refused.ts";
import type { MigrationRun } from "../migrations/run-migration.ts";
import type { ScriptStatement } from "../migrations/script-statements.ts";
import { requireIsolated, requireIsolatedAround } from "./isolation.ts";
import { lackingParts } from "./lacking-parts.ts";
import type { MatrixPart } from "./ordered-parts.ts";
import type { MatrixScope } from "./scope.ts";

/** Brings the components of a scope along with statements around them, and writes these of the ledger in the same transaction. */
export type BringAlong = (
  scope: MatrixScope,
  database: Database,
  around: readonly AroundStatement[],
  written: readonly string[],
) => Promise<void>;

export interface ScopeWork {
  readonly context: BuildContext;
  /** Of the scope's matrix, as far as they may run now. */
  readonly parts: readonly MatrixPart[];
  /** The place of the last part that ran once; -1: none. */
  readonly lastShared: number;
  /** The migrations that ran once, for what requires them. */
  readonly shared: readonly MigrationStatus[];
  readonly choice: Omit<Choice, "to" | "only">;
  readonly rehearsal: boolean;
  /** Scripts that touch another value's schema are refused. */
  readonly isolated: boolean;
  readonly settings: (
    scope: MatrixScope,
    database: Database,
    scripts: readonly RunnableMigration[],
  ) => Promise<ApplySettings>;
  /** On a live target, what to do where components block a script; null: it is refused. */
  readonly along: BringAlong | null;
  /** Parts that run once come behind these, and may take away what the scope's components use no more. */
  readonly more: boolean;
  /** Texts that were taken apart for other scopes. */
  readonly apart: Map<string, readonly ScriptStatement[]>;
}

export interface ScopeApplied {
  readonly applied: readonly AppliedMigration[];
  readonly warnings: readonly string[];
}

/** What builds and runs for a scope sees its variables, and its schema first. */
export function scopedContext(context: BuildContext, scope: MatrixScope): BuildContext {
  const { config, variables } = context;
  return {
    ...context,
    config: { ...config, searchPath: scope.searchPath },
    variables: { ...variables, ...scope.variables },
    scope,
  };
}

/** Without its schema, names in its scripts would mean those of the next schema of the search path. */
export async function requireSchema(
  database: Database,
  { schema, name }: MatrixScope,
  runnable: readonly RunnableMigration[],
): Promise<void> {
  const makes = runnable.some(({ statements }) => statements.some(({ node }) => "CreateSchemaStmt" in node));
  if (schema === null || makes) return;
  const [row] = await database.query<{ there: boolean }>(
    "select exists (select from pg_catalog.pg_namespace where nspname = $1) as there",
    [schema],
  );
  if (row?.there === true) return;
  throw new MigratorError([
    {
      code: "migration-state",
      message: `${name}: there is no schema ${quoteIdentifier(schema)}`,
      fix: `run migrator tenant add, make the schema in a part of a migration, or take the value out of its source`,
    },
  ]);
}

function runsOf(
  { author, tool, resolve }: ApplySettings,
  runnable: readonly RunnableMigration[],
): readonly MigrationRun[] {
  return runnable.map((one) => ({ runnable: one, done: -1, author, tool, resolve }));
}

/** The parser must be loaded. What another run applies meanwhile is left to it. Throws a MigratorError or a DatabaseError; parts before the one that failed stay applied. */
export async function applyScope(
  work: ScopeWork,
  scope: MatrixScope,
  database: Database,
): Promise<ScopeApplied> {
  const applied: AppliedMigration[] = [];
  for (;;) {
    try {
      const { warnings } = await applyNow(work, scope, database, (one) => void applied.push(one));
      return { applied, warnings };
    } catch (error) {
      if (!(error instanceof RanMeanwhile)) throw error;
    }
  }
}

async function applyNow(
  {
    context,
    parts,
    lastShared,
    shared,
    choice,
    rehearsal,
    isolated,
    settings,
    along,
    more,
    apart,
  }: ScopeWork,
  scope: MatrixScope,
  database: Database,
  onApplied: ApplySettings["onApplied"],
): Promise<Pick<ScopeApplied, "warnings">> {
  const { ledgerSchema, project } = context.config;
  const { recorded, hasSchema } = await readRecorded(
    database,
    ledgerSchema,
    project,
    scope.name,
    scope.schema,
  );
  const building = scopedContext(context, scope);
  await loadTemplates(parts.map(({ migration }) => migration));
  const lacking = await lackingParts({ building, parts, recorded, choice, others: shared, apart });
  const { pending, runnable } = lacking;
  const late = recorded.length === 0 ? [] : parts.filter(({ index }) => index < lastShared);
  const behind = late.filter(({ migration }) => pending.some((one) => partKey(one) === partKey(migration)));
  const warnings = [
    ...lacking.warnings,
    ...behind.map(
      ({ migration }) =>
        `${choice.names.part(migration)} runs now, and what runs once and stands behind it ran before: see that it needs nothing of before`,
    ),
  ];
  if (runnable.length === 0) return { warnings };
  if (hasSchema !== true) await requireSchema(database, scope, runnable);
  const how = { ...(await settings(scope, database, runnable)), onApplied };
  const alongScope: AlongScope | null =
    along === null || rehearsal ? null : (around, written) => along(scope, database, around, written);
  if (isolated) await requireIsolatedScripts(how, runnable, scope, alongScope);
  const work = runnable.map((one, index) => ({ runnable: one, done: pending[index]?.recorded?.done ?? -1 }));
  await applyAround(how, work, { together: false, rehearsal }, alongScope);
  const early = more && runnable.some(hasBlock) ? alongScope : null;
  return { warnings: early === null ? warnings : [...warnings, ...(await bringEarly(scope, early))] };
}

/** What components block is tried around them. */
async function requireIsolatedScripts(
  how: ApplySettings,
  runnable: readonly RunnableMigration[],
  scope: MatrixScope,
  along: AlongScope | null,
): Promise<void> {
  try {
    await requireIsolated(how, runsOf(how, runnable), scope);
  } catch (error) {
    if (along === null || !isBlockedByDependents(error)) throw error;
    const { database, ledgerSchema } = how;
    const run = (last: readonly string[]) => along(aroundOf(how, runnable), last);
    await requireIsolatedAround(database, run, scope, { ledgerSchema, file: runnable[0]?.file });
  }
}

function aroundOf(
  { resolve, names }: ApplySettings,
  runnable: readonly RunnableMigration[],
): readonly AroundStatement[] {
  return runnable.flatMap((one) =>
    aroundScript({ label: names.part(one), statements: one.statements, locate: one.up.locate, resolve }),
  );
}

/** Where a block stands before what is shared, the engine's part of it is tried there. What cannot be comes behind, with the rest. */
async function bringEarly({ matrix }: MatrixScope, along: AlongScope): Promise<readonly string[]> {
  try {
    await along([], []);
    return [];
  } catch (error) {
    if (!(error instanceof MigratorError)) throw error;
    return [
      `components of ${matrix} that could not go before what is shared come behind it: ${firstLine(error)}`,
    ];
  }
}

type AlongScope = (around: readonly AroundStatement[], written: readonly string[]) => Promise<void>;

/** From the first that components block, what can share a transaction runs around the components. */
async function applyAround(
  how: ApplySettings,
  work: readonly PendingMigration[],
  way: ApplyWay,
  along: AlongScope | null,
): Promise<void> {
  let done = 0;
  const counting: ApplySettings = {
    ...how,
    onApplied: (one) => {
      done++;
      how.onApplied(one);
    },
  };
  while (done < work.length) {
    try {
      await applyMigrations(counting, work.slice(done), way);
      return;
    } catch (error) {
      const blocked = work[done]?.runnable.up.directives.transaction === true && isBlockedByDependents(error);
      if (along === null || !blocked) throw error;
    }
    const rest = work.slice(done).map(({ runnable }) => runnable);
    const alone = rest.findIndex(({ up }) => !up.directives.transaction);
    const inside = alone === -1 ? rest : rest.slice(0, alone);
    const started = performance.now();
    await along(aroundOf(how, inside), appliedRecords(how, inside));
    const duration = performance.now() - started;
    for (const { module, id, part, scope } of inside)
      counting.onApplied({ module, id, part, scope, duration });
  }
}
