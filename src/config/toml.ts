/** Reads TOML 1.0 as JSON's values. Its library gives no places of values: they are found by their keys. */
import { createRequire } from "node:module";
import { lineOffset } from "../template/position.ts";
import { JsonError, type JsonMember, type JsonNode, type JsonValue } from "./json.ts";

/** Throws a JsonError. Dates and times become texts. The library is loaded at the first such file. */
export function parseToml(text: string): JsonNode {
  const { parse, TomlError }: typeof import("smol-toml") = createRequire(import.meta.url)("smol-toml");
  let table: unknown;
  try {
    table = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [first = ""] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
    const offset = lineOffset(text, error.line) + error.column - 1;
    const fix = /losslessly/.test(first) ? "write it as text" : "correct it, or write the variables as JSON";
    throw new JsonError(`this TOML cannot be read: ${first}`, offset, fix);
  }
  return nodeOf(table, 0, text);
}

function nodeOf(value: unknown, offset: number, text: string): JsonNode {
  if (Array.isArray(value)) {
    const members = value.map(
      (item, key): JsonMember => ({ key, keyOffset: offset, node: nodeOf(item, offset, text) }),
    );
    return { value: members.map((one) => one.node.value), offset, members };
  }
  if (typeof value === "object" && value !== null && !(value instanceof Date)) {
    const members = Object.entries(value).map(([key, inner]): JsonMember => {
      const keyOffset = keyAt(text, key, offset);
      return { key, keyOffset, node: nodeOf(inner, keyOffset, text) };
    });
    return { value: Object.fromEntries(members.map((one) => [one.key, one.node.value])), offset, members };
  }
  return { value: plain(value, offset), offset, members: [] };
}

function plain(value: unknown, offset: number): JsonValue {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new JsonError(`the number ${value} cannot be kept`, offset, "write it as text");
  }
  return value as JsonValue;
}

/** Where a key stands behind its table: before `=`, or in the head of a table. */
function keyAt(text: string, key: string, from: number): number {
  const name = key.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const pattern = new RegExp(`(?<![\\w-])["']?${name}["']?(?=[ \\t]*[=.\\]])`, "g");
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? from;
}
