/** The options of `apply` and `migration apply`. */
import type { RunOptions } from "./migration-project.ts";
import type { StagedOptions } from "./scope-options.ts";
import type { SyncOptions } from "./sync-options.ts";

export interface ApplyOptions extends RunOptions, StagedOptions {
  readonly to?: string;
  readonly singleTransaction?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly outOfOrder?: boolean;
  readonly ignoreMissing?: boolean;
  /** A rehearsal ends with 3 where something is pending. */
  readonly exitCode?: boolean;
  /** A plan is printed as a comment. */
  readonly markdown?: boolean;
}

export type ApplyEverythingOptions = ApplyOptions & SyncOptions;
