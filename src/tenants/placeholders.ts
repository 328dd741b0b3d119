/** `{key}` in the variables of a matrix: the text of each value's own. */
import type { JsonValue } from "../config/json.ts";
import { declaresSecret } from "../config/secret-source.ts";

export interface FillOptions {
  /** The text is a connection URL: what is put in is one part of it. */
  readonly url: boolean;
  /** A text would lead a secret's file elsewhere. */
  readonly onUnsafe: (text: string) => void;
}

/** The value with `{name}` replaced in all its texts; names that are not among `texts` stay as they are. */
export function fillPlaceholders(
  value: JsonValue,
  texts: ReadonlyMap<string, string>,
  { url, onUnsafe }: FillOptions,
): JsonValue {
  const fill = (inner: JsonValue, spell: (text: string) => string): JsonValue => {
    if (typeof inner === "string") {
      return inner.replace(/\{(\w+)\}/g, (whole, name: string) => {
        const text = texts.get(name);
        return text === undefined ? whole : spell(text);
      });
    }
    if (typeof inner !== "object" || inner === null) return inner;
    if (Array.isArray(inner)) return inner.map((item: JsonValue) => fill(item, spell));
    const inSecret = declaresSecret(inner);
    return Object.fromEntries(
      Object.entries(inner).map(([name, member]) => [
        name,
        inSecret ? fillSecret(member) : fill(member, spell),
      ]),
    );
  };
  const fillSecret = (source: JsonValue): JsonValue => {
    const isFile = typeof source === "object" && source !== null && "file" in source;
    return fill(source, (text) => {
      if (isFile && /[/\\]|^\.{0,2}$/.test(text)) onUnsafe(text);
      return text;
    });
  };
  return fill(value, url ? encodeURIComponent : (text) => text);
}
