/** How far a long piece of work came, in one line. */
import type { Working } from "../live/working.ts";
import { formatDuration, formatNumber } from "./amounts.ts";
import { visible } from "./rows.ts";
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
  const parts = [
    style.cyan(spinner[turn % spinner.length] ?? ""),
    stage,
    known && style.width >= 80 ? bar(done / all, style) : "",
    counted,
    style.dim(timeOf(working, elapsed)),
  ].filter((part) => part !== "");
  const head = parts.join(" ");
  const room = style.width - 1 - textWidth(plainly(head)) - 2;
  return item === undefined || room < 12 ? head : `${head}  ${style.dim(cut(visible(item), room, style))}`;
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

function bar(part: number, { lines, cyan, dim }: Style): string {
  const filled = Math.round(part * barWidth);
  return cyan(lines.full.repeat(filled)) + dim(lines.empty.repeat(barWidth - filled));
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

function plainly(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with an escape.
  return text.replaceAll(/\u001b\[[\d;]*m/g, "");
}
