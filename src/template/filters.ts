/** How values become text: SQL literals and identifiers, JSON, hashes, and text as it is. */
import { createHash } from "node:crypto";
import type { DiagnosticCode } from "../../graph/diagnostic.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { type OpaqueValue, tracesOpaque } from "./opaque.ts";

/** What a filter refuses, as an error that the environment catches and gives its place. */
export class FilterRefusal extends Error {
  readonly fix: string;
  readonly code: DiagnosticCode;
  constructor(message: string, fix: string, code: DiagnosticCode = "template-error") {
    super(message);
    this.name = "FilterRefusal";
    this.fix = fix;
    this.code = code;
  }
}

type Secret = Extract<OpaqueValue, { readonly kind: "secret" }>;

export interface FilterContext {
  /** The opaque value that a text stands for. */
  opaque(text: string): OpaqueValue | undefined;
  /** Notes that a placeholder of this secret is printed; throws where secrets are refused. */
  printSecret(secret: Secret): void;
  /** The name of one thing whatever it holds: a dot in it separates nothing. */
  readonly wholeName: string | null;
}

/** What a text is, for judging whether it may stand where it landed. */
type PrintedForm =
  /** A number or a truth value: fits nearly everywhere. */
  | "word"
  | "literal"
  | "identifier"
  /** Holds a psql variable. */
  | "placeholder"
  /** Printed as it is: the author answers for it. */
  | "text";

export interface Printed {
  readonly text: string;
  readonly form: PrintedForm;
}

/**
 * A SQL literal of the value's type. A negative number stands in parentheses, so that a minus before it is no comment.
 * An array is an ARRAY[…], an empty one '{}', which takes its type from where it stands. An object is a jsonb. Values
 * arrive as minijinja hands them to JavaScript: none is `undefined`, an object is a Map.
 */
export function literal(value: unknown, context: FilterContext): Printed {
  if (value === undefined || value === null) return { text: "NULL", form: "literal" };
  if (typeof value === "boolean") return { text: value ? "true" : "false", form: "word" };
  if (typeof value === "number" || typeof value === "bigint") {
    return { text: numberLiteral(value), form: value < 0 || !isFiniteNumber(value) ? "literal" : "word" };
  }
  if (typeof value === "string") return textOrOpaque(value, context);
  if (Array.isArray(value)) {
    if (value.length === 0) return { text: "'{}'", form: "literal" };
    const elements = value.map((element) => literal(element, context));
    const form = elements.some((element) => element.form === "placeholder") ? "placeholder" : "literal";
    return { text: `ARRAY[${elements.map((element) => element.text).join(", ")}]`, form };
  }
  if (value instanceof Map) return { text: `${textLiteral(json(value, context))}::jsonb`, form: "literal" };
  throw new FilterRefusal(
    `${describe(value)} cannot be written as a literal`,
    "give a text, number, boolean, list or object",
  );
}

function textOrOpaque(value: string, context: FilterContext): Printed {
  const opaque = opaqueOf(value, context);
  switch (opaque?.kind) {
    case undefined:
      return { text: textLiteral(value), form: "literal" };
    case "bytes":
      return {
        text: `${quoteLiteral(`\\x${Buffer.from(opaque.bytes).toString("hex")}`)}::bytea`,
        form: "literal",
      };
    case "secret":
      context.printSecret(opaque);
      return { text: `:'${opaque.name}'`, form: "placeholder" };
  }
}

/** An identifier, quoted where PostgreSQL needs it. A dot in a text separates parts; in an array each element is one part. */
export function ident(value: unknown, context: FilterContext): Printed {
  const opaque = typeof value === "string" ? opaqueOf(value, context) : undefined;
  if (opaque?.kind === "secret") {
    context.printSecret(opaque);
    return { text: `:"${opaque.name}"`, form: "placeholder" };
  }
  const parts = Array.isArray(value)
    ? value
    : typeof value === "string" && opaque === undefined
      ? value === context.wholeName
        ? [value]
        : value.split(".")
      : undefined;
  if (parts === undefined || parts.length === 0) {
    throw new FilterRefusal(
      `ident needs a text or a list of texts, not ${opaque === undefined ? describe(value) : "bytes"}`,
      'give it a name: {{ "app.users" | ident }} or {{ ["my.schema", "users"] | ident }}',
    );
  }
  return { text: parts.map((part) => identifierPart(part, context)).join("."), form: "identifier" };
}

function identifierPart(part: unknown, context: FilterContext): string {
  if (typeof part !== "string" || part === "" || part.includes("\0")) {
    throw new FilterRefusal(
      `ident cannot make an identifier of ${part === "" ? "an empty text" : describe(part)}`,
      "every part of a name must be a text that is not empty; give a name that contains a dot as a list",
    );
  }
  if (opaqueOf(part, context) !== undefined) throw computed();
  const quoted = quoteIdentifier(part);
  if (!isFragile(quoted)) return quoted;
  const escaped = part.replaceAll("\\", "\\\\").replaceAll('"', '""');
  return `U&"${escaped.replaceAll("$", "\\0024").replaceAll("\r", "\\000d")}"`;
}

