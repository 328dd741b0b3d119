/** ALTER DEFAULT PRIVILEGES: what new objects would have got before the statement, from what they get after it. */
import { quoteIdentifier } from "../../../graph/quote.ts";
import type { Row } from "../../database/database.ts";
import { type Answer, compareAround, undo } from "./answer.ts";

/**
 * One row a privilege. Where there is no entry, a role has its built-in defaults everywhere and nothing more in a schema:
 * https://www.postgresql.org/docs/18/sql-alterdefaultprivileges.html
 */
const defaultPrivileges = `WITH entries AS (
  SELECT d.defaclrole AS role, d.defaclnamespace AS namespace, d.defaclobjtype AS letter, d.defaclacl AS acl FROM pg_catalog.pg_default_acl AS d
  UNION ALL
  SELECT r.oid, 0, l.letter, pg_catalog.acldefault(CASE l.letter WHEN 'S' THEN 's' ELSE l.letter END::pg_catalog."char", r.oid)
  FROM pg_catalog.pg_roles AS r, pg_catalog.unnest('{r,S,f,T,n,L}'::pg_catalog."char"[]) AS l(letter)
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_default_acl AS d WHERE d.defaclrole = r.oid AND d.defaclnamespace = 0 AND d.defaclobjtype = l.letter)
)
SELECT pg_catalog.pg_get_userbyid(e.role)::pg_catalog.text AS role,
  (SELECT n.nspname::pg_catalog.text FROM pg_catalog.pg_namespace AS n WHERE n.oid = e.namespace) AS schema,
  CASE e.letter WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'ROUTINES' WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END AS objects,
  CASE WHEN g.grantee <> 0 THEN pg_catalog.pg_get_userbyid(g.grantee)::pg_catalog.text END AS grantee, g.privilege_type AS privilege, g.is_grantable AS grantable
FROM entries AS e, LATERAL pg_catalog.aclexplode(e.acl) AS g
ORDER BY 1, 2, 3, 4, 5`;

export function undoDefaultPrivileges(): Answer {
  return compareAround(defaultPrivileges, (before, after) => {
    const was = new Set(before.map(entryKey));
    const is = new Set(after.map(entryKey));
    return undo(
      ...after.filter((row) => !was.has(entryKey(row))).map((row) => change("REVOKE", row)),
      ...before.filter((row) => !is.has(entryKey(row))).map((row) => change("GRANT", row)),
    );
  });
}

function entryKey({ role, schema, objects, grantee, privilege, grantable }: Row): string {
  return JSON.stringify([role, schema, objects, grantee, privilege, grantable]);
}

function change(verb: "GRANT" | "REVOKE", row: Row): string {
  const name = (value: unknown) => (typeof value === "string" ? quoteIdentifier(value) : "PUBLIC");
  const schema = typeof row.schema === "string" ? ` IN SCHEMA ${quoteIdentifier(row.schema)}` : "";
  const option = verb === "GRANT" && row.grantable === true ? " WITH GRANT OPTION" : "";
  return `ALTER DEFAULT PRIVILEGES FOR ROLE ${name(row.role)}${schema} ${verb} ${String(row.privilege)} ON ${String(row.objects)} ${verb === "GRANT" ? "TO" : "FROM"} ${name(row.grantee)}${option}`;
}
