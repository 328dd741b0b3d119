/**
 * The catalog queries. Each returns one JSON value a row, is complete without parameters (so that several go in one
 * round trip) and must run with pg_catalog alone on the search_path: then every name that PostgreSQL prints is qualified.
 */
import { quoteLiteral } from "../../graph/quote.ts";

export const extensionOf = (catalog: string, oid: string) =>
  `(select e.extname from pg_depend x join pg_extension e on e.oid = x.refobjid
     where x.classid = '${catalog}'::regclass and x.objid = ${oid} and x.deptype = 'e'
       and x.refclassid = 'pg_extension'::regclass limit 1)`;

/** DEPENDS ON EXTENSION. */
const dependsOn = (catalog: string, oid: string) =>
  `(select coalesce(json_agg(e.extname order by e.extname), '[]') from pg_depend x join pg_extension e on e.oid = x.refobjid
     where x.classid = '${catalog}'::regclass and x.objid = ${oid} and x.deptype = 'x'
       and x.refclassid = 'pg_extension'::regclass)`;

const labels = (catalog: string, oid: string) =>
  `(select coalesce(json_agg(json_build_object('provider', l.provider, 'label', l.label) order by l.provider), '[]')
     from pg_seclabel l where l.classoid = '${catalog}'::regclass and l.objoid = ${oid} and l.objsubid = 0)`;

/** Null where a new relation would get the same one: then it is nobody's choice. */
const tablespace = (oid: string) =>
  `(select s.spcname from pg_database db join pg_tablespace s on s.oid = coalesce(nullif(${oid}, 0), db.dattablespace)
     where db.datname = current_database() and s.spcname <> coalesce(nullif(current_setting('default_tablespace'), ''),
       (select d.spcname from pg_tablespace d where d.oid = db.dattablespace)))`;

/** Of the index `i`, whose relation is `ic`, on the relation `c`. */
export const indexFields = `'name', ic.relname, 'sql', pg_get_indexdef(i.indexrelid),
      'comment', obj_description(ic.oid, 'pg_class'), 'clustered', i.indisclustered, 'identifiesRows', i.indisunique and i.indimmediate and i.indisvalid and i.indpred is null and i.indexprs is null,
      'tablespace', ${tablespace("ic.reltablespace")}, 'dependsOn', ${dependsOn("pg_class", "ic.oid")},
      'columns', (select coalesce(json_agg(distinct xa.attname), '[]') from pg_depend xd join pg_attribute xa on xa.attrelid = c.oid
        and xa.attnum = xd.refobjsubid where xd.classid = 'pg_class'::regclass and xd.objid = i.indexrelid and xd.refobjid = c.oid and xd.refobjsubid > 0),
      'statistics', (select coalesce(json_agg(json_build_array(attnum, attstattarget) order by attnum), '[]') from pg_attribute
    where attrelid = ic.oid and attnum > 0 and attstattarget >= 0)`;

/** Of the extended statistics `s`, in the schema `sn`, on the relation `c`. */
export const statisticsFields = `'schema', sn.nspname, 'name', s.stxname,
      'sql', pg_get_statisticsobjdef(s.oid), 'target', nullif(s.stxstattarget, -1), 'comment', obj_description(s.oid, 'pg_statistic_ext'),
      'owner', pg_get_userbyid(s.stxowner), 'columns', (select coalesce(json_agg(distinct xa.attname), '[]') from pg_depend xd
        join pg_attribute xa on xa.attrelid = c.oid and xa.attnum = xd.refobjsubid where xd.classid = 'pg_statistic_ext'::regclass
        and xd.objid = s.oid and xd.refclassid = 'pg_class'::regclass and xd.refobjid = c.oid and xd.refobjsubid > 0)`;

/** An access control list in full, the defaults where the catalog has NULL. */
const grants = (acl: string) =>
  `(select coalesce(json_agg(json_build_object('grantor', pg_get_userbyid(a.grantor),
      'grantee', case when a.grantee = 0 then null else pg_get_userbyid(a.grantee) end,
      'privilege', a.privilege_type, 'grantable', a.is_grantable)), '[]') from aclexplode(${acl}) a)`;

