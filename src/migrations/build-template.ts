/** Builds a script that is a template. Loaded where there are any: most of what it needs is the templates' language. */
import type { Variables } from "../config/config.ts";
import type { JsonValue } from "../config/json.ts";
import { sha256 } from "../project/text-file.ts";
import { type Rendered, renderOnce } from "../template/renderer.ts";
import type { BuildContext } from "./build-context.ts";
import { buildServices } from "./build-services.ts";
import type { BuiltScript } from "./built-script.ts";
import { readDirectives } from "./directives.ts";
import type { Migration, Script } from "./migration.ts";
import { scriptName } from "./own-script.ts";
import { type Pin, pinnedVariables } from "./pin.ts";
import { pinnedName } from "./pinned-name.ts";
import { isOfValue, type MigrationSources, migrationSources } from "./sources.ts";
import { checksum } from "./text.ts";

/** Throws a MigratorError. */
export function buildTemplate(
  context: BuildContext,
  migration: Migration,
  script: Script,
  pin: Pin | null,
): BuiltScript {
  const { config } = context;
  const sources = migrationSources(context, migration, script, pin);
  // What belongs to the value of a matrix is never pinned.
  const own = context.scope?.variables ?? {};
  const around = pin === null ? context.variables : pinnedVariables(config, context.variables, pin);
  const variables = { ...around, ...own };
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
    absent: rendered.uses.filter((use) => use !== name && sources.bytesOf(use) === undefined),
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
