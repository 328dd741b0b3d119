/**
 * Unique names that stand for the values of variables while migrations are replayed, and how they turn back into the variables in what
 * is exported.
 */
import { sha256 } from "../project/text-file.ts";
import { identifierOf, stringContent, type Token, tokensOf } from "../sql/lexer.ts";
import { rawText } from "../template/raw-text.ts";

export interface Marker {
  /** A plain name of lower-case letters and digits, so that no name that holds it needs quotes because of it. */
  readonly text: string;
  /** The variable, as a template's expression. */
  readonly expression: string;
  /** A secret: it is printed as a variable of psql, and never within anything. */
  readonly secret: boolean;
  /** A value that a name holds whole, whatever is in it. */
  readonly whole: boolean;
}

/** The same for the same variable, whenever it is asked for; short, so that longer names of which it is a part stay below 63 bytes. */
export function markerText(matrix: string, variable: string): string {
  return `zq${sha256(`${matrix} ${variable}`).slice(0, 7)}qz`;
}

export interface PutBack {
  /** A template. */
  readonly text: string;
  /** Where it cannot be told what the value was meant as, for a person. */
  readonly doubts: readonly string[];
}

/** A statement, or a component's file, with variables in the places of their markers. */
export function putBack(sql: string, markers: readonly Marker[]): PutBack {
  const doubts: string[] = [];
  const out: Segment[] = [];
  replaceIn(sql, markers, out, (doubt) => doubts.push(doubt));
  // Braces that stand side by side may come from several tokens.
  let text = "";
  let plain = "";
  for (const segment of out) {
    if (segment.kind === "plain") plain += segment.text;
    else {
      text += rawText(plain) + segment.text;
      plain = "";
    }
  }
  return { text: text + rawText(plain), doubts };
}

interface Segment {
  readonly kind: "plain" | "template";
  readonly text: string;
}

type Tell = (doubt: string) => void;

function replaceIn(sql: string, markers: readonly Marker[], out: Segment[], tell: Tell): void {
  if (!markers.some(({ text }) => sql.includes(text))) {
    out.push({ kind: "plain", text: sql });
    return;
  }
  let at = 0;
  const tokens = tokensOf(sql, 0, sql.length);
  for (const [index, token] of tokens.entries()) {
    comment(sql.slice(at, token.start), markers, out);
    at = token.end;
    const written = sql.slice(token.start, token.end);
    if (markers.some(({ text }) => written.includes(text)))
      replaceToken(sql, token, tokens.slice(index + 1, index + 8), markers, out, tell);
    else out.push({ kind: "plain", text: written });
  }
  comment(sql.slice(at), markers, out);
}

/** What stands between tokens: white space and comments. */
function comment(text: string, markers: readonly Marker[], out: Segment[]): void {
  for (const piece of pieces(text, markers))
    out.push(
      typeof piece === "string"
        ? { kind: "plain", text: piece }
        : { kind: "template", text: `{{ ${nameOf(piece)} }}` },
    );
}

function replaceToken(
  sql: string,
  token: Token,
  next: readonly Token[],
  markers: readonly Marker[],
  out: Segment[],
  tell: Tell,
): void {
  const template = (text: string) => out.push({ kind: "template", text });
  const plain = (text: string) => out.push({ kind: "plain", text });
  const written = sql.slice(token.start, token.end);
  switch (token.kind) {
    case "word":
    case "quoted identifier":
      template(identifier(identifierOf(sql, token), markers));
      break;
    case "string": {
      const { start, end } = stringContent(sql, token);
      const inside = sql.slice(start, end);
      if (written.startsWith("$")) {
        plain(sql.slice(token.start, start));
        replaceIn(inside, markers, out, tell);
        plain(sql.slice(end, token.end));
        break;
      }
      const value = written.startsWith("'") ? inside.replaceAll("''", "'") : unescaped(inside);
      template(literal(value, isName(sql, next), markers, tell));
      break;
    }
    case "number":
    case "parameter":
    case "symbol":
      plain(written);
  }
}

