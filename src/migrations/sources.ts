/** The files that the build of a migration reads: from the working tree, or as they are pinned. */
import { readFileSync, realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { fileProblem } from "../config/read-text.ts";
import { placementOf } from "../project/placement.ts";
import { shownPath } from "../project/scan.ts";
import { readProjectFile } from "../project/template-services.ts";
import type { TemplateSources } from "../template/environment.ts";
import { isPinnedName } from "../template/template-name.ts";
import type { BuildContext } from "./build-context.ts";
import { type Migration, migrationKey, type Script } from "./migration.ts";
import { notPinned } from "./not-pinned.ts";
import { readScript, scriptName } from "./own-script.ts";
import { type Pin, readPin } from "./pin.ts";
import { readStored } from "./pin-store.ts";
import { pinnedComponent } from "./pinned-component.ts";
import { decodeText } from "./text.ts";

export interface MigrationSources {
  readonly templates: TemplateSources;
  /** The path of a name in messages. */
  readonly fileOf: (name: string) => string;
  /** The bytes of a file by its name in the pin; undefined where there is none. Throws a MigratorError. */
  readonly bytesOf: (name: string) => Uint8Array | undefined;
}

/** With a pin, everything but the script itself is read from the store alone. */
export function migrationSources(
  context: BuildContext,
  migration: Migration,
  script: Script,
  pin: Pin | null,
): MigrationSources {
  const { config } = context;
  const own = scriptName(script);
  const bytesOf = (name: string): Uint8Array | undefined => {
    if (name === own) return readScript(config, script);
    // Each value has its own: only the pin of the other migration is the same for all.
    if (isOfValue(name)) return readPinnedByAnother(context, migration, name);
    const hash = pin?.files.get(name);
    if (hash !== undefined) return readStored(config, migration.store, hash, name);
    if (pin !== null) return undefined;
    return (
      readPinnedByAnother(context, migration, name) ??
      (name.startsWith("./")
        ? readBeside(config, migration, name)
        : name.startsWith("../")
          ? readProjectFile(config.root, fromRoot(config, name), config.root).bytes
          : readComponent(context, name))
    );
  };
  return {
    bytesOf,
    templates: {
      get(name) {
        const bytes = bytesOf(name);
        if (bytes !== undefined) return decodeText(bytes, fileOf(config, migration, name));
        if (pin === null || pin.values.absent.includes(name)) return undefined;
        throw notPinned(`the file "${name}"`, config, migration);
      },
      keys: () => (pin === null ? context.tree().files.keys() : pin.files.keys()),
    },
    fileOf: (name) => fileOf(config, migration, name),
  };
}

/** Whether it names what another migration built a template of a matrix to. */
export function isOfValue(name: string): boolean {
  if (!isPinnedName(name)) return false;
  const placement = placementOf(name.slice(0, name.lastIndexOf("@")));
  return placement.kind === "scoped" && placement.template;
}

function fromRoot(config: Config, name: string): string {
  return relative(config.root, join(config.componentsFolder, name));
}

function fileOf(config: Config, migration: Migration, name: string): string {
  return name.startsWith("./")
    ? shownPath(config, join(migration.folder, name))
    : shownPath(config, join(config.componentsFolder, name));
}

/** Undefined where there is no such file; what leads out of the migration's folder is a mistake. */
function readBeside(config: Config, migration: Migration, name: string): Uint8Array | undefined {
  const path = join(migration.folder, name);
  try {
    const inside = relative(realpathSync(migration.folder), realpathSync(path));
    if (inside !== ".." && !inside.startsWith(`..${sep}`)) return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new MigratorError([fileProblem(shownPath(config, path), error)]);
  }
  throw new MigratorError([
    {
      code: "template-error",
      message: `"${name}" leads out of the migration's folder`,
      fix: "move the file into the migration's folder, or make it a component",
    },
  ]);
}

function readComponent({ config, tree }: BuildContext, name: string): Uint8Array | undefined {
  const file = tree().files.get(name);
  if (file === undefined) return undefined;
  try {
    return readFileSync(file.path);
  } catch (error) {
    throw new MigratorError([fileProblem(shownPath(config, file.path), error)]);
  }
}

/** `views/a.sql@MIGRATION`: the component as that migration has it pinned. */
function readPinnedByAnother(
  context: BuildContext,
  migration: Migration,
  name: string,
): Uint8Array | undefined {
  if (!isPinnedName(name)) return undefined;
  const { config, migrations } = context;
  const at = name.lastIndexOf("@");
  const wanted = name.slice(at + 1);
  const other =
    migrations.find((one) => migrationKey(one) === wanted) ??
    migrations.find((one) => one.module === migration.module && one.id === wanted);
  if (other === undefined) return undefined;
  const pin = readPin(config, other);
  return pin === null ? undefined : pinnedComponent(context, other, pin, name.slice(0, at));
}
