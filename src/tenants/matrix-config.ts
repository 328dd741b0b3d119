/** What migrator.json says of a matrix: where its values come from, and what is made of them. */
import type { JsonValue } from "../config/json.ts";
import { suggestWord } from "../config/nearest.ts";
import { secretMistakes } from "../config/secret.ts";

/** Where the values of a matrix come from. */
type MatrixSource =
  | { readonly kind: "values"; readonly values: readonly JsonValue[] }
  /** JSON, YAML, TOML or CSV, relative to the project's root. */
  | { readonly kind: "file"; readonly file: string }
  /** `insert` and `delete` take the key as `$1`; null where the tool is not to write what the query reads. */
  | {
      readonly kind: "query";
      readonly query: string;
      readonly insert: string | null;
      readonly delete: string | null;
    }
  /** A program and its arguments, run without a shell. */
  | { readonly kind: "command"; readonly command: readonly string[] }
  /** The schemas of the target that match, with `*` and `?`. */
  | { readonly kind: "schemas"; readonly pattern: string }
  /** Every combination of the values of these. */
  | { readonly kind: "cross"; readonly matrices: readonly string[] };

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

interface MatrixMistake {
  readonly path: readonly (string | number)[];
  /** It is the key that is wrong, not its value. */
  readonly atKey?: true;
  readonly message: string;
  readonly fix: string;
}

export interface ParsedMatrices {
  readonly matrices: Readonly<Record<string, MatrixConfig>>;
  /** Their paths begin with `matrices`. */
  readonly mistakes: readonly MatrixMistake[];
}

type Members = { readonly [key: string]: JsonValue };

const sources = ["values", "file", "query", "command", "schemas", "cross"] as const;
const beside = ["key", "variables", "variableSchema", "development", "of", "insert", "delete"] as const;
const known: readonly string[] = [...sources, ...beside];

/** Words of the file names of migrations and of templates that a matrix must not take. */
const taken = ["shared", "sql", "jinja", "schema", "databaseUrl", "key"];

const example = 'write { "query": "select name as schema from public.tenants" }';

/** Reads `matrices` of migrator.json: objects by names of variables. What is wrong is told, not thrown. */
export function parseMatrices(given: Readonly<Record<string, JsonValue>>): ParsedMatrices {
  const mistakes: MatrixMistake[] = [];
  const matrices = new Map<string, MatrixConfig>();
  const names = Object.keys(given);
  for (const [name, members] of Object.entries(given)) {
    const path = ["matrices", name];
    if (taken.includes(name)) {
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

interface Parsing {
  readonly name: string;
  readonly path: readonly string[];
  /** Of all matrices. */
  readonly names: readonly string[];
  readonly mistakes: MatrixMistake[];
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

function parseSource(
  members: Members,
  { path, mistakes }: Parsing,
  text: (key: string) => string | null,
  matrix: (key: string, other: JsonValue | undefined, at: readonly (string | number)[]) => string,
): MatrixSource {
  const given = sources.filter((key) => members[key] !== undefined);
  const [kind, second] = given;
  if (kind === undefined) {
    const message = `a matrix says where its values come from: ${sources.map((key) => `"${key}"`).join(", ")}`;
    mistakes.push({ path, message, fix: example });
  }
  if (second !== undefined) {
    const message = `a matrix has one source, and this one has ${given.map((key) => `"${key}"`).join(" and ")}`;
    mistakes.push({ path: [...path, second], atKey: true, message, fix: "keep one of them" });
  }
  for (const key of ["insert", "delete"]) {
    if (members[key] === undefined || kind === "query") continue;
    const message = `"${key}" belongs to a matrix with a "query"`;
    mistakes.push({ path: [...path, key], atKey: true, message, fix: "remove it" });
  }
  if (kind === undefined) return { kind: "values", values: [] };
  switch (kind) {
    case "values": {
      const { values } = members;
      if (Array.isArray(values)) {
        values.forEach((value, index) => {
          if (!isMembers(value)) return;
          mistakes.push(...secretMistakes({ [index]: value }, [...path, "values"]).map(withIndex));
        });
        return { kind, values };
      }
      const fix = 'write ["acme", { "schema": "beta", "region": "eu" }]';
      mistakes.push({ path: [...path, kind], message: '"values" is a list of texts and objects', fix });
      return { kind, values: [] };
    }
    case "file":
      return { kind, file: text("file") ?? "" };
    case "query":
      return { kind, query: text("query") ?? "", insert: text("insert"), delete: text("delete") };
    case "command": {
      const { command } = members;
      const sound =
        Array.isArray(command) && command.every((part) => typeof part === "string" && !part.includes("\0"));
      if (sound && isText(command[0])) return { kind, command };
      const message = '"command" is a program and its arguments; there is no shell';
      mistakes.push({ path: [...path, kind], message, fix: 'write ["./list-tenants", "--active"]' });
      return { kind, command: [] };
    }
    case "schemas":
      return { kind, pattern: text("schemas") ?? "" };
    case "cross": {
      const { cross } = members;
      if (!Array.isArray(cross) || cross.length < 2) {
        const message = '"cross" names the matrices whose values are combined, at least two';
        mistakes.push({ path: [...path, kind], message, fix: 'write ["tenant", "region"]' });
        return { kind, matrices: [] };
      }
      cross.forEach((other, index) => {
        if (cross.indexOf(other) === index) return;
        const message = `"${String(other)}" stands twice in "cross"`;
        mistakes.push({ path: [...path, kind, index], message, fix: "remove one of them" });
      });
      const matrices = cross.map((other: JsonValue, index) => matrix("cross", other, [kind, index]));
      return { kind, matrices: matrices.filter((other) => other !== "") };
    }
  }
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

function withIndex(mistake: MatrixMistake): MatrixMistake {
  return { ...mistake, path: mistake.path.map((part, at) => (at === 3 ? Number(part) : part)) };
}

function isMembers(value: JsonValue | undefined): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === "string" && value !== "" && !value.includes("\0");
}
