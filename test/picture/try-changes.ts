/** Every change that the page can be asked about, as an edit of a schema's components: what the planner is then asked to do. */
import { makeEdit } from "../../bench/closures/edits.ts";
import { prepareEdit, writeRedefined } from "../../bench/closures/prepare-edit.ts";
import { allViews, type DependedView } from "../../bench/closures/views.ts";
import type { Schema } from "../../bench/schemas/schema.ts";
import type { PageData, PageNode } from "../../graph/picture/page-data.ts";
import { type Change, type ChangeKind, changeKinds } from "../../graph/picture/what-if.ts";
import { quoteIdentifier, quoteName } from "../../graph/quote.ts";
import type { Database } from "../../src/database/database.ts";
import type { TextsSynced } from "../cases/support/sync-texts.ts";

export interface TriedChange {
  readonly node: number;
  readonly change: Change;
  readonly components: ReadonlyMap<string, string>;
  /** A change of a table. */
  readonly around?: string;
}

interface Built {
  readonly database: Database;
  readonly schema: Schema;
  readonly synced: TextsSynced;
}

/** Those that can be written down: a type without a wider one, or an argument without a name, has no edit. */
export async function* changesToTry(
  { database, schema, synced }: Built,
  { nodes, edges }: PageData,
): AsyncGenerator<TriedChange> {
  const views = new Map(
    (await allViews(database)).map((view) => [`${view.kind} ${view.schema} ${view.name}`, view]),
  );
  for (const [index, node] of nodes.entries()) {
    if (node.kind === "table") {
      const used = new Set(edges.flatMap(({ to, columns }) => (to === index ? (columns ?? []) : [])));
      yield* tableChanges(schema, node, index, used);
    }
    if (node.component === null) continue;
    const view = views.get(`${node.kind} ${node.schema} ${node.name}`);
    for (const kind of changeKinds(node)) {
      if (view === undefined) {
        const components = editText(schema, node, kind);
        if (components !== null && isOfRoutine(kind)) yield { node: index, change: { kind }, components };
        continue;
      }
      switch (kind) {
        case "definition": {
          const columns = view.columns.map(({ name }) => `q.${quoteIdentifier(name)}`).join(", ");
          const query = `select ${columns}\nfrom (${view.query}) q`;
          yield {
            node: index,
            change: { kind },
            components: writeRedefined(schema, synced, view, [{ ...view, query }]),
          };
          break;
        }
        case "append": {
          const prepared = await prepareEdit(database, schema, synced, view, "appended");
          if (prepared !== null) yield { node: index, change: { kind }, components: prepared.components };
          break;
        }
        case "rename":
        case "remove":
        case "retype":
          for (const column of view.columns.keys()) {
            const prepared = await editColumn({ database, schema, synced }, view, kind, column);
            if (prepared !== null) yield { node: index, change: { kind, column }, components: prepared };
          }
      }
    }
  }
}

/** A rename, or a removal of what somebody reads, goes with edits of many files: these are tried on views. What nobody reads is not tried. */
function* tableChanges(
  schema: Schema,
  node: PageNode,
  index: number,
  used: ReadonlySet<number>,
): Generator<TriedChange> {
  const { components } = schema;
  const table = `alter table ${quoteName(node.schema, node.name)}`;
  yield {
    node: index,
    change: { kind: "append" },
    components,
    around: `${table} add column bench_added integer`,
  };
  for (const [column, { name, type }] of node.columns.entries()) {
    const now = wider[type];
    if (now === undefined || !used.has(column)) continue;
    const around = `${table} alter column ${quoteIdentifier(name)} type ${now}`;
    yield { node: index, change: { kind: "retype", column }, components, around };
  }
}

const edits = { rename: "renamed", remove: "removed", retype: "retyped" } as const;

/** A view in which this column alone may be edited. */
async function editColumn(
  { database, schema, synced }: Built,
  view: DependedView,
  kind: keyof typeof edits,
  column: number,
): Promise<ReadonlyMap<string, string> | null> {
  const columns = view.columns.map((one, i) => ({
    ...one,
    bound: i !== column,
    readers: kind === "remove" ? [] : one.readers,
  }));
  const only = { ...view, columns };
  if (makeEdit(only, edits[kind]) === null) return null;
  return (await prepareEdit(database, schema, synced, only, edits[kind]))?.components ?? null;
}

/** Types that a body which fits the first fits, too. */
const wider: Readonly<Record<string, string>> = {
  integer: "bigint",
  text: "character varying",
  date: "timestamp without time zone",
  numeric: "double precision",
};

/** Null where the text has nothing to edit in this way. */
function editText(schema: Schema, node: PageNode, kind: string): ReadonlyMap<string, string> | null {
  const before = schema.components.get(node.component ?? "") ?? "";
  const text = editRoutine(before, node, kind);
  return text === null || text === before
    ? null
    : new Map([...schema.components, [node.component ?? "", text]]);
}

function isOfRoutine(kind: ChangeKind): kind is "definition" | "arguments" | "argument-type" | "result" {
  return kind === "definition" || kind === "arguments" || kind === "argument-type" || kind === "result";
}

function editRoutine(text: string, { kind: object, label, returns }: PageNode, kind: string): string | null {
  switch (kind) {
    case "definition":
      if (object === "trigger") return text.replace("FOR EACH ROW", "FOR EACH ROW WHEN (true)");
      return object === "function" ? text.replace(/\$\w*\$/, (quote) => `${quote}\n`) : null;
    case "arguments":
      return text.replaceAll(/\bp_(\w+)/g, "q_$1");
    case "argument-type":
      return widenArgument(text, label);
    case "result": {
      const type = wider[returns ?? ""];
      return type === undefined ? null : text.replace(new RegExp(`RETURNS ${returns}\\b`), `RETURNS ${type}`);
    }
    default:
      return null;
  }
}

/** The first argument for which there is a wider type; grants and comments name the routine by it, too. */
function widenArgument(text: string, label: string): string | null {
  const types = /\((.*)\)$/.exec(label)?.[1]?.split(", ") ?? [];
  const type = types.find((one) => wider[one] !== undefined);
  if (type === undefined) return null;
  const lists = /(\b(?:FUNCTION|PROCEDURE|AGGREGATE)\s+[\w."]+\s*\()([^)]*)/gi;
  const argument = new RegExp(`(?<!\\bOUT [^,]*)\\b${type}\\b`, "i");
  return text.replaceAll(
    lists,
    (_, head: string, list: string) => head + list.replace(argument, wider[type] ?? ""),
  );
}