const trigger = `json_build_object('kind', 'trigger', 'oid', t.oid::bigint, 'schema', tn.nspname, 'relation', tc.relname,
  'relationOid', tc.oid::bigint, 'relationKind', tc.relkind, 'name', t.tgname, 'owner', pg_get_userbyid(tc.relowner),
  'comment', obj_description(t.oid, 'pg_trigger'), 'extension', ${extensionOf("pg_trigger", "t.oid")},
  'dependsOn', ${dependsOn("pg_trigger", "t.oid")}, 'constraintComment', case when t.tgconstraint <> 0 then obj_description(t.tgconstraint, 'pg_constraint') end,
  'enabled', t.tgenabled, 'sql', pg_get_triggerdef(t.oid), 'constraint', t.tgconstraint <> 0, 'copies', case when tc.relkind <> 'p'
    then '[]'::json else (with recursive k as (select t.oid, t.tgrelid, t.tgname, t.tgenabled, t.tgconstraint
      union all select g.oid, g.tgrelid, g.tgname, g.tgenabled, g.tgconstraint from k join pg_inherits h on h.inhparent = k.tgrelid
        join pg_trigger g on g.tgrelid = h.inhrelid and g.tgparentid = k.oid)
    select coalesce(json_agg(json_build_object('schema', kn.nspname, 'table', kc.relname, 'name', k.tgname, 'enabled', k.tgenabled,
      'comment', obj_description(k.oid, 'pg_trigger'), 'dependsOn', ${dependsOn("pg_trigger", "k.oid")}, 'constraintComment',
      case when k.tgconstraint <> 0 then obj_description(k.tgconstraint, 'pg_constraint') end) order by kn.nspname, kc.relname), '[]')
    from k join pg_class kc on kc.oid = k.tgrelid join pg_namespace kn on kn.oid = kc.relnamespace where k.oid <> t.oid) end)`;

const rule = `json_build_object('kind', 'rule', 'oid', r.oid::bigint, 'schema', rn.nspname, 'relation', rc.relname,
  'relationOid', rc.oid::bigint, 'relationKind', rc.relkind, 'name', r.rulename, 'owner', pg_get_userbyid(rc.relowner),
  'comment', obj_description(r.oid, 'pg_rewrite'), 'extension', ${extensionOf("pg_rewrite", "r.oid")},
  'enabled', r.ev_enabled, 'sql', pg_get_ruledef(r.oid))`;

const policy = `json_build_object('kind', 'policy', 'oid', p.oid::bigint, 'schema', pn.nspname, 'relation', pc.relname,
  'relationOid', pc.oid::bigint, 'relationKind', pc.relkind, 'name', p.polname, 'owner', pg_get_userbyid(pc.relowner),
  'comment', obj_description(p.oid, 'pg_policy'), 'extension', ${extensionOf("pg_policy", "p.oid")},
  'command', p.polcmd, 'permissive', p.polpermissive,
  'roles', (select json_agg(case when m = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(m)) end order by o)
              from unnest(p.polroles) with ordinality as u(m, o)),
  'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid))`;

