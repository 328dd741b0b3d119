/** What a live page is told of each save. */
import type { StepKind } from "../step.ts";
import type { PageData, PageText } from "./page-data.ts";

export interface Save {
  /** In the order of the saves, from 0. */
  readonly number: number;
  /** ISO 8601. */
  readonly at: string;
  readonly files: readonly string[];
  /** From the save to the commit, in milliseconds; null where it failed. */
  readonly took: number | null;
  readonly steps: readonly SavedStep[];
  /** Components that needed no step. */
  readonly kept: number;
  readonly warnings: readonly string[];
  /** Each mistake with its code frame; nothing was changed then. */
  readonly errors: readonly string[];
}

interface SavedStep {
  readonly kind: StepKind;
  readonly object: string;
  readonly reason: string;
  readonly sql: readonly string[];
  /** The second half of another step: part of the SQL, no change of its own. */
  readonly auxiliary: boolean;
}

/** One message to the page. */
export interface LiveMessage {
  readonly save: Save;
  /** The graph as it is now; null where nothing changed. */
  readonly page: { readonly data: PageData; readonly texts: readonly PageText[] } | null;
  /** Keys of nodes that the save touched. */
  readonly changed: readonly string[];
}
