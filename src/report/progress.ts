/** How far a long piece of work came, in one line. */
import type { Working } from "../live/working.ts";
import { formatDuration, formatNumber } from "./amounts.ts";
import { visible } from "./rows.ts";
import type { Phrase } from "./sentence.ts";
import type { Style } from "./style.ts";
import { textWidth } from "./text-width.ts";

const barWidth = 20;

/**
 * `elapsed`: milliseconds since the stage began; `turn` counts the times that the line was drawn. Never wider than the terminal
 * less one column, so that it can be written over.
 */
export function formatWorking(working: Working, elapsed: number, turn: number, style: Style): string {
  const { stage, done, all, item } = working;
  const { spinner } = style.lines;
  const counted =
    done === undefined
      ? ""
      : all === undefined || done > all
        ? formatNumber(done)
        : `${formatNumber(done)}/${formatNumber(all)}`;
  const known = done !== undefined && all !== undefined && done <= all && all > 0;
  const parts: readonly Phrase[] = [
    { text: spinner[turn % spinner.length] ?? "", paint: style.cyan },
    { text: stage },
    ...(known && style.width >= 80 ? [bar(done / all, style)] : []),
    { text: counted },
    { text: counted === "" ? timeOf(working, elapsed) : `(${timeOf(working, elapsed)})`, paint: style.dim },
  ];
  const line: string[] = [];
  let room = style.width - 1;
  for (const { text, paint = (plain: string) => plain } of parts) {
    const columns = textWidth(text) + (line.length > 0 ? 1 : 0);
    if (text === "" || columns > room) continue;
    line.push(paint(text));
    room -= columns;
  }
  const head = line.join(" ");
  return item === undefined || room < 14
    ? head
    : `${head}  ${style.dim(cut(visible(item), room - 2, style))}`;
}

/** The same for a log, which keeps every line. */
export function formatWorkingLine({ stage, done, all, item }: Working, elapsed: number): string {
  const counted = done === undefined ? "" : all === undefined || done > all ? ` ${done}` : ` ${done}/${all}`;
  return `${stage}${counted}${item === undefined ? "" : `: ${visible(item)}`} (${formatDuration(elapsed)})`;
}

/** What is left is told once there is something to count on. */
function timeOf({ done, all }: Working, elapsed: number): string {
  if (done === undefined || all === undefined || done > all || done === 0 || elapsed < 2000)
    return `${Math.floor(elapsed / 1000)} s`;
  const rate = done / (elapsed / 1000);
  const left = formatDuration(Math.ceil((all - done) / rate) * 1000);
  return `${rate.toFixed(rate < 10 ? 1 : 0)}/s, ${left.replace(".0 s", " s")} left`;
}

function bar(part: number, { lines, cyan }: Style): Phrase {
  const filled = Math.round(part * barWidth);
  return { text: lines.full.repeat(filled) + lines.empty.repeat(barWidth - filled), paint: cyan };
}

function cut(text: string, width: number, { lines }: Style): string {
  if (textWidth(text) <= width) return text;
  let shown = "";
  for (const character of text) {
    if (textWidth(shown + character + lines.dots) > width) break;
    shown += character;
  }
  return shown + lines.dots;
}