export function relationsQuery(wanted: string): string {
  return `select json_build_object('kind', case c.relkind when 'v' then 'view' else 'materialized view' end,
  'oid', c.oid::bigint, 'schema', n.nspname, 'name', c.relname, 'owner', pg_get_userbyid(c.relowner),
  'comment', obj_description(c.oid, 'pg_class'), 'extension', ${extensionOf("pg_class", "c.oid")},
  'dependsOn', ${dependsOn("pg_class", "c.oid")}, 'labels', ${labels("pg_class", "c.oid")},
  'columnLabels', (select coalesce(json_agg(json_build_object('column', a.attname, 'provider', l.provider, 'label', l.label) order by l.provider), '[]')
     from pg_seclabel l join pg_attribute a on a.attrelid = c.oid and a.attnum = l.objsubid
     where l.classoid = 'pg_class'::regclass and l.objoid = c.oid and l.objsubid > 0),
  'rowType', (select json_build_object('grants', case when rt.typacl is not null then ${grants("rt.typacl")} end,
      'comment', obj_description(rt.oid, 'pg_type'), 'labels', ${labels("pg_type", "rt.oid")},
      'arrayName', ra.typname, 'arrayComment', obj_description(ra.oid, 'pg_type'))
    from pg_type rt join pg_type ra on ra.oid = rt.typarray where rt.oid = c.reltype),
  'queryComment', (select obj_description(q.oid, 'pg_rewrite') from pg_rewrite q where q.ev_class = c.oid and q.rulename = '_RETURN'),
  'replicaIdentity', c.relreplident,
  'query', pg_get_viewdef(c.oid), 'otherSession', case when pg_is_other_temp_schema(c.relnamespace)
    then pg_stat_get_backend_pid(substr(n.nspname, 9)::int) end, 'populated', c.relispopulated, 'rows', greatest(c.reltuples, 0)::float8,
  'bytes', case when c.relkind = 'm' then pg_total_relation_size(c.oid) else 0 end::float8,
  'tablespace', case when c.relkind = 'm' then ${tablespace("c.reltablespace")} end,
  'accessMethod', (select amname from pg_am where oid = c.relam and amname <> current_setting('default_table_access_method')),
  'options', (select coalesce(json_agg(json_build_array(name, value)), '[]') from (select option_name as name, option_value as value from pg_options_to_table(c.reloptions)
      union all select 'toast.' || o.option_name, o.option_value from pg_class x, pg_options_to_table(x.reloptions) o where x.oid = c.reltoastrelid) as o),
  'grants', ${grants("coalesce(c.relacl, acldefault('r', c.relowner))")},
  'columns', (select coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
      'collation', case when a.attcollation <> y.typcollation and a.attcollation <> 0
        then (select quote_ident(cn.nspname) || '.' || quote_ident(co.collname) from pg_collation co
                join pg_namespace cn on cn.oid = co.collnamespace where co.oid = a.attcollation) end,
      'grants', case when a.attacl is null then '[]'::json else ${grants("a.attacl")} end,
      'comment', col_description(c.oid, a.attnum), 'default', (select pg_get_expr(adbin, adrelid) from pg_attrdef
        where adrelid = c.oid and adnum = a.attnum),
      'statistics', case when a.attstattarget >= 0 then a.attstattarget end,
      'storage', case when c.relkind = 'm' and a.attstorage <> y.typstorage then a.attstorage end,
      'compression', nullif(a.attcompression, ''), 'options', a.attoptions, 'toastable', y.typstorage <> 'p') order by a.attnum), '[]')
    from pg_attribute a join pg_type y on y.oid = a.atttypid where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
  'indexes', (select coalesce(json_agg(json_build_object(${indexFields}) order by ic.relname), '[]')
    from pg_index i join pg_class ic on ic.oid = i.indexrelid where i.indrelid = c.oid),
  'statistics', (select coalesce(json_agg(json_build_object(${statisticsFields}) order by s.stxname), '[]')
    from pg_statistic_ext s join pg_namespace sn on sn.oid = s.stxnamespace where s.stxrelid = c.oid),
  'triggers', (select coalesce(json_agg(${trigger} order by t.tgname), '[]') from pg_trigger t
    join pg_class tc on tc.oid = t.tgrelid join pg_namespace tn on tn.oid = tc.relnamespace
    where t.tgrelid = c.oid and not t.tgisinternal and t.tgparentid = 0),
  'rules', (select coalesce(json_agg(${rule} order by r.rulename), '[]') from pg_rewrite r
    join pg_class rc on rc.oid = r.ev_class join pg_namespace rn on rn.oid = rc.relnamespace
    where r.ev_class = c.oid and r.rulename <> '_RETURN')) as object
from (${wanted}) w join pg_class c on c.oid = w.oid join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('v', 'm')`;
}

