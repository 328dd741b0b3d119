/** Changes of shape to try on a view: its query is wrapped, and one of its columns is treated. */
import { quoteIdentifier } from "../../graph/quote.ts";
import type { DependedView, ViewColumn } from "./views.ts";

export const editNames = ["appended", "renamed", "removed", "retyped"] as const;
export type EditName = (typeof editNames)[number];

export interface Edit {
  readonly column: ViewColumn | null;
  /** What the view's query becomes; null for a rename, whose texts the database writes. */
  readonly query: string | null;
}

/** Null where the view has no column for it. A column that dependents read is preferred, but none is removed that they read. */
export function makeEdit(view: DependedView, name: EditName): Edit | null {
  const free = view.columns.filter((column) => !column.bound);
  switch (name) {
    case "appended":
      return { column: null, query: wrap(view, [...view.columns.map(plain), "1 as bench_appended"]) };
    case "renamed": {
      const column = readFirst(free);
      return column === undefined ? null : { column, query: null };
    }
    case "removed":
      return view.columns.length === 1
        ? null
        : treat(
            view,
            free.find((column) => column.readers.length === 0),
            () => [],
          );
    case "retyped":
      return treat(view, readFirst(free.filter((column) => widerType(column.type) !== null)), (column) => [
        `q.${quoteIdentifier(column.name)}::${widerType(column.type)}`,
      ]);
  }
}

function readFirst(columns: readonly ViewColumn[]): ViewColumn | undefined {
  return columns.find((column) => column.readers.length > 0) ?? columns[0];
}

function treat(
  view: DependedView,
  column: ViewColumn | undefined,
  treatment: (column: ViewColumn) => readonly string[],
): Edit | null {
  if (column === undefined) return null;
  const outputs = view.columns.flatMap((one) => (one === column ? treatment(one) : [plain(one)]));
  return { column, query: wrap(view, outputs) };
}

function plain(column: ViewColumn): string {
  return `q.${quoteIdentifier(column.name)}`;
}

function wrap(view: DependedView, outputs: readonly string[]): string {
  return `select ${outputs.join(", ")}\nfrom (${view.query}) q`;
}

/** A type that takes all values, so that most expressions over the column still work; null where there is none. */
function widerType(type: string): string | null {
  if (type === "smallint") return "integer";
  if (type === "integer") return "bigint";
  if (type === "bigint") return "numeric";
  if (/^numeric\(/.test(type)) return "numeric";
  if (/^character varying|^character\(/.test(type)) return "text";
  if (type === "text" || type === "name") return "character varying";
  if (type === "real") return "double precision";
  if (type === "date") return "timestamp without time zone";
  if (/^timestamp.* without time zone$/.test(type)) return "timestamp with time zone";
  return null;
}
