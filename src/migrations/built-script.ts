/** A script as it was built. */
import type { JsonValue } from "../config/json.ts";
import type { SecretSource } from "../config/secret-source.ts";
import type { SourcePosition } from "../template/renderer.ts";
import type { Directives } from "./directives.ts";

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
