/** ALTER … OWNER TO. */
import type { AlterOwnerStmt, RoleSpec } from "@pgsql/types";
import { quoteLiteral } from "../../../graph/quote.ts";
import { roleText } from "../../sql/role-text.ts";
import { type Answer, askBefore, none } from "./answer.ts";
import { addressOf, type ObjectReference, objectReference, referenceText } from "./object-reference.ts";
import { grantsJson, ownedRow } from "./owned.ts";

export function undoOwner({ objectType, object, newowner }: AlterOwnerStmt): Answer {
  const reference = objectReference(objectType, object);
  return reference === null
    ? none("the owner of an object of an unknown class")
    : ownerBack(reference, newowner);
}

/**
 * The old owner's grants go to the new one and merge with those that the new one has (aclnewowner in PostgreSQL's acl.c):
 * the way back would take these too, so they are granted again.
 */
export function ownerBack(reference: ObjectReference, newowner: RoleSpec | undefined): Answer {
  const name = referenceText(reference);
  const head = `ALTER ${reference.noun} ${name} OWNER TO `;
  const on = `${reference.type === "OBJECT_SEQUENCE" ? "SEQUENCE" : grantNoun(reference)} ${name}`;
  const role = roleName(newowner);
  return askBefore(
    `SELECT ${quoteLiteral(head)} || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(o.owner)) AS sql,
  CASE WHEN o.acl IS NOT NULL THEN pg_catalog.jsonb_build_object('on', ${quoteLiteral(on)}, 'column', NULL,
    'owner', pg_catalog.pg_get_userbyid(o.owner), 'present', '[]'::pg_catalog.jsonb,
    'wanted', ${grantsJson("o.acl", `pg_catalog.pg_get_userbyid(g.grantee) = ${role}`)}) END AS acl
FROM ${addressOf(reference)} AS a, LATERAL ${ownedRow("a")} AS o
WHERE pg_catalog.pg_get_userbyid(o.owner) <> ${role}`,
  );
}

function grantNoun({ type, noun }: ObjectReference): string {
  switch (type) {
    case "OBJECT_VIEW":
    case "OBJECT_MATVIEW":
    case "OBJECT_FOREIGN_TABLE":
    case "OBJECT_INDEX":
      return "TABLE";
    case "OBJECT_AGGREGATE":
      return "FUNCTION";
    case "OBJECT_FOREIGN_SERVER":
      return "FOREIGN SERVER";
    default:
      return noun;
  }
}

/** A role's name as an expression. */
export function roleName(role: RoleSpec | undefined): string {
  return role?.roletype === "ROLESPEC_CSTRING" ? quoteLiteral(role.rolename ?? "") : roleText(role);
}
