/** Rewrites the tags of a template, so that values print as SQL and mistakes know their place. */
import { functionNames } from "./functions.ts";
import { type TemplateToken, tagParts } from "./lexer.ts";
import { variableLoads } from "./loads.ts";
import { opaqueSign } from "./opaque.ts";
import type { PieceWriter } from "./pieces.ts";
import { printsSql } from "./template-name.ts";

/** Marks undefined for the filters of this tool, which get `undefined` for none as well as for an undefined name. */
export const undefinedMark = "__undefined";

/** Filters of this tool; `sql` for those whose result is SQL, and not a value that would be printed as a literal. */
const ownFilters: Readonly<Record<string, { readonly to: string; readonly sql: boolean }>> = {
  ident: { to: "__ident", sql: true },
  literal: { to: "__literal", sql: true },
  raw: { to: "__raw", sql: true },
  safe: { to: "__raw", sql: true },
  json: { to: "__json", sql: false },
  tojson: { to: "__json", sql: false },
  sha256: { to: "__sha256", sql: false },
};
const filterUse = /\|\s*(ident|literal|raw|safe|json|tojson|sha256)\b(?:\s*\(\s*\))?/g;
const functionUse = new RegExp(`(?<![.|\\w])\\b(${functionNames.join("|")})\\s*\\(`, "g");

