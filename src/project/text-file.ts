/** Reads a text file: its hash, and its text if it is UTF-8 that PostgreSQL takes. */
import { createHash } from "node:crypto";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { readText } from "../config/read-text.ts";
import { positionAt } from "../template/position.ts";
import { shownPath } from "./scan.ts";

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
  const read = readText(path, shownPath(config, path));
  if (read.kind === "mistake") return read;
  const { bytes, text } = read;
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
