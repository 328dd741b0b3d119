/**
 * The state that a plan for a value of a matrix stands on, as one text that is equal for values in the same state: of each view that
 * the plan touches or that needs one of these, what the catalogs and the ledger say of it, with the value's own schema in
 * the place of its name. What cannot be told apart from the name is said by its oid, which is the same for no two values.
 */
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { versionOfOne } from "../../database/row-versions.ts";

export interface StateOf {
  /** Names of views. */
  readonly names: readonly string[];
  /** Names of all views that the values' components declare, or declared before. */
  readonly managed: readonly string[];
}

/** What tells a value from others: parameters 1 to 4 of `stateQuery`. */
export interface StateValues {
  readonly scope: string;
  readonly schema: string;
  /** The folder of its components: `@tenant=acme/`. */
  readonly folder: string;
}

export function stateParameters({ scope, schema, folder }: StateValues): readonly string[] {
  return [scope, schema, `${quoteIdentifier(schema)}.`, folder];
}

/** One row with `state`; $1 to $4 as `stateParameters`. In a transaction whose search_path is pg_catalog. */
export function stateQuery(ledgerSchema: string, project: string, { names, managed }: StateOf): string {
  const list = (texts: readonly string[]) => `array[${texts.map(quoteLiteral).join(", ")}]::name[]`;
  const typed = (type: string, modifier: string) =>
    `(select case when y.typnamespace = n.oid then '.' || y.typname || ' ' || ${modifier} else format_type(y.oid, ${modifier}) end
        from pg_type y where y.oid = ${type})`;
  const own = (schema: string) => `case when ${schema} = n.oid then '' else ${schema}::text end`;
  const rows = (catalog: string, columns: string) =>
    `(select json_agg(json_build_array(x.classoid, x.objsubid, ${columns}) order by x.classoid, x.objsubid, ${columns}) from ${catalog} x
        where x.objoid = c.oid and x.classoid = 'pg_class'::regclass or x.objoid = r.oid and x.classoid = 'pg_rewrite'::regclass
          or x.objoid in (c.reltype, ct.typarray) and x.classoid = 'pg_type'::regclass)`;
  return `select encode(sha256(convert_to(json_build_array(
    (select json_build_array(pg_get_userbyid(n.nspowner), n.nspacl) from pg_namespace n where n.nspname = $2::name),
    json_agg(json_build_array(w.name, c.relkind, pg_get_userbyid(c.relowner), c.relacl, c.reloptions, c.relreplident, ct.typacl,
      (select json_agg(json_build_array(a.attname, ${typed("a.atttypid", "a.atttypmod")}, a.attcollation, a.attacl, a.attstattarget, a.attoptions,
          (select replace(pg_get_expr(f.adbin, f.adrelid), $3, chr(1)) from pg_attrdef f where f.adrelid = c.oid and f.adnum = a.attnum)) order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
      ${rows("pg_description", "x.description")}, ${rows("pg_seclabel", "x.label")},
      (select count(*) from pg_trigger t where t.tgrelid = c.oid), (select count(*) from pg_rewrite t where t.ev_class = c.oid),
      (select json_agg(u.text order by u.text collate "C") from (select distinct case when rc.oid is not null
            then json_build_array(${own("rc.relnamespace")}, rc.relname, rc.relkind, ra.attname, ${typed("ra.atttypid", "ra.atttypmod")})::text
          when rp.oid is not null then json_build_array(${own("rp.pronamespace")}, rp.proname, rp.proargtypes::oid[])::text
          else json_build_array(d.refclassid::oid, d.refobjid)::text end as text
        from pg_depend d left join pg_class rc on d.refclassid = 'pg_class'::regclass and rc.oid = d.refobjid
          left join pg_attribute ra on ra.attrelid = rc.oid and ra.attnum = d.refobjsubid and ra.attnum > 0
          left join pg_proc rp on d.refclassid = 'pg_proc'::regclass and rp.oid = d.refobjid
        where d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and (d.refclassid, d.refobjid) <> ('pg_class'::regclass, c.oid)) u),
      (select json_agg(u.text order by u.text collate "C") from (select distinct case
          when dc.relnamespace = n.oid and dc.relname = any (${list(managed)}) and dr.rulename = '_RETURN' and dc.relkind = 'v'
            then json_build_array(dc.relname, (select da.attname from pg_attribute da where da.attrelid = c.oid and da.attnum = d.refobjsubid), d.refclassid::oid)::text
          else json_build_array(d.classid::oid, d.objid, d.objsubid)::text end as text
        from (select * from pg_depend where refclassid = 'pg_class'::regclass and refobjid = c.oid
            union all select * from pg_depend where refclassid = 'pg_type'::regclass and refobjid in (c.reltype, ct.typarray)) d
          left join pg_rewrite dr on d.classid = 'pg_rewrite'::regclass and dr.oid = d.objid left join pg_class dc on dc.oid = dr.ev_class
        where not (d.classid = 'pg_rewrite'::regclass and d.objid = r.oid) and d.deptype <> 'i') u),
      (select count(*) from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_extension'::regclass),
      o.hash, replace(o.attachments_hash, $3, chr(1)), replace(o.component, $4, '@'), o.version = ${versionOfOne}) order by w.i))::text, 'UTF8')), 'hex') as state
  from unnest(${list(names)}) with ordinality as w(name, i) cross join pg_namespace n
    left join pg_class c on c.relnamespace = n.oid and c.relname = w.name
    left join pg_rewrite r on r.ev_class = c.oid and r.rulename = '_RETURN' left join pg_type ct on ct.oid = c.reltype
    left join ${quoteIdentifier(ledgerSchema)}.object o on o.project = ${quoteLiteral(project)} and o.scope = $1 and o.kind = 'view' and o.schema = $2::text
      and o.relation = '' and o.name = w.name::text and o.arguments = '{}'
  where n.nspname = $2::name`;
}

/** The same as a statement that fails (22012) where the state is not $5. */
export function stateCheck(ledgerSchema: string, project: string, of: StateOf): string {
  return `select 1 / (case when s.state = $5 then 1 else 0 end) as same from (${stateQuery(ledgerSchema, project, of)}) s`;
}
