/** The texts that tags of a template print, marked, so that it can be judged where they landed. */
import type { Printed } from "./filters.ts";
import type { SourcePlace } from "./source-place.ts";

/** A printed text with the tag that printed it. */
export interface PrintedRun extends Printed {
  readonly place: SourcePlace;
}

export interface PrintMarks {
  /** The text between marks. */
  wrap(run: PrintedRun): string;
  /** The text without marks. */
  strip(text: string): string;
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
    read(text) {
      const parts: (string | PrintedRun)[] = [];
      let from = 0;
      for (const match of text.matchAll(wholeRun)) {
        const run = runs[Number(match[1])];
        // A filter that changed the text took it out of the author's `{{ … }}`: it was judged when that was printed.
        if (run === undefined || run.text !== match[2]) continue;
        parts.push(text.slice(from, match.index).replaceAll(anyMark, ""), run);
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
