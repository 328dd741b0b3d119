/** A manual page of a command, in the form that man(1) has. */
import { formatSentence } from "../report/sentence.ts";
import type { Style } from "../report/style.ts";
import { padText, textWidth, wrapText } from "../report/text-width.ts";

export interface Entry {
  readonly term: string;
  readonly text: string;
}

export interface Section {
  readonly title: string;
  /** Running text, before the entries. */
  readonly text?: string;
  /** Under a heading each; an empty one for those that have none. */
  readonly groups?: readonly { readonly heading: string; readonly entries: readonly Entry[] }[];
  /** Terms stand on lines of their own. */
  readonly apart?: boolean;
}

const indent = "    ";
/** Lines that are longer are hard to read. */
const widest = 100;
/** Terms that are longer stand on a line of their own. */
const longestTerm = 26;

export function formatManual(sections: readonly Section[], style: Style): string {
  const width = Math.min(widest, style.width === Number.POSITIVE_INFINITY ? 80 : style.width);
  const blocks = sections.map(({ title, text, groups = [], apart }) => {
    const entries = groups.flatMap((group) => group.entries);
    const lines = [style.bold(title.toUpperCase())];
    if (text !== undefined) for (const line of wrapText(text, width - 4)) lines.push(indent + line);
    const column = Math.min(longestTerm, Math.max(0, ...entries.map(({ term }) => textWidth(term))));
    for (const [at, { heading, entries: own }] of groups.entries()) {
      if (at > 0 || text !== undefined) lines.push("");
      if (heading !== "") lines.push(`  ${style.bold(heading)}`);
      for (const entry of own)
        lines.push(
          ...(apart === true ? formatApart(entry, width, style) : formatEntry(entry, column, width, style)),
        );
    }
    return lines.map((line) => line.trimEnd()).join("\n");
  });
  return `${blocks.join("\n\n")}\n`;
}

function formatEntry({ term, text }: Entry, column: number, width: number, style: Style): readonly string[] {
  const left = indent.length + column + 2;
  const [first = "", ...others] = wrapText(text, Math.max(20, width - left));
  const margin = " ".repeat(left);
  const fits = textWidth(term) <= column;
  return [
    fits ? `${indent}${style.cyan(padText(term, column))}  ${first}` : indent + style.cyan(term),
    ...(fits ? [] : [margin + first]),
    ...others.map((line) => margin + line),
  ];
}

/** As examples are told: the line to type, and below it what it does. */
function formatApart({ term, text }: Entry, width: number, style: Style): readonly string[] {
  const command = formatSentence([{ text: term, paint: style.cyan }], { width: Number.POSITIVE_INFINITY });
  return [indent + command, ...wrapText(text, width - 8).map((line) => `${indent}${indent}${line}`)];
}
