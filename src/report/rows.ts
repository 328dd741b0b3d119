/** Lines in columns: a mark, a word, a name and a note; trees of them, and messages among them. All that the terminal prints of objects. */
import type { Paint, Style } from "./style.ts";
import { padText, textWidth, wrapText } from "./text-width.ts";

export interface Row {
  readonly kind: "row";
  /** One column wide. */
  readonly mark: string;
  readonly word: string;
  /** Of mark and word. */
  readonly paint: Paint;
  readonly name: string;
  /** Said of the name, beside it: `(unmanaged)`. */
  readonly badge?: string;
  readonly note: string;
  /** Lines below the name. */
  readonly details?: readonly string[];
  /** Lines below all that, printed as they are. */
  readonly block?: readonly string[];
  /** What follows from it. */
  readonly children?: readonly Row[];
}

/** Text instead of columns. */
export interface Message {
  readonly kind: "message";
  readonly mark: string;
  readonly word: string;
  readonly paint: Paint;
  readonly text: string;
}

const indent = "  ";
const gap = "  ";
/** Names longer than this do not push the notes of all others aside. */
const longestName = 60;
/** Lines of trees take no more columns than this. */
const deepest = 30;
/** Notes narrower than this are read more easily below the name. */
const narrowestNote = 28;

/** A row with its place in the tree. */
interface Placed {
  readonly row: Row;
  /** What stands before the name, and what before the lines below it. */
  readonly guide: string;
  readonly below: string;
}

export function formatRows(rows: readonly (Row | Message)[], style: Style): readonly string[] {
  const placed = rows.map((one) => (one.kind === "row" ? placeTree(one, style) : one));
  const all = placed.flatMap((one) => ("kind" in one ? [] : one));
  const words = [...all.map(({ row }) => row.word), ...rows.map(({ word }) => word)];
  const wordWidth = Math.max(0, ...words.map(textWidth));
  const lead = indent.length + 2 + wordWidth + gap.length;
  const nameWidth = chooseNameWidth(all, style.width - lead);
  return placed.flatMap((one) =>
    "kind" in one
      ? formatMessage(one, wordWidth, style)
      : one.flatMap((row) => formatRow(row, wordWidth, nameWidth, style)),
  );
}

/** Without recursion: a chain may be as long as a project has objects. */
function placeTree(root: Row, style: Style): readonly Placed[] {
  const { through, branch, last } = style.lines;
  const placed: Placed[] = [];
  const waiting = [{ row: root, guide: "", before: "" }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { row, guide, before } = next;
    const { children = [] } = row;
    placed.push({ row, guide, below: before + (children.length > 0 ? through : "") });
    for (const [at, child] of [...children.entries()].reverse()) {
      const isLast = at === children.length - 1;
      waiting.push({
        row: child,
        guide: clip(before, style) + (isLast ? last : branch),
        before: clip(before, style) + (isLast ? " ".repeat(through.length) : through),
      });
    }
  }
  return placed;
}

/** Deep down the lines of the trees above are left out, and all stands at the same depth, so that there is room for names. */
function clip(before: string, { width, lines }: Style): string {
  const part = lines.through.length;
  const most = Math.min(deepest, part * Math.floor(width / 5 / part));
  return before.length <= most ? before : padText(lines.dots, part) + before.slice(part - most);
}

function nameOf({ row, guide }: Placed): string {
  return guide + visible(row.name) + (row.badge === undefined ? "" : ` ${row.badge}`);
}

/** The columns of names, so that notes stand beside them; 0 where most notes stand better below. */
function chooseNameWidth(placed: readonly Placed[], room: number): number {
  const widths = placed.map((one) => textWidth(nameOf(one)));
  const noted = placed.filter(({ row }) => row.note !== "");
  const longestNote = Math.max(0, ...noted.map(({ row }) => textWidth(row.note)));
  const limit = Math.min(longestName, room - gap.length - Math.min(longestNote, narrowestNote));
  const fitting = widths.filter((width) => width <= limit);
  return fitting.length * 2 < widths.length ? 0 : Math.max(0, ...fitting);
}

function formatRow(placed: Placed, wordWidth: number, nameWidth: number, style: Style): readonly string[] {
  const { row, guide, below } = placed;
  const head = `${indent}${row.paint(row.mark)} ${row.paint(padText(row.word, wordWidth))}${gap}`;
  const lead = indent.length + 2 + wordWidth + gap.length;
  const room = style.width - lead;
  const margin = " ".repeat(lead);
  const width = textWidth(nameOf(placed));
  const note = visible(row.note);
  const lines: string[] = [];
  const inner = (row.children ?? []).length > 0 ? below : below + gap;
  const tree = (text: string): string => (text === "" ? "" : style.dim(text));
  const beneath = (text: string): readonly string[] =>
    wrapText(text, room - inner.length).map((line) => `${margin}${tree(inner)}${style.dim(line)}`.trimEnd());
  const beside = width <= nameWidth || room === Number.POSITIVE_INFINITY;
  const named = (text: string): string =>
    row.badge !== undefined && text.endsWith(row.badge)
      ? text.slice(0, text.length - row.badge.length) + style.yellow(row.badge)
      : text;
  const [first = "", ...others] = wrapText(
    nameOf(placed).slice(guide.length),
    room - guide.length,
    room - inner.length,
  );
  if (beside && note !== "") {
    const [noted = "", ...more] = wrapText(note, room - Math.max(width, nameWidth) - gap.length);
    const filler = " ".repeat(Math.max(0, nameWidth - width));
    lines.push(`${head}${tree(guide)}${named(first)}${filler}${gap}${style.dim(noted)}`);
    for (const line of more)
      lines.push(`${margin}${tree(padText(below, nameWidth))}${gap}${style.dim(line)}`);
  } else {
    lines.push(`${head}${tree(guide)}${named(first)}`.trimEnd());
    for (const line of others) lines.push(`${margin}${tree(inner)}${named(line)}`);
    if (note !== "") lines.push(...beneath(note));
  }
  for (const detail of row.details ?? []) lines.push(...beneath(visible(detail)));
  return [...lines, ...(row.block ?? [])];
}

function formatMessage(
  { mark, word, paint, text }: Message,
  wordWidth: number,
  style: Style,
): readonly string[] {
  const lead = indent.length + 2 + wordWidth + gap.length;
  const [first = "", ...others] = wrapText(visible(text), style.width - lead);
  return [
    `${indent}${paint(mark)} ${paint(padText(word, wordWidth))}${gap}${first}`,
    ...others.map((line) => " ".repeat(lead) + line),
  ];
}

/** Names come from data: what would move the cursor, or turn the line around, is written as in JSON. */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return character === "\n" ? "\\n" : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
