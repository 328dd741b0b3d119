/** What a live page is told of each save, and of what waits beside it. */
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
  /** Each mistake; nothing was changed then, or where it is one of a value of a matrix, nothing of that value's. */
  readonly errors: readonly SaveError[];
  /** Values of matrices that are not in the picture; null where none was due. */
  readonly others: SavedOthers | null;
}

export interface SavedOthers {
  readonly all: number;
  /** Null before they are begun. `left` were not; `held`: because a development value failed. */
  readonly done: {
    readonly changed: number;
    readonly same: number;
    readonly failed: number;
    readonly left: number;
    readonly held: boolean;
  } | null;
}

interface SavedStep {
  readonly kind: StepKind;
  readonly object: string;
  /** Of the node that it is about, as the page's nodes have it. */
  readonly key: string;
  readonly reason: string;
  readonly sql: readonly string[];
  /** The second half of another step: part of the SQL, no change of its own. */
  readonly auxiliary: boolean;
}

interface SaveError {
  /** With its code frame. */
  readonly text: string;
  /** Keys of the nodes that the file at fault declares. */
  readonly nodes: readonly string[];
}

/** Migrations that wait: a live page shows how to run them, and runs nothing. */
export interface Pending {
  readonly migrations: readonly string[];
  /** Matrices of which values lack parts. */
  readonly behind: readonly { readonly matrix: string; readonly values: number }[];
  /** For a shell. */
  readonly command: string;
  /** What stands in its way now; null where nothing does. */
  readonly hint: string | null;
  /** Why nobody knows whether any wait; null where it is known. */
  readonly problem: string | null;
}

/** One message to the page. */
export type LiveMessage =
  | {
      readonly kind: "save";
      /** In the place of one of that number, where there is one. */
      readonly save: Save;
      /** The graph as it is now; null where nothing changed. */
      readonly page: { readonly data: PageData; readonly texts: readonly PageText[] } | null;
      /** Keys of nodes that the save touched, in the order in which it did. */
      readonly changed: readonly string[];
    }
  | { readonly kind: "pending"; readonly pending: Pending };