/** Of an E'…' string as PostgreSQL prints it: nothing but backslashes is escaped. */
function unescaped(inside: string): string {
  return inside.replaceAll("''", "'").replaceAll("\\\\", "\\");
}

/** Whether a literal is the text of a name: `'public.a'::regclass`. */
function isName(sql: string, next: readonly Token[]): boolean {
  const words = next.map(({ start, end }) => sql.slice(start, end));
  if (words[0] !== ":" || words[1] !== ":") return false;
  const rest = words.slice(2);
  const type = rest[1] === "." ? rest[2] : rest[0];
  return type !== undefined && /^reg[a-z]+$/.test(type);
}

type Piece = string | Marker;

function pieces(text: string, markers: readonly Marker[]): readonly Piece[] {
  const found: Piece[] = [];
  let at = 0;
  while (at < text.length) {
    let next: { readonly marker: Marker; readonly place: number } | null = null;
    for (const marker of markers) {
      const place = text.indexOf(marker.text, at);
      if (place !== -1 && (next === null || place < next.place)) next = { marker, place };
    }
    if (next === null) break;
    if (next.place > at) found.push(text.slice(at, next.place));
    found.push(next.marker);
    at = next.place + next.marker.text.length;
  }
  if (at < text.length) found.push(text.slice(at));
  return found;
}

function identifier(name: string, markers: readonly Marker[]): string {
  const parts = pieces(name, markers);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && typeof only !== "string") return `{{ ${nameOf(only)} }}`;
  return `{{ [${joined(parts)}] | ident }}`;
}

/** The value as one name. */
function nameOf({ expression, whole, secret }: Marker): string {
  if (secret) return expression;
  return whole ? `${expression} | ident` : `[${expression}] | ident`;
}

function literal(value: string, isNamed: boolean, markers: readonly Marker[], tell: Tell): string {
  const parts = pieces(value, markers);
  if (isNamed) {
    // The other parts of the name keep their quotes, and the value always gets some. The filter ident writes more than such a text may hold.
    const names = tokensOf(value, 0, value.length).flatMap((token): readonly string[] => {
      const written = value.slice(token.start, token.end);
      const named = token.kind === "word" || token.kind === "quoted identifier";
      const inside = named ? pieces(identifierOf(value, token), markers) : [];
      if (!inside.some((piece) => typeof piece !== "string")) return [quoted(written)];
      const [only] = inside;
      const whole = inside.length === 1 && only !== undefined && typeof only !== "string";
      const text = whole ? only.expression : `(${joined(inside)})`;
      return [quoted('"'), `(${text} | replace('"', '""'))`, quoted('"')];
    });
    return `{{ ${merged(names).join(" ~ ")} }}`;
  }
  const secret = parts.find((piece) => typeof piece !== "string" && piece.secret);
  if (secret !== undefined && parts.length > 1)
    tell(`the secret ${typeof secret === "string" ? "" : secret.expression} stands within another text`);
  const looksLikeSql =
    parts.length > 1 && /\b(select|insert|update|delete|alter|create|drop|execute|grant)\b/i.test(value);
  if (looksLikeSql) tell(`a variable stands in a text that looks like SQL: ${shortened(value)}`);
  return `{{ ${joined(parts)} }}`;
}

function joined(parts: readonly Piece[]): string {
  return parts.map((piece) => (typeof piece === "string" ? quoted(piece) : piece.expression)).join(" ~ ");
}

/** Neighbouring literals as one. */
function merged(expressions: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (const one of expressions) {
    const last = found.at(-1);
    if (last?.startsWith('"') === true && one.startsWith('"'))
      found[found.length - 1] = last.slice(0, -1) + one.slice(1);
    else found.push(one);
  }
  return found;
}

/** A literal of a template. */
function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\r", "\\r")}"`;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
