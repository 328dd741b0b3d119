/** What a watch tells of each batch that it worked on. */
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Database } from "../database/database.ts";
import type { DonePart } from "../report/plan-report.ts";
import type { ProjectState } from "./project-state.ts";
import type { ScopesDone, WatchedValues } from "./scope-watch.ts";
import type { WatchedProject } from "./watched-project.ts";

/** What became of a batch, and the project as it is now. */
export interface ToldBatch {
  readonly saved: readonly string[];
  readonly project: WatchedProject;
  readonly outcome:
    | {
        readonly kind: "synced";
        /** The shared part, unless nothing was due there, then the development values that did not fail. */
        readonly parts: readonly DonePart[];
        /** The values behind these; null where none is due. */
        readonly others: ToldOthers | null;
        /** What was wrong with values: each of them is as it was. */
        readonly diagnostics: readonly Diagnostic[];
        readonly values: WatchedValues;
        /** Milliseconds from the last save to the commit. */
        readonly took: number;
        readonly database: Database;
        readonly state: ProjectState;
      }
    | { readonly kind: "failed"; readonly diagnostics: readonly Diagnostic[] };
}

export interface ToldOthers {
  readonly all: number;
  /** Null before they are begun. */
  readonly done: (Pick<ScopesDone, "parts" | "left" | "held"> & { readonly failed: number }) | null;
}

/** What became of the values behind the development ones. */
export function othersOf(
  { parts, failed, development, left, held }: ScopesDone,
  values: WatchedValues,
): ToldOthers | null {
  const first = new Set(values.development.map(({ name }) => name));
  const others = failed.filter(({ scope }) => !first.has(scope)).length;
  const rest = parts.slice(development);
  const all = rest.length + others + left;
  return all === 0 ? null : { all, done: { parts: rest, failed: others, left, held } };
}
