/** What the catalog says of the objects that a plan is about, and of the role's rights on them. One query for all. */
import { type Identity, isChild, isRoutine } from "../../../graph/identity.ts";
import { quoteLiteral } from "../../../graph/quote.ts";
import type { Database } from "../database.ts";

export interface Owner {
  readonly name: string;
  readonly superuser: boolean;
  /** The role owns what this one owns. */
  readonly held: boolean;
  /** It has CREATE and USAGE on the schema: who becomes its member has both too. */
  readonly creates: boolean;
}

interface SchemaFacts {
  readonly usage: boolean;
  readonly create: boolean;
  /** The role owns the schema: it may drop what others own in it. */
  readonly held: boolean;
}

export interface ObjectFacts {
  /** Null where there is no such schema. */
  readonly schema: SchemaFacts | null;
  /** The object itself exists. */
  readonly exists: boolean;
  /** Of the relation, routine, or for a trigger, rule or policy of the relation that it stands on; null where it does not exist. */
  readonly owner: Owner | null;
  /** `view`, `table` and so on, as ALTER names the relation; null for routines. */
  readonly noun: string | null;
  /** The TRIGGER privilege on the relation. */
  readonly trigger: boolean;
}

const nouns: Readonly<Record<string, string>> = {
  v: "VIEW",
  m: "MATERIALIZED VIEW",
  f: "FOREIGN TABLE",
};

/** In the order of the identities. */
export async function readFacts(
  database: Database,
  identities: readonly Identity[],
): Promise<readonly ObjectFacts[]> {
  if (identities.length === 0) return [];
  const wanted = identities.map((identity, i) => ({
    i,
    kind: identity.kind,
    schema: identity.schema,
    relation: isChild(identity) ? identity.relation : isRoutine(identity) ? null : identity.name,
    name: identity.name,
    arguments: isRoutine(identity) ? identity.arguments : [],
  }));
  const [rows] = await database.batch([
    `select n.oid is not null as schema, pg_catalog.has_schema_privilege(n.oid, 'USAGE') as usage,
       pg_catalog.has_schema_privilege(n.oid, 'CREATE') as create, pg_catalog.pg_has_role(n.nspowner, 'USAGE') as schema_held,
       c.relkind, r.rolname as owner, r.rolsuper as owner_super, pg_catalog.pg_has_role(r.oid, 'USAGE') as held,
       pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE') and pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE') as owner_creates,
       pg_catalog.has_table_privilege(c.oid, 'TRIGGER') as trigger,
       case w.kind
         when 'trigger' then exists (select from pg_catalog.pg_trigger t where t.tgrelid = c.oid and t.tgname = w.name and not t.tgisinternal)
         when 'rule' then exists (select from pg_catalog.pg_rewrite e where e.ev_class = c.oid and e.rulename = w.name)
         when 'policy' then exists (select from pg_catalog.pg_policy y where y.polrelid = c.oid and y.polname = w.name)
         else c.oid is not null or p.oid is not null end as exists
     from pg_catalog.jsonb_to_recordset(${quoteLiteral(JSON.stringify(wanted))}::pg_catalog.jsonb)
       as w(i int, kind text, schema text, relation text, name text, arguments text[])
     left join pg_catalog.pg_namespace n on n.nspname = w.schema
     left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = w.relation
     left join pg_catalog.pg_proc p on w.relation is null and p.pronamespace = n.oid and p.proname = w.name
       and array(select pg_catalog.format_type(u.t, null) from pg_catalog.unnest(p.proargtypes) with ordinality as u(t, k) order by u.k) = w.arguments
     left join pg_catalog.pg_roles r on r.oid = coalesce(c.relowner, p.proowner)
     order by w.i`,
  ]);
  return (rows ?? []).map((row) => ({
    schema:
      row.schema === true
        ? { usage: row.usage === true, create: row.create === true, held: row.schema_held === true }
        : null,
    exists: row.exists === true,
    owner:
      typeof row.owner === "string"
        ? {
            name: row.owner,
            superuser: row.owner_super === true,
            held: row.held === true,
            creates: row.owner_creates === true,
          }
        : null,
    noun: typeof row.relkind === "string" ? (nouns[row.relkind] ?? "TABLE") : null,
    trigger: row.trigger === true,
  }));
}
