/** Running text in colours, broken at spaces where the terminal ends. */
import type { Paint, Style } from "./style.ts";
import { textWidth } from "./text-width.ts";

export interface Phrase {
  readonly text: string;
  readonly paint?: Paint;
}

/** Further lines are indented by two columns. */
export function formatSentence(phrases: readonly Phrase[], { width }: Pick<Style, "width">): string {
  const lines: string[] = [];
  let line = "";
  let columns = 0;
  for (const { text, paint = (plain: string) => plain } of phrases) {
    let run = "";
    for (const word of text.split(/(?<=[^ ])(?= )/)) {
      if (columns > 0 && columns + textWidth(word) > width) {
        lines.push(line + (run === "" ? "" : paint(run)));
        line = "  ";
        run = word.trimStart();
        columns = 2 + textWidth(run);
      } else {
        run += word;
        columns += textWidth(word);
      }
    }
    if (run !== "") line += paint(run);
  }
  return [...lines, line].join("\n");
}
