/** Everything that a database holds, as statements that make it from nothing, in an order in which they run. */
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { describeIdentity } from "../../graph/identity.ts";
import type { LiveObject } from "../../graph/live.ts";
import { quoteLiteral, quoteName } from "../../graph/quote.ts";
import { type ObjectSource, objectSource } from "../../graph/source/object-source.ts";
import type { Database, Row } from "../database/database.ts";
import { catalogPath } from "../database/search-path.ts";
import { readExisting } from "../import/existing-objects.ts";
import { type ExportNode, type NodeKind, rowId } from "./export-node.ts";
import { type OrderedExport, orderExport } from "./order-export.ts";
import { plainStatements } from "./plain-object.ts";
import { type OtherClass, otherClasses, otherQuery } from "./print-others.ts";
import { readDefaultPrivileges, readRights } from "./print-rights.ts";
import { createSequence } from "./print-sequence.ts";
import { attachId, constraintId, partsOf, printTable, type TablePart, tableId } from "./print-table.ts";
import { publicSchema } from "./public-schema.ts";
import { readDependencies } from "./read-dependencies.ts";
import { type ExportedSequence, type ExportedTable, sequenceJson, tablesQuery } from "./read-tables.ts";

export interface ExportOptions {
  readonly ledgerSchema: string;
  readonly project: string;
  /** More nodes: rows of tables, for example. */
  readonly more: (tables: readonly ExportedTable[]) => Promise<readonly ExportNode[]>;
  /** Nodes that stand for files (`fileId`), each with the ids of the objects in it as its needs. */
  readonly inFiles: (objects: readonly ExportedObject[]) => Promise<readonly ExportNode[]>;
}

/** An object that a component can declare. */
export interface ExportedObject {
  readonly id: string;
  readonly live: LiveObject;
  /** As a component's file says it. */
  readonly source: ObjectSource;
  /** The same with what a file cannot say. */
  readonly plain: readonly string[];
}

export interface Exported {
  /** In an order in which they run. */
  readonly nodes: readonly ExportNode[];
  readonly tables: readonly ExportedTable[];
  readonly objects: readonly ExportedObject[];
  /** The role that owns what nobody says otherwise about. */
  readonly role: string;
}

const objectCatalogs: Readonly<Record<LiveObject["kind"], readonly [catalog: string, kind: NodeKind]>> = {
  view: ["pg_class", "view"],
  "materialized view": ["pg_class", "materialized view"],
  function: ["pg_proc", "function"],
  procedure: ["pg_proc", "function"],
  aggregate: ["pg_proc", "function"],
  trigger: ["pg_trigger", "trigger"],
  rule: ["pg_rewrite", "rule"],
  policy: ["pg_policy", "policy"],
};

/** Throws a MigratorError that names everything that it has no statement for. */
export async function exportDatabase(database: Database, options: ExportOptions): Promise<Exported> {
  const { ledgerSchema, project } = options;
  const existing = await readExisting(database, { schema: ledgerSchema, project }, null);
  const { role } = existing;
  const objects = existing.objects.map((live): ExportedObject => {
    const { defaults } = existing;
    const source = objectSource(live, { owners: live.owner !== role, grants: true, defaults });
    const id = rowId(objectCatalogs[live.kind][0], live.oid);
    return { id, live, source, plain: plainStatements(live, role, defaults(live)[0] ?? []) };
  });
  await database.batch(["begin isolation level repeatable read, read only", catalogPath]);
  try {
    const tables = await readTables(database, ledgerSchema);
    const rights = await readRights(database, role);
    const dependencies = await readDependencies(database);
    const others = await readOthers(database, ledgerSchema);
    const sequences = await readSequences(database, ledgerSchema);
    const last = await readDefaultPrivileges(database);
    const publics = await publicSchema(database);
    const nodes: ExportNode[] = [
      ...objects.map((one) => objectNode(one)),
      ...others.map((node) => withRights(node, rights.of)),
      ...sequences.flatMap(({ sequence, owner }) => sequenceNodes(sequence, owner, rights.of)),
    ];
    const movable: TablePart[] = [];
    for (const table of tables) {
      const parts = partsOf(table);
      movable.push(...parts.movable);
      nodes.push(...parts.apart);
    }
    const more = await options.more(tables);
    const order = (filed: readonly ExportNode[]): OrderedExport => {
      const replaced = new Map(filed.flatMap((node) => node.needs.map((id) => [id, node.id] as const)));
      const place = (id: string): string => {
        const whole = dependencies.whole(id);
        return replaced.get(whole) ?? whole;
      };
      const edges = edgesOf(tables, dependencies, place);
      const present = [
        ...nodes.filter(({ id }) => !replaced.has(id)),
        ...filed.map((node) => ({ ...node, needs: [] })),
        ...more,
        ...tables.map((table) => tableNode(table, new Set(), rights.of)),
        ...(publics.length === 0
          ? []
          : [{ id: "public", kind: "schema", name: "public", sql: publics, needs: [] } as const]),
        ...(last.length === 0
          ? []
          : [{ id: "privileges", kind: "privileges", name: "", sql: last, needs: [] } as const]),
      ];
      return orderExport({ nodes: present, movable, edges });
    };
    let filed = await options.inFiles(objects);
    let result = order(filed);
    while (result.kind === "circle") {
      const { files } = result;
      filed = filed.filter(({ id }) => !files.includes(id));
      result = order(filed);
    }
    const { nodes: ordered, separate } = result;
    const byId = new Map(tables.map((table) => [tableId(table), table]));
    return {
      nodes: ordered.map((node) => {
        const table = node.kind === "table" ? byId.get(node.id) : undefined;
        if (table !== undefined) return tableNode(table, separate, rights.of);
        return node.kind === "constraint" ? withRights(node, rights.of) : node;
      }),
      tables,
      objects,
      role,
    };
  } finally {
    await database.batch(["rollback"]);
  }
}

