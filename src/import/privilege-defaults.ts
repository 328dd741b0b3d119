/** What a new object's access control list may begin with: PostgreSQL's own defaults, and ALTER DEFAULT PRIVILEGES. */
import { type Grant, isLiveRelation, type LiveObject } from "../../graph/live.ts";
import type { Database } from "../database/database.ts";
import { catalogPath } from "../database/search-path.ts";

interface DefaultRow {
  /** `r` for relations, `f` for routines. */
  readonly kind: string;
  readonly role: string;
  /** Null: in every schema, in the place of PostgreSQL's own. */
  readonly schema: string | null;
  readonly grants: readonly Grant[];
}

const entries = (
  acl: string,
) => `(select coalesce(json_agg(json_build_object('grantor', pg_get_userbyid(a.grantor),
  'grantee', case when a.grantee = 0 then null else pg_get_userbyid(a.grantee) end,
  'privilege', a.privilege_type, 'grantable', a.is_grantable)), '[]') from aclexplode(${acl}) a)`;

const query = `select json_build_object('kind', d.defaclobjtype, 'role', pg_get_userbyid(d.defaclrole), 'schema', n.nspname,
    'grants', ${entries("d.defaclacl")}) as found
  from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace where d.defaclobjtype in ('r', 'f')
  union all
  select json_build_object('kind', k, 'role', current_user, 'schema', null, 'builtin', true,
    'grants', ${entries('acldefault(k::"char", (select oid from pg_roles where rolname = current_user))')})
  from unnest(array['r', 'f']) as k`;

/**
 * The lists that an object's own list is told against: the built-in one, and for its owner and for the role that reads,
 * what ALTER DEFAULT PRIVILEGES makes of it. Runs in the caller's transaction.
 */
export async function readPrivilegeDefaults(
  database: Database,
): Promise<(live: LiveObject) => readonly (readonly Grant[])[]> {
  const [, [current] = [], rows = []] = await database.batch([
    catalogPath,
    "select current_user::text as role",
    query,
  ]);
  const found = rows.map((row) => row.found as DefaultRow & { readonly builtin?: boolean });
  const reader = String(current?.role);
  return (live) => {
    const { owner, identity } = live;
    const of = found.filter(({ kind }) => kind === (isLiveRelation(live) ? "r" : "f"));
    const builtin = of.filter(({ builtin }) => builtin === true).flatMap((row) => asOwner(row, owner));
    const lists = [builtin];
    for (const role of new Set([owner, reader])) {
      const own = of.filter((row) => row.builtin !== true && row.role === role);
      const everywhere = own.find(({ schema }) => schema === null);
      const here = own.find(({ schema }) => schema === identity.schema);
      if (everywhere === undefined && here === undefined) continue;
      const begin = everywhere === undefined ? builtin : asOwner(everywhere, owner);
      lists.push([...begin, ...(here === undefined ? [] : asOwner(here, owner))]);
    }
    return lists;
  };
}

/** A list that `role` gives is, on the owner's object, the owner's. */
function asOwner({ role, grants }: DefaultRow, owner: string): readonly Grant[] {
  return grants.map((grant) => ({
    ...grant,
    grantor: owner,
    grantee: grant.grantee === role ? owner : grant.grantee,
  }));
}
