/** Reads a text file: its hash, and its text if it is UTF-8 that PostgreSQL takes. */
import { createHash } from "node:crypto";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { readText } from "../config/read-text.ts";
import { positionAt } from "../template/position.ts";
import { outsideProject } from "./inside-project.ts";
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
  const shown = shownPath(config, path);
  const outside = outsideProject(config, path, shown);
  return outside === null ? readTextAt(path, shown) : { kind: "mistake", mistake: outside };
}

/** The same for a file that somebody named, wherever it stands; `shown` is its path in messages. */
export function readTextAt(path: string, shown: string): TextFile {
  const read = readText(path, shown);
  if (read.kind === "mistake") return read;
  const { bytes, text } = read;
  const nul = text.indexOf("\0");
  if (nul !== -1) {
    const mistake: Diagnostic = {
      code: "file",
      message: "the file holds a NUL character",
      file: shown,
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
