/** The texts that tags of a template print, marked, so that it can be judged where they landed. */
import type { Printed } from "./filters.ts";
import type { SourcePlace } from "./source-place.ts";

/** A printed text with the tag that printed it. */
export interface PrintedRun extends Printed {
  readonly place: SourcePlace;
  /** A filter changed the text after it was printed. */
  readonly altered?: boolean;
}

export interface PrintMarks {
  /** The text between marks. */
  wrap(run: PrintedRun): string;
  /** The text without marks. */
  strip(text: string): string;
  /** A run whose placeholder stands in the text: what is made of it would not be what the secret makes. */
  placeholderIn(text: string): PrintedRun | undefined;
  /** What lies between printed texts and the printed ones, in order. */
  read(text: string): readonly (string | PrintedRun)[];
  /** Forgets what was printed so far. */
  clear(): void;
}

const open = "\u{10fff0}";
const middle = "\u{10fff1}";
const close = "\u{10fff2}";
const anyMark = /\u{10fff0}\d+\u{10fff1}|\u{10fff2}/gu;
const wholeRun = /\u{10fff0}(\d+)\u{10fff1}([^\u{10fff2}]*)\u{10fff2}/gu;

export function createPrintMarks(): PrintMarks {
  const runs: PrintedRun[] = [];
  return {
    wrap: (run) => `${open}${runs.push(run) - 1}${middle}${run.text}${close}`,
    strip: (text) => text.replaceAll(anyMark, ""),
    placeholderIn: (text) =>
      Array.from(text.matchAll(wholeRun), (match) => runs[Number(match[1])]).find(
        (run) => run?.form === "placeholder",
      ),
    read(text) {
      const parts: (string | PrintedRun)[] = [];
      let from = 0;
      for (const match of text.matchAll(wholeRun)) {
        const run = runs[Number(match[1])];
        if (run === undefined) continue;
        const altered = run.text !== match[2];
        // What a filter made of SQL that was printed into a captured text is the author's; a placeholder must stay whole.
        if (altered && run.form !== "placeholder") continue;
        parts.push(
          text.slice(from, match.index).replaceAll(anyMark, ""),
          altered ? { ...run, altered } : run,
        );
        from = match.index + match[0].length;
      }
      parts.push(text.slice(from).replaceAll(anyMark, ""));
      return parts;
    },
    clear() {
      runs.length = 0;
    },
  };
}
