/** What an import wrote, for a person and as JSON. */
import { counted } from "./amounts.ts";
import { formatRows, type Message, type Row } from "./rows.ts";
import { formatSentence } from "./sentence.ts";
import type { Style } from "./style.ts";

interface FileReport {
  readonly component: string;
  readonly objects: readonly string[];
  /** `kept`: it exists and says something else. */
  readonly change: "written" | "overwritten" | "unchanged" | "kept";
}

export interface ImportReport {
  readonly dryRun: boolean;
  readonly folder: string;
  readonly files: readonly FileReport[];
  /** Objects that other files declare already. */
  readonly declared: readonly { readonly object: string; readonly component: string }[];
  readonly warnings: readonly string[];
}

export function importJson(report: ImportReport) {
  const { dryRun, files, declared, warnings } = report;
  return { version: 1, dryRun, files, declared, warnings, errors: [] };
}

/** One line a file that was or would be written, or was kept; then the sum. */
export function formatImport(report: ImportReport, style: Style): string {
  const { marks } = style;
  const rows = report.files
    .filter(({ change }) => change !== "unchanged")
    .map(({ component, objects, change }): Row => {
      const note =
        objects.length > 3
          ? `${objects.slice(0, 2).join(", ")} and ${objects.length - 2} more`
          : objects.join(", ");
      const [mark, paint] = change === "kept" ? [marks.same, style.yellow] : [marks.step.create, style.green];
      return { kind: "row", mark, word: change, paint, name: component, note };
    });
  const warnings = report.warnings.map(
    (text): Message => ({ kind: "message", mark: marks.warning, word: "warning", paint: style.yellow, text }),
  );
  const written = report.files.filter(({ change }) => change === "written" || change === "overwritten");
  const kept = report.files.filter(({ change }) => change === "kept").length;
  const parts = [
    `${counted(written.length, "file")} ${report.dryRun ? "to write" : "written"} below ${report.folder}`,
    `${counted(
      written.reduce((sum, { objects }) => sum + objects.length, 0),
      "object",
    )}`,
  ];
  if (kept > 0) parts.push(`${counted(kept, "file")} kept that exist (--force overwrites them)`);
  if (report.declared.length > 0)
    parts.push(`${counted(report.declared.length, "object")} declared in other files`);
  return [
    ...formatRows([...rows, ...warnings], style),
    formatSentence([{ text: parts.join("; "), paint: style.bold }], style),
  ].join("\n");
}
