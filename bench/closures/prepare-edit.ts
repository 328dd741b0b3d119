/** Writes a change of shape into the components of a schema that has been built. */
import { identityKey } from "../../graph/identity.ts";
import { quoteName } from "../../graph/quote.ts";
import type { Database } from "../../src/database/database.ts";
import type { TextsSynced } from "../../test/cases/support/sync-texts.ts";
import type { Schema } from "../schemas/schema.ts";
import { type Edit, type EditName, makeEdit } from "./edits.ts";
import { type DependedView, definitionsAfterRename, type Redefined } from "./views.ts";

/** What a renamed column is called. */
export const renamedColumn = "bench_renamed";

export interface PreparedEdit {
  readonly column: string | null;
  readonly components: ReadonlyMap<string, string>;
}

/** Null where the view has no column that the edit could be made on. Changes nothing in the database. */
export async function prepareEdit(
  database: Database,
  schema: Schema,
  built: TextsSynced,
  view: DependedView,
  name: EditName,
): Promise<PreparedEdit | null> {
  const edit = makeEdit(view, name);
  if (edit === null) return null;
  const redefined = await redefinitions(database, view, edit);
  return { column: edit.column?.name ?? null, components: writeRedefined(schema, built, view, redefined) };
}

/** The components with these objects defined anew; `view` is the one whose options are restated. */
export function writeRedefined(
  schema: Schema,
  built: TextsSynced,
  view: DependedView,
  redefined: readonly Redefined[],
): ReadonlyMap<string, string> {
  const components = new Map(schema.components);
  for (const one of redefined) {
    const declared = built.desired.objects.get(
      identityKey({ kind: one.kind, schema: one.schema, name: one.name }),
    );
    if (declared === undefined) throw new Error(`no component declares ${one.schema}.${one.name}`);
    const options = one.name === view.name && one.schema === view.schema ? view.options : "";
    const noData =
      declared.parts.kind === "materialized view" && !declared.parts.withData ? "\nwith no data" : "";
    const statement = `create ${one.kind} ${quoteName(one.schema, one.name)} ${options} as\n${one.query}${noData}`;
    const text = components.get(declared.component) ?? "";
    const end = declared.offset + declared.sql.length;
    components.set(declared.component, text.slice(0, declared.offset) + statement + text.slice(end));
  }
  return components;
}

/** Whoever renames a column changes what reads it too: else the readers' files would name a column that is gone. */
async function redefinitions(
  database: Database,
  view: DependedView,
  edit: Edit,
): Promise<readonly Redefined[]> {
  if (edit.query !== null) return [{ ...view, query: edit.query }];
  if (edit.column === null) throw new Error("a rename without a column");
  return definitionsAfterRename(database, view, edit.column, renamedColumn);
}
