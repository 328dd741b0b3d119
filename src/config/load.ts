/** Finds and reads migrator.json. */
import { lstatSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import * as v from "valibot";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { positionAt } from "../template/position.ts";
import { parseMatrices } from "../tenants/matrix-config.ts";
import type { Config } from "./config.ts";
import { JsonError, type JsonNode, type JsonValue, nodeAt, parseJson } from "./json.ts";
import { suggestWord } from "./nearest.ts";
import { overlappingModules } from "./overlapping-modules.ts";
import { readText } from "./read-text.ts";
import { type ConfigInput, configSchema } from "./schema.ts";
import { secretMistakes } from "./secret.ts";

export interface ConfigOptions {
  /** The path of the configuration file, relative to `folder`; without it the file is searched. */
  readonly config?: string | undefined;
  /** The current folder; absolute. */
  readonly folder: string;
}

/**
 * Reads the project's configuration: the file named, else migrator.json in the current folder, in its migrator/ folder,
 * or in these of the folders above; where there is none, the defaults with the current folder as root. Throws a
 * MigratorError (exit code 2) with every mistake in the file.
 */
export async function loadConfig(options: ConfigOptions): Promise<Config> {
  const file =
    options.config === undefined ? findConfig(options.folder) : resolve(options.folder, options.config);
  if (file === null) return complete(null, options.folder, defaults());
  const shown = relative(options.folder, file) || file;
  const text = readConfig(file, shown);
  const place = (offset: number): Diagnostic & { readonly code: "usage" } => ({
    code: "usage",
    message: "",
    file: shown,
    ...positionAt(text, offset),
  });
  let root: JsonNode;
  try {
    root = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new MigratorError([{ ...place(error.offset), message: error.message, fix: error.fix }], 2);
  }
  const result = v.safeParse(configSchema(), root.value);
  const mistakes: Diagnostic[] = (result.issues ?? []).map((issue) => {
    const path = (issue.path ?? []).map((item) => item.key as string | number);
    const [message = "", fix = ""] = issue.message.split("\n");
    return { ...place(offsetOf(root, path, issue.type)), message, fix };
  });
  // valibot takes it for the object's prototype and sees no key.
  for (const { key, keyOffset } of root.members) {
    if (key !== "__proto__") continue;
    mistakes.push({ ...place(keyOffset), message: 'the key "__proto__" is not known', fix: "remove it" });
  }
  const matrices = nodeAt(root, ["matrices"]);
  if (matrices !== root && isObject(matrices.value)) {
    for (const { path, atKey, message, fix } of parseMatrices(matrices.value).mistakes)
      mistakes.push({ ...place(offsetOf(root, path, atKey ? "raw_check" : "")), message, fix });
  }
  if (result.success) {
    for (const { path, message, fix } of [
      ...secretMistakes(result.output.variables, ["variables"]),
      ...Object.entries(result.output.targets).flatMap(([name, target]) =>
        secretMistakes(target.variables, ["targets", name, "variables"]),
      ),
      ...unknownTarget(result.output),
      ...modulesOfOneName(result.output),
      ...overlappingModules(result.output.modules ?? [], dirname(file)),
    ]) {
      mistakes.push({ ...place(nodeAt(root, path).offset), message, fix });
    }
    if (mistakes.length === 0) return complete(file, dirname(file), result.output);
  }
  const ordered = mistakes.toSorted(
    (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
  throw new MigratorError(ordered, 2);
}

/** The path of the nearest migrator.json, or null. */
function findConfig(folder: string): string | null {
  for (let current = resolve(folder); ; current = dirname(current)) {
    for (const candidate of [join(current, "migrator.json"), join(current, "migrator", "migrator.json")]) {
      // Whatever else bears the name is a mistake to tell of, not to pass over.
      if (lstatSync(candidate, { throwIfNoEntry: false }) !== undefined) return candidate;
    }
    if (dirname(current) === current) return null;
  }
}

function readConfig(file: string, shown: string): string {
  const read = readText(file, shown);
  if (read.kind === "text") return read.text;
  const link = read.missing && lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  const missing = link
    ? { message: "the link leads to no file", fix: "correct or remove the link" }
    : { message: "there is no such configuration file", fix: "correct --config, or run migrator init" };
  throw new MigratorError([{ ...read.mistake, ...(read.missing ? missing : {}) }], 2);
}

/** A wrong key is shown at the key, anything else at the value; a missing key at its object. */
function offsetOf(root: JsonNode, path: readonly (string | number)[], type: string): number {
  const parent = nodeAt(root, path.slice(0, -1));
  const member = parent.members.find((candidate) => candidate.key === path.at(-1));
  if (member === undefined) return parent.offset;
  return type === "raw_check" ? member.keyOffset : member.node.offset;
}

function unknownTarget(input: ConfigInput): readonly { path: string[]; message: string; fix: string }[] {
  const { defaultTarget, targets } = input;
  if (defaultTarget === undefined || Object.hasOwn(targets, defaultTarget)) return [];
  return [
    {
      path: ["defaultTarget"],
      message: `there is no target "${defaultTarget}"`,
      fix: suggestWord(defaultTarget, Object.keys(targets)),
    },
  ];
}

/** The tool tells migrations apart by their module. */
function modulesOfOneName(
  input: ConfigInput,
): readonly { path: (string | number)[]; message: string; fix: string }[] {
  const names = (input.modules ?? []).map(({ name }) => name);
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [
          {
            path: ["modules", index, "name"],
            message: `another module is called "${name}"`,
            fix: "give each module a name of its own",
          },
        ],
  );
}

function defaults(): ConfigInput {
  return v.parse(configSchema(), {});
}

function complete(file: string | null, root: string, input: ConfigInput): Config {
  // migrator.json stands in the project's folder, or inside its migrator/ folder.
  const inside = basename(root) === "migrator" && !isFolder(join(root, "migrator"));
  const folder = inside ? root : join(root, "migrator");
  const project = input.project ?? (basename(inside ? dirname(root) : root) || "project");
  const modules = input.modules?.map(({ name, path }) => ({ name, folder: resolve(root, path) }));
  return {
    file,
    root,
    componentsFolder: join(folder, "components"),
    stateFolder: join(root, ".migrator"),
    targets: input.targets,
    defaultTarget: input.defaultTarget ?? null,
    modules: modules ?? [{ name: project, folder: join(folder, "migrations") }],
    project,
    searchPath: input.searchPath,
    variables: input.variables,
    variableFiles: input.variableFiles.map((path) => resolve(root, path)),
    variableSchema:
      typeof input.variableSchema === "string"
        ? resolve(root, input.variableSchema)
        : (input.variableSchema ?? null),
    env: input.env,
    matrices: parseMatrices(input.matrices).matrices,
    ledgerSchema: input.ledgerSchema,
    allow: input.allow,
    lockTimeout: input.lockTimeout,
    lockRetries: input.lockRetries,
    shadow: input.shadow ?? null,
  };
}

function isObject(value: JsonValue): value is Readonly<Record<string, JsonValue>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
