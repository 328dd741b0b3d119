/** What ALTER TABLE does to constraints. */
import type { Constraint } from "@pgsql/types";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import type { ActionRules, Altered } from "./altered.ts";
import { type Answer, askBefore, compareAround, inReverse, none, nothing, texts, undo } from "./answer.ts";
import { identityOf } from "./catalog-rows.ts";
import { regclass } from "./names.ts";

export const constraintRules: ActionRules = {
  AT_AddConstraint: undoAddConstraint,
  AT_DropConstraint: undoDropConstraint,
  AT_ValidateConstraint: (altered) => madeAgain(altered, "NOT k.convalidated"),
  AT_AlterConstraint: undoAlterConstraint,
};

function constraintOf({ command }: Altered): Constraint | undefined {
  return command.def !== undefined && "Constraint" in command.def ? command.def.Constraint : undefined;
}

/** FROM and WHERE over the row `k` of the constraint with this name. */
function fromConstraint(altered: Altered, name: string): string {
  return `FROM pg_catalog.pg_constraint AS k WHERE k.conrelid = ${regclass(altered.name)} AND k.conname = ${quoteLiteral(name)}`;
}

function undoAddConstraint(altered: Altered): Answer {
  const constraint = constraintOf(altered);
  if (constraint === undefined) return none("a constraint of an unknown kind");
  const drop = (name: string) => `${altered.alter} DROP CONSTRAINT ${quoteIdentifier(name)}`;
  const removal = constraint.conname === undefined ? unnamed(altered, drop) : undo(drop(constraint.conname));
  // The constraint takes the index for its own, and takes it along when it goes.
  const index =
    constraint.indexname === undefined
      ? nothing
      : askBefore(
          `SELECT pg_catalog.pg_get_indexdef(i.indexrelid) AS sql FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid WHERE i.indrelid = ${regclass(altered.name)} AND x.relname = ${quoteLiteral(constraint.indexname)}`,
        );
  const parts = [index, removal];
  return inReverse(constraint.contype === "CONSTR_PRIMARY" ? [nullableAgain(altered), ...parts] : parts);
}

/** PostgreSQL chooses the names; the first such action of the statement answers for all of them. */
function unnamed(altered: Altered, drop: (name: string) => string): Answer {
  const isUnnamed = ({ def }: { readonly def?: unknown }) =>
    typeof def === "object" &&
    def !== null &&
    "Constraint" in def &&
    (def as { Constraint: Constraint }).Constraint.conname === undefined;
  if (altered.commands.find(isUnnamed) !== altered.command) return nothing;
  const named = new Set(
    altered.commands.flatMap(({ def }) =>
      def !== undefined && "Constraint" in def && def.Constraint.conname !== undefined
        ? [def.Constraint.conname]
        : [],
    ),
  );
  // Those of columns that the statement adds go with the columns, and NOT NULL is taken back by itself.
  const added = altered.commands.flatMap(({ def }) =>
    def !== undefined && "ColumnDef" in def ? [quoteLiteral(def.ColumnDef.colname ?? "")] : [],
  );
  const inColumn =
    added.length === 0
      ? "false"
      : `EXISTS (SELECT FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = k.conrelid AND a.attname IN (${added.join(", ")}) AND k.conkey <@ ARRAY[a.attnum])`;
  const ofPrimary = altered.commands.some(
    ({ def }) => def !== undefined && "Constraint" in def && def.Constraint.contype === "CONSTR_NOTNULL",
  )
    ? ""
    : " AND k.contype <> 'n'";
  const present = `SELECT k.conname::pg_catalog.text AS name, ${inColumn} AS inside FROM pg_catalog.pg_constraint AS k WHERE k.conrelid = ${regclass(altered.name)}${ofPrimary} ORDER BY k.oid`;
  return compareAround(present, (before, after) => {
    const old = new Set([...texts(before, "name"), ...named]);
    const fresh = after.filter((row) => row.inside !== true && !old.has(String(row.name)));
    return undo(...fresh.reverse().map((row) => drop(String(row.name))));
  });
}

/** A primary key makes its columns NOT NULL, and they stay so when it goes: https://www.postgresql.org/docs/18/ddl-constraints.html */
function nullableAgain(altered: Altered): Answer {
  const columns = (condition: string) =>
    `SELECT a.attname::pg_catalog.text AS name FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = ${regclass(altered.name)} AND a.attnum > 0 AND NOT a.attisdropped AND ${condition} ORDER BY a.attnum`;
  return compareAround(
    `SELECT x.name, x.attnotnull FROM (${columns("true").replace("AS name", "AS name, a.attnotnull")}) AS x`,
    (before, after) => {
      const nullable = new Set(
        texts(
          before.filter((row) => row.attnotnull === false),
          "name",
        ),
      );
      return undo(
        ...texts(
          after.filter((row) => row.attnotnull === true),
          "name",
        )
          .filter((name) => nullable.has(name))
          .map((name) => `${altered.alter} ALTER COLUMN ${quoteIdentifier(name)} DROP NOT NULL`),
      );
    },
  );
}

