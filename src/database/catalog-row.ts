/** Turns the catalog queries' JSON into live objects, building the CREATE statements that PostgreSQL has no function for. */
import type { StatementParts } from "../../graph/declared.ts";
import type { Definition } from "../../graph/definition.ts";
import type { Identity } from "../../graph/identity.ts";
import type {
  Column,
  ColumnAttachments,
  Enabled,
  Grant,
  LiveChild,
  LiveRelation,
  LiveRoutine,
  LiveRowType,
  SecurityLabel,
  TriggerCopy,
} from "../../graph/live.ts";
import type { LiveIndex, LiveStatistics } from "../../graph/live-index.ts";
import { quoteIdentifier, quoteLiteral, quoteName } from "../../graph/quote.ts";
import { nameSpan } from "../sql/lexer.ts";

interface BaseRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  readonly comment: string | null;
  readonly extension: string | null;
}

export interface RelationRow extends BaseRow {
  readonly kind: "view" | "materialized view";
  readonly query: string;
  /** For another session's temporary view: that session's process. */
  readonly otherSession: number | null;
  readonly populated: boolean;
  readonly rows: number;
  readonly bytes: number;
  readonly tablespace: string | null;
  readonly accessMethod: string | null;
  readonly options: readonly (readonly [string, string])[];
  readonly grants: readonly Grant[];
  readonly replicaIdentity: string;
  readonly rowType: LiveRowType;
  readonly queryComment: string | null;
  readonly dependsOn: readonly string[];
  readonly labels: readonly SecurityLabel[];
  readonly columnLabels: readonly (SecurityLabel & { readonly column: string })[];
  readonly columns: readonly (Column & Omit<ColumnAttachments, "labels">)[];
  readonly indexes: readonly LiveIndex[];
  readonly statistics: readonly LiveStatistics[];
  readonly triggers: readonly ChildRow[];
  readonly rules: readonly ChildRow[];
}

export interface RoutineRow extends BaseRow {
  readonly kind: "function" | "procedure" | "aggregate";
  readonly arguments: readonly string[];
  readonly language: string;
  readonly result: string | null;
  readonly signature: string;
  readonly sql: string | null;
  readonly variadic: boolean;
  readonly defaults: number;
  readonly aggregate: Readonly<Record<string, string | number | boolean | null>> | null;
  readonly dependsOn: readonly string[];
  readonly labels: readonly SecurityLabel[];
  readonly rowTypes: readonly number[];
  readonly grants: readonly Grant[];
}

export type ChildRow = BaseRow & {
  readonly relation: string;
  readonly relationOid: number;
  readonly relationKind: string;
} & (
    | {
        readonly kind: "trigger";
        readonly sql: string;
        readonly constraint: boolean;
        readonly constraintComment: string | null;
        readonly dependsOn: readonly string[];
        readonly enabled: Enabled;
        readonly copies: readonly TriggerCopy[];
      }
    | { readonly kind: "rule"; readonly sql: string; readonly enabled: Enabled }
    | {
        readonly kind: "policy";
        readonly command: string;
        readonly permissive: boolean;
        readonly roles: readonly string[];
        readonly using: string | null;
        readonly check: string | null;
      }
  );

