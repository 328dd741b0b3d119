/**
 * GRANT and REVOKE on objects: the access control lists as they were, from what they are after the statement. What was granted
 * before it is kept by that, and what it revoked comes back, column privileges and grant options included.
 * https://www.postgresql.org/docs/18/sql-revoke.html
 */
import type { GrantStmt, ObjectType } from "@pgsql/types";
import { type AclTarget, aclStatements } from "../../../graph/acl.ts";
import type { Grant } from "../../../graph/live.ts";
import { quoteLiteral } from "../../../graph/quote.ts";
import type { Row } from "../../database/database.ts";
import { type Answer, compareAround, none, nothing } from "./answer.ts";
import { addressOf, objectReference } from "./object-reference.ts";
import { grantsJson, ownedRow } from "./owned.ts";

/** What stands behind ON in the statements that bring a list back. */
const grantNouns: Partial<Readonly<Record<ObjectType, string>>> = {
  OBJECT_TABLE: "TABLE",
  OBJECT_SEQUENCE: "SEQUENCE",
  OBJECT_FUNCTION: "FUNCTION",
  OBJECT_PROCEDURE: "PROCEDURE",
  OBJECT_ROUTINE: "ROUTINE",
  OBJECT_SCHEMA: "SCHEMA",
  OBJECT_DATABASE: "DATABASE",
  OBJECT_DOMAIN: "TYPE",
  OBJECT_TYPE: "TYPE",
  OBJECT_FDW: "FOREIGN DATA WRAPPER",
  OBJECT_FOREIGN_SERVER: "FOREIGN SERVER",
  OBJECT_LANGUAGE: "LANGUAGE",
  OBJECT_TABLESPACE: "TABLESPACE",
  OBJECT_LARGEOBJECT: "LARGE OBJECT",
};

export function undoGrant(statement: GrantStmt): Answer {
  const noun = grantNouns[statement.objtype ?? "OBJECT_PARAMETER_ACL"];
  const addresses = addressesOf(statement);
  if (noun === undefined || addresses === null) return none("privileges on an object of an unknown class");
  return compareAround(listsOf(noun, addresses), (before, after) => {
    const present = new Map(after.map((row) => [keyOf(row), row]));
    const isAll = (statement.privileges ?? []).length === 0;
    let taken: readonly Taken[] = [];
    const sql = before.flatMap((row) => {
      const target = row.target as AclTarget;
      const now = grants(present.get(keyOf(row))?.grants);
      const was = grants(row.grants);
      if (target.column !== null)
        return aclStatements(target, was, withoutTaken(now, taken), grants(row.above));
      const lists = isAll ? asAll(was, now, grants(row.every)) : { was, now };
      taken = takenBy(lists.was, lists.now);
      return aclStatements(target, lists.was, lists.now);
    });
    return sql.length === 0 ? nothing : { kind: "inverse", sql, loses: null };
  });
}

const all = "ALL";

/** A grant that REVOKE takes on a relation, or its option alone. */
interface Taken {
  readonly grant: Grant;
  readonly option: boolean;
}

function takenBy(was: readonly Grant[], now: readonly Grant[]): readonly Taken[] {
  return now.flatMap((grant): readonly Taken[] => {
    const kept = was.find(
      (one) =>
        one.grantor === grant.grantor && one.grantee === grant.grantee && one.privilege === grant.privilege,
    );
    if (kept === undefined) return [{ grant, option: false }];
    return grant.grantable && !kept.grantable ? [{ grant, option: true }] : [];
  });
}

/**
 * REVOKE on a relation takes the same privileges on its columns too, and CASCADE what their holders passed on.
 * https://www.postgresql.org/docs/18/sql-revoke.html#SQL-REVOKE-NOTES
 */
function withoutTaken(columns: readonly Grant[], taken: readonly Taken[]): readonly Grant[] {
  const left = columns.flatMap((one): readonly Grant[] => {
    const found = taken.find(
      ({ grant: { grantor, grantee, privilege } }) =>
        grantor === one.grantor &&
        grantee === one.grantee &&
        (privilege === all || privilege === one.privilege),
    );
    if (found === undefined) return [one];
    return found.option ? [{ ...one, grantable: false }] : [];
  });
  const passedOn = columns.flatMap((one) =>
    one.grantable && !left.includes(one)
      ? columns
          .filter(({ grantor, privilege }) => grantor === one.grantee && privilege === one.privilege)
          .map((grant): Taken => ({ grant, option: false }))
      : [],
  );
  const further = passedOn.filter(({ grant }) => left.includes(grant));
  return further.length === 0 ? left : withoutTaken(left, further);
}

