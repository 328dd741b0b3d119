/** ALTER PUBLICATION: what it published, and how. */
import type { AlterPublicationStmt } from "@pgsql/types";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import type { Row } from "../../database/database.ts";
import { type Answer, askBefore, compareAround, texts, undo } from "./answer.ts";
import { identityOf } from "./catalog-rows.ts";
import { elementsOf } from "./node.ts";

export function undoPublication({ pubname = "", options, pubobjects }: AlterPublicationStmt): Answer {
  const alter = `ALTER PUBLICATION ${quoteIdentifier(pubname)}`;
  return pubobjects === undefined && elementsOf(options).length > 0
    ? askBefore(
        `SELECT ${quoteLiteral(`${alter} SET (publish = `)} || pg_catalog.quote_literal(pg_catalog.concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END)) || ', publish_via_partition_root = ' || p.pubviaroot
|| CASE pg_catalog.to_jsonb(p) ->> 'pubgencols' WHEN 's' THEN ', publish_generated_columns = stored' WHEN 'n' THEN ', publish_generated_columns = none' ELSE '' END || ')' AS sql FROM pg_catalog.pg_publication AS p WHERE p.pubname = ${quoteLiteral(pubname)}`,
      )
    : askBefore(
        "SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4 >= 150000 AS detailed",
        ([row]) =>
          compareAround(publishedIn(pubname, row?.detailed === true), (before, after) =>
            undo(...publishedBack(alter, before, after)),
          ),
      );
}

/** Since 15 a table may come with columns and a condition, and schemas are published whole: https://www.postgresql.org/docs/18/sql-alterpublication.html */
function publishedIn(publication: string, detailed: boolean): string {
  const which = `p.pubname = ${quoteLiteral(publication)}`;
  const details = detailed
    ? `COALESCE(' (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute AS a
    WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) || ')', '') || COALESCE(' WHERE (' || pg_catalog.pg_get_expr(r.prqual, r.prrelid) || ')', '')`
    : "''";
  const schemas = detailed
    ? `UNION ALL SELECT 'TABLES IN SCHEMA ' || pg_catalog.quote_ident(n.nspname), ''
FROM pg_catalog.pg_publication_namespace AS s JOIN pg_catalog.pg_publication AS p ON p.oid = s.pnpubid JOIN pg_catalog.pg_namespace AS n ON n.oid = s.pnnspid WHERE ${which}`
    : "";
  return `SELECT 'TABLE ' || ${identityOf("pg_class", "r.prrelid")} AS object, ${details} AS details
FROM pg_catalog.pg_publication_rel AS r JOIN pg_catalog.pg_publication AS p ON p.oid = r.prpubid WHERE ${which}
${schemas}
ORDER BY object`;
}

function publishedBack(alter: string, before: readonly Row[], after: readonly Row[]): readonly string[] {
  const whole = (row: Row) => `${String(row.object)}${String(row.details)}`;
  const was = new Set(before.map(whole));
  const is = new Set(after.map(whole));
  const gone = texts(
    after.filter((row) => !was.has(whole(row))),
    "object",
  );
  const lacking = before.filter((row) => !is.has(whole(row)));
  return [
    ...gone.map((object) => `${alter} DROP ${object}`),
    ...lacking.map((row) => `${alter} ADD ${whole(row)}`),
  ];
}
