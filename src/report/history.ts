/** An object's past, for a person and as JSON. */
import { colorDiff } from "./color-diff.ts";
import type { Style } from "./style.ts";

export interface HistoryEntry {
  readonly at: Date;
  /** `applied` or `written` for a migration's version; else the kind of a step. */
  readonly what: string;
  /** A migration, or the command that ran. */
  readonly source: string;
  /** Empty where nobody knows. */
  readonly by: string;
  readonly reason: string;
  /** A diff, or the SQL that ran. */
  readonly text: string;
}

export function historyJson(object: string, entries: readonly HistoryEntry[]) {
  return {
    version: 1,
    object,
    entries: entries.map(({ at, ...entry }) => ({ at: at.toISOString(), ...entry })),
    errors: [],
  };
}

export function formatHistory(entries: readonly HistoryEntry[], style: Style): string {
  if (entries.length === 0) return "nothing has happened to it yet";
  return entries
    .map(({ at, what, source, by, reason, text }) => {
      const head = [
        style.bold(at.toISOString().slice(0, 19).replace("T", " ")),
        style.cyan(what),
        source,
        by === "" ? "" : `by ${by}`,
        style.dim(reason),
      ];
      const body =
        text === ""
          ? []
          : [indent(text.startsWith("---") ? colorDiff(text.trimEnd(), style, style.width - 4) : text)];
      return [head.filter((part) => part !== "").join("  "), ...body].join("\n");
    })
    .join("\n\n");
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "    ");
}
