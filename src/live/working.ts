/** Where a long piece of work is, for whoever shows it. */

export interface Working {
  /** `planning`, `reading the components`. */
  readonly stage: string;
  readonly done?: number;
  /** Of how many, where that is known; it may turn out to be more. */
  readonly all?: number;
  /** What it is at. */
  readonly item?: string;
}

/** Who is told what goes on meanwhile. */
export interface Telling {
  note(message: string): void;
  /** Null: it has ended. */
  working(working: Working | null): void;
}
