/** Reads a text file: its hash, and its text if it is UTF-8 that PostgreSQL takes. */
import { type Buffer, isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { positionAt } from "../template/position.ts";
import { fileMistake, shownPath } from "./scan.ts";

export type TextFile =
  | {
      readonly kind: "text";
      /** Of the bytes. */
      readonly sha256: string;
      /** Without a byte-order mark. */
      readonly text: string;
    }
  | { readonly kind: "mistake"; readonly mistake: Diagnostic };

export function readTextFile(config: Config, path: string): TextFile {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return { kind: "mistake", mistake: fileMistake(config, path, error) };
  }
  if (!isUtf8(bytes)) return { kind: "mistake", mistake: notUtf8(config, path, bytes) };
  const text = bytes.toString("utf8").replace(/^\ufeff/, "");
  const nul = text.indexOf("\0");
  if (nul !== -1) {
    const mistake: Diagnostic = {
      code: "file",
      message: "the file holds a NUL character",
      file: shownPath(config, path),
      ...positionAt(text, nul),
      fix: "remove it, or save the file as UTF-8 text",
    };
    return { kind: "mistake", mistake };
  }
  return { kind: "text", sha256: sha256(bytes), text };
}

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function notUtf8(config: Config, path: string, bytes: Buffer): Diagnostic {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return {
    code: "file",
    message: utf16 ? "the file is UTF-16" : "the file is not UTF-8",
    file: shownPath(config, path),
    ...positionAt(validBegin(bytes), Number.POSITIVE_INFINITY),
    fix: "save it as UTF-8",
  };
}

/** The text before the first byte that is not part of a valid sequence. */
function validBegin(bytes: Buffer): string {
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
