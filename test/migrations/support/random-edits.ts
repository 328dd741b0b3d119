/** Random edits of a real schema's component files. Each is tried on a live target that follows the files. */
import { editNames } from "../../../bench/closures/edits.ts";
import { prepareEdit, renamedColumn } from "../../../bench/closures/prepare-edit.ts";
import { allViews, type DependedView } from "../../../bench/closures/views.ts";
import type { Schema } from "../../../bench/schemas/schema.ts";
import { MigratorError } from "../../../graph/diagnostic.ts";
import { quoteLiteral, quoteName } from "../../../graph/quote.ts";
import type { Database } from "../../../src/database/database.ts";
import { syncTexts, type TextsSynced } from "../../cases/support/sync-texts.ts";
import type { Random } from "../../property/random.ts";

export interface LiveFiles {
  readonly schema: Schema;
  readonly synced: TextsSynced;
}

type Components = ReadonlyMap<string, string>;

interface Edit {
  readonly what: string;
  readonly components: Components;
}

/** Until `count` edits succeeded or ten times as many were tried. `said` hears what was done. */
export async function editRandomly(
  live: Database,
  start: LiveFiles,
  random: Random,
  count: number,
  said: string[],
): Promise<LiveFiles> {
  let files = start;
  let done = 0;
  for (let tries = 0; done < count && tries < count * 10; tries++) {
    const edit = await makeEdit(live, files, random, tries);
    if (edit === null) continue;
    const schema = { ...files.schema, components: edit.components };
    try {
      files = { schema, synced: await syncTexts(live, edit.components, { searchPath: schema.searchPath }) };
    } catch (error) {
      // What hangs on it makes the change a mistake: nothing was changed.
      if (error instanceof MigratorError) continue;
      throw new Error(edit.what, { cause: error });
    }
    said.push(edit.what);
    done++;
  }
  return files;
}

async function makeEdit(
  live: Database,
  files: LiveFiles,
  random: Random,
  tries: number,
): Promise<Edit | null> {
  const views = await allViews(live);
  const needed = views.filter((view) => view.closure > 1);
  const view = random.pick(random.chance(0.7) && needed.length > 0 ? needed : views);
  const kind = random.below(8);
  if (kind >= editNames.length)
    return otherEdits[kind - editNames.length]?.(files, view, random, tries) ?? null;
  const name = random.pick(editNames);
  // A second column cannot get the name that renamed ones get.
  if (name === "renamed" && view.columns.some((column) => column.name === renamedColumn)) return null;
  const prepared = await prepareEdit(live, files.schema, files.synced, view, name);
  if (prepared === null) return null;
  const what = `${view.schema}.${view.name}: column ${prepared.column ?? "at the end"} ${name}`;
  return { what, components: prepared.components };
}

type OtherEdit = (files: LiveFiles, view: DependedView, random: Random, tries: number) => Edit | null;

const otherEdits: readonly OtherEdit[] = [attach, change, move, addOrRemove];

/** A grant, or a comment that may replace another. */
function attach(files: LiveFiles, view: DependedView, random: Random, tries: number): Edit | null {
  const name = quoteName(view.schema, view.name);
  const statement = random.chance(0.5)
    ? `grant select on ${name} to ${random.pick(["alice", "bob"])}`
    : `comment on ${view.kind} ${name} is ${quoteLiteral(`comment ${tries}`)}`;
  const component = componentOf(files, view);
  const text = files.schema.components.get(component) ?? "";
  return edited(files, component, `${text.trimEnd().replace(/;?$/, ";")}\n${statement};\n`, statement);
}

/** A function's cost: its file says another one, or a first one. */
function change(files: LiveFiles, _view: DependedView, random: Random): Edit | null {
  const objects = [...files.synced.desired.objects.values()];
  const functions = objects.filter(({ identity }) => identity.kind === "function");
  if (functions.length === 0) return null;
  const { component, offset, sql, identity } = random.pick(functions);
  const text = files.schema.components.get(component) ?? "";
  const body = /\bas\s+(?=\$|')/i.exec(sql);
  if (body === null) return null;
  const at = offset + body.index;
  const attribute = random.chance(0.5) ? "set work_mem to '8MB' " : "security definer ";
  const what = `function ${identity.schema}.${identity.name}: ${attribute}`;
  return edited(files, component, text.slice(0, at) + attribute + text.slice(at), what);
}

function move(files: LiveFiles, view: DependedView): Edit | null {
  const component = componentOf(files, view);
  const text = files.schema.components.get(component) ?? "";
  const components = new Map(files.schema.components);
  components.delete(component);
  components.set(`moved/${component}`, text);
  return { what: `${component} is moved`, components };
}

function addOrRemove(files: LiveFiles, view: DependedView, random: Random, tries: number): Edit | null {
  const component = componentOf(files, view);
  if (view.closure === 1 && random.chance(0.5)) {
    const components = new Map(files.schema.components);
    components.delete(component);
    return { what: `${component} is removed`, components };
  }
  const name = quoteName(view.schema, `${view.name.slice(0, 40)}_over_${tries}`);
  const text = `create view ${name} as\nselect * from ${quoteName(view.schema, view.name)};\n`;
  const path = `added/${files.schema.components.size}_${tries}.sql`;
  return edited(files, path, text, `${name} is added`);
}

function edited(files: LiveFiles, component: string, text: string, what: string): Edit {
  return { what, components: new Map([...files.schema.components, [component, text]]) };
}

function componentOf(files: LiveFiles, { schema, name }: DependedView): string {
  const found = [...files.synced.desired.objects.values()].find(
    ({ identity }) =>
      (identity.kind === "view" || identity.kind === "materialized view") &&
      identity.schema === schema &&
      identity.name === name,
  );
  if (found === undefined) throw new Error(`no component declares ${schema}.${name}`);
  return found.component;
}
