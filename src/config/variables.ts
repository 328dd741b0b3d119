/** The values that templates see: migrator.json, then --vars files, then --var. */
import { resolve } from "node:path";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { positionAt } from "../template/position.ts";
import type { Config, Variables } from "./config.ts";
import { isExact, JsonError, type JsonNode, type JsonValue, nodeAt, parseJson } from "./json.ts";
import { readText } from "./read-text.ts";
import { secretMistakes } from "./secret.ts";

export interface VariableOptions {
  /** The files of --vars, in order, relative to `folder`. */
  readonly vars?: readonly string[] | undefined;
  /** The texts of --var, `NAME=VALUE`, in order. */
  readonly var?: readonly string[] | undefined;
  /** The current folder; absolute. */
  readonly folder: string;
}

export interface ResolvedVariables {
  readonly variables: Variables;
  /** The absolute paths of the --vars files: a change of one changes the variables. */
  readonly files: readonly string[];
}

/**
 * Joins the variables, by name: what comes later replaces what came earlier, whole values, not parts of them. A --var
 * value is a number, true, false or null where it reads as one (and a number only if it can be kept exactly), else
 * text. Secrets stay in their declared shape. Throws a MigratorError (exit code 2) with every mistake.
 */
export function resolveVariables(config: Config, options: VariableOptions): ResolvedVariables {
  const mistakes: Diagnostic[] = [];
  const merged = new Map(Object.entries(config.variables));
  const files = (options.vars ?? []).map((file) => resolve(options.folder, file));
  for (const [index, file] of files.entries()) {
    for (const [name, value] of readVariables(file, options.vars?.[index] ?? file, mistakes))
      merged.set(name, value);
  }
  for (const assignment of options.var ?? []) {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(assignment) ?? [];
    if (name === undefined || value === undefined) {
      mistakes.push({
        code: "usage",
        message: `--var ${assignment.split("=", 1)[0] ?? ""} is not NAME=VALUE`,
        fix: "write --var name=value; the name has letters, digits and underscores alone, and begins with no digit",
      });
    } else merged.set(name, assignedValue(value));
  }
  if (mistakes.length > 0) throw new MigratorError(mistakes, 2);
  return { variables: Object.fromEntries(merged), files };
}

function assignedValue(text: string): JsonValue {
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  const isNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(text);
  return isNumber && isExact(text, Number(text)) ? Number(text) : text;
}

function readVariables(file: string, shown: string, mistakes: Diagnostic[]): readonly [string, JsonValue][] {
  if (/\.(ya?ml|toml)$/i.test(file)) {
    mistakes.push({
      code: "usage",
      message: "variables files in YAML or TOML are not supported yet",
      file: shown,
      fix: "write the variables as JSON",
    });
    return [];
  }
  const read = readText(file, shown);
  if (read.kind === "mistake") {
    const missing = { message: "there is no such variables file", fix: "correct --vars" };
    mistakes.push({ ...read.mistake, ...(read.missing ? missing : {}) });
    return [];
  }
  const { text } = read;
  let root: JsonNode;
  try {
    root = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const place = positionAt(text, error.offset);
    mistakes.push({ code: "usage", message: error.message, file: shown, ...place, fix: error.fix });
    return [];
  }
  const { value } = root;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    mistakes.push({
      code: "usage",
      message: "a variables file holds one object",
      file: shown,
      ...positionAt(text, root.offset),
      fix: 'write { "name": value }',
    });
    return [];
  }
  for (const member of root.members) {
    if (/^[A-Za-z_]\w*$/.test(String(member.key))) continue;
    mistakes.push({
      code: "usage",
      message: "the name of a variable has letters, digits and underscores alone, and begins with no digit",
      file: shown,
      ...positionAt(text, member.keyOffset),
      fix: "rename it",
    });
  }
  const entries = root.members.map((member): [string, JsonValue] => [String(member.key), member.node.value]);
  for (const { path, message, fix } of secretMistakes(Object.fromEntries(entries), [])) {
    const place = positionAt(text, nodeAt(root, path).offset);
    mistakes.push({ code: "usage", message, file: shown, ...place, fix });
  }
  return entries;
}
