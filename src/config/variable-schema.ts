/** The optional JSON Schema of the variables: types, required names, defaults. */
import { createRequire } from "node:module";
import { relative } from "node:path";
import type { OutputUnit, Schema } from "@cfworker/json-schema";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import { positionAt } from "../template/position.ts";
import type { Variables } from "./config.ts";
import { JsonError, type JsonValue, parseJson } from "./json.ts";
import { readText } from "./read-text.ts";
import { declaresSecret } from "./secret-source.ts";

type JsonObject = { readonly [key: string]: JsonValue };

export interface VariableSchema {
  readonly schema: JsonObject;
  /** The absolute path of its file, where it has one. */
  readonly file?: string;
}

interface SchemaMistake {
  /** The variable and what lies inside it; empty for all of them. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly fix: string;
}

/**
 * The schema that migrator.json names (its absolute path) or holds; null where there is none, or where `mistakes` got what is
 * wrong with it.
 */
export function loadSchema(given: JsonValue, folder: string, mistakes: Diagnostic[]): VariableSchema | null {
  if (given === null) return null;
  if (typeof given !== "string") return isObject(given) ? sound({ schema: given }, null, mistakes) : null;
  const shown = relative(folder, given);
  const read = readText(given, shown);
  if (read.kind === "mistake") {
    const missing = { message: "there is no such schema", fix: 'correct "variableSchema" in migrator.json' };
    mistakes.push({ ...read.mistake, ...(read.missing ? missing : {}) });
    return null;
  }
  try {
    const { value } = parseJson(read.text);
    if (isObject(value)) return sound({ schema: value, file: given }, shown, mistakes);
    mistakes.push({
      code: "usage",
      message: "a schema is an object",
      file: shown,
      line: 1,
      column: 1,
      fix: 'write { "required": ["name"] }',
    });
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    mistakes.push({
      code: "usage",
      message: error.message,
      file: shown,
      ...positionAt(read.text, error.offset),
      fix: error.fix,
    });
  }
  return null;
}

/** True where the schema wants a text of this name, and nothing else. */
export function wantsText({ schema }: VariableSchema, name: string): boolean {
  const property = propertiesOf(schema)[name];
  return isObject(property) && property.type === "string";
}

/** The variables with the schema's defaults filled in, and how they break it. Secrets fit any schema: nobody knows their values. */
export function checkVariables(
  { schema }: VariableSchema,
  given: Variables,
): { readonly variables: Variables; readonly mistakes: readonly SchemaMistake[] } {
  const variables = withDefaults(given, schema);
  const mistakes: SchemaMistake[] = [];
  for (const unit of validate(schema, variables)) {
    const path = pathOf(unit.instanceLocation, variables);
    if (structural.has(unit.keyword) || throughSecret(path, variables)) continue;
    const mistake = describe(unit, path);
    if (!mistakes.some((other) => JSON.stringify(other) === JSON.stringify(mistake))) mistakes.push(mistake);
  }
  return { variables, mistakes };
}

/** They only say that something inside them is wrong, which is told, too. */
const structural = new Set([
  "properties",
  "additionalProperties",
  "patternProperties",
  "items",
  "allOf",
  "$ref",
]);

const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  null: "null",
};

function validate(schema: JsonObject, variables: Variables): readonly OutputUnit[] {
  const { Validator }: typeof import("@cfworker/json-schema") = createRequire(import.meta.url)(
    "@cfworker/json-schema",
  );
  return new Validator(schema as Schema, "2020-12", false).validate(variables).errors;
}

/** The library finds some mistakes of a schema only when it meets them, and a wrong type never. */
function sound(schema: VariableSchema, file: string | null, mistakes: Diagnostic[]): VariableSchema | null {
  const problem = wrongType(schema.schema) ?? refusal(schema.schema);
  if (problem === undefined) return schema;
  mistakes.push({
    code: "usage",
    message: `the schema of the variables is wrong: ${problem}`,
    file: file ?? "migrator.json",
    fix: "see json-schema.org, draft 2020-12",
  });
  return null;
}

