/** What a plan for a live target rehearses around the components of a value of a matrix: the parts of migrations that it lacks. */
import type { AroundStatement } from "../../graph/around.ts";
import type { Database } from "../database/database.ts";
import { readRecorded } from "../database/migration-ledger.ts";
import { appliedRecords } from "../migrations/apply-migrations.ts";
import { loadTemplates } from "../migrations/build.ts";
import { aroundScript } from "../migrations/live-scripts.ts";
import { namesIn } from "../migrations/migration.ts";
import type { ScriptStatement } from "../migrations/script-statements.ts";
import { loadParser } from "../sql/library.ts";
import { requireSchema, scopedContext } from "../tenants/apply-scope.ts";
import { completeScopes, lackingParts } from "../tenants/lacking-parts.ts";
import { orderParts } from "../tenants/ordered-parts.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { ledgerTablesThere } from "../tenants/scope-records.ts";
import type { ApplyOptions } from "./apply-options.ts";
import type { CommandContext } from "./context.ts";
import { applySettings, type MigrationsAtTarget } from "./migration-project.ts";

export interface PendingParts {
  readonly around: readonly AroundStatement[];
  /** Statements that tell the ledger of them. */
  readonly written: readonly string[];
  /** Parts that run statement by statement are not rehearsed. */
  readonly warnings: readonly string[];
  /** Of the first of them. */
  readonly file: string | undefined;
}

export interface PendingOf {
  /** That have parts. */
  readonly matrices: ReadonlySet<string>;
  /** By what the ledger said before the rehearsal; of a value with a database of its own only that there are parts for it. */
  lacks(scope: MatrixScope): boolean;
  /**
   * Asked within the rehearsal, behind what runs once; in a database of its own (`at`) before one. Throws a MigratorError where a part
   * cannot be built.
   */
  of(scope: MatrixScope, at: Database): Promise<PendingParts>;
}

export async function pendingParts(
  context: CommandContext,
  options: ApplyOptions,
  opened: MigrationsAtTarget,
): Promise<PendingOf> {
  const { project, database, statuses } = opened;
  const { config } = project;
  const once = statuses.flatMap(({ built }) => built?.migration ?? []);
  const { ofMatrices } = orderParts(config, opened.all, once);
  await loadParser();
  await loadTemplates(ofMatrices.map(({ migration }) => migration));
  const apart = new Map<string, readonly ScriptStatement[]>();
  const { ledgerSchema, project: owner } = config;
  const whole = new Set<string>();
  for (const matrix of new Set(ofMatrices.map((part) => part.matrix))) {
    const parts = ofMatrices.filter((part) => part.matrix === matrix);
    for (const name of await completeScopes(database, config, matrix, parts)) whole.add(name);
  }
  const lacks = ({ name, matrix, url }: MatrixScope): boolean =>
    (url !== null || !whole.has(name)) && ofMatrices.some((part) => part.matrix === matrix);
  const of = async (scope: MatrixScope, at: Database): Promise<PendingParts> => {
    const parts = ofMatrices.filter(({ matrix }) => matrix === scope.matrix);
    // Within a transaction a ledger that is not there would end it.
    const { recorded } =
      opened.ledger.there ||
      scope.url !== null ||
      (await ledgerTablesThere(at, ledgerSchema)).has("migration")
        ? await readRecorded(at, ledgerSchema, owner, scope.name, scope.schema)
        : { recorded: [] };
    const building = scopedContext(opened.context, scope);
    const { runnable } = await lackingParts({
      building,
      parts,
      recorded,
      choice: {
        strict: false,
        outOfOrder: options.outOfOrder === true,
        ignoreMissing: options.ignoreMissing === true,
        names: namesIn(config),
      },
      before: statuses,
      apart,
    });
    if (runnable.length > 0) await requireSchema(at, scope, runnable);
    const scopedProject = { ...project, config: { ...config, searchPath: scope.searchPath } };
    const scoped = { project: scopedProject, database: at };
    const scripts = runnable.map(({ up }) => up);
    const settings = await applySettings(context, scoped, options, "plan", scripts);
    const inside = runnable.filter(({ up }) => up.directives.transaction);
    return {
      around: inside.flatMap((one) =>
        aroundScript({
          label: settings.names.part(one),
          statements: one.statements,
          locate: one.up.locate,
          resolve: settings.resolve,
        }),
      ),
      written: appliedRecords(settings, inside),
      file: inside[0]?.file,
      warnings: runnable
        .filter((one) => !inside.includes(one))
        .map((one) => `${settings.names.part(one)} runs statement by statement: it is not rehearsed`),
    };
  };
  return { matrices: new Set(ofMatrices.map(({ matrix }) => matrix)), lacks, of };
}
