/** The way from an offset in rendered text back to the template's own file, by a second render that carries marks. */
import type { MarkedPlace, Marks } from "./marks.ts";
import type { SourcePlace } from "./source-place.ts";

/** The source of an offset in the rendered text; undefined where nothing is known. */
export type Locator = (offset: number) => SourcePlace | undefined;

interface Run {
  /** How many visible characters of the marked text stand before it. */
  readonly at: number;
  readonly place: MarkedPlace;
}

/**
 * Aligns rendered text with its marked twin by counting visible characters: white space may differ, because a mark stops
 * `{%-` from trimming. Where the visible characters differ too (a template that looks at captured text), the common
 * beginning and end still align, and what lies between is placed at the last mark before it.
 */
export function createLocator(
  rendered: string,
  markedText: string,
  marks: Marks,
  sourceOf: (name: string) => string,
): Locator {
  const runs: Run[] = [];
  let twin = "";
  for (const { place, text } of marks.read(markedText)) {
    if (place !== null) runs.push({ at: twin.length, place });
    twin += visible(text);
  }
  const original = visible(rendered);
  const begin = commonBegin(original, twin);
  const end = commonEnd(original, twin, begin);
  const shift = twin.length - original.length;
  return (offset) => {
    const count = visible(rendered.slice(0, Math.max(0, offset))).length;
    if (count >= begin && count < original.length - end) return lastRun(runs, begin)?.place;
    const twinCount = count < begin ? count : count + shift;
    // At the very end there is no next character: the place is behind the last one.
    const behind = twinCount === twin.length && twinCount > 0;
    const run = lastRun(runs, behind ? twinCount - 1 : twinCount);
    if (run === undefined || run.place.made) return run?.place;
    const { name, offset: from } = run.place;
    const source = sourceOf(name);
    return behind
      ? { name, offset: skipVisible(source, from, twinCount - 1 - run.at) + 1 }
      : { name, offset: skipVisible(source, from, twinCount - run.at) };
  };
}

function visible(text: string): string {
  return text.replace(/\s+/g, "");
}

/** The offset of the visible character before which `count` others stand, counted from `from`. */
function skipVisible(source: string, from: number, count: number): number {
  const pattern = /\S/g;
  pattern.lastIndex = from;
  let at = from;
  for (let skipped = 0; skipped <= count; skipped++) {
    const found = pattern.exec(source);
    if (found === null) return source.length;
    at = found.index;
  }
  return at;
}

/** The last run that begins at or before this count of visible characters. */
function lastRun(runs: readonly Run[], count: number): Run | undefined {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle]?.at ?? 0) <= count) low = middle + 1;
    else high = middle;
  }
  return runs[low - 1];
}

function commonBegin(a: string, b: string): number {
  const shortest = Math.min(a.length, b.length);
  let length = 0;
  while (length < shortest && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

function commonEnd(a: string, b: string, begin: number): number {
  const shortest = Math.min(a.length, b.length) - begin;
  let length = 0;
  while (length < shortest && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length))
    length++;
  return length;
}
