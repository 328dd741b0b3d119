/** Reads a text file, or says in a diagnostic why it cannot be read. */
import { type Buffer, isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import { positionAt } from "../template/position.ts";

export type ReadText =
  | {
      readonly kind: "text";
      readonly bytes: Buffer;
      /** Without a byte-order mark. */
      readonly text: string;
    }
  | {
      readonly kind: "mistake";
      readonly mistake: Diagnostic;
      /** There is no such file. */
      readonly missing: boolean;
    };

/** `shown` is the path in messages. */
export function readText(path: string, shown: string): ReadText {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return {
      kind: "mistake",
      mistake: fileProblem(shown, error),
      missing: codeOf(error) === "ENOENT",
    };
  }
  if (!isUtf8(bytes)) return { kind: "mistake", mistake: notUtf8(shown, bytes), missing: false };
  return { kind: "text", bytes, text: bytes.toString("utf8").replace(/^\ufeff/, "") };
}

/** What the file system refused. */
export function fileProblem(shown: string, error: unknown): Diagnostic {
  const [message, fix] = known.get(codeOf(error)) ?? [
    `it cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    "make it readable",
  ];
  return { code: "file", message, file: shown, fix };
}

const known: ReadonlyMap<string, readonly [message: string, fix: string]> = new Map([
  ["EACCES", ["there is no permission to read it", "give yourself the right to read it"]],
  ["EPERM", ["there is no permission to read it", "give yourself the right to read it"]],
  ["ENOENT", ["it vanished while it was being read", "run the command again"]],
  ["ELOOP", ["its links lead round in a circle", "remove one of the links"]],
  ["EISDIR", ["a folder stands in the place of the file", "remove the folder, or name a file"]],
  [
    "ENOTDIR",
    ["a file stands in the place of a folder on the way to it", "remove that file, or name another"],
  ],
]);

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Where it stops being UTF-8. */
export function notUtf8(shown: string, bytes: Uint8Array): Diagnostic {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return {
    code: "file",
    message: utf16 ? "the file is UTF-16" : "the file is not UTF-8",
    file: shown,
    ...positionAt(validBegin(bytes), Number.POSITIVE_INFINITY),
    fix: "save it as UTF-8",
  };
}

/** The text before the first byte that is not part of a valid sequence. */
function validBegin(bytes: Uint8Array): string {
  let low = 0;
  let high = bytes.length;
  // Whether a beginning is valid, apart from a sequence cut off at its end, falls from true to false once.
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isValidBegin(bytes.subarray(0, middle))) low = middle;
    else high = middle - 1;
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, low), { stream: true });
}

function isValidBegin(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
