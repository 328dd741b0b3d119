/** NO INHERIT: the parent comes back, but what came from it alone is the child's own from then on. */
import { quoteLiteral } from "../../../graph/quote.ts";
import type { Altered } from "./altered.ts";
import { type Answer, askBefore } from "./answer.ts";
import { regclass } from "./names.ts";

/**
 * PostgreSQL (RemoveInheritance in tablecmds.c) marks columns and constraints that the last parent leaves behind as local ones, and INHERIT
 * does not take that mark away: no statement does. A parent that is not the last gets another place among them.
 */
export function undoNoInherit({ name, alter }: Altered, parent: string): Answer {
  const child = regclass(name);
  const old = regclass(parent);
  const column = `pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_attribute AS p ON p.attrelid = ${old} AND p.attname = a.attname AND NOT p.attisdropped
  WHERE a.attrelid = ${child} AND a.attnum > 0`;
  const inherited = "NOT a.attislocal AND a.attinhcount = 1";
  const constraint = `pg_catalog.pg_constraint AS k WHERE k.conrelid = ${child} AND NOT k.conislocal AND k.coninhcount = 1`;
  const ofColumn = (where: string) =>
    `EXISTS (SELECT FROM ${column} AND k.conkey = ARRAY[a.attnum] AND ${where})`;
  const own = `SELECT 1 AS part, a.attnum AS number, 'column ' || pg_catalog.quote_ident(a.attname) AS what FROM ${column} AND ${inherited}
UNION ALL SELECT 2, 0, 'constraint ' || pg_catalog.quote_ident(k.conname) FROM ${constraint}
  AND ((k.contype = 'c' AND EXISTS (SELECT FROM pg_catalog.pg_constraint AS o WHERE o.conrelid = ${old} AND o.conname = k.conname AND o.contype = 'c' AND NOT o.connoinherit))
    OR (k.contype = 'n' AND ${ofColumn("true")} AND NOT ${ofColumn(inherited)}))`;
  const merged = `(SELECT ${quoteLiteral(`that these of ${name} come from ${parent} alone, and go where it drops them: `)} || pg_catalog.string_agg(i.what, ', ' ORDER BY i.part, i.number, i.what) FROM (${own}) AS i)`;
  const behind = `(SELECT ${quoteLiteral(`the place of ${parent} among the tables that ${name} inherits`)} FROM pg_catalog.pg_inherits AS h
  WHERE h.inhrelid = ${child} AND h.inhparent = ${old} AND EXISTS (SELECT FROM pg_catalog.pg_inherits AS l WHERE l.inhrelid = h.inhrelid AND l.inhseqno > h.inhseqno))`;
  return askBefore(
    `SELECT ${quoteLiteral(`${alter} INHERIT ${parent}`)} AS sql, NULLIF(pg_catalog.concat_ws('; ', ${merged}, ${behind}), '') AS loses`,
  );
}