export function liveRelation(row: RelationRow): LiveRelation {
  const identity = { kind: row.kind, schema: row.schema, name: row.name };
  const head = row.kind === "view" ? "CREATE VIEW " : "CREATE MATERIALIZED VIEW ";
  const query = row.query.trimEnd().replace(/;$/, "");
  const storage = row.accessMethod === null ? "" : ` USING ${quoteIdentifier(row.accessMethod)}`;
  const name = quoteName(row.schema, row.name);
  const sql = `${head}${name}${storage} AS\n${query}`;
  const parts: StatementParts =
    row.kind === "view"
      ? { kind: "view", recursive: false, options: [] }
      : {
          kind: "materialized view",
          withData: row.populated,
          accessMethod: row.accessMethod !== null,
          queryEnd: sql.length,
        };
  return {
    kind: row.kind,
    identity,
    oid: row.oid,
    definition: definition(identity, sql, head.length, name.length, parts),
    owner: row.owner,
    comment: row.comment,
    extension: row.extension,
    dependsOn: row.dependsOn,
    labels: row.labels,
    columns: row.columns.map(({ name, type, collation }) => ({ name, type, collation })),
    columnAttachments: row.columns.map((column) => ({
      name: column.name,
      grants: column.grants,
      comment: column.comment,
      default: column.default,
      statistics: column.statistics,
      storage: column.storage,
      compression: column.compression,
      options: column.options,
      toastable: column.toastable,
      labels: row.columnLabels
        .filter((label) => label.column === column.name)
        .map(({ provider, label }) => ({ provider, label })),
    })),
    grants: row.grants,
    options: row.options,
    indexes: row.indexes,
    statistics: row.statistics,
    children: [...row.triggers, ...row.rules].map(liveChild),
    populated: row.populated,
    rows: row.rows,
    bytes: row.bytes,
    tablespace: row.tablespace,
    accessMethod: row.accessMethod,
    replicaIdentity: row.replicaIdentity,
    rowType: row.rowType,
    queryComment: row.queryComment,
  };
}

export function liveRoutine(row: RoutineRow): LiveRoutine {
  const identity = { kind: row.kind, schema: row.schema, name: row.name, arguments: row.arguments };
  const name = quoteName(row.schema, row.name);
  const common = {
    kind: row.kind,
    identity,
    oid: row.oid,
    owner: row.owner,
    comment: row.comment,
    extension: row.extension,
    dependsOn: row.dependsOn,
    labels: row.labels,
    language: row.language,
    result: row.result,
    signature: row.signature,
    rowTypes: row.rowTypes,
    grants: row.grants,
  };
  if (row.kind === "aggregate") {
    const head = "CREATE AGGREGATE ";
    const sql = `${head}${name}(${row.signature === "" ? "*" : row.signature}) (${aggregateOptions(row.aggregate ?? {})})`;
    const parts: StatementParts = { kind: "aggregate", argumentTypes: [], variadic: row.variadic };
    return { ...common, definition: definition(identity, sql, head.length, name.length, parts) };
  }
  const kind = row.kind;
  const sql = (row.sql ?? "").trimEnd();
  const head = `CREATE OR REPLACE ${kind.toUpperCase()} `;
  const parts: StatementParts = {
    kind,
    language: row.language,
    argumentTypes: [],
    defaults: row.defaults,
    variadic: row.variadic,
  };
  const orReplace = { start: "CREATE ".length, end: "CREATE OR REPLACE ".length };
  // Which words need quotes differs between versions of the server, whose text it is.
  const { end } = nameSpan(sql, head.length) ?? { end: head.length + name.length };
  return {
    ...common,
    definition: { ...definition(identity, sql, head.length, end - head.length, parts), orReplace },
  };
}

export function liveChild(row: ChildRow): LiveChild {
  const identity = { kind: row.kind, schema: row.schema, relation: row.relation, name: row.name };
  return {
    kind: row.kind,
    identity,
    oid: row.oid,
    owner: row.owner,
    comment: row.comment,
    extension: row.extension,
    dependsOn: row.kind === "trigger" ? row.dependsOn : [],
    labels: [],
    constraintComment: row.kind === "trigger" ? row.constraintComment : null,
    relation: row.relationOid,
    relationKind: row.relationKind,
    enabled: row.kind === "policy" ? "O" : row.enabled,
    copies: row.kind === "trigger" ? row.copies : [],
    definition: childDefinition(row, identity),
  };
}

