/** Names and texts that would break out of SQL where it is put together without quoting. */
import fc from "fast-check";

const pieces = [
  '"',
  "'",
  "''",
  '""',
  "\\",
  "\\'",
  "`",
  ";",
  "--",
  "/*",
  "*/",
  "$$",
  "$migrator$",
  "$'",
  "$&",
  "$`",
  "$1",
  ":x",
  ":'x'",
  "%",
  "%s",
  "%I",
  "%1$s",
  "{{ x }}",
  "{% x %}",
  "\n",
  "\r\n",
  "\t",
  " ",
  ".",
  ",",
  "(",
  ")",
  "[]",
  "=",
  "::text",
  "@",
  "#",
  "; drop table canary.t; --",
  "'; drop table canary.t; --",
  '"; drop table canary.t; --',
  "$$; drop table canary.t; $$",
  "select",
  "table",
  "user",
  "null",
  "true",
  "public",
  "current_user",
  "PUBLIC",
  "MixedCase",
  "migrator_attempt",
  "é",
  "ß",
  "İ",
  "😀",
  "名前",
  "\u202e",
  "\u00a0",
  "\u2028",
  "e\u0301",
  "\u0001",
  "\u007f",
] as const;

const encoder = new TextEncoder();

/** At most `bytes` bytes of it, and never half a character. */
function cut(text: string, bytes: number): string {
  let kept = "";
  let length = 0;
  for (const character of text) {
    length += encoder.encode(character).length;
    if (length > bytes) break;
    kept += character;
  }
  return kept;
}

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...pieces) },
  fc.string({ minLength: 1, maxLength: 6, unit: "grapheme" }).map((text) => text.replaceAll("\0", "") || "x"),
);

/** Any text without a NUL. */
export const hostileText = fc.array(piece, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(""));

/** As PostgreSQL allows for a name: up to 63 bytes, often exactly so; `pg_` is kept for the system. */
const hostileName = fc
  .tuple(
    fc.array(piece, { minLength: 1, maxLength: 4 }),
    fc.constantFrom("", "é".repeat(40), "😀".repeat(20)),
  )
  .map(([parts, filler]) => cut(parts.join("") + filler, 63))
  .map((name) => (/^(pg_|public$|none$|information_schema$)/i.test(name) ? `x${name}`.slice(0, 60) : name));

/** That many names, all different. */
export function hostileNames(count: number): fc.Arbitrary<readonly string[]> {
  return fc.uniqueArray(hostileName, { minLength: count, maxLength: count });
}
