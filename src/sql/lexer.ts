/**
 * A small exact lexer of PostgreSQL's tokens, for finding spans in statements that the parser accepted: it assumes
 * standard_conforming_strings, and gives operators, and the point that begins a number, character by character.
 */
import type { Span } from "../../graph/declared.ts";

type TokenKind = "word" | "quoted identifier" | "string" | "number" | "parameter" | "symbol";

export interface Token extends Span {
  readonly kind: TokenKind;
}

const blank = /[ \t\n\r\f\v]+/y;
const lineComment = /--[^\n\r]*/y;
const word = /[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*/y;
const number = /\d\w*(?:\.(?!\.)\w*)?(?:(?<=[\d.][eE])[+-]\d+)?/y;
const parameter = /\$\d+/y;
const dollarTag = /\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$/y;
/** The first token at or behind `from`, or null where only white space and comments are left before `end`. */
export function nextToken(text: string, from: number, end = text.length): Token | null {
  const start = skipSpace(text, from);
  if (start >= end) return null;
  const kind = kindAt(text, start);
  return { kind, start, end: Math.min(tokenEnd(text, start, kind), end) };
}

/** All tokens of a range. */
export function tokensOf(text: string, from: number, end: number): readonly Token[] {
  const tokens: Token[] = [];
  for (let token = nextToken(text, from, end); token !== null; token = nextToken(text, token.end, end)) {
    tokens.push(token);
  }
  return tokens;
}

/** True where the token is this keyword or symbol; `expected` in lower case. */
export function isToken(text: string, token: Token | null | undefined, expected: string): boolean {
  if (token === null || token === undefined) return false;
  if (token.end - token.start !== expected.length) return false;
  if (token.kind !== "word" && token.kind !== "symbol") return false;
  return text.slice(token.start, token.end).toLowerCase() === expected;
}

/** The span of the name, qualified or not, that begins at or behind `from`; null where no name stands. */
export function nameSpan(text: string, from: number, end = text.length): Span | null {
  let part = nextToken(text, from, end);
  if (part === null) return null;
  const { start } = part;
  for (;;) {
    if (part === null || (part.kind !== "word" && part.kind !== "quoted identifier")) return null;
    const dot: Token | null = nextToken(text, part.end, end);
    if (!isToken(text, dot, ".") || dot === null) return { start, end: part.end };
    part = nextToken(text, dot.end, end);
  }
}

/** The name that an identifier's token stands for. */
export function identifierOf(text: string, token: Token): string {
  const written = text.slice(token.start, token.end);
  if (token.kind === "word") return written.replace(/[A-Z]+/g, (upper) => upper.toLowerCase());
  if (written.startsWith('"')) return written.slice(1, -1).replaceAll('""', '"');
  return unicodeName(written);
}

/** Where the text between a string literal's quotes begins and ends. */
export function stringContent(text: string, token: Token): Span {
  if (text[token.start] === "$") {
    const tag = text.indexOf("$", token.start + 1) + 1 - token.start;
    return { start: token.start + tag, end: token.end - tag };
  }
  return { start: text.indexOf("'", token.start) + 1, end: token.end - 1 };
}

function unicodeName(written: string): string {
  const open = written.indexOf('"');
  const close = written.lastIndexOf('"');
  const mark = /'(.)'$/.exec(written.slice(close))?.[1] ?? "\\";
  const body = written.slice(open + 1, close).replaceAll('""', '"');
  const quoted = mark.replace(/[\\^$.*+?()[\]{}|]/, "\\$&");
  const sequence = new RegExp(`${quoted}(?:(${quoted})|\\+([0-9a-f]{6})|([0-9a-f]{4}))`, "gi");
  return body.replace(
    sequence,
    (_, self: string | undefined, long: string | undefined, short: string | undefined) =>
      self !== undefined ? mark : codeUnits(Number.parseInt(long ?? short ?? "", 16)),
  );
}

function codeUnits(code: number): string {
  return code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const next = skipBlank(text, at);
    if (text.charCodeAt(next) !== 0x2f || text.charCodeAt(next + 1) !== 0x2a) return next;
    at = commentEnd(text, next);
  }
}

/** Over white space and line comments. */
function skipBlank(text: string, from: number): number {
  let at = from;
  for (;;) {
    const next = matchEnd(blank, text, at) ?? at;
    const comment = matchEnd(lineComment, text, next);
    if (comment === null) return next;
    at = comment;
  }
}

/** Comments nest. */
function commentEnd(text: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (;;) {
    const match = mark.exec(text);
    if (match === null) return text.length;
    depth += match[0] === "/*" ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
}

function kindAt(text: string, at: number): TokenKind {
  const char = text[at] ?? "";
  if (char === "'") return "string";
  if (char === '"') return "quoted identifier";
  if (char === "$") {
    if (matchEnd(dollarTag, text, at) !== null) return "string";
    return matchEnd(parameter, text, at) === null ? "symbol" : "parameter";
  }
  if (char >= "0" && char <= "9") return "number";
  if (!/[A-Za-z_\x80-\uffff]/.test(char)) return "symbol";
  if (/^(?:[eEbBxXnN]|[uU]&)'/.test(text.slice(at, at + 3))) return "string";
  return /^[uU]&"/.test(text.slice(at, at + 3)) ? "quoted identifier" : "word";
}

function tokenEnd(text: string, start: number, kind: TokenKind): number {
  switch (kind) {
    case "word":
      return matchEnd(word, text, start) ?? start + 1;
    case "number":
      return matchEnd(number, text, start) ?? start + 1;
    case "parameter":
      return matchEnd(parameter, text, start) ?? start + 1;
    case "symbol":
      return start + 1;
    case "quoted identifier":
      return quotedIdentifierEnd(text, start);
    case "string":
      return text[start] === "$" ? dollarStringEnd(text, start) : stringEnd(text, start);
  }
}

function quotedIdentifierEnd(text: string, start: number): number {
  const open = text.indexOf('"', start);
  const end = quoteEnd(text, open + 1, '"', false);
  if (open === start) return end;
  const uescape = nextToken(text, end);
  const mark = uescape !== null && isToken(text, uescape, "uescape") ? nextToken(text, uescape.end) : null;
  return mark?.kind === "string" ? mark.end : end;
}

function dollarStringEnd(text: string, start: number): number {
  const open = matchEnd(dollarTag, text, start) ?? start + 2;
  const close = text.indexOf(text.slice(start, open), open);
  return close === -1 ? text.length : close + open - start;
}

function stringEnd(text: string, start: number): number {
  const backslashes = text[start] === "e" || text[start] === "E";
  let end = quoteEnd(text, text.indexOf("'", start) + 1, "'", backslashes);
  for (;;) {
    // A literal goes on with another quote behind a line break.
    const next = skipBlank(text, end);
    if (text[next] !== "'" || !/[\n\r]/.test(text.slice(end, next))) return end;
    end = quoteEnd(text, next + 1, "'", backslashes);
  }
}

/** Behind the closing quote of what began before `from`; a doubled quote does not close. */
function quoteEnd(text: string, from: number, quote: string, backslashes: boolean): number {
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (backslashes && char === "\\") at++;
    else if (char === quote) {
      if (text[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return text.length;
}

function matchEnd(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}
