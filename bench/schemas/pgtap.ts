/** pgTAP's functions, many of them overloaded, from the archive in its npm package. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Schema } from "./schema.ts";
import { schemaOfScript } from "./script.ts";

const require = createRequire(import.meta.url);
const scriptName = /\/pgtap--\d+\.\d+\.\d+\.sql$/;

export function pgtap(): Schema {
  const main = require.resolve("@electric-sql/pglite-pgtap");
  const archive = gunzipSync(readFileSync(join(dirname(main), "pgtap.tar.gz")));
  return schemaOfScript({
    name: "pgtap",
    script: fileOfArchive(archive, scriptName),
    searchPath: ["pgtap"],
    omit: () => null,
  });
}

const block = 512;

/** The first file of a tar archive whose path matches. */
function fileOfArchive(archive: Buffer, path: RegExp): string {
  for (let at = 0; at + block <= archive.length; ) {
    const name = field(archive, at, 100);
    const size = Number.parseInt(field(archive, at + 124, 12), 8) || 0;
    const start = at + block;
    if (path.test(`/${name}`)) return archive.toString("utf8", start, start + size);
    at = start + Math.ceil(size / block) * block;
  }
  throw new Error(`the archive has no file like ${path.source}`);
}

/** A text that ends at its first zero byte. */
function field(archive: Buffer, start: number, length: number): string {
  return archive.toString("utf8", start, start + length).split("\0", 1)[0] ?? "";
}
