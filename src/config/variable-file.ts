/** A file of variables: JSON, YAML or TOML, by the end of its name. */
import type { Diagnostic } from "../../graph/diagnostic.ts";
import { positionAt } from "../template/position.ts";
import { JsonError, type JsonNode, nodeAt, parseJson } from "./json.ts";
import { readText } from "./read-text.ts";
import { secretMistakes } from "./secret.ts";
import { parseToml } from "./toml.ts";
import { parseYaml } from "./yaml.ts";

export interface VariableFile {
  /** As messages show it. */
  readonly shown: string;
  readonly text: string;
  /** An object. */
  readonly root: JsonNode;
}

/** Null where the file cannot be used; then its mistakes were added. */
export function readVariableFile(file: string, shown: string, mistakes: Diagnostic[]): VariableFile | null {
  const read = readText(file, shown);
  if (read.kind === "mistake") {
    const missing = {
      message: "there is no such variables file",
      fix: "correct its name, or write the file",
    };
    mistakes.push({ ...read.mistake, ...(read.missing ? missing : {}) });
    return null;
  }
  const { text } = read;
  const mistake = (message: string, offset: number, fix: string): void => {
    mistakes.push({ code: "usage", message, file: shown, ...positionAt(text, offset), fix });
  };
  let root: JsonNode;
  try {
    root = parseData(file, text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    mistake(error.message, error.offset, error.fix);
    return null;
  }
  const { value } = root;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    mistake("a variables file holds one object", root.offset, 'write { "name": value }');
    return null;
  }
  for (const member of root.members) {
    if (/^[A-Za-z_]\w*$/.test(String(member.key))) continue;
    const rule = "the name of a variable has letters, digits and underscores alone, and begins with no digit";
    mistake(rule, member.keyOffset, "rename it");
  }
  for (const { path, message, fix } of secretMistakes(Object.fromEntries(Object.entries(value)), []))
    mistake(message, nodeAt(root, path).offset, fix);
  return { shown, text, root };
}

/** JSON, YAML or TOML by the end of the name. Throws a JsonError. */
export function parseData(file: string, text: string): JsonNode {
  if (/\.ya?ml$/i.test(file)) return parseYaml(text);
  return /\.toml$/i.test(file) ? parseToml(text) : parseJson(text);
}
