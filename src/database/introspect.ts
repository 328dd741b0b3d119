/** Reads from the catalog what planning asks for: objects by name or oid, and what depends on them. */
import { compareText } from "../../graph/compare.ts";
import {
  compareIdentities,
  type Identity,
  identityKey,
  isChild,
  isRelation,
  isRoutine,
} from "../../graph/identity.ts";
import type { Dependent, LiveObject } from "../../graph/live.ts";
import { quoteLiteral } from "../../graph/quote.ts";
import {
  type ChildRow,
  liveChild,
  liveRelation,
  liveRoutine,
  type RelationRow,
  type RoutineRow,
} from "./catalog-row.ts";
import {
  dependentsQuery,
  named,
  oids,
  policiesQuery,
  relationsQuery,
  routinesQuery,
  rulesQuery,
  triggersQuery,
} from "./catalog-sql.ts";
import type { Asking, Database, Row } from "./database.ts";
import { type FixtureRow, liveFixture } from "./fixture-row.ts";
import { columnsQuery, fixturesQuery } from "./fixture-sql.ts";
import { catalogPath } from "./search-path.ts";

/** Statements to send, and how to read the rows that they return. */
export interface Inspection<T> {
  readonly statements: readonly string[];
  read(rows: readonly (readonly Row[])[]): T;
}

/** Those that exist, by key. In the caller's transaction; asking leaves its search_path at pg_catalog. */
export async function readLiveObjects(
  database: Database,
  identities: readonly Identity[],
): Promise<ReadonlyMap<string, LiveObject>> {
  if (identities.length === 0) return new Map();
  const inspection = inspectIdentities(identities);
  const objects = inspection.read(await database.batch(inspection.statements));
  return new Map(objects.flatMap((live) => (live === null ? [] : [[identityKey(live.identity), live]])));
}

/** Looks objects up by identity. The statements leave search_path at pg_catalog. */
export function inspectIdentities(
  identities: readonly Identity[],
): Inspection<readonly (LiveObject | null)[]> {
  const relations = identities.filter(isRelation);
  const routines = identities.filter(isRoutine);
  const children = identities.filter(isChild);
  const queries: { readonly sql: string; readonly read: (row: Row) => LiveObject }[] = [];
  const add = <R>(sql: string, read: (row: R) => LiveObject) =>
    queries.push({ sql, read: (row) => read(row.object as R) });
  if (relations.length > 0) {
    const wanted = named(
      "join pg_class x on x.relnamespace = n.oid",
      ["n.nspname", "x.relname"],
      relations.map((id) => [id.schema, id.name]),
    );
    add<RelationRow>(relationsQuery(wanted), liveRelation);
  }
  if (routines.length > 0) {
    const wanted = named(
      "join pg_proc x on x.pronamespace = n.oid",
      ["n.nspname", "x.proname"],
      routines.map((id) => [id.schema, id.name]),
    );
    add<RoutineRow>(routinesQuery(wanted), liveRoutine);
  }
  const catalogs = [
    { kind: "trigger", catalog: "pg_trigger", on: "tgrelid", name: "tgname", query: triggersQuery },
    { kind: "rule", catalog: "pg_rewrite", on: "ev_class", name: "rulename", query: rulesQuery },
    { kind: "policy", catalog: "pg_policy", on: "polrelid", name: "polname", query: policiesQuery },
  ] as const;
  for (const { kind, catalog, on, name, query } of catalogs) {
    const some = children.filter((id) => id.kind === kind);
    if (some.length === 0) continue;
    const from = `join pg_class c on c.relnamespace = n.oid join ${catalog} x on x.${on} = c.oid`;
    const wanted = named(
      from,
      ["n.nspname", "c.relname", `x.${name}`],
      some.map((id) => [id.schema, id.relation, id.name]),
    );
    add<ChildRow>(query(wanted), liveChild);
  }
  return {
    statements: [catalogPath, ...queries.map((query) => query.sql)],
    read: (rows) => {
      const byKey = new Map<string, LiveObject>();
      for (const [i, query] of queries.entries()) {
        for (const row of rows[i + 1] ?? []) {
          const object = query.read(row);
          byKey.set(identityKey(object.identity), object);
        }
      }
      return identities.map((identity) => byKey.get(identityKey(identity)) ?? null);
    },
  };
}

