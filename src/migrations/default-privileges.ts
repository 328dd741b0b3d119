/**
 * Default privileges of the target must not creep into what a generated block makes anew: the shadow in which it was written
 * had none of them. https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html
 */
import type { Node } from "@pgsql/types";
import { type Identity, identityKey, qualifiedName } from "../../graph/identity.ts";
import { type Grant, isLiveRelation, isLiveRoutine } from "../../graph/live.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import type { Database, Row } from "../database/database.ts";
import { readLiveObjects } from "../database/introspect.ts";
import type { ScriptStatement } from "./script-statements.ts";

interface DefaultPrivilege extends Row {
  /** Null: of all schemas, in the place of the built-in defaults. */
  readonly schema: string | null;
  readonly kind: "r" | "f";
  /** Null is PUBLIC. */
  readonly grantee: string | null;
  readonly privilege: string;
}

/**
 * What is to run behind the block: REVOKE of what the objects would have by default alone, and GRANT of what PUBLIC has by itself and the
 * defaults take away. What a GRANT or REVOKE of the block names stays the block's. In a transaction; its search_path is pg_catalog afterwards.
 */
export async function withoutDefaults(
  database: Database,
  identities: readonly Identity[],
  block: readonly Pick<ScriptStatement, "node">[],
): Promise<readonly string[]> {
  if (identities.length === 0) return [];
  const all = await database.query<DefaultPrivilege>(defaultsQuery);
  if (all.length === 0) return [];
  const live = await readLiveObjects(database, identities);
  const said = saidBy(block);
  return identities.flatMap((identity): readonly string[] => {
    const object = live.get(identityKey(identity));
    if (object === undefined || !(isLiveRelation(object) || isLiveRoutine(object))) return [];
    const kind = isLiveRelation(object) ? "r" : "f";
    const own = all.filter(
      (row) => row.kind === kind && (row.schema === null || row.schema === object.identity.schema),
    );
    const given = own.filter(({ privilege }) => privilege !== "");
    const creeping = given.filter(
      ({ grantee, privilege }) =>
        grantee !== object.owner &&
        !holds(object.grants, grantee, privilege) &&
        !said(object.identity.name, grantee, privilege),
    );
    const keepsPublic =
      kind === "f" &&
      own.some(({ schema }) => schema === null) &&
      !given.some(({ grantee }) => grantee === null) &&
      holds(object.grants, null, "EXECUTE") &&
      !said(object.identity.name, null, "EXECUTE");
    const name = qualifiedName(object.identity);
    const on = `${kind === "r" ? "TABLE" : "ROUTINE"} ${name}`;
    return [
      ...creeping.map(({ grantee, privilege }) => `REVOKE ${privilege} ON ${on} FROM ${roleName(grantee)}`),
      ...(keepsPublic ? [`GRANT EXECUTE ON ${on} TO PUBLIC`] : []),
    ].map((sql) => whereThere(kind, name, sql));
  });
}

function holds(grants: readonly Grant[], grantee: string | null, privilege: string): boolean {
  return grants.some((grant) => grant.grantee === grantee && grant.privilege === privilege);
}

function roleName(grantee: string | null): string {
  return grantee === null ? "PUBLIC" : quoteIdentifier(grantee);
}

/** The block may drop it for good. */
function whereThere(kind: "r" | "f", name: string, sql: string): string {
  const found = `pg_catalog.${kind === "r" ? "to_regclass" : "to_regprocedure"}(${quoteLiteral(name)})`;
  return `DO ${quoteLiteral(`BEGIN IF ${found} IS NOT NULL THEN ${sql}; END IF; END`)}`;
}

/** Whether a GRANT or REVOKE of the block names the privilege and the role for an object of that name. */
function saidBy(block: readonly Pick<ScriptStatement, "node">[]) {
  const said = new Set<string>();
  const key = (name: string | null, grantee: string | null, privilege: string) =>
    JSON.stringify([name, grantee, privilege]);
  for (const { node } of block) {
    if (!("GrantStmt" in node)) continue;
    const { grantees = [], privileges = [], objects = [], targtype } = node.GrantStmt;
    const names = targtype === "ACL_TARGET_OBJECT" ? objects.map(objectName) : [null];
    for (const one of grantees) {
      if (!("RoleSpec" in one)) continue;
      const grantee = one.RoleSpec.roletype === "ROLESPEC_PUBLIC" ? null : (one.RoleSpec.rolename ?? "");
      const words = privileges.flatMap((privilege) =>
        "AccessPriv" in privilege ? [(privilege.AccessPriv.priv_name ?? "all").toUpperCase()] : [],
      );
      for (const name of names)
        for (const word of words.length === 0 ? ["ALL"] : words) said.add(key(name, grantee, word));
    }
  }
  return (name: string, grantee: string | null, privilege: string): boolean =>
    [name, null].some((named) => [privilege, "ALL"].some((word) => said.has(key(named, grantee, word))));
}

/** Without its schema: the same name in two schemas counts as said of both. */
function objectName(node: Node): string | null {
  if ("RangeVar" in node) return node.RangeVar.relname ?? null;
  if (!("ObjectWithArgs" in node)) return null;
  const last = node.ObjectWithArgs.objname?.at(-1);
  return last !== undefined && "String" in last ? (last.String.sval ?? null) : null;
}

/** Rows that stand for nobody (an empty list) say all the same that the built-in defaults do not hold. */
const defaultsQuery = `select n.nspname::text as schema, d.defaclobjtype::text as kind, r.rolname::text as grantee,
    coalesce(a.privilege_type, '') as privilege
  from pg_catalog.pg_default_acl d left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace
    left join lateral pg_catalog.aclexplode(d.defaclacl) a on true left join pg_catalog.pg_roles r on r.oid = a.grantee
  where d.defaclrole = (select oid from pg_catalog.pg_roles where rolname = current_user) and d.defaclobjtype in ('r', 'f')`;
