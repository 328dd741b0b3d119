/** File names for database names: safe on every file system, readable, and different for different names. */
import { createHash } from "node:crypto";

/** Bytes of UTF-8; file systems take 255. */
const longest = 150;
/** Windows has devices of these names, whatever the suffix. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * A name for each, in their order. A name that a file cannot bear as it is gets its readable part and a hash of the whole; of
 * names that differ in case alone, or in the form of their accents, all but the first in sorted order get one too, and so
 * does one of the `others`, which are taken.
 */
export function fileNames(
  names: readonly string[],
  others: readonly string[] = [],
): ReadonlyMap<string, string> {
  const taken = new Set(others.map(folded));
  const found = new Map<string, string>();
  for (const name of [...new Set(names)].sort()) {
    const plain = isSafe(name) ? name : hashed(name);
    const chosen = taken.has(folded(plain)) ? hashed(name) : plain;
    taken.add(folded(chosen));
    found.set(name, chosen);
  }
  return found;
}

/** A leading `_`, `@` or `.` means something to the tool, or hides the file. */
function isSafe(name: string): boolean {
  return (
    /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_$.-]*$/u.test(name) &&
    !name.endsWith(".") &&
    !reserved.test(name) &&
    Buffer.byteLength(name) <= longest
  );
}

function hashed(name: string): string {
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  const cleaned = name.replace(/[^\p{L}\p{M}\p{N}_$]+/gu, "-").replace(/^[-_$\p{M}]+|-+$/gu, "");
  let readable = "";
  for (const character of cleaned) {
    if (Buffer.byteLength(readable + character) > longest - 20) break;
    readable += character;
  }
  return readable === "" ? hash : `${readable}-${hash}`;
}

/** Equal for names that some file system takes for one. */
function folded(name: string): string {
  return name.normalize("NFC").toLowerCase();
}