export interface DependentRow extends Row {
  readonly catalog: string;
  readonly objid: number;
  readonly objsubid: number;
  readonly column: string | null;
  readonly relation: number | null;
  readonly description: string;
  readonly part: Extract<Dependent, { kind: "other" }>["part"];
  readonly extension: string | null;
}

/** What PostgreSQL records as needing the object, without its own parts and the triggers and rules that stand on it. */
export async function readDependents(database: Asking, of: LiveObject): Promise<readonly Dependent[]> {
  if (of.kind === "view" || of.kind === "materialized view") return readRelationDependents(database, of.oid);
  if (of.kind !== "function" && of.kind !== "procedure" && of.kind !== "aggregate") return [];
  return resolveDependents(database, dependentsQuery(`('pg_proc'::regclass, ${of.oid}::oid)`, 0));
}

/** What PostgreSQL records as needing an operator. */
export async function readOperatorUsers(database: Asking, oid: number): Promise<readonly Dependent[]> {
  return resolveDependents(database, dependentsQuery(`('pg_operator'::regclass, ${oid}::oid)`, 0));
}

/** The same for a relation of any kind: of itself, its row type and the array of that. */
export async function readRelationDependents(database: Asking, oid: number): Promise<readonly Dependent[]> {
  const targets = [
    `('pg_class'::regclass, ${oid}::oid)`,
    `('pg_type'::regclass, (select reltype from pg_class where oid = ${oid}))`,
    `('pg_type'::regclass, (select y.typarray from pg_class c join pg_type y on y.oid = c.reltype where c.oid = ${oid}))`,
  ];
  return resolveDependents(database, dependentsQuery(targets.join(", "), oid));
}

/** Those of the new objects whose bare name something else has that a text may mean by it: `readCaptured` tells what uses that. */
export async function readNamesakes(
  database: Asking,
  identities: readonly Identity[],
  searchPath: readonly string[],
): Promise<readonly Identity[]> {
  const seen = new Set([...searchPath, "pg_catalog"]);
  const named = (some: readonly Identity[]) => anyName(some.map(({ name }) => name));
  const routines = identities.filter(isRoutine);
  const schemas = new Set([...seen, ...routines.map(({ schema }) => schema)]);
  const query = `select 'r' as of, relname as name, (select nspname from pg_namespace where oid = relnamespace) as schema from pg_class
      where relname = ${named(identities.filter(isRelation))} and relkind in ('r', 'v', 'm', 'p', 'f') and ${within("relnamespace", seen)}
    union select 'f', proname, (select nspname from pg_namespace where oid = pronamespace) from pg_proc
      where proname = ${named(routines)} and ${within("pronamespace", schemas)}`;
  const [, rows = []] = await database.batch([catalogPath, query]);
  return identities.filter((id) => {
    const same = rows.filter((row) => row.name === id.name && row.of === (isRelation(id) ? "r" : "f"));
    return same.some(({ schema }) =>
      isRelation(id) ? schema !== id.schema : schema === id.schema || seen.has(String(schema)),
    );
  });
}

function anyName(names: Iterable<string>): string {
  return `any (array[${[...names].map(quoteLiteral).join(", ")}]::name[])`;
}

/** Whether `column`, the oid of a schema, is one of `schemas`. */
function within(column: string, schemas: Iterable<string>): string {
  return `${column} = any (array(select oid from pg_namespace where nspname = ${anyName(schemas)}))`;
}

