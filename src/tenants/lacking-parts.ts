/** Parts of migrations that values of a matrix lack: which values, by one question to the ledger; and which parts, of one of them. */
import type { Config } from "../config/config.ts";
import type { Database } from "../database/database.ts";
import { digestOf, readScopeDigests } from "../database/migration-digest.ts";
import type { RecordedMigration } from "../database/migration-ledger.ts";
import type { BuildContext } from "../migrations/build-context.ts";
import { type Choice, type Chosen, choosePending } from "../migrations/choose-pending.ts";
import type { MigrationStatus } from "../migrations/compare.ts";
import { partKey } from "../migrations/migration.ts";
import { buildMigration, type RunnableMigration, takeApart } from "../migrations/prepare.ts";
import { allReplaced } from "../migrations/replaced.ts";
import type { ScriptStatement } from "../migrations/script-statements.ts";
import type { MatrixPart } from "./ordered-parts.ts";
import { scopeStatuses } from "./scope-statuses.ts";

/** Names of the scopes that have all `parts`, which are those of one matrix. */
export async function completeScopes(
  database: Database,
  { ledgerSchema, project }: Config,
  matrix: string,
  parts: readonly MatrixPart[],
): Promise<ReadonlySet<string>> {
  const expected = digestOf(parts.map(({ migration, source }) => ({ ...migration, checksum: source })));
  const replaced = parts.flatMap(({ migration }) => allReplaced(migration.replaces).map(partKey));
  const digests = await readScopeDigests(database, ledgerSchema, project, matrix, replaced);
  const complete = [...digests].filter(([, { sound, digest }]) => sound && digest === expected);
  return new Set(complete.map(([name]) => name));
}

export interface PartsOfScope {
  /** That of the scope: `scopedContext`. */
  readonly building: BuildContext;
  readonly parts: readonly MatrixPart[];
  /** What the ledger has of the scope. */
  readonly recorded: readonly RecordedMigration[];
  readonly choice: Omit<Choice, "to" | "only">;
  /** As of `choosePending`. */
  readonly others?: readonly MigrationStatus[];
  readonly before?: readonly MigrationStatus[];
  /** As of `takeApart`. */
  readonly apart?: Map<string, readonly ScriptStatement[]>;
}

/** `runnable`: those that are pending, in their order. Throws a MigratorError where one cannot be built or may not run. */
export async function lackingParts(
  of: PartsOfScope,
): Promise<Chosen & { readonly runnable: readonly RunnableMigration[] }> {
  const { building, parts, recorded, choice, others, before, apart } = of;
  const statuses = scopeStatuses(parts, recorded, (migration) => buildMigration(building, migration));
  const chosen = choosePending(statuses, { ...choice, to: null, only: null }, others, before);
  const built = chosen.pending.flatMap((one) => one.built ?? []);
  return { ...chosen, runnable: await takeApart(built, apart) };
}
