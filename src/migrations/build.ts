/** Builds a migration's script: the SQL that runs, from the working tree or from what is pinned. */
import { shownPath } from "../project/scan.ts";
import { positionAt } from "../template/position.ts";
import type { BuildContext } from "./build-context.ts";
import type { BuiltScript } from "./built-script.ts";
import { readDirectives } from "./directives.ts";
import type { Migration, Script } from "./migration.ts";
import { readScript } from "./own-script.ts";
import type { Pin } from "./pin.ts";
import { checksum, decodeText } from "./text.ts";

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
