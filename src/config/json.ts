/** Reads JSON and keeps where each value stands, so that every mistake in a file can be shown at its place. */

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** A value with its place. Offsets are UTF-16 units. */
export interface JsonNode {
  readonly value: JsonValue;
  readonly offset: number;
  readonly members: readonly JsonMember[];
}

export interface JsonMember {
  /** A key, or an index of an array. */
  readonly key: string | number;
  readonly keyOffset: number;
  readonly node: JsonNode;
}

export class JsonError extends Error {
  readonly offset: number;
  readonly fix: string;
  constructor(message: string, offset: number, fix: string) {
    super(message);
    this.name = "JsonError";
    this.offset = offset;
    this.fix = fix;
  }
}

/**
 * Parses a whole text. Stricter than JSON.parse: a key may stand only once in an object, and a number must be one that
 * JavaScript holds exactly, for it would reach SQL changed. Throws a JsonError.
 */
export function parseJson(text: string): JsonNode {
  const reader: Reader = { text, at: 0, depth: 0 };
  skipSpace(reader);
  const node = readValue(reader);
  skipSpace(reader);
  if (reader.at < text.length) {
    throw new JsonError(
      "there is more text behind the value",
      reader.at,
      "remove it, or put a comma before it",
    );
  }
  return node;
}

/** The node at a path of keys and indexes, or the nearest one above it. */
export function nodeAt(root: JsonNode, path: readonly (string | number)[]): JsonNode {
  let node = root;
  for (const key of path) {
    const member = node.members.find((candidate) => candidate.key === key);
    if (member === undefined) break;
    node = member.node;
  }
  return node;
}

interface Reader {
  readonly text: string;
  at: number;
  /** How many objects and lists are open. */
  depth: number;
}

/** Deeper ones would overflow the stack here or in a template. */
const deepest = 1000;

function readValue(reader: Reader): JsonNode {
  const { text, at: offset } = reader;
  const character = text.charAt(offset);
  if (character === "{") return readObject(reader);
  if (character === "[") return readArray(reader);
  if (character === '"') return { value: readString(reader), offset, members: [] };
  const word = /[A-Za-z0-9+\-._]*/y;
  word.lastIndex = offset;
  const [found = ""] = word.exec(text) ?? [];
  reader.at += found.length;
  if (found === "true" || found === "false") return { value: found === "true", offset, members: [] };
  if (found === "null") return { value: null, offset, members: [] };
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(found)) {
    return { value: exactNumber(found, offset), offset, members: [] };
  }
  if (offset >= text.length) throw new JsonError("the file ends too early", offset, "close every { and [");
  const what = found === "" ? character : found;
  const fix =
    what === "'" || /^[A-Za-z_]/.test(what)
      ? `write text in double quotes: "…"`
      : what === "}" || what === "]"
        ? "remove the comma before it"
        : what === "/" || what === "#"
          ? "JSON has no comments: remove it"
          : 'write a value: "text", a number, true, false, null, […] or {…}';
  throw new JsonError(`a value is expected here, not ${what}`, offset, fix);
}

function readObject(reader: Reader): JsonNode {
  const offset = reader.at;
  const members: JsonMember[] = [];
  readList(reader, "}", () => {
    const keyOffset = reader.at;
    if (reader.text.charAt(keyOffset) !== '"') {
      const closing = reader.text.charAt(keyOffset) === "}";
      const comment = /[/#]/.test(reader.text.charAt(keyOffset));
      const fix = closing
        ? "remove the comma before it"
        : comment
          ? "JSON has no comments: remove it"
          : 'write keys in double quotes: "key": value';
      throw new JsonError("a key is expected here", keyOffset, fix);
    }
    const key = readString(reader);
    if (members.some((member) => member.key === key)) {
      throw new JsonError(`the key "${key}" stands twice in this object`, keyOffset, "remove one of them");
    }
    skipSpace(reader);
    if (reader.text.charAt(reader.at) !== ":") {
      throw new JsonError(`a colon is missing behind "${key}"`, reader.at, 'write "key": value');
    }
    reader.at++;
    skipSpace(reader);
    members.push({ key, keyOffset, node: readValue(reader) });
  });
  // Object.fromEntries makes even "__proto__" an ordinary key.
  const value = Object.fromEntries(members.map((member) => [member.key, member.node.value]));
  return { value, offset, members };
}

function readArray(reader: Reader): JsonNode {
  const offset = reader.at;
  const members: JsonMember[] = [];
  readList(reader, "]", () => {
    const keyOffset = reader.at;
    members.push({ key: members.length, keyOffset, node: readValue(reader) });
  });
  return { value: members.map((member) => member.node.value), offset, members };
}

function readList(reader: Reader, close: string, readItem: () => void): void {
  const open = reader.at++;
  if (++reader.depth > deepest) {
    throw new JsonError(`objects and lists are nested deeper than ${deepest}`, open, "flatten them");
  }
  skipSpace(reader);
  if (reader.text.charAt(reader.at) === close) {
    reader.at++;
    reader.depth--;
    return;
  }
  for (;;) {
    readItem();
    skipSpace(reader);
    const next = reader.text.charAt(reader.at);
    if (next === close) {
      reader.at++;
      reader.depth--;
      return;
    }
    if (next === "")
      throw new JsonError(`this is never closed by ${close}`, open, `write ${close} behind its last value`);
    if (next !== ",")
      throw new JsonError("a comma is missing here", reader.at, "put a comma between two values");
    reader.at++;
    skipSpace(reader);
  }
}

function readString(reader: Reader): string {
  const pattern = /"(?:[^"\\\n]|\\.)*"/y;
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text);
  if (found === null) {
    throw new JsonError("this text never ends", reader.at, 'close it with " on the same line');
  }
  let value: unknown;
  try {
    value = JSON.parse(found[0]);
  } catch {
    // JSON.parse is only asked whether the text's escapes are right; its own message has no useful place.
    throw new JsonError(
      "this text holds a control character or an unknown escape",
      reader.at,
      'write \\\\ for a backslash, \\n for a new line, \\t for a tab, \\" for a quote',
    );
  }
  if (/\p{Surrogate}/u.test(String(value))) {
    throw new JsonError(
      "this text holds half of a surrogate pair, which is no character",
      reader.at,
      "write the character itself, or both halves: \\ud83d\\ude00",
    );
  }
  reader.at += found[0].length;
  return String(value);
}

function skipSpace(reader: Reader): void {
  while (reader.at < reader.text.length && " \t\r\n".includes(reader.text.charAt(reader.at))) reader.at++;
}

function exactNumber(text: string, offset: number): number {
  const value = Number(text);
  if (isExact(text, value)) return value;
  throw new JsonError(`the number ${text} cannot be kept exactly`, offset, `write it as text: "${text}"`);
}

/** True where the number's shortest decimal form has the same digits, and whole numbers are safe ones. */
export function isExact(text: string, value: number): boolean {
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) return false;
  return decimal(text) === decimal(String(value));
}

/** A canonical form of a decimal number: its significant digits and the power of ten behind them. */
function decimal(text: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
