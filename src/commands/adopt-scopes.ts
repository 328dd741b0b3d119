/** `migration adopt` for parts of matrices: records them for each value, without running them. */
import { readRecorded } from "../database/migration-ledger.ts";
import { adoptMigrations } from "../migrations/adopt-migrations.ts";
import { loadTemplates } from "../migrations/build.ts";
import { type Migration, migrationKey, partKey } from "../migrations/migration.ts";
import { buildMigration, type RunnableMigration, takeApart } from "../migrations/prepare.ts";
import { loadParser } from "../sql/library.ts";
import { scopedContext } from "../tenants/apply-scope.ts";
import { type MatrixPart, orderParts } from "../tenants/ordered-parts.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { selectScopes } from "../tenants/select-scopes.ts";
import type { CommandContext } from "./context.ts";
import { applySettings, type MigrationsAtTarget, type RunOptions } from "./migration-project.ts";
import { projectScopes } from "./project-scopes.ts";
import { openScopeDatabase } from "./scope-database.ts";
import type { ScopeOptions } from "./scope-options.ts";
import { knownHere } from "./stage-selection.ts";

export interface ScopesToAdopt {
  readonly matrix: string;
  readonly parts: readonly MatrixPart[];
  readonly scopes: readonly MatrixScope[];
}

/** `wanted`: these migrations; null: all. */
export async function scopesToAdopt(
  context: CommandContext,
  { all, statuses, project, database }: MigrationsAtTarget,
  { only, except }: Pick<ScopeOptions, "only" | "except">,
  wanted: ReadonlySet<string> | null,
): Promise<readonly ScopesToAdopt[]> {
  const shared = statuses.flatMap(({ built }) => built?.migration ?? []);
  const parts = orderParts(project.config, all, shared).ofMatrices.filter(
    ({ migration }) => wanted === null || wanted.has(migrationKey(migration)),
  );
  const found: ScopesToAdopt[] = [];
  for (const matrix of new Set(parts.map((part) => part.matrix))) {
    const scopes = await projectScopes(context, project, matrix, async () => database);
    const selection = knownHere(scopes, { only, except, shard: undefined, canary: undefined });
    const { canary, others } = selectScopes(scopes, selection);
    const own = parts.filter((part) => part.matrix === matrix);
    found.push({ matrix, parts: own, scopes: [...canary, ...others] });
  }
  return found;
}

/** Those of `names` whether they are recorded or not; of all others (null) what is not. Returns what was recorded. */
export async function adoptForScopes(
  context: CommandContext,
  opened: MigrationsAtTarget,
  options: RunOptions,
  groups: readonly ScopesToAdopt[],
  names: ReadonlySet<string> | null,
): Promise<readonly RunnableMigration[]> {
  const { project, database } = opened;
  const { ledgerSchema, project: name } = project.config;
  const adopted: RunnableMigration[] = [];
  await loadParser();
  for (const { parts, scopes } of groups) {
    await loadTemplates(parts.map(({ migration }) => migration));
    for (const scope of scopes) {
      const at = await openScopeDatabase(context, project, async () => database, scope);
      try {
        const { recorded } = await readRecorded(at.database, ledgerSchema, name, scope.name);
        const known = new Map(recorded.map((one) => [partKey(one), one]));
        const lacking = parts.filter(({ migration }) => names !== null || !known.has(partKey(migration)));
        const building = scopedContext(opened.context, scope);
        const build = (migration: Migration, source: string) => ({
          ...buildMigration(building, migration),
          source,
        });
        const runnable = await takeApart(lacking.map(({ migration, source }) => build(migration, source)));
        if (runnable.length === 0) continue;
        const config = { ...project.config, searchPath: scope.searchPath };
        const place = { project: { ...project, config }, database: at.database };
        const settings = await applySettings(context, place, options, "adopt", []);
        await adoptMigrations(
          { ...settings, scope: scope.name },
          runnable.map((one) => ({ runnable: one, undone: known.get(partKey(one))?.undone ?? 0 })),
        );
        adopted.push(...runnable);
      } finally {
        await at.close();
      }
    }
  }
  return adopted;
}
