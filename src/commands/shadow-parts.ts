/** Migrations with the parts of matrices among them, each for a value that stands for all: as a shadow replays them. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { loadTemplates } from "../migrations/build.ts";
import type { BuiltMigration } from "../migrations/built-migration.ts";
import { buildMigration } from "../migrations/prepare.ts";
import { loadParser } from "../sql/library.ts";
import { scopedContext } from "../tenants/apply-scope.ts";
import { matrixOrder } from "../tenants/matrix-order.ts";
import { orderParts } from "../tenants/ordered-parts.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { shadowScope } from "../tenants/shadow-scope.ts";
import type { CommandContext } from "./context.ts";
import { built, type MigrationProject } from "./migration-project.ts";
import { knownScopes, madeUp } from "./pinned-parts.ts";

export interface ShadowParts {
  /** In the order in which they run. */
  readonly migrations: readonly BuiltMigration[];
  /** One for each matrix that has parts or components; one whose values need another's stands behind it. */
  readonly scopes: readonly MatrixScope[];
}

export async function shadowParts(context: CommandContext, opened: MigrationProject): Promise<ShadowParts> {
  const shared = await built(opened);
  const { all, project, context: building } = opened;
  const { config } = project;
  if (Object.keys(config.matrices).length === 0) return { migrations: shared, scopes: [] };
  const used = new Set(all.flatMap(({ matrix }) => matrix ?? []));
  for (const { placement } of building.tree().files.values())
    if (placement.kind === "scoped") used.add(placement.matrix);
  const scopes: MatrixScope[] = [];
  for (const matrix of matrixOrder(config)) {
    if (!used.has(matrix)) continue;
    const known = await knownScopes(context, opened.project, matrix);
    const development = config.matrices[matrix]?.development ?? null;
    const like = known.find(({ key }) => key === development) ?? known[0] ?? madeUp(building, matrix);
    scopes.push(shadowScope(like));
  }
  const order = orderParts(
    config,
    all,
    shared.map(({ migration }) => migration),
  );
  const mistakes: MigratorError[] = [];
  const placed: (readonly [number, BuiltMigration])[] = shared.map((one) => [
    order.shared.get(one.migration) ?? 0,
    one,
  ]);
  await loadParser();
  await loadTemplates(order.ofMatrices.map(({ migration }) => migration));
  for (const { migration, matrix, index } of order.ofMatrices) {
    const scope = scopes.find((one) => one.matrix === matrix);
    if (scope === undefined) continue;
    try {
      placed.push([index, buildMigration(scopedContext(building, scope), migration)]);
    } catch (error) {
      if (!(error instanceof MigratorError)) throw error;
      mistakes.push(error);
    }
  }
  if (mistakes.length > 0) throw new MigratorError(mistakes.flatMap(({ diagnostics }) => diagnostics));
  return { migrations: placed.sort(([a], [b]) => a - b).map(([, one]) => one), scopes };
}
