/** What the catalog of a built schema says about each view that something needs. */
import { quoteIdentifier, quoteName } from "../../graph/quote.ts";
import type { Database, Row } from "../../src/database/database.ts";

export interface DependedView {
  readonly oid: number;
  readonly kind: "view" | "materialized view";
  readonly schema: string;
  readonly name: string;
  /** pg_get_viewdef with every name qualified, without the semicolon. */
  readonly query: string;
  /** WITH (…) as text, or empty; a check option is left out. */
  readonly options: string;
  readonly columns: readonly ViewColumn[];
  /** Views, materialized views and routines that DROP … CASCADE would take, itself included. */
  readonly closure: number;
}

export interface ViewColumn {
  readonly name: string;
  readonly type: string;
  /** Views that read it. */
  readonly readers: readonly number[];
  /** Something else hangs on it: an index, a rule, a grant, a comment; or a reader takes the whole row. */
  readonly bound: boolean;
}

/** Those that something needs. Ordered by name. The search_path of the session is emptied. */
export async function dependedViews(database: Database): Promise<readonly DependedView[]> {
  return (await allViews(database)).filter((view) => view.closure > 1);
}

/** Ordered by name. The search_path of the session is emptied. */
export async function allViews(database: Database): Promise<readonly DependedView[]> {
  await database.query("select set_config('search_path', 'pg_catalog', false)");
  const rows = await database.query<DependedView & Row>(viewsQuery);
  const views: DependedView[] = [];
  for (const row of rows) {
    const [found] = await database.query<{ readonly count: number }>(closureQuery, [row.oid]);
    views.push({ ...row, closure: (found?.count ?? 0) + 1 });
  }
  return views;
}

const viewsQuery = `
select c.oid::int as oid, case c.relkind when 'v' then 'view' else 'materialized view' end as kind,
  n.nspname::text as schema, c.relname::text as name, rtrim(pg_get_viewdef(c.oid), ';') as query,
  coalesce((select 'with (' || string_agg(option, ', ') || ')' from unnest(c.reloptions) option
    where option not like 'check_option=%'), '') as options,
  (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
      'readers', coalesce((select json_agg(distinct r.ev_class::int) from pg_depend d
        join pg_rewrite r on r.oid = d.objid and r.rulename = '_RETURN' and r.ev_class <> c.oid
        where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid
          and d.refobjsubid = a.attnum), '[]'),
      'bound', a.attacl is not null
        or col_description(c.oid, a.attnum) is not null
        or exists (select from pg_depend d left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
          where d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid
            and (d.refobjsubid = a.attnum and r.rulename is distinct from '_RETURN'
              or d.refobjsubid = 0 and d.classid = 'pg_rewrite'::regclass and r.ev_class <> c.oid))
    ) order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0) as columns
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('v', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'migrator')
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by n.nspname, c.relname`;

/** A view stands for the rule that holds its query; types lead from a relation to the functions over its rows. */
const closureQuery = `
with recursive closure (classid, objid) as (
  select 'pg_class'::regclass::oid, $1::oid
  union
  select case when r.rulename = '_RETURN' then 'pg_class'::regclass::oid else d.classid end,
    case when r.rulename = '_RETURN' then r.ev_class else d.objid end
  from closure c
  join pg_depend d on d.refclassid = c.classid and d.refobjid = c.objid and d.deptype in ('n', 'a', 'i')
  left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
)
select count(*)::int as count from closure x left join pg_class c on x.classid = 'pg_class'::regclass and c.oid = x.objid
where x.objid <> $1 and (c.relkind in ('v', 'm') or x.classid = 'pg_proc'::regclass)`;

/** A view, and what its query will be. */
export interface Redefined {
  readonly kind: "view" | "materialized view";
  readonly schema: string;
  readonly name: string;
  /** As pg_get_viewdef prints it, without the semicolon. */
  readonly query: string;
}

/** The view and the readers of its column, as pg_get_viewdef shows them after a rename of the column. Changes nothing. */
export async function definitionsAfterRename(
  database: Database,
  view: DependedView,
  column: ViewColumn,
  newName: string,
): Promise<readonly Redefined[]> {
  const alter = `alter ${view.kind} ${quoteName(view.schema, view.name)} rename column ${quoteIdentifier(column.name)} to ${newName}`;
  const definitions = `select n.nspname::text as schema, c.relname::text as name,
      case c.relkind when 'v' then 'view' else 'materialized view' end as kind, rtrim(pg_get_viewdef(c.oid), ';') as query
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid in (${[view.oid, ...column.readers].join(", ")})`;
  const rows = await database.batch(["begin", alter, definitions, "rollback"]);
  return (rows[2] ?? []) as unknown as readonly Redefined[];
}
