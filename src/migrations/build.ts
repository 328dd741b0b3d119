/** Builds a migration's script: the SQL that runs, from the working tree or from what is pinned. */

import type { Variables } from "../config/config.ts";
import type { JsonValue } from "../config/json.ts";
import { sha256 } from "../project/text-file.ts";
import { positionAt } from "../template/position.ts";
import { createRenderer, type SourcePosition } from "../template/renderer.ts";
import { type Directives, readDirectives } from "./directives.ts";
import type { Migration, Script } from "./migration.ts";
import type { Pin } from "./pin.ts";
import { hashesOf, migrationSources, type SourceContext, scriptName } from "./sources.ts";
import { decodeText } from "./text.ts";

export interface BuildContext extends SourceContext {
  readonly variables: Variables;
}

export interface BuiltScript {
  /** SQL; secrets stand in it as psql variables. */
  readonly text: string;
  readonly checksum: string;
  readonly directives: Directives;
  /** The sha256 of each file that was read beside the script itself, by its name in a pin. */
  readonly files: ReadonlyMap<string, string>;
  /** The variables that the script uses, as they were. */
  readonly variables: Readonly<Record<string, JsonValue>>;
  /** Values that would differ each time, in the order of their calls. */
  readonly generated: readonly string[];
  /** The variables of the environment that were read. */
  readonly environment: Readonly<Record<string, string | null>>;
  /** What the psql variables in it stand for: the declarations of secrets, by the variable's name. */
  readonly secrets: Readonly<Record<string, JsonValue>>;
  /** The source of an offset in `text` (UTF-16 units). */
  readonly locate: (offset: number) => SourcePosition;
}

/** `pin`: null builds from the working tree. Throws a MigratorError. */
export function buildScript(
  context: BuildContext,
  migration: Migration,
  script: Script,
  pin: Pin | null,
): BuiltScript {
  const sources = migrationSources(context, migration, script, pin);
  const own = scriptName(script);
  const file = sources.fileOf(own);
  if (!script.template) {
    const text = decodeText(sources.bytesOf(own) ?? new Uint8Array(), file);
    return {
      text,
      checksum: checksum(text),
      directives: readDirectives(text, file),
      files: new Map(),
      variables: {},
      generated: [],
      environment: {},
      secrets: {},
      locate: (offset) => ({ file, ...positionAt(text, offset) }),
    };
  }
  const variables = { ...context.variables, ...pin?.values.variables };
  const rendered = createRenderer(sources.templates, variables, sources.fileOf).render(own);
  return {
    text: rendered.text,
    checksum: checksum(rendered.text),
    directives: readDirectives(rendered.text, file),
    files: hashesOf(sources, script, rendered.uses),
    variables: {},
    generated: [],
    environment: {},
    secrets: {},
    locate: rendered.locate,
  };
}

/** Line ends do not count: version control may change them. */
export function checksum(text: string): string {
  return sha256(text.replaceAll("\r\n", "\n"));
}
