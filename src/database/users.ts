/** Who holds on to what a statement of --around changes, and whether the statement writes its table anew. */
import type { AroundTarget } from "../../graph/around.ts";
import { subjectName } from "../../graph/bystander.ts";
import type { Fixture, FixtureHost } from "../../graph/fixture.ts";
import type { Dependent } from "../../graph/live.ts";
import { quoteIdentifier, quoteLiteral, quoteName } from "../../graph/quote.ts";
import type { Users } from "../../graph/request.ts";
import { dependentsQuery } from "./catalog-sql.ts";
import { type Asking, type Database, DatabaseError, type Row } from "./database.ts";
import { type FixtureRow, type HostRow, liveFixture, liveHost } from "./fixture-row.ts";
import { fixturesQuery, relationHost } from "./fixture-sql.ts";
import { readDependentRows, resolveRows } from "./introspect.ts";
import { catalogPath } from "./search-path.ts";
import { concernsServer } from "./server-conditions.ts";

/** Names without a schema are looked up on the search_path that is in force. */
export async function readUsers(database: Asking, targets: readonly AroundTarget[]): Promise<Users> {
  const found = await resolveTargets(database, targets);
  const blocking: Awaited<ReturnType<typeof readDependentRows>>[number][] = [];
  const others: typeof blocking = [];
  const storing: typeof blocking = [];
  const tables = new Map<number, FixtureHost>();
  for (const { target, catalog, rows } of found) {
    for (const { oid, host } of rows) {
      if (host !== null) tables.set(oid, liveHost(host));
      for (const row of await readDependentRows(
        database,
        dependentsQuery(`('${catalog}'::regclass, ${oid}::oid)`, 0),
      )) {
        const columns = target.kind === "relation" ? target.columns : null;
        const blocks = columns === null || (row.column !== null && columns.includes(row.column));
        (blocks ? blocking : others).push(row);
      }
      if (target.kind === "relation" && target.retyped)
        storing.push(...(await readDependentRows(database, dependentsQuery(rowTypes(oid), oid))));
    }
  }
  const ofRowType = await resolveRows(
    database,
    storing.filter((row) => row.relation !== null && !blocking.some((one) => one.relation === row.relation)),
  );
  const resolved = await resolveRows(database, blocking);
  return {
    tables: [...tables.values()],
    blocking: [
      ...resolved,
      ...ofRowType.filter((one) => one.kind === "object" && one.object.kind === "materialized view"),
    ],
    others: await resolveRows(database, others),
    checks: await readChecks(database, resolved),
  };
}

async function readChecks(database: Asking, blocking: readonly Dependent[]): Promise<readonly Fixture[]> {
  const hosts = blocking.flatMap((one) =>
    one.kind === "fixture" && one.fixture.kind === "generated column" && !one.fixture.stored
      ? [one.fixture.host.oid]
      : [],
  );
  if (hosts.length === 0) return [];
  const [, found] = await database.batch([
    catalogPath,
    `select oid::bigint as oid from pg_constraint where contype = 'c' and conrelid = any (array[${hosts.join(", ")}]::oid[])`,
  ]);
  const oids = (found ?? []).map((row) => Number(row.oid));
  const query = oids.length === 0 ? null : fixturesQuery("pg_constraint", oids);
  if (query === null) return [];
  const [rows] = await database.batch([query]);
  return (rows ?? []).map((row) => liveFixture(row.fixture as FixtureRow));
}

/** The row type and its array, as targets of dependentsQuery. */
function rowTypes(oid: number): string {
  return `('pg_type'::regclass, (select reltype from pg_class where oid = ${oid})),
    ('pg_type'::regclass, (select y.typarray from pg_class c join pg_type y on y.oid = c.reltype where c.oid = ${oid}))`;
}

interface Resolved {
  readonly target: AroundTarget;
  readonly catalog: string;
  readonly rows: readonly { readonly oid: number; readonly host: HostRow | null }[];
}

