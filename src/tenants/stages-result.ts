/** What became of a run of migrations over the values of matrices. */
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { AppliedMigration } from "../migrations/apply-migrations.ts";
import type { Migration } from "../migrations/migration.ts";

export interface FailedScope {
  readonly scope: string;
  readonly diagnostics: readonly Diagnostic[];
}

export interface StagesResult {
  readonly applied: readonly AppliedMigration[];
  readonly skipped: readonly Migration[];
  readonly warnings: readonly string[];
  readonly failed: readonly FailedScope[];
  /** Scopes that were not begun, because others failed or somebody stopped the run. */
  readonly left: readonly string[];
  /** Parts that run once and wait for scopes that failed. */
  readonly waiting: readonly Migration[];
  /** Parts that run once, in the way of which components stand: the engine runs them around those, before anything else goes on. */
  readonly blocked: readonly Migration[];
  /** Scopes that were looked at. */
  readonly scopes: number;
}
