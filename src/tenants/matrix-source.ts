/** The source of a matrix, as migrator.json says it. */
import type { JsonValue } from "../config/json.ts";
import { secretMistakes } from "../config/secret.ts";

/** Where the values of a matrix come from. */
export type MatrixSource =
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

export interface MatrixMistake {
  readonly path: readonly (string | number)[];
  /** It is the key that is wrong, not its value. */
  readonly atKey?: true;
  readonly message: string;
  readonly fix: string;
}

export interface Parsing {
  readonly name: string;
  readonly path: readonly string[];
  /** Of all matrices. */
  readonly names: readonly string[];
  readonly mistakes: MatrixMistake[];
}

export type Members = { readonly [key: string]: JsonValue };

export const sources = ["values", "file", "query", "command", "schemas", "cross"] as const;

const example = 'write { "query": "select name as schema from public.tenants" }';

export function parseSource(
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
      mistakes.push({ path: [...path, kind], message, fix: 'write ["./list-tenants", "active"]' });
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

function withIndex(mistake: MatrixMistake): MatrixMistake {
  return { ...mistake, path: mistake.path.map((part, at) => (at === 3 ? Number(part) : part)) };
}

export function isMembers(value: JsonValue | undefined): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isText(value: JsonValue | undefined): value is string {
  return typeof value === "string" && value !== "" && !value.includes("\0");
}
