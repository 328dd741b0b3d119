/** The values that templates see: migrator.json, its files, the target's, then --vars files, then --var. */
import { relative, resolve } from "node:path";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { positionAt } from "../template/position.ts";
import type { Config, Variables } from "./config.ts";
import { isExact, type JsonNode, type JsonValue, nodeAt, parseJson } from "./json.ts";
import { readText } from "./read-text.ts";
import { readVariableFile } from "./variable-file.ts";
import { checkVariables, loadSchema, type VariableSchema, wantsText } from "./variable-schema.ts";

export interface VariableOptions {
  /** The files of --vars, in order, relative to `folder`. */
  readonly vars?: readonly string[] | undefined;
  /** The texts of --var, `NAME=VALUE`, in order. */
  readonly var?: readonly string[] | undefined;
  /** The current folder; absolute. */
  readonly folder: string;
  /** The name of the target in migrator.json whose variables hold. */
  readonly target?: string | null | undefined;
}

export interface ResolvedVariables {
  readonly variables: Variables;
  /** The absolute paths of the files that were read: a change of one changes the variables. */
  readonly files: readonly string[];
}

/** A variable's value and where it was said. */
interface Origin {
  readonly value: JsonValue;
  /** The place of a path inside the value; its file and position, as far as there are any. */
  readonly place: (path: readonly (string | number)[]) => Pick<Diagnostic, "file" | "line" | "column">;
}

/**
 * Joins the variables, by name: what comes later replaces what came earlier, whole values, not parts of them. A --var
 * value is a number, true, false or null where it reads as one (and a number only if it can be kept exactly) and the schema
 * wants no text there, else text. Secrets stay in their declared shape. Throws a MigratorError (exit code 2) with every mistake.
 */
export function resolveVariables(config: Config, options: VariableOptions): ResolvedVariables {
  const mistakes: Diagnostic[] = [];
  const merged = new Map<string, Origin>();
  const files: string[] = [];
  const addObject = (values: Variables, above: readonly string[]): void => {
    for (const [name, value] of Object.entries(values)) {
      merged.set(name, { value, place: (path) => placeInConfig(config, [...above, name, ...path]) });
    }
  };
  const addFile = (path: string, shown: string): void => {
    files.push(path);
    const file = readVariableFile(path, shown, mistakes);
    for (const { key, node } of file?.root.members ?? []) {
      const place = (inner: readonly (string | number)[]) =>
        placeIn(shown, file?.text ?? "", nodeAt(node, inner));
      merged.set(String(key), { value: node.value, place });
    }
  };
  const schema = loadSchema(config.variableSchema, options.folder, mistakes);
  if (schema?.file !== undefined) files.push(schema.file);
  addObject(config.variables, ["variables"]);
  for (const path of config.variableFiles) addFile(path, relative(options.folder, path));
  const target = options.target ?? null;
  const own = target !== null && Object.hasOwn(config.targets, target) ? config.targets[target] : undefined;
  if (own !== undefined && target !== null) addObject(own.variables, ["targets", target, "variables"]);
  for (const path of options.vars ?? []) addFile(resolve(options.folder, path), path);
  for (const assignment of options.var ?? []) {
    const [, name, text] = /^([A-Za-z_]\w*)=(.*)$/s.exec(assignment) ?? [];
    if (name === undefined || text === undefined) {
      mistakes.push({
        code: "usage",
        message: `--var ${assignment.split("=", 1)[0] ?? ""} is not NAME=VALUE`,
        fix: "write --var name=value; the name has letters, digits and underscores alone, and begins with no digit",
      });
    } else merged.set(name, { value: assignedValue(text, name, schema), place: () => ({}) });
  }
  let variables: Variables = Object.fromEntries([...merged].map(([name, { value }]) => [name, value]));
  if (mistakes.length === 0 && schema !== null) {
    const checked = checkVariables(schema, variables);
    variables = checked.variables;
    for (const { path, message, fix } of checked.mistakes) {
      const [name, ...inner] = path;
      const place = merged.get(String(name))?.place(inner) ?? placeInConfig(config, ["variables"]);
      mistakes.push({ code: "usage", message, ...place, fix });
    }
  }
  if (mistakes.length > 0) throw new MigratorError(mistakes, 2);
  return { variables, files };
}

/** What `NAME=VALUE` on the command line means: a number, true, false or null where it reads as one, else text. */
export function assignedValue(text: string, name: string, schema: VariableSchema | null): JsonValue {
  if (schema !== null && wantsText(schema, name)) return text;
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  const isNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(text);
  return isNumber && isExact(text, Number(text)) ? Number(text) : text;
}

/** Where a path stands in migrator.json, which was sound when it was loaded: it is read again only where a mistake is to be shown. */
export function placeInConfig(
  config: Config,
  path: readonly (string | number)[],
): Pick<Diagnostic, "file" | "line" | "column"> {
  if (config.file === null) return {};
  const shown = relative(config.root, config.file);
  const read = readText(config.file, shown);
  if (read.kind === "mistake") return { file: shown };
  return placeIn(shown, read.text, nodeAt(parseJson(read.text), path));
}

export function placeIn(
  file: string,
  text: string,
  node: JsonNode,
): Pick<Diagnostic, "file" | "line" | "column"> {
  return { file, ...positionAt(text, node.offset) };
}
