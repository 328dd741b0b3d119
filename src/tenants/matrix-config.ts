/** What migrator.json says of a matrix: where its values come from, and what is made of them. */
import type { JsonValue } from "../config/json.ts";
import { suggestWord } from "../config/nearest.ts";
import { secretMistakes } from "../config/secret.ts";
import {
  isMembers,
  isText,
  type MatrixMistake,
  type MatrixSource,
  type Members,
  type Parsing,
  parseSource,
  sources,
} from "./matrix-source.ts";
import { takenNames } from "./taken-names.ts";

export interface MatrixConfig {
  readonly source: MatrixSource;
  /** The member that identifies a value; null: `schema`, else `name`, else the first one. */
  readonly key: string | null;
  /** Members of every value that does not have them itself. */
  readonly variables: Readonly<Record<string, JsonValue>>;
  /** A JSON Schema for the members, or the path of one relative to the project's root; null where they may be anything. */
  readonly variableSchema: JsonValue;
  /** The key of the value that watch looks at first. */
  readonly development: string | null;
  /** The matrix for each of whose values this one is asked. */
  readonly of: string | null;
}

export interface ParsedMatrices {
  readonly matrices: Readonly<Record<string, MatrixConfig>>;
  /** Their paths begin with `matrices`. */
  readonly mistakes: readonly MatrixMistake[];
}

const beside = ["key", "variables", "variableSchema", "development", "of", "insert", "delete"] as const;
const known: readonly string[] = [...sources, ...beside];

/** Reads `matrices` of migrator.json: objects by names of variables. What is wrong is told, not thrown. */
export function parseMatrices(given: Readonly<Record<string, JsonValue>>): ParsedMatrices {
  const mistakes: MatrixMistake[] = [];
  const matrices = new Map<string, MatrixConfig>();
  const names = Object.keys(given);
  for (const [name, members] of Object.entries(given)) {
    const path = ["matrices", name];
    if (takenNames.includes(name)) {
      const message = `a matrix cannot be called "${name}": the tool gives this word another meaning`;
      mistakes.push({ path, atKey: true, message, fix: "choose another name" });
    }
    if (isMembers(members)) matrices.set(name, parseMatrix(members, { name, path, names, mistakes }));
  }
  mistakes.push(...circles(matrices));
  return { matrices: Object.fromEntries(matrices), mistakes };
}

/** The matrices whose values must be known before those of this one. */
export function neededMatrices({ source, of }: MatrixConfig): readonly string[] {
  if (source.kind === "cross") return source.matrices;
  return of === null ? [] : [of];
}

function parseMatrix(members: Members, parsing: Parsing): MatrixConfig {
  const { path, names, mistakes, name } = parsing;
  const mistake = (key: string, message: string, fix: string): void => {
    mistakes.push({ path: [...path, key], message, fix });
  };
  for (const key of Object.keys(members)) {
    if (known.includes(key)) continue;
    const message = `the key "${key}" is not known`;
    mistakes.push({ path: [...path, key], atKey: true, message, fix: suggestWord(key, known) });
  }
  const text = (key: string): string | null => {
    const value = members[key];
    if (value === undefined) return null;
    if (typeof value === "string" && value !== "" && !value.includes("\0")) return value;
    mistake(key, `"${key}" of a matrix is a text that is not empty`, "write it in double quotes");
    return null;
  };
  const matrix = (key: string, other: JsonValue | undefined, at: readonly (string | number)[]): string => {
    if (typeof other === "string" && names.includes(other)) return other;
    const fix = suggestWord(
      String(other),
      names.filter((one) => one !== name),
    );
    const message =
      typeof other === "string" ? `there is no matrix "${other}"` : `"${key}" is the name of a matrix`;
    mistakes.push({ path: [...path, ...at], message, fix });
    return "";
  };
  const source = parseSource(members, parsing, text, matrix);
  const variables = members.variables ?? {};
  if (!isMembers(variables))
    mistake("variables", "the variables of a matrix are an object", 'write { "name": … }');
  else {
    mistakes.push(...secretMistakes(variables, [...path, "variables"]));
    for (const key of Object.keys(variables)) {
      if (isVariableName(key)) continue;
      const found = { path: [...path, "variables", key], atKey: true as const, fix: "rename it" };
      mistakes.push({ ...found, message: variableNameRule });
    }
  }
  const { variableSchema = null } = members;
  if (members.variableSchema !== undefined && !isMembers(variableSchema) && !isText(variableSchema)) {
    const fix = 'write { "required": ["region"] } or "tenant.schema.json"';
    mistake("variableSchema", "variableSchema is a JSON Schema, or the file that holds one", fix);
  }
  const of = members.of === undefined ? null : matrix("of", members.of, ["of"]) || null;
  if (source.kind === "cross") {
    for (const key of ["of", "key"]) {
      if (members[key] === undefined) continue;
      mistake(key, `"${key}" has no meaning beside "cross"`, "remove it");
    }
  }
  return {
    source,
    key: text("key"),
    variables: isMembers(variables) ? variables : {},
    variableSchema,
    development: text("development"),
    of,
  };
}

/** Each circle of "of" and "cross", at the first matrix of it. */
function circles(matrices: ReadonlyMap<string, MatrixConfig>): readonly MatrixMistake[] {
  const mistakes: MatrixMistake[] = [];
  const done = new Set<string>();
  const visit = (name: string, above: readonly string[]): void => {
    if (above.includes(name)) {
      const circle = [...above.slice(above.indexOf(name)), name];
      const path = ["matrices", circle[0] ?? name];
      const message = `matrices need each other in a circle: ${circle.join(" → ")}`;
      mistakes.push({ path, message, fix: 'remove one "of" or "cross"' });
      return;
    }
    const config = matrices.get(name);
    if (done.has(name) || config === undefined) return;
    for (const needed of neededMatrices(config)) visit(needed, [...above, name]);
    done.add(name);
  };
  for (const name of matrices.keys()) visit(name, []);
  return mistakes;
}

export const variableNameRule =
  "the name of a variable has letters, digits and underscores alone, and begins with no digit";

export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}
