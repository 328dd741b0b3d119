/** Builds a migration's script: the SQL that runs, from the working tree or from what is pinned. */
import type { JsonValue } from "../config/json.ts";
import type { SecretSource } from "../config/secret-source.ts";
import { shownPath } from "../project/scan.ts";
import { positionAt } from "../template/position.ts";
import type { SourcePosition } from "../template/renderer.ts";
import { type Directives, readDirectives } from "./directives.ts";
import type { Migration, Script } from "./migration.ts";
import { readScript } from "./own-script.ts";
import type { Pin } from "./pin.ts";
import type { SourceContext } from "./sources.ts";
import { checksum, decodeText } from "./text.ts";

export type BuildContext = SourceContext;

export interface BuiltScript {
  /** SQL; secrets stand in it as psql variables. */
  readonly text: string;
  readonly checksum: string;
  readonly directives: Directives;
  /** The sha256 of each file that was read beside the script itself, by its name in a pin. */
  readonly files: ReadonlyMap<string, string>;
  /** The names of files that it asked for, and there were none. */
  readonly absent: readonly string[];
  /** The variables that the script uses, as they were; secrets by their declaration. */
  readonly variables: Readonly<Record<string, JsonValue>>;
  /** The same of those that belong to the value of a matrix that it was built for. */
  readonly scopeVariables: Readonly<Record<string, JsonValue>>;
  /** Values that would differ each time, in the order of their calls. */
  readonly generated: readonly string[];
  /** The variables of the environment that were read; null for one that is not set. */
  readonly environment: Readonly<Record<string, string | null>>;
  /** What the psql variables in it stand for, by their names. */
  readonly secrets: Readonly<Record<string, SecretSource>>;
  /** It asked for nothing beside its own text, also not whether there is such a thing. */
  readonly alone: boolean;
  /** The source of an offset in `text` (UTF-16 units). */
  readonly locate: (offset: number) => SourcePosition;
}

let templates: typeof import("./build-template.ts") | undefined;

/** To be awaited before scripts of these are built. */
export async function loadTemplates(migrations: readonly Migration[]): Promise<void> {
  if (migrations.some(({ up, down }) => up.template || down?.template === true))
    templates ??= await import("./build-template.ts");
}

/** `pin`: null builds from the working tree. `loadTemplates` must have been awaited. Throws a MigratorError. */
export function buildScript(
  context: BuildContext,
  migration: Migration,
  script: Script,
  pin: Pin | null,
): BuiltScript {
  if (!script.template) return buildPlain(context, script);
  if (templates === undefined) throw new Error("loadTemplates must be awaited before a template is built");
  return templates.buildTemplate(context, migration, script, pin);
}

function buildPlain({ config }: BuildContext, script: Script): BuiltScript {
  const file = shownPath(config, script.path);
  const text = decodeText(readScript(config, script), file);
  return {
    text,
    checksum: checksum(text),
    directives: readDirectives(text, file),
    files: new Map(),
    absent: [],
    variables: {},
    scopeVariables: {},
    generated: [],
    environment: {},
    secrets: {},
    alone: true,
    locate: (offset) => ({ file, ...positionAt(text, offset) }),
  };
}
