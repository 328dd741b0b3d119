/** Builds a migration's script: the SQL that runs, from the working tree or from what is pinned. */
import type { Variables } from "../config/config.ts";
import type { JsonValue } from "../config/json.ts";
import type { SecretSource } from "../config/secret-source.ts";
import { sha256 } from "../project/text-file.ts";
import { positionAt } from "../template/position.ts";
import { type Rendered, renderOnce, type SourcePosition } from "../template/renderer.ts";
import { buildServices } from "./build-services.ts";
import { type Directives, readDirectives } from "./directives.ts";
import type { Migration, Script } from "./migration.ts";
import type { Pin } from "./pin.ts";
import { pinnedName } from "./pinned-name.ts";
import {
  isOfValue,
  type MigrationSources,
  migrationSources,
  type SourceContext,
  scriptName,
} from "./sources.ts";
import { decodeText } from "./text.ts";

export type BuildContext = SourceContext;

export interface BuiltScript {
  /** SQL; secrets stand in it as psql variables. */
  readonly text: string;
  readonly checksum: string;
  readonly directives: Directives;
  /** The sha256 of each file that was read beside the script itself, by its name in a pin. */
  readonly files: ReadonlyMap<string, string>;
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

/** `pin`: null builds from the working tree. Throws a MigratorError. */
export function buildScript(
  context: BuildContext,
  migration: Migration,
  script: Script,
  pin: Pin | null,
): BuiltScript {
  const sources = migrationSources(context, migration, script, pin);
  return script.template
    ? buildTemplate(context, migration, script, pin, sources)
    : buildPlain(script, sources);
}

function buildPlain(script: Script, sources: MigrationSources): BuiltScript {
  const own = scriptName(script);
  const file = sources.fileOf(own);
  const text = decodeText(sources.bytesOf(own) ?? new Uint8Array(), file);
  return {
    text,
    checksum: checksum(text),
    directives: readDirectives(text, file),
    files: new Map(),
    variables: {},
    scopeVariables: {},
    generated: [],
    environment: {},
    secrets: {},
    alone: true,
    locate: (offset) => ({ file, ...positionAt(text, offset) }),
  };
}

function buildTemplate(
  context: BuildContext,
  migration: Migration,
  script: Script,
  pin: Pin | null,
  sources: MigrationSources,
): BuiltScript {
  const { config } = context;
  // What belongs to the value of a matrix is never pinned.
  const own = context.scope?.variables ?? {};
  const variables = { ...context.variables, ...pin?.values.variables, ...own };
  const services = buildServices(context, migration, script, pin);
  const name = scriptName(script);
  const rendered = renderOnce(name, sources.templates, variables, sources.fileOf, services);
  const used = Object.entries(usedVariables(rendered, variables));
  const isOwn = ([variable]: readonly [string, JsonValue]) => Object.hasOwn(own, variable);
  const environment = rendered.environment.map((name) => [name, services.environment(name) ?? null] as const);
  return {
    text: rendered.text,
    checksum: checksum(rendered.text),
    directives: readDirectives(rendered.text, sources.fileOf(name)),
    files: new Map([
      ...hashesOf(sources, name, rendered.uses),
      ...rendered.reads.map(({ name: read, sha256: hash }) => [pinnedName(config, read), hash] as const),
    ]),
    variables: Object.fromEntries(used.filter((one) => !isOwn(one))),
    scopeVariables: Object.fromEntries(used.filter(isOwn)),
    generated: rendered.generated,
    environment: Object.fromEntries(environment),
    secrets: Object.fromEntries(rendered.secrets),
    alone: isAlone(name, rendered),
    locate: rendered.locate,
  };
}

function isAlone(own: string, { open, uses, reads, variables, environment, generated }: Rendered): boolean {
  const asked = [reads, variables, environment, generated].some((list) => list.length > 0);
  return !open && !asked && uses.every((name) => name === own);
}

/** Without the script itself, and without names that a template would have read if there were such a file. */
function hashesOf(
  sources: MigrationSources,
  own: string,
  names: Iterable<string>,
): readonly (readonly [name: string, sha256: string])[] {
  return [...names].flatMap((name) => {
    const bytes = name === own || isOfValue(name) ? undefined : sources.bytesOf(name);
    return bytes === undefined ? [] : [[name, sha256(bytes)] as const];
  });
}

function usedVariables(
  { variables: names }: Rendered,
  variables: Variables,
): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** Line ends do not count: version control may change them. */
function checksum(text: string): string {
  return sha256(text.replaceAll("\r\n", "\n"));
}
