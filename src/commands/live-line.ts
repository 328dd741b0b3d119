/**
 * The line that tells how far a long piece of work is: on standard error, only once the work takes longer than half a second. On a
 * terminal it is written over and goes away by itself; a log gets a line of its own at long intervals.
 */
import type { Working } from "../live/working.ts";
import { formatWorking, formatWorkingLine } from "../report/progress.ts";
import type { Style } from "../report/style.ts";

export interface LiveLine {
  /** Where the work is now; null where it has ended. */
  at(working: Working | null): void;
  /** Takes the line away so that something else can be written; it comes back with the next news. */
  clear(): void;
}

export interface LiveLineOutput {
  readonly style: Style;
  readonly interactive: boolean;
  write(text: string): unknown;
  now(): number;
}

/** All in milliseconds. */
const patience = 500;
const redraw = 80;
const firstLogged = 60_000;
const mostBetweenLogged = 300_000;

export const noLiveLine: LiveLine = { at: () => {}, clear: () => {} };

export function createLiveLine({ style, interactive, write, now }: LiveLineOutput): LiveLine {
  let current: Working | null = null;
  let began = 0;
  let stageBegan = 0;
  let drawn = Number.NEGATIVE_INFINITY;
  let shown = false;
  let turn = 0;
  let nextLogged = firstLogged;
  let timer: NodeJS.Timeout | undefined;

  const clear = (): void => {
    if (shown) write("\r\u001b[2K");
    shown = false;
  };
  const draw = (): void => {
    if (current === null) return;
    const time = now();
    const elapsed = time - began;
    if (interactive) {
      if (elapsed < patience || time - drawn < redraw) return;
      write(`\r\u001b[2K${formatWorking(current, time - stageBegan, turn++, style)}`);
      shown = true;
      drawn = time;
    } else if (elapsed >= nextLogged) {
      write(`${formatWorkingLine(current, time - stageBegan)}\n`);
      nextLogged = elapsed + Math.min(mostBetweenLogged, nextLogged);
    }
  };
  return {
    at(working) {
      const time = now();
      if (working === null) {
        clearInterval(timer);
        timer = undefined;
        clear();
        current = null;
        return;
      }
      if (current === null) {
        began = time;
        nextLogged = firstLogged;
        timer = setInterval(draw, interactive ? 2 * redraw : firstLogged / 4);
        // The process may end while nobody has said that the work has.
        timer.unref();
      }
      if (current?.stage !== working.stage) stageBegan = time;
      current = working;
      draw();
    },
    clear,
  };
}
