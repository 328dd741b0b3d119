/** Takes a script that makes a schema apart: components for what the tool manages, a base script for the rest. */
import { splitStatements } from "../../src/sql/split-statements.ts";
import type { Omission, Schema } from "./schema.ts";

export interface ScriptSource {
  readonly name: string;
  readonly script: string;
  /** Where everything is made: the first of `searchPath`. */
  readonly searchPath: readonly string[];
  /** Statements that are left out: their reason; null for those that stay. */
  readonly omit: (statement: string) => string | null;
}

const declaration =
  /^create\s+(?:or\s+replace\s+)?(view|function|procedure|aggregate)\s+(?:[\w$]+\.)?([\w$]+)/i;
const rule = /^create\s+(?:or\s+replace\s+)?rule\s+(\w+)[\s\S]*?\bto\s+(\w+)/i;
const attachment = /^(?:grant|revoke|comment)\b(?:(?!\bon\b)[\s\S])*\bon\s+(?:table\s+|view\s+)?(\w+)/i;

/** `loadParser` must have been awaited. */
export function schemaOfScript(source: ScriptSource): Schema {
  const components = new Map<string, string>();
  const base: string[] = [];
  const omitted: Omission[] = [];
  /** By the object's name, for what is attached to it. */
  const fileOf = new Map<string, string>();
  for (const statement of splitStatements(source.script)) {
    const reason = source.omit(statement);
    const declared = declaration.exec(statement);
    const ruled = rule.exec(statement);
    const attachedTo = fileOf.get(attachment.exec(statement)?.[1] ?? "");
    const file = declared
      ? freeName(components, `${declared[1]?.toLowerCase()}s/${declared[2]}`)
      : ruled
        ? freeName(components, `rules/${ruled[2]}.${ruled[1]}`)
        : attachedTo;
    if (reason !== null) omitted.push({ component: firstLine(statement), reason });
    else if (file === undefined) base.push(`${statement};\n`);
    else {
      components.set(file, `${components.get(file) ?? ""}${statement};\n`);
      if (declared?.[1]?.toLowerCase() === "view") fileOf.set(declared[2] ?? "", file);
    }
  }
  const [schema = "public"] = source.searchPath;
  const prepare = `create schema ${schema};\nset search_path = ${source.searchPath.join(", ")};\n`;
  return {
    name: source.name,
    base: prepare + base.join(""),
    components,
    searchPath: source.searchPath,
    omitted,
  };
}

function freeName(taken: ReadonlyMap<string, string>, wanted: string): string {
  for (let i = 1; ; i++) {
    const name = `${wanted}${i === 1 ? "" : `__${i}`}.sql`;
    if (!taken.has(name)) return name;
  }
}

function firstLine(statement: string): string {
  return statement.split("\n", 1)[0] ?? "";
}