/** JSON text of any value, not quoted for SQL. */
export function json(value: unknown, context: FilterContext): string {
  return JSON.stringify(plainValue(value, context));
}

/** SHA-256 in hexadecimal: of a text's UTF-8, or of bytes. */
export function sha256(value: unknown, context: FilterContext): string {
  const opaque = typeof value === "string" ? opaqueOf(value, context) : undefined;
  if (opaque?.kind === "secret") throw computed(opaque);
  if (typeof value !== "string") {
    throw new FilterRefusal(
      `sha256 needs a text or bytes, not ${describe(value)}`,
      "give it a text; {{ value | json | sha256 }} takes any value",
    );
  }
  return createHash("sha256")
    .update(opaque === undefined ? value : opaque.bytes)
    .digest("hex");
}

/** A text, number or truth value as it is. */
export function raw(value: unknown, context: FilterContext): string {
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
    return String(value);
  if (typeof value !== "string") {
    throw new FilterRefusal(
      `raw needs a text, number or boolean, not ${describe(value)}`,
      "print it without raw, as the SQL literal of its value",
    );
  }
  const opaque = opaqueOf(value, context);
  if (opaque?.kind === "secret") {
    throw new FilterRefusal(
      `the secret ${opaque.path} cannot be printed as it is: its value is not known while the template renders`,
      `print it as a literal, {{ ${opaque.path} }}, or as an identifier, {{ ${opaque.path} | ident }}`,
      "secret",
    );
  }
  if (opaque !== undefined)
    throw new FilterRefusal("bytes cannot be printed as they are", "print them without raw");
  return value;
}

/** For `escape`, which would make HTML of a value. */
export function refuseEscape(): never {
  throw new FilterRefusal(
    "escape is for HTML, and safe in no SQL",
    "leave it out: {{ value }} prints a SQL literal",
  );
}

/** A text that was made with a secret or with bytes. */
export function computed(value?: OpaqueValue): FilterRefusal {
  if (value?.kind === "bytes") {
    return new FilterRefusal(
      "nothing can be computed with bytes",
      "print them with {{ … }}, and compute in SQL",
    );
  }
  return new FilterRefusal(
    `nothing can be computed with ${value === undefined ? "a secret" : `the secret ${value.path}`}`,
    "its value is not known while the template renders: print it with {{ … }} alone, and compute in SQL",
    "secret",
  );
}

/** For templates whose result others read: no secret may stand in it, whatever was to be done with it. */
export function secretRefused(): FilterRefusal {
  return new FilterRefusal(
    "a secret cannot be written into a component: everyone who may read the catalog could read it",
    "read it where it is needed at run time, from a table or a setting that only its reader may see",
    "secret",
  );
}

function opaqueOf(text: string, context: FilterContext): OpaqueValue | undefined {
  if (!tracesOpaque(text)) return undefined;
  const opaque = context.opaque(text);
  if (opaque === undefined) throw computed();
  return opaque;
}

function numberLiteral(value: number | bigint): string {
  if (typeof value === "number" && !Number.isFinite(value)) {
    const name = Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
    return `'${name}'::double precision`;
  }
  return value < 0 ? `(${value})` : String(value);
}

function isFiniteNumber(value: number | bigint): boolean {
  return typeof value === "bigint" || Number.isFinite(value);
}

const dollarQuote = /\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$/;

function textLiteral(value: string): string {
  if (value.includes("\0")) {
    throw new FilterRefusal(
      "the text holds a NUL character, which PostgreSQL cannot store",
      "take the NUL character out of the value",
    );
  }
  if (!isFragile(value)) return quoteLiteral(value);
  const escaped = value.replaceAll("\\", "\\\\").replaceAll("'", "''");
  return `E'${escaped.replaceAll("$", "\\x24").replaceAll("\r", "\\r")}'`;
}

/** True for what would end a dollar-quoted body that it stands in, or change with the line ends of a file. */
function isFragile(text: string): boolean {
  return dollarQuote.test(text) || text.includes("\r");
}

function plainValue(value: unknown, context: FilterContext): unknown {
  if (value === undefined) return null;
  if (Array.isArray(value)) return value.map((inner) => plainValue(inner, context));
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, inner]) => [String(key), plainValue(inner, context)]));
  }
  if (typeof value === "string") {
    const opaque = opaqueOf(value, context);
    if (opaque !== undefined) throw computed(opaque);
  }
  if (typeof value === "bigint") {
    throw new FilterRefusal(`JSON cannot hold the number ${value} exactly`, "give it as a text");
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