function objectNode({ id, live, plain }: ExportedObject): ExportNode {
  return {
    id,
    kind: objectCatalogs[live.kind][1],
    name: describeIdentity(live.identity),
    sql: plain,
    needs: [],
  };
}

/** With all that is said of it and of what stands inside. */
function tableNode(
  table: ExportedTable,
  separate: ReadonlySet<string>,
  rights: ReadonlyMap<string, readonly string[]>,
): ExportNode {
  const inside = table.constraints
    .flatMap((one) =>
      separate.has(constraintId(one)) || isApart(one)
        ? []
        : [constraintId(one), rowId("pg_class", one.index)],
    )
    .concat(
      table.columns.flatMap(({ sequence }) => (sequence === null ? [] : rowId("pg_class", sequence.oid))),
    );
  return {
    id: tableId(table),
    kind: "table",
    name: quoteName(table.schema, table.name),
    sql: [
      ...printTable(table, separate),
      ...(rights.get(tableId(table)) ?? []),
      ...inside.flatMap((id) => rights.get(id) ?? []),
    ],
    needs: [],
  };
}

/** Made behind the table, so that what is said of it must wait. */
function isApart({ type, validated }: ExportedTable["constraints"][number]): boolean {
  return type === "f" || !validated;
}

function withRights(node: ExportNode, rights: ReadonlyMap<string, readonly string[]>): ExportNode {
  return { ...node, sql: [...node.sql, ...(rights.get(node.id) ?? [])] };
}

function sequenceNodes(
  sequence: ExportedSequence,
  owner: { readonly table: number; readonly column: string } | null,
  rights: ReadonlyMap<string, readonly string[]>,
): readonly ExportNode[] {
  const id = rowId("pg_class", sequence.oid);
  const name = quoteName(sequence.schema, sequence.name);
  const made: ExportNode = withRights(
    { id, kind: "sequence", name, sql: [createSequence(sequence)], needs: [] },
    rights,
  );
  if (owner === null) return [made];
  return [
    made,
    {
      id: `owned:${sequence.oid}`,
      kind: "owned by",
      name,
      sql: [`ALTER SEQUENCE ${name} OWNED BY ${owner.column}`],
      needs: [id, rowId("pg_class", owner.table)],
    },
  ];
}

