/** The colours of a unified diff. */
import type { Colors } from "./colors.ts";

export function colorDiff(diff: string, colors: Colors): string {
  const lines = diff.split("\n");
  const body = lines.findIndex((line) => line.startsWith("@@"));
  return lines
    .map((line, at) => {
      // A comment of SQL that goes or comes looks like the head's lines.
      if (at < body) return colors.bold(line);
      if (line.startsWith("@@")) return colors.cyan(line);
      if (line.startsWith("+")) return colors.green(line);
      return line.startsWith("-") ? colors.red(line) : line;
    })
    .join("\n");
}
