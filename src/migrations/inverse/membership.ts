/** GRANT and REVOKE of roles: memberships with their options and grantors. */
import { quoteIdentifier } from "../../../graph/quote.ts";
import type { Row } from "../../database/database.ts";
import { type Answer, compareAround, undo } from "./answer.ts";

/** Since 16 a membership has options beside ADMIN, and one for each grantor: https://www.postgresql.org/docs/18/catalog-pg-auth-members.html */
const memberships = `SELECT pg_catalog.pg_get_userbyid(m.roleid)::pg_catalog.text AS role, pg_catalog.pg_get_userbyid(m.member)::pg_catalog.text AS member,
  pg_catalog.pg_get_userbyid(m.grantor)::pg_catalog.text AS grantor, m.admin_option AS admin,
  pg_catalog.to_jsonb(m) -> 'inherit_option' AS inherit, pg_catalog.to_jsonb(m) -> 'set_option' AS set
FROM pg_catalog.pg_auth_members AS m ORDER BY 1, 2, 3`;

export function undoMembership(): Answer {
  return compareAround(memberships, (before, after) => undo(...membershipsBack(before, after)));
}

function membershipsBack(before: readonly Row[], after: readonly Row[]): readonly string[] {
  const was = new Map(before.map((row) => [memberKey(row), row]));
  const is = new Map(after.map((row) => [memberKey(row), row]));
  return [
    ...after.flatMap((row) => (was.has(memberKey(row)) ? [] : [`REVOKE ${roles(row)}`])),
    ...before.flatMap((row) => {
      const now = is.get(memberKey(row));
      return now !== undefined && options(now) === options(row) ? [] : grantBack(row, now);
    }),
  ];
}

function memberKey(row: Row): string {
  // Before 16 the grantor is a remark, and there is one membership whoever gave it.
  return JSON.stringify([row.role, row.member, row.set === null ? null : row.grantor]);
}

function options(row: Row): string {
  return JSON.stringify([row.admin, row.inherit, row.set]);
}

function grantBack(row: Row, now: Row | undefined): readonly string[] {
  const by = grantedBy(row);
  const names = `${quoteIdentifier(String(row.role))} TO ${quoteIdentifier(String(row.member))}`;
  if (row.set === null) {
    if (row.admin === true) return [`GRANT ${names} WITH ADMIN OPTION${by}`];
    return [now === undefined ? `GRANT ${names}${by}` : `REVOKE ADMIN OPTION FOR ${roles(row)}`];
  }
  const set = (["admin", "inherit", "set"] as const).map(
    (option) => `${option.toUpperCase()} ${row[option] === true ? "TRUE" : "FALSE"}`,
  );
  return [`GRANT ${names} WITH ${set.join(", ")}${by}`];
}

function roles(row: Row): string {
  return `${quoteIdentifier(String(row.role))} FROM ${quoteIdentifier(String(row.member))}${grantedBy(row)}`;
}

function grantedBy({ set, grantor }: Row): string {
  return set === null ? "" : ` GRANTED BY ${quoteIdentifier(String(grantor))}`;
}
