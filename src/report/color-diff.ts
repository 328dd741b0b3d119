/** The colours of a unified diff. */
import type { Colors } from "./colors.ts";
import { textWidth, wrapText } from "./text-width.ts";

/** What a line that was broken goes on with: no sign of its own. */
const further = " ".repeat(8);

/** Lines that are wider than `width` columns are broken. */
export function colorDiff(diff: string, colors: Colors, width: number): string {
  const lines = diff.split("\n");
  const body = lines.findIndex((line) => line.startsWith("@@"));
  return lines
    .flatMap((line, at) => {
      const paint = paintOf(line, at < body, colors);
      return broken(line, width).map((part) => paint(part));
    })
    .join("\n");
}

function paintOf(line: string, head: boolean, colors: Colors): (text: string) => string {
  // A comment of SQL that goes or comes looks like the head's lines.
  if (head) return colors.bold;
  if (line.startsWith("@@")) return colors.cyan;
  if (line.startsWith("+")) return colors.green;
  return line.startsWith("-") ? colors.red : (text) => text;
}

function broken(line: string, width: number): readonly string[] {
  // No character is wider than two columns.
  if (2 * line.length <= width || textWidth(line) <= width) return [line];
  const [first = "", ...others] = wrapText(line, width, Math.max(1, width - further.length));
  return [first, ...others.map((text) => further + text)];
}
