/** What an import wrote, for a person and as JSON. */
import type { Colors } from "./colors.ts";

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
export function formatImport(report: ImportReport, colors: Colors): string {
  const shown = report.files.filter(({ change }) => change !== "unchanged");
  const width = Math.max(0, ...shown.map(({ change }) => change.length));
  const paint = (change: FileReport["change"]) => (change === "kept" ? colors.yellow : colors.green);
  const lines = shown.map(({ component, objects, change }) => {
    const list =
      objects.length > 3
        ? `${objects.slice(0, 2).join(", ")} and ${objects.length - 2} more`
        : objects.join(", ");
    return `  ${paint(change)(change.padEnd(width))}  ${component}  ${colors.dim(list)}`;
  });
  for (const warning of report.warnings) lines.push(`  ${colors.yellow("warning")}  ${warning}`);
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
  lines.push(colors.bold(parts.join("; ")));
  return lines.join("\n");
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
