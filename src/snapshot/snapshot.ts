/**
 * Everything that the catalogs say about every object of a database, names in the place of oids, so that two
 * databases, or one before and after, can be compared.
 */
import { quoteIdentifier } from "../../graph/quote.ts";
import type { Database, Row } from "../database/database.ts";
import { catalogs, uncompared } from "./catalogs/all.ts";
import type { About, Catalog, Treatment } from "./treatment.ts";

export interface Fact {
  readonly about: About;
  readonly value: string;
}

interface SnapshotObject {
  /** The relation or routine that it is a part of, or is; null where it is neither. */
  readonly anchor: string | null;
  readonly facts: ReadonlyMap<string, Fact>;
}

/** Objects by their name, as pg_identify_object prints it. */
export type Snapshot = ReadonlyMap<string, SnapshotObject>;

interface SnapshotRow extends Row {
  readonly object: string | null;
  readonly anchor: string | null;
  readonly part: string;
  readonly about: About | null;
  readonly facts: Readonly<Record<string, string | null>>;
}

/**
 * The tool's own tables are left out. @throws where the server has a catalog or a column that is not known, unless that is to be
 * passed over
 */
export async function takeSnapshot(
  database: Database,
  unknown: "refused" | "passed over" = "refused",
  ledgerSchema = "migrator",
): Promise<Snapshot> {
  const own = ownTables(ledgerSchema);
  const version =
    unknown === "refused" ? await knownVersion(database) : Math.floor(database.version / 10_000);
  const names = Object.keys(catalogs).filter((name) => (catalogs[name]?.since ?? 0) <= version);
  const queries = names.map((name) => snapshotQuery(name, catalogs[name], version));
  const [, , ...answers] = await database.batch([
    "begin read only",
    "select set_config('search_path', 'pg_catalog', true)",
    ...queries,
    "commit",
  ]);
  const objects = new Map<string, { anchor: string | null; facts: Map<string, Fact> }>();
  for (const [i, name] of names.entries()) {
    for (const row of (answers[i] ?? []) as readonly SnapshotRow[])
      if (row.object !== null && !own.test(row.object)) addRow(objects, name, row);
  }
  return objects;
}

/** What belongs to the ledger, by its name as pg_identify_object prints it. */
export function ownTables(ledgerSchema: string): RegExp {
  const name = quoteIdentifier(ledgerSchema).replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(^|[ ,":])${name}("|\\.|$)`);
}

function addRow(
  objects: Map<string, { anchor: string | null; facts: Map<string, Fact> }>,
  catalog: string,
  row: SnapshotRow,
): void {
  if (row.object === null) return;
  const object = objects.get(row.object) ?? { anchor: null, facts: new Map<string, Fact>() };
  objects.set(row.object, object);
  object.anchor ??= row.anchor;
  for (const [column, value] of Object.entries(row.facts)) {
    if (value === null) continue;
    const treatment = catalogs[catalog]?.columns[column];
    const about = row.about ?? (treatment?.kind === "compared" ? treatment.about : "attachment");
    const key = `${row.part}${catalog}.${column}`;
    const known = object.facts.get(key);
    const values = known === undefined ? [value] : [...known.value.split("\n"), value].sort();
    object.facts.set(key, { about, value: values.join("\n") });
  }
}

function snapshotQuery(name: string, catalog: Catalog | undefined, version: number): string {
  if (catalog === undefined) throw new Error(`no catalog ${name}`);
  const facts = Object.entries(catalog.columns)
    .filter(([, treatment]) => exists(treatment, version))
    .flatMap(([column, treatment]) =>
      treatment.kind === "compared" ? [`'${column}', ${treatment.sql(`r.${column}`)}`] : [],
    );
  return `select ${catalog.object} as object, ${catalog.anchor ?? "null::text"} as anchor, ${catalog.part ?? "''"} as part,
    ${catalog.about ?? "null"} as about, json_build_object(${facts.join(", ")}) as facts
    from pg_catalog.${name} r where ${catalog.where}`;
}

/** The major version of a server all of whose catalogs and columns are known. */
async function knownVersion(database: Database): Promise<number> {
  const rows = await database.query<{
    readonly version: number;
    readonly catalog: string;
    readonly columns: readonly string[];
  }>(
    `select current_setting('server_version_num')::int / 10000 as version, c.relname::text as catalog,
       json_agg(a.attname order by a.attnum) as columns
     from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'r' group by c.relname order by c.relname`,
  );
  const version = rows[0]?.version ?? 0;
  const present = new Set(rows.map((row) => row.catalog));
  const complaints = [
    ...rows.flatMap((row) => unknownIn(row.catalog, row.columns, version)),
    ...Object.entries(catalogs)
      .filter(([name, catalog]) => (catalog.since ?? 0) <= version && !present.has(name))
      .map(([name]) => `catalog ${name} does not exist`),
  ];
  if (complaints.length > 0) throw new Error(`PostgreSQL ${version}: ${complaints.join("; ")}`);
  return version;
}

/** What is not known of a catalog that has these columns, and what is thought to be there and is not. */
export function unknownIn(catalog: string, columns: readonly string[], version: number): readonly string[] {
  const known = catalogs[catalog]?.columns;
  if (known === undefined) {
    return uncompared[catalog] === undefined
      ? [`catalog ${catalog} is not known: say in src/snapshot/catalogs how it is compared`]
      : [];
  }
  const present = new Set(columns);
  return [
    ...columns
      .filter((column) => known[column] === undefined || !exists(known[column], version))
      .map(
        (column) =>
          `column ${catalog}.${column} is not known: say in src/snapshot/catalogs how it is compared`,
      ),
    ...Object.entries(known)
      .filter(([column, treatment]) => exists(treatment, version) && !present.has(column))
      .map(([column]) => `column ${catalog}.${column} does not exist`),
  ];
}

function exists(treatment: Treatment, version: number): boolean {
  return version >= treatment.versions.from && version <= treatment.versions.to;
}
