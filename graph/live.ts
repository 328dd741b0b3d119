/** What the catalog says about an object in the database: its identity, shape, definition and everything that hangs on it. */

import type { Definition } from "./definition.ts";
import type { Fixture } from "./fixture.ts";
import type { Identity } from "./identity.ts";
import type { LiveIndex, LiveStatistics } from "./live-index.ts";

/** One column as a dependent sees it. */
export interface Column {
  readonly name: string;
  /** `format_type` with the modifier: `numeric(10,2)`. */
  readonly type: string;
  /** The collation, qualified, where it is not the type's own; else null. */
  readonly collation: string | null;
}

/** What hangs on one column of a view. */
export interface ColumnAttachments {
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly comment: string | null;
  /** ALTER VIEW … ALTER COLUMN … SET DEFAULT. */
  readonly default: string | null;
  /** SET STATISTICS; null where it is the default. */
  readonly statistics: number | null;
  /** pg_attribute.attstorage (`p`, `e`, `x`, `m`) of a materialized view's column where it is not its type's own. */
  readonly storage: string | null;
  /** `p` pglz, `l` lz4; null for the default. */
  readonly compression: string | null;
  /** attoptions: `n_distinct=7`. */
  readonly options: readonly string[] | null;
  readonly labels: readonly SecurityLabel[];
  /** False where the type's values are never stored out of line: it takes neither storage nor compression. */
  readonly toastable: boolean;
}

/** SECURITY LABEL. */
export interface SecurityLabel {
  readonly provider: string;
  readonly label: string;
}

/** One entry of an access control list. */
export interface Grant {
  readonly grantor: string;
  /** Null is PUBLIC. */
  readonly grantee: string | null;
  readonly privilege: string;
  readonly grantable: boolean;
}

/** `O` fires on the origin (the default), `D` disabled, `R` replica, `A` always: pg_trigger.tgenabled, pg_rewrite.ev_enabled. */
export type Enabled = "O" | "D" | "R" | "A";

/** What hangs on a relation's row type, and outlives neither. */
export interface LiveRowType {
  /** Null where nobody granted or revoked anything. */
  readonly grants: readonly Grant[] | null;
  readonly comment: string | null;
  readonly labels: readonly SecurityLabel[];
  readonly arrayName: string;
  readonly arrayComment: string | null;
}

interface LiveBase {
  readonly oid: number;
  readonly definition: Definition;
  readonly owner: string;
  readonly comment: string | null;
  /** The extension that it is a member of. */
  readonly extension: string | null;
  /** DEPENDS ON EXTENSION: it is dropped with these. */
  readonly dependsOn: readonly string[];
  readonly labels: readonly SecurityLabel[];
}

export interface LiveRelation extends LiveBase {
  readonly kind: "view" | "materialized view";
  readonly identity: Extract<Identity, { kind: "view" | "materialized view" }>;
  readonly columns: readonly Column[];
  readonly columnAttachments: readonly ColumnAttachments[];
  readonly grants: readonly Grant[];
  /** reloptions: name to value. */
  readonly options: readonly (readonly [string, string])[];
  readonly indexes: readonly LiveIndex[];
  readonly statistics: readonly LiveStatistics[];
  /** The triggers and rules that stand on it. */
  readonly children: readonly LiveChild[];
  /** False for a materialized view that cannot be read before a REFRESH. */
  readonly populated: boolean;
  /** Estimated rows and bytes, for the costs of a plan. */
  readonly rows: number;
  readonly bytes: number;
  /** Null where a new materialized view would get the same one. */
  readonly tablespace: string | null;
  /** Null where a new materialized view would get the same one. */
  readonly accessMethod: string | null;
  /** pg_class.relreplident: `d` the default, `f` full, `n` nothing. */
  readonly replicaIdentity: string;
  readonly rowType: LiveRowType;
  /** COMMENT ON RULE "_RETURN". */
  readonly queryComment: string | null;
}

export interface LiveRoutine extends LiveBase {
  readonly kind: "function" | "procedure" | "aggregate";
  readonly identity: Extract<Identity, { kind: "function" | "procedure" | "aggregate" }>;
  readonly language: string;
  /** pg_get_function_result; null for procedures. */
  readonly result: string | null;
  /** pg_get_function_arguments: names, modes, types and defaults. */
  readonly signature: string;
  /** Relations whose row type, or an array of it, stands among the argument, OUT or result types. */
  readonly rowTypes: readonly number[];
  readonly grants: readonly Grant[];
}

/** The copy of a partitioned table's row trigger on one partition, which has a state and comments of its own. */
export interface TriggerCopy {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly enabled: Enabled;
  readonly comment: string | null;
  /** The comment on a constraint trigger's constraint. */
  readonly constraintComment: string | null;
  /** DEPENDS ON EXTENSION. */
  readonly dependsOn: readonly string[];
}

export interface LiveChild extends LiveBase {
  readonly kind: "trigger" | "rule" | "policy";
  readonly identity: Extract<Identity, { kind: "trigger" | "rule" | "policy" }>;
  /** The relation that it stands on, and that relation's relkind. */
  readonly relation: number;
  readonly relationKind: string;
  /** Always `O` for a policy. */
  readonly enabled: Enabled;
  /** On all levels below a partitioned table, by name. */
  readonly copies: readonly TriggerCopy[];
  /** The comment on a constraint trigger's constraint. */
  readonly constraintComment: string | null;
}

export type LiveObject = LiveRelation | LiveRoutine | LiveChild;

export function isLiveRelation(object: LiveObject): object is LiveRelation {
  return object.kind === "view" || object.kind === "materialized view";
}

export function isLiveRoutine(object: LiveObject): object is LiveRoutine {
  return object.kind === "function" || object.kind === "procedure" || object.kind === "aggregate";
}

export function isLiveChild(object: LiveObject): object is LiveChild {
  return object.kind === "trigger" || object.kind === "rule" || object.kind === "policy";
}

/** Something in the database that needs an object, in its own words where it is none of the kinds that are managed. */
export type Dependent =
  | { readonly kind: "object"; readonly object: LiveObject; readonly columns: readonly string[] }
  /** A part of a table or the like that can be bound again. */
  | { readonly kind: "fixture"; readonly fixture: Fixture; readonly columns: readonly string[] }
  | {
      readonly kind: "other";
      /** pg_describe_object. */
      readonly description: string;
      /** The catalog that holds it, `pg_attrdef` for example. */
      readonly catalog: string;
      /** What of it needs the object, where that is known: PostgreSQL has no statement that binds it to another one. */
      readonly part: "partition key" | "range type" | "operator class" | "domain" | "column" | null;
      readonly columns: readonly string[];
      readonly extension: string | null;
    };
