/** Gathers what the page of the graph shows: the graph, what the catalog and the ledger say of its objects, and their files. */
import { join } from "node:path";
import type { DeclaredObject } from "../../graph/declared.ts";
import { type Identity, identityKey, isChild } from "../../graph/identity.ts";
import { layOut } from "../../graph/picture/layout.ts";
import { commonSchema, nodeWidth } from "../../graph/picture/node-size.ts";
import type { ColumnSource, PageData, PageEdge, PageNode, PageText } from "../../graph/picture/page-data.ts";
import type { CatalogGraph } from "../database/catalog-graph.ts";
import type { Database } from "../database/database.ts";
import { readTextFile } from "../project/text-file.ts";
import type { DependencyGraph } from "../report/graph.ts";
import type { Mask } from "../report/mask.ts";
import { takesAllColumns } from "../sql/growing-text.ts";
import { loadParser } from "../sql/library.ts";
import type { OpenPart, OpenProject } from "./component-project.ts";
import { catalogKey } from "./graph-build.ts";
import { type GraphDetails, type ObjectDetails, readGraphDetails } from "./graph-details.ts";
import { readPageHistory } from "./graph-page-history.ts";
import { readStatus } from "./status-objects.ts";

export interface GraphPage {
  readonly data: PageData;
  /** One a node of `data`. */
  readonly texts: readonly PageText[];
}

/** What the files declare of what is shown, and how `status` says that each object stands, by key. */
export interface DeclaredInPage {
  readonly objects: ReadonlyMap<string, DeclaredObject>;
  readonly states: ReadonlyMap<string, string>;
}

/** `graph` is what is to be shown, a part of all that `catalog` has. */
export async function gatherPage(
  opened: OpenProject<Database | null>,
  graph: DependencyGraph,
  catalog: CatalogGraph | null,
  declared: DeclaredInPage,
): Promise<GraphPage> {
  const { database, project } = opened;
  const { ledgerSchema, project: name } = project.config;
  const shown = shownObjects(graph, catalog);
  const details =
    database === null ? { objects: new Map(), edges: [] } : await readGraphDetails(database, shown.ids);
  const history = database === null ? null : await readPageHistory(database, ledgerSchema, name);
  const nodes = await pageNodes(declared, graph, shown, details);
  const edges = pageEdges(graph, shown, details, nodes);
  const schema = commonSchema(nodes);
  const layout = layOut(
    nodes.map((node) => nodeWidth(node, schema)),
    edges,
  );
  return {
    data: { version: 1, project: name, database: database?.description ?? null, nodes, edges, layout },
    texts: nodes.map((node) => ({
      source: sourceOf(opened, node.component),
      definition: details.objects.get(shown.idOf(node.key))?.definition ?? null,
      history: history?.get(node.label) ?? [],
    })),
  };
}

/** For what is packed or sent past the streams that mask what they print. */
export function maskedPage(page: GraphPage, mask: Mask): GraphPage {
  // A mask knows how its values are spelled in JSON, and what it puts in their place needs no escape there.
  return JSON.parse(mask.apply(JSON.stringify(page)));
}

/** The objects in the picture, by their keys, places and the catalog's ids. */
interface Shown {
  readonly ids: readonly string[];
  /** An empty text where the database does not have it. */
  idOf(key: string): string;
  placeOf(key: string): number | undefined;
  placeOfId(id: string): number | undefined;
  identityOf(key: string): CatalogGraph["objects"][number]["identity"] | undefined;
}

function shownObjects({ nodes }: DependencyGraph, catalog: CatalogGraph | null): Shown {
  const places = new Map(nodes.map((node, i) => [node.key, i]));
  const objects = new Map(
    (catalog?.objects ?? []).flatMap((object) => {
      const key = catalogKey(object);
      return places.has(key) ? [[key, object] as const] : [];
    }),
  );
  const keys = new Map([...objects].map(([key, { id }]) => [id, key]));
  return {
    ids: [...keys.keys()],
    idOf: (key) => objects.get(key)?.id ?? "",
    placeOf: (key) => places.get(key),
    placeOfId: (id) => places.get(keys.get(id) ?? ""),
    identityOf: (key) => objects.get(key)?.identity,
  };
}

