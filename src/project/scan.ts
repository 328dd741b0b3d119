/** Lists the files below components/ with what tells whether they changed, without reading them. */
import { type BigIntStats, readdirSync, realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { compareText } from "../../graph/compare.ts";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { suggestWord } from "../config/nearest.ts";
import { fileProblem } from "../config/read-text.ts";
import { isIgnored, type Placement, placementOf, schemasFolder } from "./placement.ts";
import { type Stamp, stampOf } from "./stamp.ts";

export interface ProjectFile extends Stamp {
  /** The path below components/, with forward slashes. */
  readonly name: string;
  readonly path: string;
  readonly placement: Placement;
}

export interface Scan {
  /** Sorted by name. */
  readonly files: readonly ProjectFile[];
  /** Folders and links that cannot be followed. */
  readonly unlisted: readonly Diagnostic[];
  /** Files and folders that stand where they must not. */
  readonly misplaced: readonly Diagnostic[];
}

/**
 * All files below components/ that are not ignored, those that only templates read included. Links are followed.
 */
export function scanProject(config: Config): Scan {
  const unlisted: Diagnostic[] = [];
  const files: ProjectFile[] = [];
  if (statSync(config.componentsFolder, { throwIfNoEntry: false })?.isDirectory()) {
    listFolder(config, config.componentsFolder, "", [], files, unlisted);
  } else {
    unlisted.push({
      code: "file",
      message: "there is no folder for components",
      file: shownPath(config, config.componentsFolder),
      fix: "run migrator init, or create the folder (an empty one needs a file such as .gitkeep to stay in git)",
    });
  }
  files.sort((a, b) => compareText(a.name, b.name));
  return { files, unlisted, misplaced: misplacedFiles(config, files) };
}

/** The mistakes of placement of these files, each folder named once. */
export function misplacedFiles(config: Config, files: Iterable<ProjectFile>): readonly Diagnostic[] {
  const mistakes = new Map<string, Diagnostic>();
  for (const file of files) {
    const mistake = placementMistake(config, file);
    if (mistake !== null) mistakes.set(mistake.file ?? "", mistake);
  }
  return [...mistakes.values()];
}

/** Lists a folder below components/; `name` is its own path below it, empty for components/ itself. */
export function listFolder(
  config: Config,
  folder: string,
  name: string,
  above: readonly string[],
  files: ProjectFile[],
  mistakes: Diagnostic[],
): void {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (isIgnored(entry.name)) continue;
      const path = join(folder, entry.name);
      const inner = name === "" ? entry.name : `${name}/${entry.name}`;
      if (entry.isDirectory()) listFolder(config, path, inner, above, files, mistakes);
      else if (entry.isFile()) addFile(inner, path, files);
      else if (entry.isSymbolicLink()) followLink(config, path, inner, above, files, mistakes);
    }
  } catch (error) {
    mistakes.push(fileMistake(config, folder, error));
  }
}

/** The file as it is now; null where there is none. */
export function statFile(name: string, path: string): ProjectFile | null {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats?.isFile() ? projectFile(name, path, stats) : null;
}

/** A mistake that the file's place alone makes, or null. */
function placementMistake(config: Config, file: ProjectFile): Diagnostic | null {
  switch (file.placement.kind) {
    case "included":
      return null;
    case "component":
      return schemaMistake(config, file.placement.schema);
    case "scoped":
      return matrixMistake(config, file.placement);
    case "nested":
      return nestedMistake(config, file.placement);
    case "schemaless":
      return {
        code: "usage",
        message: "a file in idempotent_schemas/ stands in the folder of its schema",
        file: shownPath(config, file.path),
        fix: "move it to idempotent_schemas/NAME/",
      };
  }
}

function matrixMistake(
  config: Config,
  { matrix, folder }: Extract<Placement, { kind: "scoped" }>,
): Diagnostic | null {
  const known = Object.keys(config.matrices);
  if (known.includes(matrix)) return null;
  return {
    code: "usage",
    message: `there is no matrix "${matrix}" in migrator.json`,
    file: `${shownPath(config, config.componentsFolder)}/${folder}`,
    fix:
      known.length === 0
        ? `write "matrices": { "${matrix}": … }, which says where its values come from, or rename the folder`
        : suggestWord(matrix, known),
  };
}

function nestedMistake(
  config: Config,
  { outer, folder }: Extract<Placement, { kind: "nested" }>,
): Diagnostic {
  const file = `${shownPath(config, config.componentsFolder)}/${folder}`;
  if (outer === schemasFolder || folder.endsWith(`/${schemasFolder}`)) {
    const message = "an idempotent schema is there once, not for each value of a matrix";
    return { code: "usage", message, file, fix: "move the inner folder out of the outer one" };
  }
  return {
    code: "usage",
    message: "the folder of a matrix stands in that of another",
    file,
    fix: "declare a matrix in migrator.json that crosses the two, and use one folder of its name",
  };
}

/** A folder of idempotent_schemas/ whose name PostgreSQL would refuse, or cut to another. */
function schemaMistake(config: Config, schema: string | null): Diagnostic | null {
  if (schema === null) return null;
  const reserved = schema.startsWith("pg_") || schema === "information_schema";
  if (!reserved && Buffer.byteLength(schema) <= 63) return null;
  return {
    code: "usage",
    message: reserved
      ? `PostgreSQL keeps the name ${schema} for a schema of its own`
      : "the name of the schema is longer than the 63 bytes of a PostgreSQL name",
    file: `${shownPath(config, config.componentsFolder)}/idempotent_schemas/${schema}`,
    fix: "rename the folder, and the schema in its components",
  };
}

/** A path for messages: relative to the project's root, with forward slashes. */
export function shownPath({ root }: Pick<Config, "root">, path: string): string {
  // Most are below the root and have no step that means something else; to find the way from anywhere takes longer.
  if (sep === "/" && path.startsWith(`${root}/`) && !/\/(\.|\/|$)/.test(path))
    return path.slice(root.length + 1);
  return relative(root, path).split(sep).join("/");
}

/** What the file system refused. */
export function fileMistake(config: Config, path: string, error: unknown): Diagnostic {
  return fileProblem(shownPath(config, path), error);
}

function addFile(name: string, path: string, files: ProjectFile[]): void {
  const file = statFile(name, path);
  if (file !== null) files.push(file);
}

function followLink(
  config: Config,
  path: string,
  name: string,
  above: readonly string[],
  files: ProjectFile[],
  mistakes: Diagnostic[],
): void {
  let stats: BigIntStats | undefined;
  try {
    stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    mistakes.push(fileMistake(config, path, error));
    return;
  }
  if (stats === undefined) {
    const dangling = { code: "ENOENT" };
    mistakes.push({
      ...fileMistake(config, path, dangling),
      message: "the link leads to no file",
      fix: "correct or remove the link",
    });
  } else if (stats.isFile()) files.push(projectFile(name, path, stats));
  else if (stats.isDirectory()) {
    const real = realpathSync(path);
    const inside = (folder: string): boolean => folder === real || folder.startsWith(real + sep);
    if ([...above, realpathSync(join(path, ".."))].some(inside)) {
      mistakes.push(fileMistake(config, path, Object.assign(new Error(), { code: "ELOOP" })));
    } else listFolder(config, path, name, [...above, real], files, mistakes);
  }
}

function projectFile(name: string, path: string, stats: BigIntStats): ProjectFile {
  return { name, path, placement: placementOf(name), ...stampOf(stats) };
}