export function routinesQuery(wanted: string): string {
  return `select json_build_object('kind', case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
  'oid', p.oid::bigint, 'schema', n.nspname, 'name', p.proname, 'owner', pg_get_userbyid(p.proowner),
  'arguments', (select coalesce(json_agg(format_type(t, null) order by o), '[]')
     from unnest(p.proargtypes::oid[]) with ordinality as u(t, o)),
  'comment', obj_description(p.oid, 'pg_proc'), 'extension', ${extensionOf("pg_proc", "p.oid")},
  'dependsOn', ${dependsOn("pg_proc", "p.oid")}, 'labels', ${labels("pg_proc", "p.oid")},
  'language', l.lanname, 'result', pg_get_function_result(p.oid), 'signature', pg_get_function_arguments(p.oid),
  'sql', case when p.prokind <> 'a' then pg_get_functiondef(p.oid) end,
  'variadic', p.provariadic <> 0, 'defaults', p.pronargdefaults,
  'aggregate', case when p.prokind = 'a' then (select json_build_object('kind', g.aggkind, 'directArguments', g.aggnumdirectargs,
      'sfunc', g.aggtransfn::regproc::text, 'stype', format_type(g.aggtranstype, null), 'sspace', g.aggtransspace,
      'finalfunc', nullif(g.aggfinalfn::oid, 0)::regproc::text, 'finalfunc_extra', g.aggfinalextra, 'finalfunc_modify', g.aggfinalmodify,
      'combinefunc', nullif(g.aggcombinefn::oid, 0)::regproc::text, 'serialfunc', nullif(g.aggserialfn::oid, 0)::regproc::text,
      'deserialfunc', nullif(g.aggdeserialfn::oid, 0)::regproc::text, 'initcond', g.agginitval,
      'msfunc', nullif(g.aggmtransfn::oid, 0)::regproc::text, 'minvfunc', nullif(g.aggminvtransfn::oid, 0)::regproc::text,
      'mstype', case when g.aggmtranstype <> 0 then format_type(g.aggmtranstype, null) end, 'msspace', g.aggmtransspace,
      'mfinalfunc', nullif(g.aggmfinalfn::oid, 0)::regproc::text, 'mfinalfunc_extra', g.aggmfinalextra,
      'mfinalfunc_modify', g.aggmfinalmodify, 'minitcond', g.aggminitval, 'parallel', p.proparallel,
      'sortop', (select quote_ident(sn.nspname) || '.' || so.oprname from pg_operator so join pg_namespace sn
        on sn.oid = so.oprnamespace where so.oid = g.aggsortop)) from pg_aggregate g where g.aggfnoid = p.oid) end,
  'rowTypes', (select coalesce(json_agg(distinct coalesce(e.typrelid, y.typrelid)::bigint), '[]')
     from unnest(p.prorettype || coalesce(p.proallargtypes, p.proargtypes::oid[])) as u(t)
     join pg_type y on y.oid = u.t left join pg_type e on e.typarray = y.oid
     where coalesce(e.typrelid, y.typrelid) <> 0),
  'grants', ${grants("coalesce(p.proacl, acldefault('f', p.proowner))")}) as object
from (${wanted}) w join pg_proc p on p.oid = w.oid join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang`;
}

export function triggersQuery(wanted: string): string {
  return `select ${trigger} as object from (${wanted}) w join pg_trigger t on t.oid = w.oid
  join pg_class tc on tc.oid = t.tgrelid join pg_namespace tn on tn.oid = tc.relnamespace`;
}

export function rulesQuery(wanted: string): string {
  return `select ${rule} as object from (${wanted}) w join pg_rewrite r on r.oid = w.oid
  join pg_class rc on rc.oid = r.ev_class join pg_namespace rn on rn.oid = rc.relnamespace`;
}

export function policiesQuery(wanted: string): string {
  return `select ${policy} as object from (${wanted}) w join pg_policy p on p.oid = w.oid
  join pg_class pc on pc.oid = p.polrelid join pg_namespace pn on pn.oid = pc.relnamespace`;
}

