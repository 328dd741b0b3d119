/** Invisible marks that carry a place of a source through a render: digits from Unicode's private use area. */
import type { SourcePlace } from "./source-place.ts";

/** Where the text behind a mark comes from: copied from that offset on, or made by the tag that stands there. */
export interface MarkedPlace extends SourcePlace {
  readonly made: boolean;
}

export interface Marks {
  /** A mark for this place. It contains no white space and no ASCII. */
  write(place: MarkedPlace): string;
  /** The text without marks. */
  strip(text: string): string;
  /** Cuts a text at its marks: the text behind each, and the place that it names. */
  read(text: string): Iterable<{ readonly place: MarkedPlace | null; readonly text: string }>;
}

const firstBase = 0xe000;
const lastBase = 0xf8f0;
const open = 10;
const copied = 11;
const made = 12;
const close = 13;

/**
 * Marks made of characters that none of these texts contains; undefined where the texts use up the private use area.
 */
export function createMarks(texts: Iterable<string>): Marks | undefined {
  const used = new Set<number>();
  for (const text of texts) {
    for (const [character] of text.matchAll(/[\ue000-\uf8ff]/g)) used.add(character.charCodeAt(0) & ~15);
  }
  let base = firstBase;
  while (used.has(base)) base += 16;
  return base > lastBase ? undefined : marksFrom(base);
}

function marksFrom(base: number): Marks {
  const character = (index: number): string => String.fromCharCode(base + index);
  const digits = `[${character(0)}-${character(9)}]+`;
  const pattern = `${character(open)}(${digits})([${character(copied)}${character(made)}])(${digits})${character(close)}`;
  const names: string[] = [];
  const indexes = new Map<string, number>();
  const encode = (value: number): string =>
    Array.from(String(value), (digit) => character(Number(digit))).join("");
  const decode = (text: string): number =>
    Number(Array.from(text, (digit) => digit.charCodeAt(0) - base).join(""));
  return {
    write({ name, offset, made: isMade }) {
      let index = indexes.get(name);
      if (index === undefined) {
        index = names.push(name) - 1;
        indexes.set(name, index);
      }
      const separator = character(isMade ? made : copied);
      return character(open) + encode(index) + separator + encode(offset) + character(close);
    },
    strip: (text) => text.replaceAll(new RegExp(pattern, "g"), ""),
    *read(text) {
      let from = 0;
      let place: MarkedPlace | null = null;
      for (const mark of text.matchAll(new RegExp(pattern, "g"))) {
        yield { place, text: text.slice(from, mark.index) };
        const name: string | undefined = names[decode(mark[1] ?? "")];
        const isMade = mark[2] === character(made);
        place = name === undefined ? null : { name, offset: decode(mark[3] ?? ""), made: isMade };
        from = mark.index + mark[0].length;
      }
      yield { place, text: text.slice(from) };
    },
  };
}
