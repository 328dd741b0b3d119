/** Bytes of a file as text that PostgreSQL takes, and the checksum of such a text. */
import { isUtf8 } from "node:buffer";
import { MigratorError } from "../../graph/diagnostic.ts";
import { notUtf8 } from "../config/read-text.ts";
import { sha256 } from "../project/text-file.ts";
import { positionAt } from "../template/position.ts";

/** Without a byte-order mark. `file` is the path in messages. Throws a MigratorError for what is no text. */
export function decodeText(bytes: Uint8Array, file: string): string {
  if (!isUtf8(bytes)) throw new MigratorError([notUtf8(file, bytes)]);
  const text = Buffer.from(bytes)
    .toString("utf8")
    .replace(/^\ufeff/, "");
  const nul = text.indexOf("\0");
  if (nul === -1) return text;
  throw new MigratorError([
    {
      code: "file",
      message: "the file holds a NUL character",
      file,
      ...positionAt(text, nul),
      fix: "remove it, or save the file as UTF-8 text",
    },
  ]);
}

/** Line ends do not count: version control may change them. */
export function checksum(text: string): string {
  return sha256(text.replaceAll("\r\n", "\n"));
}
