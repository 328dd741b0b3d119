/** The visual language of the terminal: colours, marks and lines, each for what the terminal can show. docs/terminal.md tells of it. */
import type { StepKind } from "../../graph/step.ts";
import { type Colors, createColors } from "./colors.ts";
import { plainTerminal, type Terminal } from "./terminal.ts";

export type Paint = (text: string) => string;

/** What stands before a line, one column wide. */
interface Marks {
  readonly step: Readonly<Record<StepKind, string>>;
  /** Looked at, and nothing to do. */
  readonly same: string;
  readonly done: string;
  readonly failed: string;
  readonly warning: string;
  readonly waiting: string;
  readonly moved: string;
}

/** The lines of a tree, and of a code frame. */
interface Lines {
  readonly branch: string;
  readonly last: string;
  /** What goes on below a branch that is not the last one. */
  readonly through: string;
  readonly rule: string;
  readonly dots: string;
  /** Of a bar: what is done, and what is left. */
  readonly full: string;
  readonly empty: string;
  /** One after the other while something goes on. */
  readonly spinner: readonly string[];
}

export interface Style extends Colors {
  /** Columns; Infinity where lines are never broken. */
  readonly width: number;
  readonly marks: Marks;
  readonly lines: Lines;
}

const unicodeMarks: Marks = {
  step: {
    create: "+",
    replace: "~",
    "rename-column": "→",
    alter: "∆",
    recreate: "±",
    rebind: "↻",
    detach: "◌",
    drop: "-",
    restore: "↩",
    refresh: "≡",
  },
  same: "·",
  done: "✓",
  failed: "✗",
  warning: "!",
  waiting: "…",
  moved: "→",
};

const asciiMarks: Marks = {
  step: {
    create: "+",
    replace: "~",
    "rename-column": ">",
    alter: "^",
    recreate: "#",
    rebind: "&",
    detach: "o",
    drop: "-",
    restore: "<",
    refresh: "=",
  },
  same: ".",
  done: "*",
  failed: "x",
  warning: "!",
  waiting: "?",
  moved: ">",
};

const unicodeLines: Lines = {
  branch: "├─ ",
  last: "└─ ",
  through: "│  ",
  rule: "│",
  dots: "…",
  full: "█",
  empty: "░",
  spinner: ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
};

const asciiLines: Lines = {
  branch: "|- ",
  last: "`- ",
  through: "|  ",
  rule: "|",
  dots: "...",
  full: "#",
  empty: "-",
  spinner: ["|", "/", "-", "\\"],
};

export function styleOf({ width, color, unicode }: Terminal): Style {
  return {
    ...createColors(color),
    width: width ?? Number.POSITIVE_INFINITY,
    marks: unicode ? unicodeMarks : asciiMarks,
    lines: unicode ? unicodeLines : asciiLines,
  };
}

export const plainStyle: Style = styleOf(plainTerminal);

/** What is made is green, what goes red, what is made anew yellow, what changes in place cyan. */
export function paintStep(kind: StepKind, style: Style): Paint {
  switch (kind) {
    case "create":
      return style.green;
    case "drop":
      return style.red;
    case "recreate":
    case "detach":
      return style.yellow;
    case "replace":
    case "rename-column":
    case "alter":
    case "rebind":
    case "restore":
    case "refresh":
      return style.cyan;
  }
}

/** The word for a step that stands in its column. */
export function stepWord(kind: StepKind): string {
  return kind === "rename-column" ? "rename" : kind;
}
