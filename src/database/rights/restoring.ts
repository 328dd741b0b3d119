/**
 * The rights to give an object back what it had: its owner, and its grants under the roles that made them. Asked only
 * once PostgreSQL has refused something, because only planning tells what is made anew.
 */
import { describeIdentity, type Identity, isChild, isRoutine } from "../../../graph/identity.ts";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import type { Database } from "../database.ts";
import type { Lack } from "./lack.ts";
import { takeOver } from "./own-objects.ts";
import { grantMembership, grantOn, type Role, setRight } from "./role.ts";

export async function restoringLacks(
  database: Database,
  role: Role,
  identities: readonly Identity[],
): Promise<readonly Lack[]> {
  const own = identities.filter((identity) => !isChild(identity));
  if (own.length === 0) return [];
  const wanted = own.map((identity, i) => ({
    i,
    schema: identity.schema,
    relation: isRoutine(identity) ? null : identity.name,
    name: identity.name,
    arguments: isRoutine(identity) ? identity.arguments : [],
  }));
  const right = setRight(role);
  const [rows] = await database.batch([
    `with o as (
       select w.i, n.oid as schema, coalesce(c.relowner, p.proowner) as owner,
         coalesce(c.relacl, p.proacl) as acl, c.oid as relation
       from pg_catalog.jsonb_to_recordset(${quoteLiteral(JSON.stringify(wanted))}::pg_catalog.jsonb)
         as w(i int, schema text, relation text, name text, arguments text[])
       join pg_catalog.pg_namespace n on n.nspname = w.schema
       left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = w.relation
       left join pg_catalog.pg_proc p on w.relation is null and p.pronamespace = n.oid and p.proname = w.name
         and array(select pg_catalog.format_type(u.t, null) from pg_catalog.unnest(p.proargtypes) with ordinality as u(t, k) order by u.k) = w.arguments
       where coalesce(c.relowner, p.proowner) is not null)
     select o.i, 'owner' as kind, null as statistics, r.rolname as role, r.rolsuper as superuser, pg_catalog.pg_has_role(r.oid, ${right}) as acts,
       pg_catalog.has_schema_privilege(r.oid, o.schema, 'CREATE') as creates
     from o join pg_catalog.pg_roles r on r.oid = o.owner where r.rolname <> current_user
     union
     select o.i, 'grantor', null, r.rolname, r.rolsuper, pg_catalog.pg_has_role(session_user::pg_catalog.name, r.oid, ${right}), true
     from o cross join lateral (
       select x.grantor from pg_catalog.aclexplode(o.acl) x
       union select x.grantor from pg_catalog.pg_attribute a cross join lateral pg_catalog.aclexplode(a.attacl) x
       where a.attrelid = o.relation and a.attnum > 0 and not a.attisdropped) g
     join pg_catalog.pg_roles r on r.oid = g.grantor where r.oid <> o.owner
     union
     select o.i, 'statistics', pg_catalog.format('%I.%I', n.nspname, e.stxname), r.rolname, r.rolsuper,
       pg_catalog.pg_has_role(r.oid, 'USAGE') and pg_catalog.pg_has_role(r.oid, ${right}), true
     from o join pg_catalog.pg_statistic_ext e on e.stxrelid = o.relation
       join pg_catalog.pg_namespace n on n.oid = e.stxnamespace join pg_catalog.pg_roles r on r.oid = e.stxowner
     where r.oid <> o.owner
     order by 1, 2, 3, 4`,
  ]);
  return (rows ?? []).flatMap((row): Lack[] => {
    const identity = own[Number(row.i)];
    if (identity === undefined) return [];
    const what = describeIdentity(identity);
    const name = String(row.role);
    const lacks: Lack[] = [];
    const add = (message: string, mend: string) =>
      lacks.push({ message, mend, component: null, offset: null });
    if (row.kind === "statistics") {
      if (row.acts === true) return [];
      const statistics = String(row.statistics);
      add(
        `statistics ${statistics} on ${what} belong to ${name}: role ${role.name} may not make them anew`,
        takeOver(role, { name, superuser: row.superuser === true }, `STATISTICS ${statistics}`),
      );
    } else if (row.acts !== true) {
      add(
        row.kind === "owner"
          ? `${what} must be given back to its owner ${name}: role ${role.name} may not act as it`
          : `a grant on ${what} was made by ${name}: role ${role.name} may not act as it`,
        grantMembership(name, role),
      );
    }
    if (row.creates !== true) {
      add(
        `${what} must be given back to its owner ${name}: that role lacks CREATE on schema ${identity.schema}`,
        grantOn("CREATE", `SCHEMA ${quoteIdentifier(identity.schema)}`, name),
      );
    }
    return lacks;
  });
}
