/** The functions of templates: files as texts and data, UUIDs, and declared environment variables. */
import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { MigratorError } from "../../graph/diagnostic.ts";
import { JsonError, parseJson } from "../config/json.ts";
import { FilterRefusal } from "./filters.ts";
import type { OpaqueValues } from "./opaque.ts";
import { positionAt } from "./position.ts";
import type { ReadBytes, RenderServices } from "./services.ts";
import { uuidV5 } from "./uuid.ts";

/** As templates write them. */
export const functionNames = [
  "read_file",
  "read_bytes",
  "read_json",
  "read_csv",
  "uuid_v4",
  "uuid_v5",
  "uuid_v7",
  "env",
] as const;

type FunctionName = (typeof functionNames)[number];

/** What the functions of one render took from the world. */
export interface FunctionRecord {
  /** sha256 by name. */
  readonly reads: Map<string, string>;
  readonly environment: Set<string>;
  readonly generated: string[];
}

interface FunctionContext {
  readonly services: RenderServices;
  readonly opaque: OpaqueValues;
  readonly record: () => FunctionRecord;
}

/** `from`: the template that calls. */
type TemplateFunction = (from: string, args: readonly unknown[], context: FunctionContext) => unknown;

export const templateFunctions: Readonly<Record<FunctionName, TemplateFunction>> = {
  read_file: (from, args, context) => textOf(readFile("read_file", from, args, context)),
  read_bytes: (from, args, context) => {
    const { bytes } = readFile("read_bytes", from, args, context);
    return context.opaque.hide({ kind: "bytes", bytes });
  },
  read_json: (from, args, context) => {
    const file = readFile("read_json", from, args, context);
    const text = textOf(file);
    try {
      return parseJson(text).value;
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      throw dataMistake(file, error.message, error.fix, positionAt(text, error.offset));
    }
  },
  read_csv: (from, args, context) => readCsv(readFile("read_csv", from, args, context)),
  uuid_v4: (_from, args, context) => generate("uuid_v4", args, context),
  uuid_v7: (_from, args, context) => generate("uuid_v7", args, context),
  uuid_v5: (_from, args) => {
    const [namespace, name] = texts("uuid_v5", args, 2, '{{ uuid_v5("dns", "example.org") }}');
    const uuid = uuidV5(namespace ?? "", name ?? "");
    if (uuid !== undefined) return uuid;
    throw new FilterRefusal(
      "the namespace of uuid_v5 is no UUID",
      'give it a UUID, or one of "dns", "url", "oid" and "x500"',
    );
  },
  env: (_from, args, context) => {
    const [name = "", otherwise] = texts("env", args, args.length === 2 ? 2 : 1, '{{ env("CI") }}');
    const value = context.services.environment(name);
    context.record().environment.add(name);
    if (value !== undefined) return value;
    if (otherwise !== undefined) return otherwise;
    throw new FilterRefusal(
      `the environment variable ${name} is not set`,
      `set it, or give a value for where it is not: env("${name}", "…")`,
    );
  },
};

function readFile(
  what: FunctionName,
  from: string,
  args: readonly unknown[],
  { services, record }: FunctionContext,
): ReadBytes {
  const [path = ""] = texts(what, args, 1, `{{ ${what}("data/file") }}`);
  const file = services.readFile(path, from);
  record().reads.set(file.name, createHash("sha256").update(file.bytes).digest("hex"));
  return file;
}

function generate(kind: "uuid_v4" | "uuid_v7", args: readonly unknown[], context: FunctionContext): string {
  texts(kind, args, 0, `{{ ${kind}() }}`);
  const value = context.services.generate(kind);
  context.record().generated.push(value);
  return value;
}

/** Without a byte-order mark. */
function textOf({ name, bytes }: ReadBytes): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (isUtf8(text)) return text.toString("utf8").replace(/^\ufeff/, "");
  throw new MigratorError([
    {
      code: "file",
      message: "the file is not UTF-8",
      file: name,
      fix: 'save it as UTF-8, or read it as bytes: {{ read_bytes("…") }}',
    },
  ]);
}

/** A list of objects by the header's names; every value is a text. */
function readCsv(file: ReadBytes): readonly Readonly<Record<string, string>>[] {
  const { parse }: typeof import("csv-parse/sync") = createRequire(import.meta.url)("csv-parse/sync");
  const text = textOf(file);
  let rows: string[][];
  try {
    rows = parse(text, { skip_empty_lines: true, record_delimiter: ["\r\n", "\n", "\r"] });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const line = "lines" in error && typeof error.lines === "number" ? error.lines : 1;
    throw dataMistake(
      file,
      `this is no CSV: ${error.message}`,
      "close every quote, and give each line as many fields as the first",
      { line, column: 1 },
    );
  }
  const [header = [], ...rest] = rows;
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) {
    throw dataMistake(file, `two columns are called "${twice}"`, "give each column a name of its own", {
      line: 1,
      column: 1,
    });
  }
  return rest.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ""])));
}

function dataMistake(
  file: ReadBytes,
  message: string,
  fix: string,
  place: { readonly line: number; readonly column: number },
): MigratorError {
  return new MigratorError([{ code: "file", message, file: file.name, ...place, fix }]);
}

function texts(
  what: FunctionName,
  args: readonly unknown[],
  count: number,
  example: string,
): readonly string[] {
  if (args.length === count && args.every((arg) => typeof arg === "string")) return args;
  const wanted = count === 0 ? "no argument" : count === 1 ? "a text" : "two texts";
  throw new FilterRefusal(`${what} takes ${wanted}`, `write ${example}`);
}
