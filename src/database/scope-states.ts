/**
 * How scopes stand, in one question for all of them. One has nothing to do where its files are those that it was brought to, the ledger
 * says of its objects what it said then, their catalog rows are the same, and no relation under them was changed since.
 */
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { isAbsent } from "./absent.ts";
import type { Database, Row } from "./database.ts";
import { ledgerVersion } from "./ledger-shape.ts";
import { liveVersions } from "./row-versions.ts";
import { objectsDigest } from "./scope-snapshots.ts";
import { catalogPath } from "./search-path.ts";

/** What a scope is asked about. */
export interface ScopeQuestion {
  readonly name: string;
  /** Its own schemas come first; those behind are the same for all that are asked about together. */
  readonly searchPath: readonly string[];
  /** The digest of its files. */
  readonly files: string;
  /** The folder that the names of its components have: `@tenant=acme/`. */
  readonly folder: string;
}

export interface ScopeState {
  /** Nothing was changed since it was brought along but, perhaps, its files; these neither. */
  readonly state: "settled" | "quiet" | "other";
  /** An object that it has is not as it was made. */
  readonly drifted: boolean;
  readonly objects: number;
  /** The files that the ledger's objects are from, as `settledText`; null where these are others, or the scope is settled. */
  readonly files: string | null;
  /** Equal for scopes of which the ledger says the same but for schema and key. */
  readonly ledger: string;
}

export interface ScopeStates {
  readonly scopes: ReadonlyMap<string, ScopeState>;
  /** Of the transactions, as they were when it was asked. */
  readonly snapshot: string;
}

/**
 * Those that were ever brought along; null where there is no ledger. `within`: a transaction is open, and is not ended by a database that
 * has none.
 */
export async function readScopeStates(
  database: Database,
  schema: string,
  project: string,
  scopes: readonly ScopeQuestion[],
  within: boolean,
): Promise<ScopeStates | null> {
  const query = statesQuery(quoteIdentifier(schema), project, scopes);
  const around = within
    ? [
        ["savepoint migrator_settled"],
        ["rollback to savepoint migrator_settled", "release savepoint migrator_settled"],
      ]
    : [["begin read only"], ["rollback"]];
  const [before = [], after = []] = around;
  const end = (): Promise<unknown> => database.batch(after);
  try {
    const rows = await database.batch([...before, catalogPath, "set local jit = off", query]);
    await end();
    const found = rows.at(-1) ?? [];
    const scopes = found.map((row): [string, ScopeState] => [String(row.scope), stateOf(row)]);
    return { scopes: new Map(scopes), snapshot: String(found[0]?.snapshot) };
  } catch (error) {
    // No ledger, or one of an older form: each is asked by itself, and told of what is wrong.
    if (!isAbsent(error)) throw error;
    await end();
    return null;
  }
}

function stateOf({ quiet, drifted, same, objects, files, ledger }: Row): ScopeState {
  const state = quiet !== true ? "other" : same === true ? "settled" : "quiet";
  return {
    state,
    drifted: drifted === true,
    objects: Number(objects),
    files: typeof files === "string" ? files : null,
    ledger: String(ledger),
  };
}

/**
 * As `reshapedQuery` sees what changed, and no less: which relations matter is told for all scopes at once, and any row of them that
 * is news counts, whoever wrote it. What the schemas behind have in common is news to all or none of those that saw it last.
 */