function refusal(schema: JsonObject): string | undefined {
  try {
    validate(schema, {});
    return undefined;
  } catch (error) {
    const [, reference] =
      /^Unresolved \$ref ("[^"]*")/.exec(error instanceof Error ? error.message : "") ?? [];
    if (reference !== undefined) return `it has no ${reference}`;
    return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  }
}

function wrongType(schema: JsonValue): string | undefined {
  if (Array.isArray(schema)) return schema.map(wrongType).find((problem) => problem !== undefined);
  if (!isObject(schema)) return undefined;
  for (const [key, value] of Object.entries(schema)) {
    if (key === "default" || key === "enum" || key === "const" || key === "examples") continue;
    if (key === "type") {
      const wrong = [value]
        .flat()
        .find((type) => typeof type !== "string" || !Object.hasOwn(typeNames, type));
      // A property may be called so.
      if (wrong !== undefined && !isObject(wrong)) {
        return `there is no type ${JSON.stringify(wrong)}, only ${Object.keys(typeNames).join(", ")}`;
      }
    }
    const inner = wrongType(value);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function withDefaults<T extends JsonObject>(value: T, schema: JsonObject): JsonObject {
  const filled = new Map<string, JsonValue>(Object.entries(value));
  for (const [name, property] of Object.entries(propertiesOf(schema))) {
    if (!isObject(property)) continue;
    const own = filled.get(name);
    if (own === undefined && property.default !== undefined) filled.set(name, property.default);
    else if (isObject(own) && !declaresSecret(own)) filled.set(name, withDefaults(own, property));
  }
  return Object.fromEntries(filled);
}

function propertiesOf(schema: JsonObject): JsonObject {
  return isObject(schema.properties) ? schema.properties : {};
}

/** `#/a/0/b` as keys and indexes. */
function pathOf(location: string, variables: Variables): readonly (string | number)[] {
  let value: JsonValue | undefined = variables;
  return location
    .split("/")
    .slice(1)
    .map((part) => {
      const key = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
      const isIndex = Array.isArray(value);
      value = memberOf(value, key);
      return isIndex ? Number(key) : key;
    });
}

function throughSecret(path: readonly (string | number)[], variables: Variables): boolean {
  let value: JsonValue | undefined = variables;
  for (const key of path) {
    value = memberOf(value, String(key));
    if (declaresSecret(value)) return true;
  }
  return false;
}

function memberOf(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return Array.isArray(value) ? value[Number(key)] : (value as JsonObject)[key];
}

function describe({ keyword, error }: OutputUnit, path: readonly (string | number)[]): SchemaMistake {
  const name = path.length === 0 ? "the variables" : path.join(".");
  const [, quoted = ""] = /"([^"]*)"\.?$/.exec(error) ?? [];
  switch (keyword) {
    case "required": {
      const missing = [...path, quoted].join(".");
      return {
        path,
        message: `the variable ${missing} is missing`,
        fix:
          path.length === 0
            ? `give it under "variables" in migrator.json, in a file, or with --var ${quoted}=…`
            : `add "${quoted}"`,
      };
    }
    case "type":
      return {
        path,
        message: `${name} must be ${expectedTypes(error)}`,
        fix: "correct the value, or the schema",
      };
    case "enum":
      return {
        path,
        message: `${name} is none of ${error.replace(/^.*?\[(.*)\]\.$/s, "$1").replaceAll(",", ", ")}`,
        fix: "correct the value, or the schema",
      };
    case "false":
      return {
        path,
        message: `${name} is not known to the schema`,
        fix: "remove it, or add it to the schema",
      };
    default:
      return {
        path,
        message: `${name} does not fit the schema: ${error}`,
        fix: "correct the value, or the schema",
      };
  }
}

/** `Instance type "number" is invalid. Expected "string", "null".` */
function expectedTypes(error: string): string {
  const expected = error.slice(error.indexOf("Expected"));
  return Array.from(expected.matchAll(/"([^"]*)"/g), ([, type = ""]) => typeNames[type] ?? type).join(" or ");
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
