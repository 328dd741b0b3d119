/** What a flattening works on, and the shadows that it replays migrations in. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { MarkedScope } from "../flatten/marked-scope.ts";
import { type Marker, markerText } from "../flatten/markers.ts";
import type { BuildContext } from "../migrations/build-context.ts";
import type { Migration } from "../migrations/migration.ts";
import type { ShadowSource } from "../migrations/shadow.ts";
import { scopedContext } from "../tenants/apply-scope.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import type { WrittenFiles } from "./flatten-files.ts";
import { type FlattenShadow, replayParts } from "./flatten-shadow.ts";
import type { MigrationProject } from "./migration-project.ts";

export interface FlattenOptions extends CommonOptions {
  /** A matrix: its parts alone. */
  readonly scope?: string;
  readonly to?: string;
  readonly name?: string;
  readonly data?: readonly string[];
  readonly shadow?: string;
  readonly remove?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

export interface Flattening {
  readonly context: CommandContext;
  readonly options: FlattenOptions;
  readonly opened: MigrationProject;
  readonly source: ShadowSource;
  /** All parts up to the last one, in the order in which they run. */
  readonly parts: readonly Migration[];
  /** Those that the baseline stands for. */
  readonly replaced: readonly Migration[];
  readonly building: BuildContext;
  /** Of variables that targets set, and of secrets. */
  readonly markers: readonly Marker[];
  readonly warnings: Set<string>;
}

/** A matrix that the baseline has a part for. */
export interface Flattened {
  readonly matrix: string;
  readonly marked: MarkedScope;
  /** Some of its real values. */
  readonly real: readonly MatrixScope[];
}

export interface Work {
  readonly flattening: Flattening;
  readonly files: WrittenFiles;
  readonly folder: string;
  readonly moduleFolder: string;
  readonly shared: FlattenShadow;
  readonly shadows: FlattenShadow[];
}

/** A shadow in which those of `parts` ran that run once, and those of the scope. It is closed with the others. */
export async function replayed(
  { context, opened, source, building }: Flattening,
  shadows: FlattenShadow[],
  parts: readonly Migration[],
  scope: MatrixScope | null,
): Promise<FlattenShadow> {
  const scoped = scope === null ? null : scopedContext(building, scope);
  const replaying = replayParts({
    config: opened.project.config,
    source,
    parts,
    contextOf: ({ matrix }) => (matrix === null ? building : matrix === scope?.matrix ? scoped : null),
    scope,
    secretOf: (name) => markerText("secret", name),
    onNote: (message) => context.output.note(message),
  });
  const shadow = await replaying.catch((error: unknown) => {
    throw scope === null ? error : standingElsewhere(error, parts, scope.matrix);
  });
  shadows.push(shadow);
  return shadow;
}

/** The parts of a matrix are replayed without those of others: what stands on these has no baseline. */
function standingElsewhere(error: unknown, parts: readonly Migration[], matrix: string): unknown {
  const others = new Set(parts.flatMap((one) => (one.matrix === matrix ? [] : (one.matrix ?? []))));
  if (!(error instanceof MigratorError) || others.size === 0) return error;
  const names = [...others].join(", ");
  return new MigratorError(
    error.diagnostics.map((one) => ({
      ...one,
      fix: `a baseline has the parts of ${matrix} without those of ${names}: where they stand on these, flatten up to the migration before with --to, or flatten ${names} alone with --scope`,
    })),
    error.exitCode,
  );
}
