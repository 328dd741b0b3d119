/** The filters that carry values into SQL: `ident`, `literal` and `json`. */
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";

/** What a filter refuses, as an error that the environment catches; minijinja gives it its place. */
export class FilterRefusal extends Error {
  readonly fix: string;
  constructor(message: string, fix: string) {
    super(message);
    this.name = "FilterRefusal";
    this.fix = fix;
  }
}

export type FilterName = "ident" | "literal" | "json";

/** A secret reaches a template as its declaration: what it stands for must never stand in a component. */
function refuseSecret(value: unknown): void {
  if (!(value instanceof Map) || value.size !== 1 || !(value.get("secret") instanceof Map)) return;
  throw new FilterRefusal(
    "a secret cannot be written into a component: everyone who may read the catalog could read it",
    "read it where it is needed at run time, from a table or a setting that only its reader may see",
  );
}

/** Values arrive as minijinja hands them to JavaScript: none is `undefined`, an object is a Map. */
export const filters: Readonly<Record<FilterName, (value: unknown) => string>> = { ident, literal, json };

/** An identifier, quoted where PostgreSQL needs it. A dot in a text separates parts; in an array each element is one part. */
function ident(value: unknown): string {
  refuseSecret(value);
  const parts = Array.isArray(value) ? value : typeof value === "string" ? value.split(".") : undefined;
  if (parts === undefined || parts.length === 0) {
    throw new FilterRefusal(
      `ident needs a text or a list of texts, not ${describe(value)}`,
      'give it a name: {{ "app.users" | ident }} or {{ ["my.schema", "users"] | ident }}',
    );
  }
  return parts.map(identifierPart).join(".");
}

function identifierPart(part: unknown): string {
  if (typeof part !== "string" || part === "" || part.includes("\0")) {
    throw new FilterRefusal(
      `ident cannot make an identifier of ${part === "" ? "an empty text" : describe(part)}`,
      "every part of a name must be a text that is not empty; give a name that contains a dot as a list",
    );
  }
  return quoteIdentifier(part);
}

/**
 * A SQL literal of the value's type. A negative number stands in parentheses, so that a minus before it is no comment.
 * An array is an ARRAY[…], an empty one '{}', which takes its type from where it stands. An object is a jsonb.
 */
function literal(value: unknown): string {
  if (value === undefined || value === null) return "NULL";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number") return numberLiteral(value);
  if (typeof value === "string") return textLiteral(value);
  if (Array.isArray(value)) return value.length === 0 ? "'{}'" : `ARRAY[${value.map(literal).join(", ")}]`;
  if (value instanceof Map) return `${textLiteral(json(value))}::jsonb`;
  throw new FilterRefusal(
    `literal cannot write ${describe(value)}`,
    "give it a text, number, boolean, list or object",
  );
}

/** JSON text of any value, not quoted for SQL: `{{ value | json | literal }}::jsonb` is its jsonb literal. */
function json(value: unknown): string {
  return JSON.stringify(plainValue(value));
}

function numberLiteral(value: number): string {
  if (!Number.isFinite(value)) {
    const name = Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
    return `'${name}'::double precision`;
  }
  return value < 0 ? `(${value})` : String(value);
}

function textLiteral(value: string): string {
  if (value.includes("\0")) {
    throw new FilterRefusal(
      "the text holds a NUL character, which PostgreSQL cannot store",
      "take the NUL character out of the value",
    );
  }
  return quoteLiteral(value);
}

function plainValue(value: unknown): unknown {
  if (value === undefined) return null;
  if (Array.isArray(value)) return value.map(plainValue);
  if (value instanceof Map) {
    refuseSecret(value);
    return Object.fromEntries([...value].map(([key, inner]) => [String(key), plainValue(inner)]));
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new FilterRefusal(`JSON has no number ${value}`, "give it a finite number");
  }
  return value;
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return "none";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (value instanceof Map) return "an object";
  return `a ${typeof value}`;
}