/** What uses other routines of the same name, or other relations of the same name in other schemas. */
export async function readCaptured(
  database: Asking,
  identity: Identity,
  searchPath: readonly string[],
): Promise<readonly Dependent[]> {
  if (isChild(identity)) return [];
  // What a text means by a bare name stands in a schema of the search path: elsewhere there may be a great many namesakes.
  const path = [...searchPath, identity.schema, "pg_catalog"];
  // Of a relation the row type and its array are captured too: a quoted body leaves no other trace.
  const others = isRelation(identity)
    ? `with c as (select c.oid, c.reltype, y.typarray from pg_class c join pg_type y on y.oid = c.reltype
         where c.relname = ${quoteLiteral(identity.name)} and c.relkind in ('r', 'v', 'm', 'p', 'f')
           and ${within("c.relnamespace", path)}
           and c.relnamespace not in (select oid from pg_namespace where nspname = ${quoteLiteral(identity.schema)}))
       select 'pg_class' as catalog, oid from c union all select 'pg_type', reltype from c union all select 'pg_type', typarray from c`
    : `select 'pg_proc' as catalog, oid from pg_proc where proname = ${quoteLiteral(identity.name)} and ${within("pronamespace", path)}`;
  const [, rows] = await database.batch([catalogPath, others]);
  const targets = (rows ?? []).map((row) => `('${row.catalog}'::regclass, ${Number(row.oid)}::oid)`);
  if (targets.length === 0) return [];
  return resolveDependents(database, dependentsQuery(targets.join(", "), 0));
}

async function resolveDependents(database: Asking, query: string): Promise<readonly Dependent[]> {
  return resolveRows(database, await readDependentRows(database, query));
}

export async function readDependentRows(database: Asking, query: string): Promise<readonly DependentRow[]> {
  const [, found] = await database.batch([catalogPath, query]);
  return (found ?? []) as readonly DependentRow[];
}

