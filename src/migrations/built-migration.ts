/** A migration as it was built. */
import type { BuiltScript } from "./built-script.ts";
import type { Expectations } from "./expectations.ts";
import type { Migration, PartName } from "./migration.ts";
import type { Requiring } from "./order.ts";
import type { Pin } from "./pin.ts";

/** A part of a migration, for its scope. */
export interface BuiltMigration extends Requiring, PartName {
  readonly migration: Migration;
  /** The ledger's name of what it was built for. */
  readonly scope: string;
  readonly searchPath: readonly string[];
  readonly pin: Pin | null;
  readonly up: BuiltScript;
  readonly down: BuiltScript | null;
  /** Tells a change of what it is built from, whatever its scope; null for one that is built once. */
  readonly source: string | null;
  /** What its generated block expects to find. */
  readonly expectations: Expectations;
  /** The database has all that it stands for: it is recorded, and nothing of it runs. */
  readonly adopts?: boolean;
}
