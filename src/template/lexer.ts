/** Cuts a minijinja template into data and tags, as minijinja's own lexer does with its default delimiters. */

export interface TemplateToken {
  /** `data` is copied to the output: text between tags, and what stands inside a raw block. */
  readonly kind: "data" | "expression" | "block" | "comment";
  /** A half-open range of UTF-16 units; for a tag its delimiters are inside. */
  readonly start: number;
  readonly end: number;
}

const rawBegin = /\{%[-+]?\s*raw\s*[-+]?%\}/y;
const rawEnd = /\{%[-+]?\s*endraw\s*[-+]?%\}/g;

/** The tokens in order, without gaps. A tag that never ends reaches to the end of the text. */
export function lexTemplate(text: string): readonly TemplateToken[] {
  const tokens: TemplateToken[] = [];
  const push = (kind: TemplateToken["kind"], start: number, end: number): void => {
    if (end > start) tokens.push({ kind, start, end });
  };
  let at = 0;
  while (at < text.length) {
    const tag = nextTag(text, at);
    push("data", at, tag);
    if (tag === text.length) break;
    rawBegin.lastIndex = tag;
    const raw = rawBegin.exec(text);
    if (raw !== null) {
      const body = tag + raw[0].length;
      rawEnd.lastIndex = body;
      const close = rawEnd.exec(text);
      const bodyEnd = close?.index ?? text.length;
      at = bodyEnd + (close?.[0].length ?? 0);
      push("block", tag, body);
      push("data", body, bodyEnd);
      push("block", bodyEnd, at);
      continue;
    }
    const opener = text.charAt(tag + 1);
    if (opener === "#") {
      const close = text.indexOf("#}", tag + 2);
      at = close === -1 ? text.length : close + 2;
      push("comment", tag, at);
    } else {
      at = tagEnd(text, tag + 2, opener === "{" ? "}}" : "%}");
      push(opener === "{" ? "expression" : "block", tag, at);
    }
  }
  return tokens;
}

/** A piece of a tag's inside: a string literal, or a run of anything else. */
export interface TagPart {
  readonly string: boolean;
  readonly start: number;
  readonly end: number;
}

/** The inside of a tag, without its delimiters, cut into string literals and the rest. */
export function tagParts(text: string, token: TemplateToken): readonly TagPart[] {
  const parts: TagPart[] = [];
  let start = token.start + 2;
  const end = Math.max(start, token.end - 2);
  for (let at = start; at < end; ) {
    const character = text.charAt(at);
    if (character !== '"' && character !== "'") {
      at++;
      continue;
    }
    if (at > start) parts.push({ string: false, start, end: at });
    const close = Math.min(stringEnd(text, at), end);
    parts.push({ string: true, start: at, end: close });
    start = close;
    at = close;
  }
  if (end > start) parts.push({ string: false, start, end });
  return parts;
}

function nextTag(text: string, from: number): number {
  for (let at = text.indexOf("{", from); at !== -1; at = text.indexOf("{", at + 1)) {
    const next = text.charAt(at + 1);
    if (next === "{" || next === "%" || next === "#") return at;
  }
  return text.length;
}

/** Behind the closing delimiter. It does not count inside strings, nor inside brackets that are still open. */
function tagEnd(text: string, from: number, close: string): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const character = text.charAt(at);
    if (depth === 0 && text.startsWith(close, at)) return at + 2;
    if (character === '"' || character === "'") {
      at = stringEnd(text, at);
      continue;
    }
    if (character === "(" || character === "[" || character === "{") depth++;
    if (character === ")" || character === "]" || character === "}") depth = Math.max(0, depth - 1);
    at++;
  }
  return text.length;
}

function stringEnd(text: string, open: number): number {
  const quote = text.charAt(open);
  for (let at = open + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "\\") at++;
    else if (character === quote) return at + 1;
  }
  return text.length;
}
