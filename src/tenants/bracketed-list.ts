/** The items of a list in brackets, by their places in the text: JSON's, and TOML's, which has comments and more quotes. */

interface Span {
  readonly start: number;
  readonly end: number;
}

/** What is no punctuation: texts, of TOML also those of several lines, and comments. */
const opaque = /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*/y;

/** Null where the list that begins at `open` never ends. */
function itemsAt(
  text: string,
  open: number,
): { readonly items: readonly Span[]; readonly close: number } | null {
  const items: Span[] = [];
  let depth = 0;
  let item: { start: number; end: number } | null = null;
  for (let at = open; at < text.length; ) {
    opaque.lastIndex = at;
    const [found] = opaque.exec(text) ?? [];
    const piece = found ?? text.charAt(at);
    if (depth === 1 && (piece === "," || piece === "]")) {
      if (item !== null) items.push(item);
      item = null;
    } else if (depth >= 1 && !piece.startsWith("#") && piece.trim() !== "") {
      item ??= { start: at, end: at };
      item.end = at + piece.length;
    }
    if (piece === "[" || piece === "{") depth++;
    if (piece === "]" || piece === "}") depth--;
    if (depth === 0) return { items, close: at };
    at += piece.length;
  }
  return null;
}

/** The text with the item behind those of the list at `open`, laid out as they are; null where the list cannot be read. */
export function withItem(text: string, open: number, item: string): string | null {
  const list = itemsAt(text, open);
  if (list === null) return null;
  const last = list.items.at(-1);
  const before = list.items.at(-2);
  if (last === undefined) return text.slice(0, open + 1) + item + text.slice(list.close);
  const lead = text.slice(open + 1, last.start);
  const comma =
    before === undefined ? (lead.includes("\n") ? `,${lead}` : ", ") : text.slice(before.end, last.start);
  // A comment between the two would be said twice.
  const space = /#/.test(comma) ? `,${comma.slice(comma.lastIndexOf("\n"))}` : comma;
  return text.slice(0, last.end) + space + item + text.slice(last.end);
}

/** The text without an item; null where the list has no such one. */
export function withoutItem(text: string, open: number, index: number): string | null {
  const list = itemsAt(text, open);
  const item = list?.items[index];
  if (list === null || item === undefined) return null;
  const next = list.items[index + 1];
  const before = list.items[index - 1];
  if (next !== undefined) return text.slice(0, item.start) + text.slice(next.start);
  if (before !== undefined) return text.slice(0, before.end) + text.slice(item.end);
  return text.slice(0, open + 1) + text.slice(list.close);
}