export function oids(list: readonly number[]): string {
  return `select unnest(array[${list.join(",")}]::oid[]) as oid`;
}

/** The oids of relations, routines or children with these names. */
export function named(
  from: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const arrays = columns.map(
    (_, i) => `array[${rows.map((row) => quoteLiteral(row[i] ?? "")).join(",")}]::name[]`,
  );
  const names = columns.map((_, i) => `w${i}`);
  const conditions = columns.map((column, i) => `${column} = w.w${i}`).join(" and ");
  return `select distinct x.oid from unnest(${arrays.join(", ")}) as w(${names.join(", ")})
    join pg_namespace n on n.nspname = w.w0 ${from} where ${conditions}`;
}

/**
 * Everything that pg_depend says needs an object, its own parts left out (a column's default is a part of the column):
 * what it is, and the column that it uses.
 * `targets` are (classid, objid) pairs.
 */
export function dependentsQuery(targets: string, own: number): string {
  return `select distinct d.classid::regclass::text as catalog, d.objid, d.objsubid, a.attname as "column",
    case when r.rulename = '_RETURN' then r.ev_class when vc.oid is not null then vc.oid end as relation,
    coalesce(r.ev_class, t.tgrelid, p.polrelid, f.adrelid, i.indrelid, s.stxrelid) as "on",
    pg_describe_object(d.classid, d.objid, d.objsubid) as description,
    case when k.oid is not null and d.objsubid > 0 then 'column' when k.relkind = 'p' then 'partition key' when y.typtype = 'r' then 'range type' when y.typtype = 'd' then 'domain'
      when d.classid in ('pg_amproc'::regclass, 'pg_amop'::regclass, 'pg_opclass'::regclass) then 'operator class' end as part,
    (select e.extname from pg_depend x join pg_extension e on e.oid = x.refobjid where x.classid = d.classid
       and x.objid = d.objid and x.deptype = 'e' and x.refclassid = 'pg_extension'::regclass limit 1) as extension
  from (values ${targets}) as w(classid, objid) join pg_depend d on d.refclassid = w.classid and d.refobjid = w.objid
  left join pg_attribute a on w.classid = 'pg_class'::regclass and a.attrelid = w.objid and a.attnum = d.refobjsubid and d.refobjsubid > 0
  left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
  left join pg_trigger t on d.classid = 'pg_trigger'::regclass and t.oid = d.objid
  left join pg_policy p on d.classid = 'pg_policy'::regclass and p.oid = d.objid
  left join pg_attrdef f on d.classid = 'pg_attrdef'::regclass and f.oid = d.objid
  left join pg_index i on d.classid = 'pg_class'::regclass and i.indexrelid = d.objid
  left join pg_statistic_ext s on d.classid = 'pg_statistic_ext'::regclass and s.oid = d.objid
  left join pg_class vc on d.classid = 'pg_class'::regclass and vc.oid = d.objid and d.objsubid > 0 and vc.relkind in ('v', 'm')
  left join pg_class k on d.classid = 'pg_class'::regclass and k.oid = d.objid
  left join pg_type y on d.classid = 'pg_type'::regclass and y.oid = d.objid
  where coalesce(r.ev_class, t.tgrelid, p.polrelid, f.adrelid, i.indrelid, s.stxrelid, 0) is distinct from nullif(${own}, 0)
    and (d.classid <> 'pg_type'::regclass or (y.typrelid is distinct from nullif(${own}, 0) and not exists (
      select from pg_type e where e.typarray = y.oid and e.typrelid = ${own})))
    and not (d.classid = 'pg_class'::regclass and (d.objid = ${own} or d.deptype = 'i'))
    and not (f.oid is not null and f.adrelid = d.refobjid and f.adnum = d.refobjsubid)
    and not (d.classid = 'pg_trigger'::regclass and (t.tgisinternal or t.tgparentid <> 0))
  order by 1, 7, 4`;
}
