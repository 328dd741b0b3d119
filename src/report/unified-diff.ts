/** A unified diff of two texts, and its colours. */
import { createTwoFilesPatch, INCLUDE_HEADERS } from "diff";
import type { Colors } from "./colors.ts";

export interface DiffSide {
  /** `/dev/null` where there is nothing. */
  readonly name: string;
  readonly text: string;
}

/** Empty where both say the same. */
export function unifiedDiff(before: DiffSide, after: DiffSide): string {
  if (before.text === after.text) return "";
  return createTwoFilesPatch(before.name, after.name, before.text, after.text, undefined, undefined, {
    context: 3,
    headerOptions: { ...INCLUDE_HEADERS, includeUnderline: false, includeIndex: false },
  });
}

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
