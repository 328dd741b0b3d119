/**
 * What the page of the graph is given. Nodes are named by their places in `nodes`, columns by their places in their node's
 * `columns`, so that the page is small; `key` is what stays the same when the page is given a newer graph.
 */
import type { Layout } from "./layout.ts";

export interface PageData {
  readonly version: 1;
  /** The project's name. */
  readonly project: string;
  /** The database, without a password; null where there is none: columns are not known then. */
  readonly database: string | null;
  readonly nodes: readonly PageNode[];
  readonly edges: readonly PageEdge[];
  /** Of the whole graph, so that the page need not begin by computing it; null where it should. */
  readonly layout: Layout | null;
}

export interface PageNode {
  readonly key: string;
  /** As pg_identify_object prints it. */
  readonly label: string;
  /** A kind of object that components declare, or `table`. */
  readonly kind: string;
  readonly schema: string;
  readonly name: string;
  /** The file that declares it; null for tables and for what is unmanaged. */
  readonly component: string | null;
  /** The value of a matrix that it is one of: `tenant=acme`; null for what is shared. */
  readonly scope: string | null;
  /** How the file stands to the database, as `status` says it; null where nobody asked. */
  readonly state: string | null;
  readonly extension: string | null;
  readonly owner: string | null;
  readonly comment: string | null;
  readonly grants: readonly string[];
  readonly columns: readonly PageColumn[];
  /** Where the values of its columns come from; empty where that is not known. */
  readonly lineage: readonly ColumnSource[];
  /** A trigger, rule or policy: the relation that it stands on. */
  readonly on: number | null;
  /** Its text has a `*` or a NATURAL JOIN: what it reads may grow under it. */
  readonly star: boolean;
  /** PostgreSQL has a statement that replaces it in place. */
  readonly replaceable: boolean;
  /** A routine's result type as PostgreSQL prints it; null for all else. */
  readonly returns: string | null;
}

interface PageColumn {
  readonly name: string;
  readonly type: string;
  readonly comment: string | null;
}

/** Column `column` reads column `sourceColumn` of node `source`; -1 is a function's result. */
export interface ColumnSource {
  readonly column: number;
  readonly source: number;
  readonly sourceColumn: number;
  /** Handed on as it is, so with its type; else something is computed from it. */
  readonly copied: boolean;
}

export interface PageEdge {
  /** The dependent, and what it needs. */
  readonly from: number;
  readonly to: number;
  /** Only the text says so. */
  readonly soft: boolean;
  /** The columns of `to` that `from` uses, in conditions too; null where that is not known. */
  readonly columns: readonly number[] | null;
  /** Rows of `to` as a whole are an argument, a result or a column of it. */
  readonly rows: boolean;
}

/** What is only shown: one a node. Kept apart from the graph, because it is large and packs well. */
export interface PageText {
  /** The component's text as it stands in its file. */
  readonly source: string | null;
  /** As PostgreSQL prints it. */
  readonly definition: string | null;
  /** The newest first. */
  readonly history: readonly PageEvent[];
}

export interface PageEvent {
  /** ISO 8601. */
  readonly at: string;
  /** The kind of a step. */
  readonly what: string;
  /** The command that ran. */
  readonly source: string;
  readonly by: string;
  readonly reason: string;
}
