/** Applies to one scope what it lacks of the parts of its matrix. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { quoteIdentifier } from "../../graph/quote.ts";
import type { Database } from "../database/database.ts";
import { readRecorded } from "../database/migration-ledger.ts";
import {
  type AppliedMigration,
  type ApplySettings,
  applyMigrations,
} from "../migrations/apply-migrations.ts";
import { type BuildContext, loadTemplates } from "../migrations/build.ts";
import { type Choice, choosePending } from "../migrations/choose-pending.ts";
import type { MigrationStatus } from "../migrations/compare.ts";
import { buildMigration, type RunnableMigration, takeApart } from "../migrations/prepare.ts";
import { RanMeanwhile } from "../migrations/ran-meanwhile.ts";
import type { MigrationRun } from "../migrations/run-migration.ts";
import type { ScriptStatement } from "../migrations/script-statements.ts";
import { requireIsolated } from "./isolation.ts";
import type { MatrixPart } from "./ordered-parts.ts";
import type { MatrixScope } from "./scope.ts";
import { scopeStatuses } from "./scope-statuses.ts";

export interface ScopeWork {
  readonly context: BuildContext;
  /** Of the scope's matrix, as far as they may run now. */
  readonly parts: readonly MatrixPart[];
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
async function requireSchema(
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
  { context, parts, shared, choice, rehearsal, isolated, settings, apart }: ScopeWork,
  scope: MatrixScope,
  database: Database,
  onApplied: ApplySettings["onApplied"],
): Promise<Pick<ScopeApplied, "warnings">> {
  const { ledgerSchema, project } = context.config;
  const { recorded } = await readRecorded(database, ledgerSchema, project, scope.name);
  const building = scopedContext(context, scope);
  await loadTemplates(parts.map(({ migration }) => migration));
  const statuses = scopeStatuses(parts, recorded, (migration) => buildMigration(building, migration));
  const { pending, warnings } = choosePending(statuses, { ...choice, to: null, only: null }, shared);
  const runnable = await takeApart(
    pending.flatMap(({ built }) => built ?? []),
    apart,
  );
  if (runnable.length === 0) return { warnings };
  await requireSchema(database, scope, runnable);
  const how = { ...(await settings(scope, database, runnable)), onApplied };
  if (isolated) await requireIsolated(how, runsOf(how, runnable), scope);
  await applyMigrations(
    how,
    runnable.map((one, index) => ({ runnable: one, done: pending[index]?.recorded?.done ?? -1 })),
    { together: false, rehearsal },
  );
  return { warnings };
}
