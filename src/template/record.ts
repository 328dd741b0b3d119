/** What one render took and made. */
import type { SecretSource } from "../config/secret-source.ts";
import type { FunctionRecord } from "./functions.ts";

/** What one render took and made, also where it failed. */
export interface RenderRecord extends FunctionRecord {
  /** Every file that was read, in the order of first use. */
  readonly uses: Set<string>;
  /** By the name of the psql variable. */
  readonly secrets: Map<string, SecretSource>;
  /** Whether something was printed that cannot stand everywhere, and may have landed where it cannot. */
  delicate: boolean;
}

export function emptyRecord(): RenderRecord {
  return {
    uses: new Set(),
    secrets: new Map(),
    reads: new Map(),
    environment: new Set(),
    generated: [],
    delicate: false,
  };
}
