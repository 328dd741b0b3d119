/** What templates of a project may ask for: files below its root, declared environment variables. */
import { readFileSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Config, Variables } from "../config/config.ts";
import { suggestWord } from "../config/nearest.ts";
import { fileProblem } from "../config/read-text.ts";
import type { Environment } from "../config/target.ts";
import { noDeclaration, type ReadBytes, type RenderServices } from "../template/services.ts";

/** `pathOf` gives the absolute path of a template by its name: `./x` is a file beside it. */
export function fileReader(config: Config, pathOf: (name: string) => string): RenderServices["readFile"] {
  return (path, from) => readProjectFile(config.root, path, dirname(pathOf(from)));
}

/** What templates see beside files. */
export interface TemplateValues {
  readonly variables: Variables;
  /** Of the command; templates see what migrator.json declares of it. */
  readonly env: Environment;
}

/** The absolute path that a template means; there may be no file. */
function meantPath(root: string, path: string, folder: string): string {
  return resolve(/^\.[\\/]/.test(path) ? folder : root, path);
}

/** The values of the environment variables that migrator.json declares under `env`. */
export function environmentReader(config: Config, env: Environment): RenderServices["environment"] {
  return (name) => {
    if (config.env.includes(name)) return env[name];
    throw new MigratorError([
      {
        code: "template-error",
        message: `the environment variable ${name} is not declared`,
        fix:
          config.env.length === 0
            ? `write "env": ["${name}"] in migrator.json`
            : `add it to "env" in migrator.json; ${suggestWord(name, config.env)}`,
      },
    ]);
  };
}

/**
 * For components: what would differ at each sync is refused, and so are secrets. `looked` gets the absolute path of each file
 * that a template asks for, found or not.
 */
export function componentServices(
  config: Config,
  env: Environment,
  looked: (path: string) => void = () => {},
): RenderServices {
  const pathOf = (name: string): string => join(config.componentsFolder, name);
  const readFile = fileReader(config, pathOf);
  return {
    readFile(path, from) {
      looked(meantPath(config.root, path, dirname(pathOf(from))));
      return readFile(path, from);
    },
    environment: environmentReader(config, env),
    generate: (kind) => {
      throw new MigratorError([
        {
          code: "template-error",
          message: `${kind} gives another value each time: the component would change at every sync`,
          fix: 'write gen_random_uuid() in SQL, or uuid_v5("…", "name"), which stays the same',
        },
      ]);
    },
    declaration: noDeclaration,
    secrets: "refuse",
  };
}

/**
 * Reads a file by a path relative to the project's root, or, where it begins with `./`, to `folder`. Nothing outside the
 * root is read, also not through a link. Throws a MigratorError without a place: the caller knows who reads.
 */
export function readProjectFile(root: string, path: string, folder: string): ReadBytes {
  const absolute = meantPath(root, path, folder);
  const name = relative(root, absolute);
  if (isAbsolute(path) || path.includes("\0") || isOutside(name)) throw outside(path);
  const shown = name.split(sep).join("/");
  try {
    if (isOutside(relative(realpathSync(root), realpathSync(absolute)))) throw outside(path);
    return { name: shown, bytes: readFileSync(absolute) };
  } catch (error) {
    if (error instanceof MigratorError) throw error;
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const { message, fix } = fileProblem(shown, error);
    throw new MigratorError([
      missing
        ? {
            code: "file",
            message: `there is no file "${shown}" to read`,
            fix: 'a file is named by its path below the folder of migrator.json, or, beginning with "./", beside the template',
          }
        : { code: "file", message: `"${shown}": ${message}`, ...(fix === undefined ? {} : { fix }) },
    ]);
  }
}

function isOutside(name: string): boolean {
  return name === "" || name === ".." || name.startsWith(`..${sep}`) || isAbsolute(name);
}

function outside(path: string): MigratorError {
  return new MigratorError([
    {
      code: "file",
      message: `"${path}" lies outside the project`,
      fix: "templates read files below the folder of migrator.json alone: copy it there",
    },
  ]);
}