/** With the state of its index, and the comments. Foreign keys that need it go with CASCADE alone. */
function undoDropConstraint(altered: Altered): Answer {
  const { command } = altered;
  const name = command.name ?? "";
  const from = fromConstraint(altered, name);
  const needed =
    command.behavior === "DROP_CASCADE"
      ? `SELECT 0 AS step, NULL AS sql, ${quoteLiteral(`CASCADE takes along what needs constraint ${quoteIdentifier(name)}`)} AS reason ${from} AND EXISTS (SELECT FROM pg_catalog.pg_depend AS d
  WHERE d.deptype = 'n' AND ((d.refclassid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND d.refobjid = k.oid) OR (d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = k.conindid AND k.conindid <> 0 AND k.contype IN ('p', 'u'))))\nUNION ALL `
      : "";
  return askBefore(`SELECT * FROM (${needed}${constraintText(altered, from)}) AS steps ORDER BY step, sql`);
}

/** Rows that make the constraint again, from the catalog's row `k`. */
function constraintText({ alter, name }: Altered, from: string): string {
  const index = identityOf("pg_class", "k.conindid");
  const withIndex = from.replace(
    " AS k WHERE",
    " AS k JOIN pg_catalog.pg_index AS i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x') WHERE",
  );
  const table = `ALTER TABLE ${name} `;
  return `SELECT 1 AS step, ${quoteLiteral(`${alter} ADD CONSTRAINT `)} || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid) AS sql, NULL AS reason ${from}
UNION ALL SELECT 2, 'COMMENT ON CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ${quoteLiteral(` ON ${name} IS `)} || pg_catalog.quote_literal(pg_catalog.obj_description(k.oid, 'pg_constraint')), NULL ${from} AND pg_catalog.obj_description(k.oid, 'pg_constraint') IS NOT NULL
UNION ALL SELECT 3, ${quoteLiteral(`${table}CLUSTER ON `)} || pg_catalog.quote_ident(k.conname), NULL ${withIndex} AND i.indisclustered
UNION ALL SELECT 3, ${quoteLiteral(`${table}REPLICA IDENTITY USING INDEX `)} || pg_catalog.quote_ident(k.conname), NULL ${withIndex} AND i.indisreplident
UNION ALL SELECT 4, 'COMMENT ON INDEX ' || ${index} || ' IS ' || pg_catalog.quote_literal(pg_catalog.obj_description(k.conindid, 'pg_class')), NULL ${withIndex} AND pg_catalog.obj_description(k.conindid, 'pg_class') IS NOT NULL`;
}

/** No statement makes a constraint unchecked again: it is dropped and added as it was. */
function madeAgain(altered: Altered, where: string): Answer {
  const name = altered.command.name ?? "";
  const from = `${fromConstraint(altered, name)} AND ${where}`;
  return askBefore(
    `SELECT * FROM (SELECT 0 AS step, ${quoteLiteral(`${altered.alter} DROP CONSTRAINT ${quoteIdentifier(name)}`)} AS sql, NULL AS reason ${from} UNION ALL ${constraintText(altered, from)}) AS steps ORDER BY step`,
  );
}

/** Enforcement and inheritance (since 18) are said only where the statement says them. */
function undoAlterConstraint(altered: Altered): Answer {
  const { def } = altered.command;
  const action = def !== undefined && "ATAlterConstraint" in def ? def.ATAlterConstraint : undefined;
  if (action?.conname === undefined) return none("a constraint of an unknown kind");
  const words = [
    ...(action.alterDeferrability === true
      ? [
          "CASE WHEN k.condeferrable THEN ' DEFERRABLE INITIALLY ' || CASE WHEN k.condeferred THEN 'DEFERRED' ELSE 'IMMEDIATE' END ELSE ' NOT DEFERRABLE' END",
        ]
      : []),
    ...(action.alterEnforceability === true
      ? ["CASE WHEN k.conenforced THEN ' ENFORCED' ELSE ' NOT ENFORCED' END"]
      : []),
    ...(action.alterInheritability === true
      ? ["CASE WHEN k.connoinherit THEN ' NO INHERIT' ELSE ' INHERIT' END"]
      : []),
  ];
  const head = quoteLiteral(`${altered.alter} ALTER CONSTRAINT ${quoteIdentifier(action.conname)}`);
  return askBefore(
    `SELECT ${[head, ...words].join(" || ")} AS sql ${fromConstraint(altered, action.conname)}`,
  );
}
