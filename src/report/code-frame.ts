/** Shows a diagnostic for a person: what, where, the lines around it, and what to do. */
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Colors } from "./colors.ts";

/** `readSource` gives the text of a source file, null where there is none to show. */
export function formatDiagnostic(
  diagnostic: Diagnostic,
  colors: Colors,
  readSource: (file: string) => string | null,
): string {
  const lines = [`${colors.red("error")} ${colors.dim(`[${diagnostic.code}]`)} ${diagnostic.message}`];
  const scope = diagnostic.scope === undefined ? "" : ` (${diagnostic.scope})`;
  if (diagnostic.file === undefined) lines[0] += scope;
  else {
    const place = [diagnostic.file, diagnostic.line, diagnostic.column]
      .filter((part) => part !== undefined)
      .join(":");
    lines.push(`  ${colors.cyan(place)}${scope}`);
    if (diagnostic.line !== undefined) lines.push(...frame(diagnostic, colors, readSource));
  }
  for (const line of diagnostic.detail?.split("\n") ?? []) lines.push(`  ${colors.dim(line)}`);
  if (diagnostic.fix !== undefined) lines.push(`  ${colors.green("fix:")} ${diagnostic.fix}`);
  return lines.join("\n");
}

function frame(
  diagnostic: Diagnostic,
  colors: Colors,
  readSource: (file: string) => string | null,
): readonly string[] {
  const { file, line, column } = diagnostic;
  const source = file === undefined ? null : readSource(file);
  if (source === null || line === undefined) return [];
  const all = source.split(/\r\n|\n|\r/);
  const first = Math.max(1, line - 2);
  const last = Math.min(all.length, line + 1);
  const width = String(last).length;
  const shown: string[] = [];
  for (let number = first; number <= last; number++) {
    const text = (all[number - 1] ?? "").replaceAll("\t", " ");
    const mark = number === line ? colors.red(">") : " ";
    shown.push(
      `  ${mark} ${colors.dim(String(number).padStart(width))} ${colors.dim("|")} ${text}`.trimEnd(),
    );
    if (number === line && column !== undefined) {
      shown.push(`    ${" ".repeat(width)} ${colors.dim("|")} ${" ".repeat(column - 1)}${colors.red("^")}`);
    }
  }
  return shown;
}
