/** Mistakes in Markdown. */
import type { Diagnostic } from "../../graph/diagnostic.ts";
import { asManyAs, code, plain } from "./markdown.ts";

/** A section of its own, in at most `limit` UTF-16 units. */
export function mistakesMarkdown(mistakes: readonly Diagnostic[], limit: number): string {
  const heading = `### migrator: ${mistakes.length} ${mistakes.length === 1 ? "mistake" : "mistakes"}`;
  return `${heading}\n\n${mistakeList(mistakes, limit - heading.length - 2)}`;
}

export function mistakeList(mistakes: readonly Diagnostic[], room: number): string {
  const lines = mistakes.map((mistake) => {
    const { file, line } = mistake;
    const place = file === undefined ? "" : ` ${code(line === undefined ? file : `${file}:${line}`)}`;
    const whom = mistake.scope === undefined ? "" : ` (${plain(mistake.scope, 80)})`;
    const fix = mistake.fix === undefined ? "" : `<br>fix: ${plain(mistake.fix, 500)}`;
    return `- **${mistake.code}**${place}${whom}: ${plain(mistake.message, 600)}${fix}`;
  });
  return asManyAs(lines, room, (count) => `- and ${count} more`).join("\n");
}