/** `"," if not loop.last`: in SQL nobody means the literal. */
const separator = /^\s*(["'])(?:[^\w"'\\]*|\s*(?:and|or|union|union\s+all)\s*)\1\s+if\b/i;

/** A replacement of a range of the source: what is inserted before and behind it, and whether it stays. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly behind: string;
  readonly keep: boolean;
}

/**
 * `{{ … }}`: the value is taken once; what a macro, a block or a filter such as `ident` made is printed as it is, anything
 * else as SQL. An undefined value is left to minijinja: `{{ x if y }}` prints nothing, `{{ list[9] }}` fails.
 */
export function writeExpression(
  writer: PieceWriter,
  name: string,
  source: string,
  token: TemplateToken,
): void {
  const text = source.slice(token.start, token.end);
  const [, left = "", inside = "", right = ""] = /^\{\{([-+]?)([\s\S]*?)([-+]?)\}\}$/.exec(text) ?? [];
  if (!/\S/.test(inside) || hasComma(source, token)) {
    // minijinja says what is wrong with it.
    writeTag(writer, name, source, token.start, token.end, token);
    return;
  }
  const from = token.start + 2 + left.length;
  const to = token.end - 2 - right.length;
  const at = from + inside.search(/\S/);
  const place = `${JSON.stringify(name)}, ${at}`;
  const print = printsSql(name)
    ? `(__v|string|safe if (__v is integer and __v >= 0) else __v|__print(${place})|safe)`
    : `(__v|__plain(${place}) if __v is string else __v ~ "")|safe`;
  if (printsSql(name) && separator.test(inside)) writer.insert(`{% do __separator(${place}) %}`, name, at);
  writer.insert(`{%${left} with __v = `, name, at);
  writeTag(writer, name, source, from, to, token);
  writer.insert(
    ` %}{{ __v if (__v is undefined or __v is safe) else ${print} }}{% endwith ${right}%}`,
    name,
    at,
  );
}

/** `{% … %}`. */
export function writeBlock(writer: PieceWriter, name: string, source: string, token: TemplateToken): void {
  const head = /^\{%[-+]?\s*(\w+)/.exec(source.slice(token.start, token.end))?.[1];
  if (head === "autoescape") {
    const place = `${JSON.stringify(name)}, ${token.start + source.slice(token.start).indexOf(head)}`;
    writer.insert(`{% do __autoescape(${place}) +%}`, name, token.start);
  }
  if (head === "filter") {
    const close = /[-+]?%\}$/.exec(source.slice(token.start, token.end))?.[0].length;
    if (close !== undefined) {
      // What it filters is SQL already.
      writeTag(writer, name, source, token.start, token.end - close, token);
      writer.insert("|safe", name, token.end - close);
      writer.copy(source, name, token.end - close, token.end);
      return;
    }
  }
  writeTag(writer, name, source, token.start, token.end, token);
}

/** Copies a range of a tag with its edits. */
function writeTag(
  writer: PieceWriter,
  name: string,
  source: string,
  start: number,
  end: number,
  token: TemplateToken,
): void {
  let from = start;
  for (const edit of editsOf(name, source, token)) {
    if (edit.start < from || edit.end > end) continue;
    writer.copy(source, name, from, edit.start);
    writer.insert(edit.before, name, edit.start);
    if (edit.keep) writer.copy(source, name, edit.start, edit.end);
    writer.insert(edit.behind, name, edit.start);
    from = edit.end;
  }
  writer.copy(source, name, from, end);
}

function editsOf(name: string, source: string, token: TemplateToken): readonly Edit[] {
  const edits: Edit[] = [];
  const quoted = JSON.stringify(name);
  for (const { path, start, end, computedEnd } of variableLoads(source, token)) {
    const place = `${JSON.stringify(path)}, ${quoted}, ${start}`;
    if (computedEnd !== null) {
      // A secret is a text here; what it stands for is not known.
      const value = source.slice(start, computedEnd);
      const named = `${JSON.stringify(value)}, ${quoted}, ${start}`;
      const secret = `(__computed(${named}) if ${path} is defined and ${value} is string and "${opaqueSign}" in ${value} else `;
      edits.push({ start, end: start, before: secret, behind: "", keep: false });
      edits.push({ start: computedEnd, end: computedEnd, before: ")", behind: "", keep: false });
    }
    edits.push({
      start,
      end,
      before: "(",
      behind: ` if ${path} is defined else __missing(${place}))`,
      keep: true,
    });
  }
  for (const part of tagParts(source, token)) {
    if (part.string) continue;
    const text = source.slice(part.start, part.end);
    for (const match of text.matchAll(filterUse)) {
      const filter = ownFilters[match[1] ?? ""];
      if (filter === undefined) continue;
      const start = part.start + match.index + match[0].search(/\w/);
      const joined = filter.sql && isJoined(source, token, start) ? `|__joined(${quoted}, ${start})` : "";
      const before = `default(${undefinedMark})|${filter.to}(${quoted}, ${start})${filter.sql ? "|safe" : ""}${joined}`;
      edits.push({ start, end: part.start + match.index + match[0].length, before, behind: "", keep: false });
    }
    for (const match of text.matchAll(functionUse)) {
      if (declares(source, match[1] ?? "")) continue;
      const start = part.start + match.index;
      const end = start + match[0].length;
      const empty = /^\s*\)/.test(source.slice(end));
      const before = `__${match[1]}(${quoted}, ${start}${empty ? "" : ", "}`;
      edits.push({ start, end, before, behind: "", keep: false });
    }
  }
  // Stable: an insertion stands before what begins at its place.
  return edits.sort((a, b) => a.start - b.start);
}

/**
 * True where the filter that begins at `at` makes SQL that the same `{{ … }}` joins with `~`, and prints as a value then. The
 * operand before the filter is looked at as far as it is a name or a text.
 */
function isJoined(source: string, token: TemplateToken, at: number): boolean {
  if (token.kind !== "expression") return false;
  const text = source.slice(token.start, token.end);
  if (/\|\s*(raw|safe)\s*[-+]?\}\}$/.test(text)) return false;
  const behind = /^\w+(\s*\(\s*\))?\s*~/.test(source.slice(at, token.end));
  return behind || /~\s*([\w.\s]+|"[^"]*"|'[^']*')\|\s*$/.test(source.slice(token.start, at));
}

/** True where the file has a macro of this name, of its own or imported. */
function declares(source: string, name: string): boolean {
  return new RegExp(`\\bmacro\\s+${name}\\b|\\bimport\\b[^%]*\\b${name}\\b|\\bset\\s+${name}\\b`).test(
    source,
  );
}

/** A comma outside brackets is no part of an expression. */
function hasComma(source: string, token: TemplateToken): boolean {
  let depth = 0;
  for (const part of tagParts(source, token)) {
    if (part.string) continue;
    for (const character of source.slice(part.start, part.end)) {
      if ("([{".includes(character)) depth++;
      else if (")]}".includes(character)) depth--;
      else if (character === "," && depth === 0) return true;
    }
  }
  return false;
}
