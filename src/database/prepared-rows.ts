/** The ledger's table of what was built side by side and has not taken its place yet, so that it is taken up or goes. */
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import type { Row } from "./database.ts";

export interface PreparedRow {
  readonly id: number;
  /** Of the object, or of an index to build. */
  readonly key: string;
  /** `pg_class` or `pg_proc`; null where what it speaks of is gone. */
  readonly catalog: string | null;
  readonly oid: number;
  readonly schema: string;
  readonly scratch: string;
  /** In a DROP statement: noun and name. */
  readonly named: string | null;
  /** See `Prepared`. */
  readonly old: string | null;
  /** JSON of the object as it is to be; of an index its definition. */
  readonly target: string;
  /** What it was built from: `readMeaning`. */
  readonly inputs: string;
  /** A materialized view that holds its rows, an index that is valid, or what holds nothing. */
  readonly complete: boolean;
  /** When it was filled, as the server prints it; null for what is not filled. */
  readonly filledAt: string | null;
}

export function preparedTable(schema: string): string {
  return `create table if not exists ${quoteIdentifier(schema)}.prepared (
  id bigint generated always as identity primary key,
  project text not null,
  key text not null,
  catalog text not null,
  oid oid not null,
  schema text not null,
  scratch text not null,
  old text,
  target text not null,
  inputs text not null,
  made_at timestamptz not null default now(),
  filled_at timestamptz)`;
}

/** What is there under another name was not made here, or came from a dump. Runs with pg_catalog alone on the search_path. */
export function preparedQuery(schema: string, project: string): string {
  return `select p.id::int8::text as id, p.key, case when c.oid is not null then 'pg_class' when f.oid is not null then 'pg_proc' end as catalog,
    p.oid::int8::text as oid, p.schema, p.scratch, p.old, p.target, p.inputs, p.filled_at::text as filled,
    case when c.relkind = 'm' then 'MATERIALIZED VIEW ' when c.relkind = 'v' then 'VIEW ' when c.relkind = 'i' then 'INDEX ' when f.oid is not null then 'ROUTINE ' end
      || case when c.oid is not null then quote_ident(p.schema) || '.' || quote_ident(p.scratch) else f.oid::regprocedure::text end as named,
    case c.relkind when 'm' then c.relispopulated when 'i' then (select i.indisvalid and i.indisready from pg_index i where i.indexrelid = c.oid) else true end as complete
  from ${quoteIdentifier(schema)}.prepared p
    left join pg_class c on p.catalog = 'pg_class' and c.relname = p.scratch and c.relkind in ('m', 'v', 'i')
      and (c.oid = p.oid or p.oid = 0) and c.relnamespace = (select oid from pg_namespace where nspname = p.schema)
    left join pg_proc f on p.catalog = 'pg_proc' and f.oid = p.oid and f.proname = p.scratch
  where p.project = ${quoteLiteral(project)} order by p.id`;
}

export function preparedRows(rows: readonly Row[]): readonly PreparedRow[] {
  const text = (value: unknown) => (value === null || value === undefined ? null : String(value));
  return rows.map((row) => ({
    id: Number(row.id),
    key: String(row.key),
    catalog: text(row.catalog),
    oid: Number(row.oid),
    schema: String(row.schema),
    scratch: String(row.scratch),
    named: text(row.named),
    old: text(row.old),
    target: String(row.target),
    inputs: String(row.inputs),
    complete: row.complete === true,
    filledAt: text(row.filled),
  }));
}

/** What was built later needs what was built before it. */
export function dropPrepared(schema: string, rows: readonly PreparedRow[]): string[] {
  if (rows.length === 0) return [];
  const drops = [...rows].reverse().flatMap(({ named }) => (named === null ? [] : [`DROP ${named}`]));
  return [...drops, forgetPrepared(schema, rows)];
}

export function forgetPrepared(schema: string, rows: readonly Pick<PreparedRow, "id">[]): string {
  const ids = rows.map(({ id }) => id).join(", ");
  return `delete from ${quoteIdentifier(schema)}.prepared where id in (${ids === "" ? "null" : ids})`;
}

/** In the transaction in which the object was made. An index that is not there yet has oid 0. */
export function rememberPrepared(
  schema: string,
  project: string,
  row: Pick<PreparedRow, "key" | "schema" | "scratch" | "old" | "target" | "inputs"> & {
    readonly catalog: string;
    readonly oid: number;
  },
): string {
  const values = [project, row.key, row.catalog].map(quoteLiteral);
  const rest = [row.schema, row.scratch].map(quoteLiteral);
  const old = row.old === null ? "null" : quoteLiteral(row.old);
  return `insert into ${quoteIdentifier(schema)}.prepared (project, key, catalog, oid, schema, scratch, old, target, inputs)
  values (${values.join(", ")}, ${row.oid}, ${rest.join(", ")}, ${old}, ${quoteLiteral(row.target)}, ${quoteLiteral(row.inputs)})`;
}