function statesQuery(name: string, project: string, scopes: readonly ScopeQuestion[]): string {
  const [first] = scopes;
  const own = scopes.map(({ searchPath: [schema = ""] }) => schema);
  const common = first?.searchPath.slice(1) ?? [];
  const wide = (xid: string) =>
    `(l.present + ((${xid}::text::bigint - l.present + 2147483648) & 4294967295) - 2147483648)::text::xid8`;
  const mine = `o.project = ${quoteLiteral(project)}`;
  return `with l as materialized (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as present),
  s as materialized (select p.scope, w.schema, quote_ident(w.schema) || '.' as quoted, w.folder, f.objects, f.files, split_part(f.files, chr(10), 1) = w.files as same, p.snapshot, p.first_xid, p.xmin as last,
      least(l.present - pg_snapshot_xmin(p.snapshot)::text::bigint + 1000, 2147483646) as recent
    from unnest(${texts(scopes.map((scope) => scope.name))}, ${texts(own)}, ${texts(scopes.map(({ files }) => files))},
      ${texts(scopes.map(({ folder }) => folder))}) as w(scope, schema, files, folder)
      join ${name}.scope p on p.project = ${quoteLiteral(project)} and p.scope = w.scope
      left join ${name}.settled f on f.project = p.project and f.scope = p.scope
      join ${name}.project t on t.project = p.project and t.mode = 'live' and t.schema_version <= ${ledgerVersion} cross join l),
  o as materialized (select o.scope, o.kind, o.schema, o.relation, o.name, o.arguments, o.component, o.hash, o.attachments_hash, o.version from ${name}.object o where ${mine} and o.scope in (select scope from s)),
  live as materialized (${liveVersions.replaceAll("$schemas", "array(select distinct schema from o)")}),
  changed as (select distinct o.scope from o left join live l using (kind, schema, relation, name, arguments)
    where l.version is distinct from o.version),
  known as (select o.scope, count(*) as count, ${objectsDigest} as objects,
      count(*) || '.' || sum(hashtextextended(json_build_array(o.kind, nullif(o.schema, s.schema), o.relation, o.name,
        replace(o.arguments::text, s.quoted, chr(1)), replace(o.component, s.folder, '@'), o.hash, replace(o.attachments_hash, s.quoted, chr(1)))::text, 0)) as ledger
    from o join s using (scope) group by o.scope),
  relation as materialized (select c.oid, c.relname, c.relnamespace, n.nspname, c.xmin as written from pg_class c
    join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'f', 'v', 'm', 'c')),
  type as materialized (select typnamespace, xmin as written from pg_type where typtype <> 'c' and typelem = 0),
  schema as materialized (select s.scope, n.oid from s join pg_namespace n on n.nspname = s.schema),
  stands as materialized (select distinct o.scope, c.oid from o join relation c on c.nspname = o.schema
      and c.relname = case when o.relation = '' then o.name else o.relation end
    where o.kind not in ('function', 'procedure', 'aggregate')),
  part as materialized (
    select s.scope, 'pg_rewrite'::regclass::oid as classid, r.oid as objid from stands s join pg_rewrite r on r.ev_class = s.oid
    union all select s.scope, 'pg_trigger'::regclass, t.oid from stands s join pg_trigger t on t.tgrelid = s.oid
    union all select s.scope, 'pg_policy'::regclass, p.oid from stands s join pg_policy p on p.polrelid = s.oid
    union all select o.scope, 'pg_proc'::regclass, p.oid from o join pg_namespace n on n.nspname = o.schema
      join pg_proc p on p.pronamespace = n.oid and p.proname = o.name where o.kind in ('function', 'procedure', 'aggregate')),
  used as materialized (select distinct p.scope, d.refclassid, d.refobjid from part p
    join pg_depend d on d.classid = p.classid and d.objid = p.objid where d.refclassid in ('pg_class'::regclass, 'pg_type'::regclass)),
  relevant as materialized (select scope, oid from stands
    union select s.scope, c.oid from schema s join relation c on c.relnamespace = s.oid
    union select scope, refobjid from used where refclassid = 'pg_class'::regclass
    union select u.scope, e.typrelid from used u join pg_type t on t.oid = u.refobjid
      join pg_type e on e.oid = case when t.typelem <> 0 then t.typelem else t.oid end
      where u.refclassid = 'pg_type'::regclass and e.typrelid <> 0),
  common as materialized (select oid from pg_namespace where nspname = any (${texts(common)}::name[])),
  behind as materialized (
    select c.written from relation c where c.relnamespace in (select oid from common)
    union select a.xmin from relation c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
      where c.relnamespace in (select oid from common)
    union select t.written from type t where t.typnamespace in (select oid from common)),
  written as (
    select r.scope, c.written from relevant r join relation c using (oid)
    union select r.scope, a.xmin from relevant r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0
    union select s.scope, t.written from schema s join type t on t.typnamespace = s.oid
    union select s.scope, b.written from s join behind b on age(b.written) <= s.recent),
  news as (select distinct s.scope from s join written w using (scope) cross join l
    where age(w.written) <= s.recent and w.written::text::bigint > 2 and not pg_visible_in_snapshot(${wide("w.written")}, s.snapshot)
      and not (${wide("w.written")} >= s.first_xid and ${wide("w.written")} <= ${wide("s.last")}))
  select s.scope, k.count::int as objects, k.ledger, coalesce(s.same and k.objects = s.objects, false) as same,
      case when not s.same and k.objects = s.objects then s.files end as files, pg_current_snapshot()::text as snapshot,
    s.scope in (select scope from changed) as drifted,
    s.scope not in (select scope from changed) and s.scope not in (select scope from news) as quiet
  from s join known k using (scope)`;
}

function texts(values: readonly string[]): string {
  return `array[${values.map(quoteLiteral).join(", ")}]::text[]`;
}