export async function resolveRows(
  database: Asking,
  rows: readonly DependentRow[],
): Promise<readonly Dependent[]> {
  const relations = new Map<number, Set<string>>();
  const routines = new Map<number, Set<string>>();
  const children = {
    pg_trigger: new Map<number, Set<string>>(),
    pg_rewrite: new Map<number, Set<string>>(),
    pg_policy: new Map<number, Set<string>>(),
  };
  const others = new Map<string, { row: DependentRow; columns: Set<string> }>();
  const note = (map: Map<number, Set<string>>, oid: number, column: string | null) => {
    const columns = map.get(oid) ?? new Set<string>();
    if (column !== null) columns.add(column);
    map.set(oid, columns);
  };
  for (const row of rows) {
    if (row.relation !== null) note(relations, row.relation, row.column);
    else if (row.catalog === "pg_proc") note(routines, row.objid, row.column);
    else if (row.catalog === "pg_trigger" || row.catalog === "pg_rewrite" || row.catalog === "pg_policy")
      note(children[row.catalog], row.objid, row.column);
    else {
      const entry = others.get(row.description) ?? { row, columns: new Set<string>() };
      if (row.column !== null) entry.columns.add(row.column);
      others.set(row.description, entry);
    }
  }
  const queries: {
    readonly sql: string;
    readonly columns: ReadonlyMap<number, ReadonlySet<string>>;
    readonly read: (row: Row) => LiveObject;
  }[] = [];
  if (relations.size > 0)
    queries.push({
      sql: relationsQuery(oids([...relations.keys()])),
      columns: relations,
      read: (row) => liveRelation(row.object as RelationRow),
    });
  if (routines.size > 0)
    queries.push({
      sql: routinesQuery(oids([...routines.keys()])),
      columns: routines,
      read: (row) => liveRoutine(row.object as RoutineRow),
    });
  const childQueries = { pg_trigger: triggersQuery, pg_rewrite: rulesQuery, pg_policy: policiesQuery };
  for (const catalog of ["pg_trigger", "pg_rewrite", "pg_policy"] as const) {
    const some = children[catalog];
    if (some.size > 0)
      queries.push({
        sql: childQueries[catalog](oids([...some.keys()])),
        columns: some,
        read: (row) => liveChild(row.object as ChildRow),
      });
  }
  const fixtureQueries = queriesForFixtures(others);
  const results =
    queries.length + fixtureQueries.length > 0
      ? await database.batch([
          catalogPath,
          ...queries.map((query) => query.sql),
          ...fixtureQueries.map((query) => query.sql),
        ])
      : [];
  const dependents: Dependent[] = [];
  for (const [i, query] of queries.entries()) {
    for (const row of results[i + 1] ?? []) {
      const temporary = (row.object as Partial<RelationRow>).otherSession ?? null;
      const object = query.read(row);
      if (temporary !== null) {
        const description = `temporary view ${object.identity.name} of another session (process ${temporary})`;
        dependents.push({
          kind: "other",
          description,
          catalog: "pg_class",
          part: null,
          columns: [],
          extension: null,
        });
        continue;
      }
      dependents.push({ kind: "object", object, columns: [...(query.columns.get(object.oid) ?? [])].sort() });
    }
  }
  const known = new Map(
    results
      .slice(1 + queries.length)
      .flat()
      .map((row) => row.fixture as FixtureRow)
      .map((row) => [row.key, row]),
  );
  for (const { row, columns } of others.values()) {
    const column = row.objsubid > 0 && row.catalog === "pg_class";
    const fixture = known.get(
      column ? `pg_attribute ${row.objid} ${row.objsubid}` : `${row.catalog} ${row.objid}`,
    );
    const temporary = fixture?.host.otherSession ?? null;
    if (fixture !== undefined && temporary === null) {
      dependents.push({ kind: "fixture", fixture: liveFixture(fixture), columns: [...columns].sort() });
      continue;
    }
    const description =
      temporary === null
        ? row.description
        : `temporary table ${fixture?.host.name} of another session (process ${temporary})`;
    // Said once, however much of it stands in the way.
    if (dependents.some((one) => one.kind === "other" && one.description === description)) continue;
    dependents.push({
      kind: "other",
      description,
      catalog: row.catalog,
      part: temporary === null ? row.part : null,
      columns: [...columns].sort(),
      extension: row.extension,
    });
  }
  return dependents.sort(compareDependents);
}

/** One query a catalog that can hold fixtures. */
function queriesForFixtures(others: ReadonlyMap<string, { readonly row: DependentRow }>) {
  const oidsOf = new Map<string, number[]>();
  const columns: (readonly [number, number])[] = [];
  for (const { row } of others.values()) {
    if (row.catalog === "pg_class" && row.objsubid > 0) columns.push([row.objid, row.objsubid]);
    if (row.objsubid !== 0) continue;
    oidsOf.set(row.catalog, [...(oidsOf.get(row.catalog) ?? []), row.objid]);
  }
  const queries = [...oidsOf].flatMap(([catalog, list]) => {
    const sql = fixturesQuery(catalog, list);
    return sql === null ? [] : [{ catalog, sql }];
  });
  return columns.length === 0
    ? queries
    : [...queries, { catalog: "pg_attribute", sql: columnsQuery(columns) }];
}

/** In one order whatever the catalog's: by name, then what has none of the kinds that are managed. */
function compareDependents(a: Dependent, b: Dependent): number {
  if (a.kind === "object" && b.kind === "object")
    return compareIdentities(a.object.identity, b.object.identity);
  if (a.kind === "object" || b.kind === "object") return a.kind === "object" ? -1 : 1;
  return compareText(otherName(a), otherName(b));
}

function otherName(dependent: Exclude<Dependent, { kind: "object" }>): string {
  if (dependent.kind === "other") return `${dependent.catalog} ${dependent.description}`;
  return `${dependent.fixture.key.split(" ")[0]} ${dependent.fixture.description}`;
}
