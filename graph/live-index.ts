/** What the catalog says about an index, or about extended statistics. */

export interface LiveIndex {
  readonly name: string;
  /** pg_get_indexdef. */
  readonly sql: string;
  readonly comment: string | null;
  /** Null where a new index would get the same one. */
  readonly tablespace: string | null;
  /** DEPENDS ON EXTENSION. */
  readonly dependsOn: readonly string[];
  readonly clustered: boolean;
  /** REFRESH … CONCURRENTLY can tell rows by it (is_usable_unique_index in src/backend/commands/matview.c). */
  readonly identifiesRows: boolean;
  /** The relation's columns that it uses, in keys, INCLUDE, expressions and its predicate. */
  readonly columns: readonly string[];
  /** Columns of the index with a statistics target of their own: number and target. */
  readonly statistics: readonly (readonly [number, number])[];
}

export interface LiveStatistics {
  readonly schema: string;
  readonly name: string;
  /** pg_get_statisticsobjdef. */
  readonly sql: string;
  readonly comment: string | null;
  readonly owner: string;
  /** The relation's columns that it uses. */
  readonly columns: readonly string[];
  /** ALTER STATISTICS … SET STATISTICS; null where it is the default. */
  readonly target: number | null;
}
