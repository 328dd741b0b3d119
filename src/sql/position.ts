/** Positions: the parser counts UTF-8 bytes or code points, JavaScript UTF-16 units, an editor lines and columns. */

const ascii = /^[\0-\x7f]*$/;

/**
 * A converter from a byte offset in the text's UTF-8 form to an offset in UTF-16 units, clamped to the text. An offset
 * inside a character gives that character's start.
 */
export function byteOffsets(text: string): (byte: number) => number {
  const { length } = text;
  if (ascii.test(text)) return (byte) => Math.min(Math.max(byte, 0), length);
  const units = new Uint32Array(length * 3 + 1);
  let bytes = 0;
  for (let unit = 0; unit < length; ) {
    const width = unitsAt(text, unit);
    const size = width === 2 ? 4 : byteLength(text.charCodeAt(unit));
    units.fill(unit, bytes, bytes + size);
    bytes += size;
    unit += width;
  }
  return (byte) => (byte >= bytes ? length : (units[Math.max(byte, 0)] ?? length));
}

/** The offset in UTF-16 units of the code point with this number, clamped to the text. */
export function codePointOffset(text: string, codePoint: number): number {
  if (ascii.test(text)) return Math.min(Math.max(codePoint, 0), text.length);
  let unit = 0;
  for (let i = 0; i < codePoint && unit < text.length; i++) unit += unitsAt(text, unit);
  return unit;
}

/**
 * The 1-based line and column, in UTF-16 units as an editor counts them, of an offset. A byte-order mark at the
 * start of the text is no column. Lines end with LF or CR LF.
 */
export function lineAndColumn(
  text: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  const end = Math.min(Math.max(offset, 0), text.length);
  let line = 1;
  let start = 0;
  for (;;) {
    const next = text.indexOf("\n", start);
    if (next === -1 || next >= end) break;
    start = next + 1;
    line++;
  }
  const mark = line === 1 && text.startsWith("\uFEFF") && end > 0 ? 1 : 0;
  return { line, column: end - start - mark + 1 };
}

/** 2 for a surrogate pair; a surrogate alone is one character (UTF-8 writes U+FFFD for it). */
function unitsAt(text: string, unit: number): 1 | 2 {
  const code = text.charCodeAt(unit);
  if (code < 0xd800 || code > 0xdbff) return 1;
  const next = text.charCodeAt(unit + 1);
  return next >= 0xdc00 && next <= 0xdfff ? 2 : 1;
}

function byteLength(code: number): 1 | 2 | 3 {
  if (code < 0x80) return 1;
  return code < 0x800 ? 2 : 3;
}
