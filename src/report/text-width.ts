/**
 * How many columns of a terminal a text takes, and where to break it. Which characters are wide is Unicode's table, of the package that
 * string-width stands on. That one itself is not used: its patterns cost 12 ms at each start and 5 ms more at the first mark
 * that is printed, where this costs 1 ms; what it does beside the table are the few lines of `graphemeWidth`.
 */
import { eastAsianWidth } from "get-east-asian-width";

let segmenter: Intl.Segmenter | undefined;

/** Made when a text needs it: that takes 4 ms, a twentieth of a run with nothing to do. */
function graphemes(text: string): Iterable<Intl.SegmentData> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return segmenter.segment(text);
}

const emoji = /\p{Emoji_Presentation}|\uFE0F/u;
const seen = /[^\p{Mn}\p{Me}\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}]/gu;
/** What takes room of its own behind another character: marks beside it, half-width and full-width forms. */
const beside = /[\p{Mc}\uFF00-\uFFEF]/u;
const ascii = /^[\x20-\x7E]*$/;

/** Columns of a text without colours: 2 for wide characters, 0 for what only joins or marks others. */
export function textWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  const [first, ...others] = grapheme.match(seen) ?? [];
  if (first === undefined) return 0;
  if (emoji.test(grapheme)) return 2;
  const behind = others.filter((character) => beside.test(character));
  return [first, ...behind].reduce((sum, one) => sum + eastAsianWidth(one.codePointAt(0) ?? 0), 0);
}

/** With spaces behind it up to `width` columns. */
export function padText(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

/**
 * The text in lines of at most `first` columns (the first) and `rest` columns (all others), broken at spaces; a word that is longer
 * than a line is broken where the line ends. At least one line, and each line of the text begins a new one.
 */
export function wrapText(text: string, first: number, rest: number = first): readonly string[] {
  const lines: string[] = [];
  for (const line of text.split("\n")) wrapLine(line, lines.length === 0 ? first : rest, rest, lines);
  return lines;
}

function wrapLine(text: string, first: number, rest: number, lines: string[]): void {
  let limit = first;
  let line = "";
  let width = 0;
  for (const word of text.split(/(?<= )(?=[^ ])/u)) {
    const wordWidth = textWidth(word.trimEnd());
    if (width > 0 && width + wordWidth > limit) {
      lines.push(line.trimEnd());
      limit = rest;
      line = "";
      width = 0;
    }
    if (wordWidth <= limit) {
      line += word;
      width += textWidth(word);
      continue;
    }
    for (const { segment } of graphemes(word)) {
      const columns = graphemeWidth(segment);
      if (width + columns > limit && width > 0) {
        lines.push(line.trimEnd());
        limit = rest;
        line = "";
        width = 0;
      }
      line += segment;
      width += columns;
    }
  }
  lines.push(line.trimEnd());
}
