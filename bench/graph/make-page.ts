/** A made-up project for the page: tables, views on views in some ten layers, and functions, with texts as long as real ones. */
import type { ColumnSource, PageData, PageEdge, PageNode, PageText } from "../../graph/picture/page-data.ts";
import { seededRandom } from "../generate/random.ts";

const layers = 10;
const columnsOfView = 8;

export function makePage(
  objects: number,
  edges: number,
): { readonly data: PageData; readonly texts: readonly PageText[] } {
  const random = seededRandom(1);
  const pick = (count: number) => random.between(0, count - 1);
  const layerOf = (node: number) => Math.floor((node * layers) / objects);
  const links = new Map<string, PageEdge>();
  // Every object needs one of the layer before, so that there are as many layers as said.
  for (let i = 0; links.size < edges; i++) {
    const from = i < objects ? i : pick(objects);
    const layer = layerOf(from);
    if (layer === 0) continue;
    const near = i < objects || random.chance(0.7) ? layer - 1 : pick(layer);
    const to = Math.min(
      objects - 1,
      Math.ceil((near * objects) / layers) + pick(Math.ceil(objects / layers)),
    );
    const soft = random.chance(0.1);
    const columns = soft
      ? null
      : [...new Set([pick(columnsOfView), pick(columnsOfView), pick(columnsOfView)])];
    if (layerOf(to) < layer) links.set(`${from} ${to}`, { from, to, soft, columns, rows: false });
  }
  const all = [...links.values()];
  const needs = new Map<number, number[]>();
  for (const { from, to } of all) needs.set(from, [...(needs.get(from) ?? []), to]);
  const nodes = Array.from({ length: objects }, (_, i) => makeNode(i, layerOf(i), needs.get(i) ?? [], pick));
  return {
    data: { version: 1, project: "bench", database: "made up", nodes, edges: all, layout: null },
    texts: nodes.map((node) => makeText(node, nodes, needs)),
  };
}

function makeNode(
  i: number,
  layer: number,
  needs: readonly number[],
  pick: (count: number) => number,
): PageNode {
  const kind = layer === 0 ? "table" : i % 7 === 0 ? "function" : "view";
  const schema = ["sales", "billing", "stock", "people"][i % 4] ?? "";
  const name = `${["order", "invoice", "customer", "product", "stock"][i % 5]}_${["total", "by_day", "open"][i % 3]}_${i}`;
  const columns = Array.from({ length: columnsOfView }, (_, column) => ({
    name: `column_${column}`,
    type: ["integer", "text", "numeric(12,2)", "timestamp with time zone"][column % 4] ?? "",
    comment: null,
  }));
  const lineage = columns.flatMap((_, column): readonly ColumnSource[] => {
    const source = needs[column % Math.max(1, needs.length)];
    return source === undefined || kind === "function"
      ? []
      : [{ column, source, sourceColumn: pick(columnsOfView), copied: column % 2 === 0 }];
  });
  return {
    key: JSON.stringify([kind, schema, name]),
    label: `${kind} ${schema}.${name}${kind === "function" ? "(integer)" : ""}`,
    kind,
    schema,
    name,
    component: kind === "table" ? null : `${schema}/${kind}s/${name}.sql`,
    scope: null,
    state: kind === "table" ? null : i % 40 === 0 ? "changed" : "unchanged",
    extension: null,
    owner: "app_owner",
    comment: i % 3 === 0 ? "What somebody wrote about it" : null,
    grants: ["select to app_reader"],
    columns: kind === "function" ? [] : columns,
    lineage,
    on: null,
    star: false,
    replaceable: true,
    returns: kind === "function" ? "numeric" : null,
  };
}

function makeText(
  node: PageNode,
  nodes: readonly PageNode[],
  needs: ReadonlyMap<number, readonly number[]>,
): PageText {
  if (node.component === null) return { source: null, definition: null, history: [] };
  const froms = (needs.get(nodes.indexOf(node)) ?? []).map((place, i) => {
    const { schema, name } = nodes[place] ?? node;
    return `${i === 0 ? "FROM" : "LEFT JOIN"} ${schema}.${name} t${i}${i === 0 ? "" : ` ON t${i}.column_0 = t0.column_0`}`;
  });
  const outputs = Array.from(
    { length: columnsOfView },
    (_, i) => `       coalesce(t0.column_${i}, NULL) AS column_${i}`,
  );
  const query = `SELECT\n${outputs.join(",\n")}\n${froms.join("\n")}\nWHERE t0.column_0 IS NOT NULL`;
  const at = "2026-01-02T03:04:05.678Z";
  return {
    source: `-- What ${node.name} is for.\nCREATE VIEW ${node.schema}.${node.name} AS\n${query};\n\nGRANT SELECT ON ${node.schema}.${node.name} TO app_reader;\n`,
    definition: ` ${query};`,
    history: [{ at, what: "create", source: "sync", by: "app_owner", reason: "new" }],
  };
}