/** What `status` says of each object of a part, by key. What a migrated target has of the components is the migrations' affair. */
export async function readStates(
  opened: OpenPart<Database | null>,
  onWait: (message: string) => void,
): Promise<ReadonlyMap<string, string>> {
  const { target } = opened.project;
  if (target.kind === "server" && target.components === "migrated") return new Map();
  const status = await readStatus(opened, { unmanaged: false, onWait });
  return new Map(status.objects.map(({ identity, state }) => [identityKey(identity), state]));
}

async function pageNodes(
  { objects, states }: DeclaredInPage,
  graph: DependencyGraph,
  shown: Shown,
  details: GraphDetails,
): Promise<readonly PageNode[]> {
  await loadParser();
  return graph.nodes.map((node): PageNode => {
    const known = details.objects.get(shown.idOf(node.key));
    const declared = objects.get(node.key);
    const unmanaged = node.component === null && node.kind !== "table" ? "unmanaged" : null;
    return {
      ...node,
      state: states.get(node.key) ?? unmanaged,
      owner: known?.owner ?? null,
      comment: known?.comment ?? null,
      returns: known?.returns ?? null,
      grants: known?.grants ?? [],
      columns: (known?.columns ?? []).map(({ name, type, comment }) => ({ name, type, comment })),
      lineage: known === undefined ? [] : lineageOf(known, details, shown),
      on: relationOf(declared?.identity ?? shown.identityOf(node.key), shown),
      star: declared !== undefined && takesAllColumns(declared.sql),
      replaceable:
        known?.replaceable ??
        !(
          node.kind === "materialized view" ||
          (declared?.parts.kind === "trigger" && declared.parts.constraint)
        ),
    };
  });
}

function relationOf(
  identity: Identity | { readonly kind: "table" } | undefined,
  shown: Shown,
): number | null {
  if (identity === undefined || identity.kind === "table" || !isChild(identity)) return null;
  const { schema, relation: name } = identity;
  const keys = [
    JSON.stringify(["table", schema, name]),
    identityKey({ kind: "view", schema, name }),
    identityKey({ kind: "materialized view", schema, name }),
  ];
  return keys.map((key) => shown.placeOf(key)).find((place) => place !== undefined) ?? null;
}

function lineageOf(object: ObjectDetails, details: GraphDetails, shown: Shown): readonly ColumnSource[] {
  const columnAt = new Map(object.columns.map(({ number }, i) => [number, i]));
  return object.sources.flatMap(({ number, copied, sources }) => {
    const column = columnAt.get(number);
    if (column === undefined) return [];
    return sources.flatMap((source): readonly ColumnSource[] => {
      const id = `${source.of === "relation" ? "r" : "f"}${source.oid}`;
      const place = shown.placeOfId(id);
      const columns = details.objects.get(id)?.columns ?? [];
      const sourceColumn =
        source.of === "function" ? -1 : columns.findIndex((one) => one.number === source.number);
      if (place === undefined || (source.of === "relation" && sourceColumn === -1)) return [];
      const same = copied !== null && copied.oid === source.oid && copied.number === source.number;
      return [{ column, source: place, sourceColumn, copied: same && copied.of === source.of }];
    });
  });
}

/** An edge that only the files know has no columns. */
function pageEdges(
  graph: DependencyGraph,
  shown: Shown,
  details: GraphDetails,
  nodes: readonly PageNode[],
): readonly PageEdge[] {
  const used = new Map(
    details.edges.map((edge) => {
      return [JSON.stringify([shown.placeOfId(edge.from), shown.placeOfId(edge.to)]), edge] as const;
    }),
  );
  return graph.edges.flatMap((edge): readonly PageEdge[] => {
    const [from, to] = [shown.placeOf(edge.from), shown.placeOf(edge.to)];
    if (from === undefined || to === undefined) return [];
    const found = used.get(JSON.stringify([from, to]));
    const known = found === undefined || (nodes[to]?.columns.length ?? 0) === 0 ? null : found.columns;
    const numbers = (details.objects.get(shown.idOf(edge.to))?.columns ?? []).map(({ number }) => number);
    return [
      {
        from,
        to,
        soft: edge.strength === "soft",
        columns: known?.flatMap((number) => (number === 0 ? [] : [numbers.indexOf(number)])) ?? null,
        rows: found?.rows ?? false,
      },
    ];
  });
}

/** As it stands in the file: a template is shown as it was written. */
function sourceOf(
  { project: { config } }: OpenProject<Database | null>,
  component: string | null,
): string | null {
  if (component === null) return null;
  const file = readTextFile(config, join(config.componentsFolder, component));
  return file.kind === "text" ? file.text : null;
}
