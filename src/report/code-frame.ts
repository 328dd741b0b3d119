/** Shows a diagnostic for a person: what, where, the lines around it, and what to do. */
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Paint, Style } from "./style.ts";
import { textWidth, wrapText } from "./text-width.ts";

/** `readSource` gives the text of a source file, null where there is none to show. */
export function formatDiagnostic(
  diagnostic: Diagnostic,
  style: Style,
  readSource: (file: string) => string | null,
): string {
  const { code, message, file, line, column, detail, fix } = diagnostic;
  const scope = diagnostic.scope === undefined ? "" : ` (${diagnostic.scope})`;
  const unplaced = file === undefined ? scope : "";
  const lines = hanging(`error [${code}] ${message}${unplaced}`, "", style, (first) =>
    first.replace(/^error \[[^\]]*\]/, `${style.red("error")} ${style.dim(`[${code}]`)}`),
  );
  if (file !== undefined) {
    const place = [file, line, column].filter((part) => part !== undefined).join(":");
    lines.push(`  ${style.cyan(place)}${scope}`);
    if (line !== undefined) lines.push(...frame(file, line, column, style, readSource));
  }
  for (const one of detail?.split("\n") ?? []) {
    const [first = "", ...others] = wrapText(one, style.width - 2, style.width - 4);
    lines.push(`  ${style.dim(first)}`, ...others.map((more) => `    ${style.dim(more)}`));
  }
  if (fix !== undefined)
    lines.push(...hanging(`fix: ${fix}`, "  ", style, (first) => first.replace("fix:", style.green("fix:"))));
  return lines.join("\n");
}

/** A text whose further lines stand two columns further in. */
function hanging(text: string, indent: string, { width }: Style, paintFirst: Paint): string[] {
  const room = width - indent.length;
  const [first = "", ...others] = wrapText(text, room, room - 2);
  return [indent + paintFirst(first), ...others.map((line) => `${indent}  ${line}`)];
}

function frame(
  file: string,
  line: number,
  column: number | undefined,
  style: Style,
  readSource: (file: string) => string | null,
): readonly string[] {
  const source = readSource(file);
  if (source === null) return [];
  const all = source.split(/\r\n|\n|\r/);
  const first = Math.max(1, line - 2);
  const last = Math.min(all.length, line + 1);
  const numbers = String(last).length;
  const rule = style.dim(style.lines.rule);
  const room = style.width - numbers - 7;
  const before = (all[line - 1] ?? "").slice(0, (column ?? 1) - 1).replaceAll("\t", " ");
  // A line that is too long is shown from where the mistake is on, with some of what stands before it.
  const from = textWidth(before) < room ? 0 : Math.max(0, before.length - Math.floor(room / 2));
  const shown: string[] = [];
  for (let number = first; number <= last; number++) {
    const text = cut(
      (all[number - 1] ?? "").replaceAll("\t", " ").slice(number === line ? from : 0),
      room,
      style,
    );
    const mark = number === line ? style.red(">") : " ";
    shown.push(`  ${mark} ${style.dim(String(number).padStart(numbers))} ${rule} ${text}`.trimEnd());
    if (number === line && column !== undefined) {
      const caret = " ".repeat(textWidth(before.slice(from))) + style.red("^");
      shown.push(`    ${" ".repeat(numbers)} ${rule} ${caret}`);
    }
  }
  return shown;
}

function cut(text: string, room: number, { lines }: Style): string {
  if (textWidth(text) <= room) return text;
  const [first = ""] = wrapText(text.replaceAll(" ", "\u00A0"), room - lines.dots.length);
  return first.replaceAll("\u00A0", " ") + lines.dots;
}
