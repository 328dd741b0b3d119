/**
 * Fixtures: what tables, domains and the like hold on to a function or a row type with, none of it an object that a
 * component can declare. Each is read before anything is renamed, so that its text names the old object's name, which
 * is the new object's name when the fixture is bound again.
 */
import type { Bystander } from "./bystander.ts";
import type { RelationIdentity } from "./identity.ts";
import type { LiveIndex, LiveStatistics } from "./live-index.ts";

/** What the fixture stands on. */
export interface FixtureHost {
  /** A view or materialized view, or one of the bystanders. */
  readonly subject: RelationIdentity | Bystander;
  readonly oid: number;
  readonly owner: string;
  /** Estimated rows and the bytes of the table itself, 0 for a partitioned one: its partitions count. */
  readonly rows: number;
  readonly bytes: number;
  /** How many ancestors it inherits from, partitions included. */
  readonly depth: number;
}

interface FixtureBase {
  /** The catalog row: `pg_attrdef 16423`. */
  readonly key: string;
  /** pg_describe_object. */
  readonly description: string;
  readonly extension: string | null;
  readonly host: FixtureHost;
}

export interface FixtureIndex extends LiveIndex {
  /** ALTER TABLE … REPLICA IDENTITY USING INDEX names it. */
  readonly replicaIdentity: boolean;
  /** The index of the partitioned table that it is a part of, qualified. */
  readonly partOf: string | null;
}

export type Fixture = FixtureBase &
  (
    | { readonly kind: "default"; readonly column: string; readonly expression: string }
    | { readonly kind: "domain default"; readonly expression: string }
    | {
        readonly kind: "generated column";
        readonly column: string;
        readonly expression: string;
        /** format_type with its modifier. */
        readonly type: string;
        readonly stored: boolean;
        /** ALTER COLUMN … SET EXPRESSION is there: PostgreSQL 17. */
        readonly settable: boolean;
        /** The topmost tables that it inherits the column from, qualified, or its own: where DROP EXPRESSION is said. */
        readonly roots: readonly string[];
      }
    | {
        readonly kind: "check" | "domain check";
        readonly name: string;
        /** pg_get_constraintdef without NOT VALID. */
        readonly definition: string;
        readonly validated: boolean;
        /** Declared on the host itself, not only inherited. */
        readonly local: boolean;
        /** Inherited alone, and validated where the parent's is not. */
        readonly ahead: boolean;
        readonly comment: string | null;
      }
    | {
        readonly kind: "exclusion constraint";
        readonly name: string;
        readonly definition: string;
        readonly comment: string | null;
        readonly index: FixtureIndex;
      }
    | {
        /** A table's column or a composite type's attribute that holds rows of a view. */
        readonly kind: "row column";
        readonly column: string;
        /** Arrays of rows. */
        readonly array: boolean;
        /** It has no declaration of its own. */
        readonly inherited: boolean;
        /** SET STORAGE and SET COMPRESSION, where they are not the default. */
        readonly storage: string | null;
        readonly compression: string | null;
      }
    | { readonly kind: "index"; readonly index: FixtureIndex }
    | { readonly kind: "statistics"; readonly statistics: LiveStatistics }
    | {
        readonly kind: "cast";
        readonly source: string;
        readonly target: string;
        /** `WITH FUNCTION …`, `WITH INOUT` or `WITHOUT FUNCTION`, with its context. */
        readonly definition: string;
        readonly comment: string | null;
      }
    | {
        readonly kind: "operator";
        readonly name: string;
        /** The types that it takes; no left one for a prefix operator. */
        readonly left: string | null;
        readonly right: string;
        /** The options inside CREATE OPERATOR name (…). */
        readonly options: string;
        readonly comment: string | null;
      }
  );
