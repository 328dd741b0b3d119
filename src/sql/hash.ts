/** Hashes of what a statement means to the parser. */
import { hash } from "node:crypto";

/** The parser's positions. A string's own quotes are escaped in JSON, so that its text cannot look like one. */
const positions =
  /,"(?:(?:name_)?location|(?:rexpr_)?list_(?:start|end))":-?\d+|"(?:(?:name_)?location|(?:rexpr_)?list_(?:start|end))":-?\d+,?/g;

/** 32 hexadecimal digits, equal where the parsed statements are equal but for positions. */
export function hashMeaning(meaning: unknown): string {
  return hash("sha256", JSON.stringify(meaning).replace(positions, ""), "hex").slice(0, 32);
}

/** The same for a text in which nothing is to be left out. */
export function hashText(text: string): string {
  return hash("sha256", text, "hex").slice(0, 32);
}
