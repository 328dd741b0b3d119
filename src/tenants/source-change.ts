/** What the source of a matrix becomes when a value is added to it or taken out of it by the tool. */
import { readFileSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { Config, Variables } from "../config/config.ts";
import { type JsonValue, nodeAt, parseJson } from "../config/json.ts";
import { suggestWord } from "../config/nearest.ts";
import { csvHeader } from "./edit-csv.ts";
import { changed, editList, editValues } from "./edit-values.ts";
import type { FoundValue, Telling } from "./found-value.ts";
import type { MatrixConfig } from "./matrix-config.ts";
import { asText } from "./outer-value.ts";
import { matcher } from "./pattern.ts";
import { hasFirstParameter, numberParameters } from "./query-parameters.ts";
import { matrixNamed } from "./read-scopes.ts";
import type { ValueEdit } from "./value-edit.ts";
import { valuesOfText } from "./value-file.ts";
import { keyMember } from "./value-members.ts";

export type SourceChange =
  | {
      readonly kind: "file";
      /** Absolute. */
      readonly path: string;
      readonly shown: string;
      readonly before: string;
      readonly after: string;
    }
  /** To be run on the target, with the components' search path. */
  | { readonly kind: "statement"; readonly sql: string; readonly parameters: readonly (string | null)[] }
  /** Its schema is the value. */
  | { readonly kind: "schema" };

/** Throws a MigratorError (exit code 2) where only somebody else can add it. */
export function changeToAdd(config: Config, matrix: string, key: string, members: Variables): SourceChange {
  const rules = matrixNamed(config, matrix);
  const { source } = rules;
  if (rules.of !== null || source.kind === "cross") {
    const others = source.kind === "cross" ? source.matrices.join(" or ") : `${matrix}, inside ${rules.of}`;
    const fix = "write it there, then run this again";
    throw refused(
      `a value of ${matrix} follows from what is written of ${others}: the tool does not add it`,
      fix,
    );
  }
  const names = Object.keys(members);
  switch (source.kind) {
    case "values":
    case "file": {
      const change = editOf(config, matrix, rules, (values, header) => ({
        kind: "add",
        value: newValue(key, members, { rules, values, header }),
      }));
      if (change !== null) return change;
      const columns = names.length === 0 ? "" : `, with ${names.join(", ")}`;
      throw refused(
        `the tool cannot write into the values of ${matrix} as they are laid out`,
        `add ${key}${columns} by hand, then run this again`,
      );
    }
    case "query": {
      if (source.insert !== null) return statement(source.insert, key, members, "insert");
      const example = '"insert": "insert into public.tenants (name) values ($1)"';
      throw refused(
        `the values of ${matrix} come from a query, and nothing says how one is added`,
        `name it in migrator.json, ${example}; or insert the row yourself and run this again`,
      );
    }
    case "command":
      throw refused(
        `the values of ${matrix} come from ${source.command[0] ?? "a command"}: the tool cannot add one`,
        "add it where the command takes them from, then run this again",
      );
    case "schemas":
      if (names.length > 0)
        throw refused(`a value of ${matrix} is a schema and nothing else`, "leave out --var");
      if (matcher(source.pattern)(key)) return { kind: "schema" };
      throw refused(
        `${JSON.stringify(key)} does not fit the schemas of ${matrix}, ${source.pattern}`,
        "choose another name",
      );
  }
}

/** Null where only somebody else can take it out. */
export function changeToRemove(config: Config, matrix: string, key: string): SourceChange | null {
  const rules = matrixNamed(config, matrix);
  const { source } = rules;
  if (rules.of !== null) return null;
  switch (source.kind) {
    case "values":
    case "file":
      return editOf(config, matrix, rules, (values) => ({
        kind: "remove",
        index: values.findIndex((value) => keyOfValue(value, rules) === key),
      }));
    case "query":
      return source.delete === null ? null : statement(source.delete, key, {}, "delete");
    case "schemas":
      return { kind: "schema" };
    case "command":
    case "cross":
      return null;
  }
}

/** Writes a change of a file; what it returns writes the file as it was. */
export function writeChange({ path, before, after }: SourceChange & { readonly kind: "file" }): () => void {
  writeFileSync(path, after);
  return () => writeFileSync(path, before);
}

function editOf(
  config: Config,
  matrix: string,
  rules: MatrixConfig,
  edit: (values: readonly JsonValue[], header: readonly string[] | null) => ValueEdit,
): SourceChange | null {
  const { source } = rules;
  if (source.kind === "values") {
    const path = config.file ?? "";
    const before = readFileSync(path, "utf8");
    const bare = before.replace(/^\ufeff/, "");
    const place = ["matrices", matrix, "values"];
    const change = edit(source.values, null);
    const edited = editList(bare, nodeAt(parseJson(bare), place).offset, change);
    const wanted = edited === null ? null : nodeAt(parseJson(edited), place).value;
    if (edited === null || !isDeepStrictEqual(wanted, changed(source.values, change))) return null;
    const after = before.slice(0, before.length - bare.length) + edited;
    return { kind: "file", path, shown: relative(config.root, path), before, after };
  }
  if (source.kind !== "file") return null;
  const { file } = source;
  const path = resolve(config.root, file);
  const before = readFileSync(path, "utf8");
  const bare = before.replace(/^\ufeff/, "");
  const reread = (text: string): readonly JsonValue[] | null => {
    const mistakes: Diagnostic[] = [];
    const telling: Telling = { matrix, mistakes, configPlace: () => ({}) };
    const found: readonly FoundValue[] = valuesOfText(file, text, telling);
    return mistakes.length > 0 ? null : found.map(({ value }) => value);
  };
  const header = /\.csv$/i.test(file) ? csvHeader(bare) : null;
  const edited = editValues(file, bare, matrix, edit(reread(bare) ?? [], header), reread);
  if (edited === null) return null;
  const after = before.slice(0, before.length - bare.length) + edited;
  return { kind: "file", path, shown: file, before, after };
}

interface Among {
  readonly rules: MatrixConfig;
  readonly values: readonly JsonValue[];
  /** Of a CSV file. */
  readonly header: readonly string[] | null;
}

/** As the others are written: a text where they are texts and there is nothing more to say. */
function newValue(key: string, members: Variables, { rules, values, header }: Among): JsonValue {
  const last = values.at(-1);
  const plain = Object.keys(members).length === 0 && rules.key === null && header === null;
  if (plain && (last === undefined || typeof last === "string")) return key;
  const sample =
    header !== null ? Object.fromEntries(header.map((name) => [name, ""])) : values.findLast(isObject);
  const name = keyMember(sample ?? {}, rules.key) ?? "schema";
  // CSV knows texts alone.
  const texts = Object.entries(members).flatMap(([member, value]) => {
    const text = asText(value);
    return text === null ? [] : [[member, text] as const];
  });
  return { [name]: key, ...(header === null ? members : Object.fromEntries(texts)) };
}

function keyOfValue(value: JsonValue, rules: MatrixConfig): string | null {
  if (typeof value === "string") return value;
  if (!isObject(value)) return null;
  const key = value[keyMember(value, rules.key) ?? ""];
  return key === undefined ? null : asText(key);
}

/** The key is `$1` and `:key`, what --var gives `:name`. */
function statement(sql: string, key: string, members: Variables, what: "insert" | "delete"): SourceChange {
  const first = hasFirstParameter(sql) ? 2 : 1;
  const numbered = numberParameters(sql, first);
  const texts = new Map<string, string | null>(
    Object.entries(members).map(([name, value]) => [name, asText(value)]),
  );
  texts.set("key", key);
  const unknown = numbered.names.find((name) => !texts.has(name));
  if (unknown !== undefined) {
    const fix = what === "insert" ? `add --var ${unknown}=…` : "it knows $1 and :key, the key, alone";
    throw refused(`"${what}" of the matrix needs :${unknown}`, fix);
  }
  const unused = Object.keys(members).find((name) => !numbered.names.includes(name));
  if (unused !== undefined) {
    throw refused(`"insert" of the matrix has no :${unused}`, suggestWord(unused, numbered.names));
  }
  const parameters = numbered.names.map((name) => texts.get(name) ?? null);
  return {
    kind: "statement",
    sql: numbered.sql,
    parameters: first === 2 ? [key, ...parameters] : parameters,
  };
}

function isObject(value: JsonValue | undefined): value is Variables {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refused(message: string, fix: string): MigratorError {
  return new MigratorError([{ code: "usage", message, fix }], 2);
}
