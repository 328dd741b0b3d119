/** What a watch asks of whoever brings the values of matrices along, and is told. */
import type { Database } from "../database/database.ts";
import type { SyncResult } from "../live/sync.ts";
import type { Files } from "../live/workspace.ts";
import type { DonePart } from "../report/plan-report.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import type { FailedScope } from "../tenants/scoped-syncs.ts";
import type { Batch } from "./save-queue.ts";
import type { Selection } from "./selection.ts";
import type { WatchedProject } from "./watched-project.ts";

export interface ScopeTurn {
  readonly batch: Batch;
  readonly database: Database;
  readonly project: WatchedProject;
  readonly files: Files;
  readonly selection: Selection;
  /** All values are looked at again. */
  readonly whole: boolean;
  /** What the shared part's sync did just now; null: nothing was due there. */
  readonly shared: SyncResult | null;
  /** Asked before a value is begun: what is left then is due with the next batch. */
  readonly isInterrupted: () => boolean;
}

export interface ScopeTold {
  /** The development values, one by one as they are done. */
  readonly first: (part: DonePart) => void;
  /** Behind the development values, where they are well and so many others are due. */
  readonly others: (first: readonly DonePart[], others: number) => Promise<void>;
}

/** As they were when they were asked for last. */
export interface WatchedValues {
  readonly all: readonly MatrixScope[];
  /** One of each matrix. */
  readonly development: readonly MatrixScope[];
}

export interface ScopesDone {
  /** Of those that were worked on and did not fail, the development values first. */
  readonly parts: readonly DonePart[];
  readonly failed: readonly FailedScope[];
  /** How many parts are development values'. */
  readonly development: number;
  /** Values that are due and were not begun: something else was saved, or they are held. */
  readonly left: number;
  /** A development value failed: the others wait until it is well. */
  readonly held: boolean;
}

export interface ScopeWatch {
  /** Whether a file of a matrix, or one that such a file is made from, is another than when values were worked on last. */
  isTouched(files: Files): boolean;
  /**
   * Null where nothing is due. A value that fails is told and stops no other; mistakes of the files and of the matrices' sources
   * are thrown as MigratorError, a lost connection as DatabaseError, and everything is due again.
   */
  work(turn: ScopeTurn, told: ScopeTold): Promise<ScopesDone | null>;
  /** The absolute paths of files outside components/ that values and their files were made from. */
  reads(): readonly string[];
  values(): WatchedValues;
}

/** For a watch that looks at the shared part alone. */
export const noScopes: ScopeWatch = {
  isTouched: () => false,
  work: async () => null,
  reads: () => [],
  values: () => ({ all: [], development: [] }),
};