function childDefinition(row: ChildRow, identity: Identity): Definition {
  const name = quoteIdentifier(row.name);
  const on = quoteName(row.schema, row.relation);
  switch (row.kind) {
    case "trigger": {
      const head = row.constraint ? "CREATE CONSTRAINT TRIGGER " : "CREATE TRIGGER ";
      const start = row.sql.indexOf(on, head.length + name.length);
      const parts = {
        kind: row.kind,
        constraint: row.constraint,
        relation: { start, end: start + on.length },
      };
      return definition(identity, row.sql, head.length, name.length, parts);
    }
    case "rule": {
      const sql = row.sql.trimEnd().replace(/;$/, "");
      const head = "CREATE RULE ";
      const start = sql.indexOf(on, head.length + name.length);
      return definition(identity, sql, head.length, name.length, {
        kind: row.kind,
        relation: { start, end: start + on.length },
      });
    }
    case "policy":
      return policyDefinition(row, identity, name, on);
  }
}

const policyCommands: Readonly<Record<string, string>> = {
  "*": "ALL",
  r: "SELECT",
  a: "INSERT",
  w: "UPDATE",
  d: "DELETE",
};

function policyDefinition(
  row: Extract<ChildRow, { kind: "policy" }>,
  identity: Identity,
  name: string,
  on: string,
): Definition {
  const head = "CREATE POLICY ";
  const command = policyCommands[row.command] ?? "ALL";
  let sql = `${head}${name} ON `;
  const add = (before: string, text: string, after: string) => {
    const start = sql.length + before.length;
    sql += before + text + after;
    return { start, end: start + text.length };
  };
  const relation = add("", on, "");
  sql += ` AS ${row.permissive ? "PERMISSIVE" : "RESTRICTIVE"} FOR ${command}`;
  const roles = add(" TO ", row.roles.join(", "), "");
  const using = row.using === null ? null : add(" USING (", row.using, ")");
  const check = row.check === null ? null : add(" WITH CHECK (", row.check, ")");
  const parts = {
    kind: "policy" as const,
    relation,
    command,
    permissive: row.permissive,
    roles,
    using,
    check,
  };
  return definition(identity, sql, head.length, name.length, parts);
}

function aggregateOptions(facts: Readonly<Record<string, string | number | boolean | null>>): string {
  const modify: Readonly<Record<string, string>> = { r: "READ_ONLY", s: "SHAREABLE", w: "READ_WRITE" };
  const parallel: Readonly<Record<string, string>> = { s: "SAFE", r: "RESTRICTED", u: "UNSAFE" };
  const options: string[] = [];
  const plain = [
    "sfunc",
    "stype",
    "finalfunc",
    "combinefunc",
    "serialfunc",
    "deserialfunc",
    "msfunc",
    "minvfunc",
    "mstype",
    "mfinalfunc",
  ];
  for (const option of plain)
    if (facts[option] !== null && facts[option] !== undefined) options.push(`${option} = ${facts[option]}`);
  for (const option of ["sspace", "msspace"])
    if (Number(facts[option] ?? 0) > 0) options.push(`${option} = ${facts[option]}`);
  for (const option of ["finalfunc_extra", "mfinalfunc_extra"])
    if (facts[option] === true) options.push(option);
  const usual = facts.kind === "n" ? "r" : "w";
  if (facts.finalfunc !== null && facts.finalfunc_modify !== usual)
    options.push(`finalfunc_modify = ${modify[String(facts.finalfunc_modify)]}`);
  if (facts.mfinalfunc !== null && facts.mfinalfunc_modify !== usual)
    options.push(`mfinalfunc_modify = ${modify[String(facts.mfinalfunc_modify)]}`);
  for (const option of ["initcond", "minitcond"]) {
    const value = facts[option];
    if (value !== null && value !== undefined) options.push(`${option} = ${quoteLiteral(String(value))}`);
  }
  if (facts.sortop !== null && facts.sortop !== undefined) options.push(`sortop = operator(${facts.sortop})`);
  if (facts.kind === "h") options.push("hypothetical");
  options.push(`parallel = ${parallel[String(facts.parallel)] ?? "UNSAFE"}`);
  return options.join(", ");
}

function definition(
  identity: Identity,
  sql: string,
  start: number,
  length: number,
  parts: StatementParts,
): Definition {
  return { identity, sql, name: { start, end: start + length }, orReplace: null, parts };
}