/**
 * What ALL gave or took is written as ALL: which privileges that are differs by version. (MAINTAIN came with 17.) `every`: what the
 * owner has by default, which is all of them.
 */
function asAll(
  was: readonly Grant[],
  now: readonly Grant[],
  every: readonly Grant[],
): { readonly was: readonly Grant[]; readonly now: readonly Grant[] } {
  const count = new Set(every.map(({ privilege }) => privilege)).size;
  const groupOf = ({ grantor, grantee, grantable }: Grant) => JSON.stringify([grantor, grantee, grantable]);
  const inGroup = (list: readonly Grant[], key: string) => list.filter((one) => groupOf(one) === key);
  const isWhole = (list: readonly Grant[]) => count > 1 && list.length === count;
  const collapse = (list: readonly Grant[], other: readonly Grant[], partly: boolean): readonly Grant[] =>
    [...new Set(list.map(groupOf))].flatMap((key) => {
      const own = inGroup(list, key);
      const [first] = own;
      const there = inGroup(other, key);
      const written = isWhole(own) && (partly || there.length === 0 || isWhole(there));
      return written && first !== undefined ? [{ ...first, privilege: all }] : own;
    });
  return { was: collapse(was, now, false), now: collapse(now, was, true) };
}

function keyOf({ target }: Row): string {
  const { on, column } = target as AclTarget;
  return JSON.stringify([on, column]);
}

function grants(value: unknown): readonly Grant[] {
  return Array.isArray(value) ? (value as readonly Grant[]) : [];
}

/** Of each object its own list and, of relations, those of their columns. */
function listsOf(noun: string, addresses: string): string {
  const target = (column: string) =>
    `pg_catalog.jsonb_build_object('on', ${quoteLiteral(`${noun} `)} || i.identity, 'column', ${column}, 'owner', pg_catalog.pg_get_userbyid(o.owner))`;
  const from = `FROM (${addresses}) AS a, LATERAL ${ownedRow("a")} AS o, LATERAL pg_catalog.pg_identify_object(a.classid, a.objid, 0) AS i`;
  return `SELECT ${target("NULL")} AS target, ${grantsJson("COALESCE(o.acl, o.defaults)")} AS grants, '[]'::pg_catalog.jsonb AS above, ${grantsJson("o.defaults", "g.grantee = o.owner")} AS every, 0 AS part, i.identity
${from}
UNION ALL
SELECT ${target("t.attname")}, ${grantsJson("t.attacl")}, ${grantsJson("COALESCE(o.acl, o.defaults)")}, '[]'::pg_catalog.jsonb, t.attnum, i.identity
${from}, LATERAL (SELECT t.attname, t.attnum, t.attacl FROM pg_catalog.pg_attribute AS t
  WHERE a.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND t.attrelid = a.objid AND t.attnum > 0 AND NOT t.attisdropped) AS t
ORDER BY identity, part`;
}

function addressesOf({ targtype, objtype, objects = [] }: GrantStmt): string | null {
  if (targtype === "ACL_TARGET_ALL_IN_SCHEMA") {
    const schemas = objects.flatMap((node) => ("String" in node ? [node.String.sval ?? ""] : []));
    return inSchemas(objtype, schemas.map(quoteLiteral).join(", "));
  }
  const references = objects.map((node) => objectReference(objtype, node));
  const found = references.flatMap((reference) => (reference === null ? [] : [addressOf(reference)]));
  if (found.length < references.length) return null;
  return found.map((address) => `SELECT a.classid, a.objid FROM ${address} AS a`).join(" UNION ALL ");
}

function inSchemas(objtype: ObjectType | undefined, schemas: string): string {
  const within = (column: string) =>
    `${column} IN (SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname IN (${schemas}))`;
  switch (objtype) {
    case "OBJECT_TABLE":
    case "OBJECT_SEQUENCE": {
      const kinds = objtype === "OBJECT_TABLE" ? "'r', 'v', 'm', 'f', 'p'" : "'S'";
      return `SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AS classid, c.oid AS objid FROM pg_catalog.pg_class AS c WHERE c.relkind IN (${kinds}) AND ${within("c.relnamespace")}`;
    }
    default: {
      const kinds =
        objtype === "OBJECT_PROCEDURE" ? "= 'p'" : objtype === "OBJECT_ROUTINE" ? "IS NOT NULL" : "<> 'p'";
      return `SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid AS classid, p.oid AS objid FROM pg_catalog.pg_proc AS p WHERE p.prokind ${kinds} AND ${within("p.pronamespace")}`;
    }
  }
}