function edgesOf(
  tables: readonly ExportedTable[],
  { all, tableOfIndex }: Awaited<ReturnType<typeof readDependencies>>,
  place: (id: string) => string,
): readonly (readonly [string, string])[] {
  const apartParents = new Set(
    tables.flatMap((table) =>
      table.bound !== null || table.columns.every(({ local }) => local)
        ? table.parents.map(([, oid]) => `${tableId(table)} ${rowId("pg_class", oid)}`)
        : [],
    ),
  );
  const ownedBy = ({ from, to, type }: (typeof all)[number]) =>
    type === "a" && from.startsWith("pg_class:") && to.startsWith("pg_class:") && !tableOfIndex.has(from);
  const edges = all.flatMap((one): readonly (readonly [string, string])[] => {
    if (one.type === "P" || one.type === "S" || one.type === "e") return [];
    if (apartParents.has(`${one.from} ${one.to}`)) return [];
    // A sequence that a column owns is made before the table.
    if (ownedBy(one) && !tables.some((table) => tableId(table) === one.from)) return [];
    return [[place(one.from), place(one.to)]];
  });
  const partitioned = tables.filter(({ bound }) => bound !== null);
  const indexesOf = new Map<string, string[]>();
  for (const [index, table] of tableOfIndex)
    indexesOf.set(table, [...(indexesOf.get(table) ?? []), place(index)]);
  const attached = partitioned.flatMap((table) =>
    [tableId(table), ...table.parents.map(([, oid]) => rowId("pg_class", oid))].flatMap((id) =>
      (indexesOf.get(id) ?? []).map((index) => [attachId(table), index] as const),
    ),
  );
  // A foreign key takes in the partitions that are there.
  const attaches = tables.filter(({ bound }) => bound !== null).map(attachId);
  const keys = tables.flatMap(({ constraints }) =>
    constraints.filter(({ type, hasParent }) => type === "f" && !hasParent).map(constraintId),
  );
  return [...edges, ...attached, ...keys.flatMap((key) => attaches.map((id) => [key, id] as const))];
}

const outside = (ledgerSchema: string) =>
  `n.nspname !~ '^pg_' and n.nspname not in ('information_schema', ${quoteLiteral(ledgerSchema)})`;

const noMember = (oid: string) =>
  `not exists (select from pg_depend e where e.classid = 'pg_class'::regclass and e.objid = ${oid} and e.deptype = 'e')`;

async function readTables(database: Database, ledgerSchema: string): Promise<readonly ExportedTable[]> {
  const where = `${outside(ledgerSchema).replaceAll("n.nspname", "rn.nspname")} and ${noMember("r.oid")}`;
  const [rows = []] = await database.batch([tablesQuery(where)]);
  return rows.map(({ item }) => item as ExportedTable);
}

async function readSequences(database: Database, ledgerSchema: string) {
  const [rows = []] = await database.batch([
    `select json_build_object('sequence', ${sequenceJson}, 'owner', (select json_build_object('table', t.oid::int8, 'column', quote_ident(tn.nspname) || '.' || quote_ident(t.relname) || '.' || quote_ident(a.attname))
        from pg_depend d join pg_class t on t.oid = d.refobjid join pg_namespace tn on tn.oid = t.relnamespace join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype = 'a')) as item
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_sequence s on s.seqrelid = c.oid
     where ${outside(ledgerSchema)} and ${noMember("c.oid")}
       and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype = 'i')`,
  ]);
  return rows.map(
    ({ item }) =>
      item as {
        readonly sequence: ExportedSequence;
        readonly owner: { readonly table: number; readonly column: string } | null;
      },
  );
}

async function readOthers(database: Database, ledgerSchema: string): Promise<readonly ExportNode[]> {
  const classes = otherClasses(database.version);
  const answers = await database.batch(classes.map(otherQuery));
  const refused: Diagnostic[] = [];
  const nodes = classes.flatMap((one, index): readonly ExportNode[] => {
    const byOid = new Map<string, Row[]>();
    for (const row of answers[index] ?? [])
      byOid.set(String(row.oid), [...(byOid.get(String(row.oid)) ?? []), row]);
    return [...byOid].flatMap(([oid, rows]): readonly ExportNode[] => {
      const name = String(rows[0]?.identity);
      const schema = rows[0]?.schema;
      if (schema === ledgerSchema || (one.catalog === "pg_namespace" && name === ledgerSchema)) return [];
      const reasons = rows.flatMap(({ reason }) => (typeof reason === "string" ? [reason] : []));
      if (one.queries === null || reasons.length > 0) {
        refused.push(notPrinted(one, name, reasons));
        return [];
      }
      const sql = rows.flatMap((row) =>
        typeof row.sql === "string" && Number(row.step) !== 90 && !row.sql.startsWith("COMMENT ON ")
          ? [row.sql]
          : [],
      );
      if (sql.length === 0) return [];
      return [{ id: rowId(one.catalog, oid), kind: one.kind, name: `${one.noun} ${name}`, sql, needs: [] }];
    });
  });
  if (refused.length > 0) throw new MigratorError(refused);
  return nodes;
}

function notPrinted({ noun }: OtherClass, name: string, reasons: readonly string[]): Diagnostic {
  const why = reasons.length === 0 ? "" : `: ${reasons.join("; ")}`;
  return {
    code: "migration",
    message: `${noun} ${name} cannot be written into a baseline${why}`,
    fix: "flatten up to the migration before the one that makes it, with --to; or make it part of an extension",
  };
}
