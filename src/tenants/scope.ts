/** Where a piece of work applies: once for the database, or for one value of a matrix (one tenant). */
import type { Variables } from "../config/config.ts";
import type { SecretSource } from "../config/secret-source.ts";

/** The ledger's name of what is no matrix's. */
export const sharedScope = "shared";

/** One value of a matrix. Its key and its variables come from data: hostile until quoted. */
export interface MatrixScope {
  readonly matrix: string;
  /** Unique within the matrix. */
  readonly key: string;
  /** The ledger's name of it: `tenant=acme`. */
  readonly name: string;
  /** What templates see beside, and instead of, the project's variables of these names. Secrets by their declaration. */
  readonly variables: Variables;
  /** The schema that its objects stand in; null for one that has a database of its own and names no schema. */
  readonly schema: string | null;
  /** `schema`, then the project's search path. */
  readonly searchPath: readonly string[];
  /** The database of its own; null: the target. */
  readonly url: string | SecretSource | null;
}

/** Matrix names are names of variables: they hold no `=`. */
export function scopeName(matrix: string, key: string): string {
  return `${matrix}=${key}`;
}