async function resolveTargets(
  database: Asking,
  targets: readonly AroundTarget[],
): Promise<readonly Resolved[]> {
  // The oids first, under the components' search_path; what the catalog prints must be qualified.
  const oids = await database.batch(targets.map((target) => `select (${oidOf(target)})::bigint as oid`));
  const resolved: Resolved[] = [];
  for (const [i, target] of targets.entries()) {
    const oid = oids[i]?.[0]?.oid;
    if (oid === null || oid === undefined) continue;
    if (target.kind !== "relation") {
      const constraint = target.kind === "constraint";
      const rows = constraint ? await database.batch([constraintQuery(Number(oid))]) : [[{ oid }]];
      resolved.push({
        target,
        catalog: constraint ? "pg_constraint" : "pg_type",
        rows: (rows[0] ?? []).map((row: Row) => ({ oid: Number(row.oid), host: null })),
      });
      continue;
    }
    const [, rows] = await database.batch([catalogPath, familyQuery(Number(oid))]);
    resolved.push({
      target,
      catalog: "pg_class",
      rows: (rows ?? []).map((row: Row) => ({ oid: Number(row.oid), host: row.host as HostRow })),
    });
  }
  return resolved;
}

function oidOf(target: AroundTarget): string {
  const written = (name: string) =>
    quoteLiteral(target.schema === null ? quoteIdentifier(name) : quoteName(target.schema, name));
  switch (target.kind) {
    case "relation":
      return `select pg_catalog.to_regclass(${written(target.name)})::oid`;
    case "type":
      return `select pg_catalog.to_regtype(${written(target.name)})::oid`;
    case "constraint":
      return `select oid from pg_catalog.pg_constraint where conrelid = pg_catalog.to_regclass(${written(target.relation)})
        and conname = ${quoteLiteral(target.name)}`;
  }
}

/** A constraint and those of the partitions that go with it. */
function constraintQuery(oid: number): string {
  return `with recursive family(oid) as (select ${oid}::pg_catalog.oid union
  select k.oid from pg_catalog.pg_constraint k join family f on k.conparentid = f.oid) select oid::bigint as oid from family order by 1`;
}

/** A relation and what inherits from it, of a composite type its typed tables: ALTER … CASCADE goes down to them. */
function familyQuery(oid: number): string {
  return `with recursive top(oid) as (select ${oid}::oid union select k.oid from pg_class y
    join pg_depend d on d.refclassid = 'pg_type'::regclass and d.refobjid = y.reltype and d.classid = 'pg_class'::regclass and d.objsubid = 0
    join pg_class k on k.oid = d.objid and k.reloftype = y.reltype where y.oid = ${oid} and y.relkind = 'c'),
  family(oid) as (select oid from top union select i.inhrelid from pg_inherits i join family f on i.inhparent = f.oid)
select c.oid::bigint as oid, ${relationHost} as host from family w join pg_class c on c.oid = w.oid
  join pg_namespace cn on cn.oid = c.relnamespace order by c.oid`;
}

/** Tried on an empty copy: a table that is written anew gets another file. The open transaction is as before. */
export async function rewritesTable(
  database: Database,
  table: FixtureHost,
  onTable: { readonly before: string; readonly after: string },
): Promise<boolean> {
  const { schema } = table.subject;
  const copy = quoteName(schema ?? "", "__migrator_copy");
  const file = `select pg_catalog.pg_relation_filenode(${quoteLiteral(copy)}) as file`;
  const statements = [
    "savepoint migrator_copy",
    `create table ${copy} (like ${subjectName(table.subject)} including all)`,
    file,
    `${onTable.before}${copy}${onTable.after}`,
    file,
  ];
  const back = ["rollback to savepoint migrator_copy", "release savepoint migrator_copy"];
  try {
    const [, , before, , after] = await database.batch([...statements, ...back]);
    return before?.[0]?.file !== after?.[0]?.file;
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.connectionLost || error.statement !== 3) throw error;
    if (concernsServer(error)) throw error;
    // It names something that only the table itself has: it may well be written anew.
    await database.batch(back);
    return true;
  }
}
