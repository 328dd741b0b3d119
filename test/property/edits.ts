/** Random edits of a model. Each says in words what it did, for the message of a failure. */
import { addRelation, addRoutine, type ColumnType, type Model, type ModelRelation, settle } from "./model.ts";
import type { Random } from "./random.ts";

export function randomEdit(model: Model, random: Random): string {
  const views = model.relations.filter((one) => !one.star);
  const edits = [
    append,
    remove,
    rename,
    renameAndAppend,
    retype,
    swap,
    filter,
    attach,
    addOne,
    dropOne,
    toggleStar,
    overload,
  ];
  const edit = random.pick(edits);
  const said = edit(model, random, views.length > 0 ? random.pick(views) : null);
  settle(model, random);
  return said;
}

type View = ModelRelation | null;

function append(model: Model, random: Random, view: View): string {
  if (view === null) return "nothing";
  const id = model.nextColumn++;
  const type = random.pick<ColumnType>(["integer", "text"]);
  view.columns.push({ id, name: `added_${id}`, type, source: null });
  return `append added_${id} to ${view.name}`;
}

function remove(_model: Model, random: Random, view: View): string {
  if (view === null || view.columns.length < 2) return "nothing";
  const column = random.pick(view.columns);
  view.columns = view.columns.filter((one) => one !== column);
  return `remove ${column.name} from ${view.name}`;
}

function rename(model: Model, random: Random, view: View): string {
  if (view === null) return "nothing";
  const column = random.pick(view.columns);
  const before = column.name;
  column.name = `renamed_${model.nextColumn++}`;
  return `rename ${before} of ${view.name} to ${column.name}`;
}

function renameAndAppend(model: Model, random: Random, view: View): string {
  return `${rename(model, random, view)}, ${append(model, random, view)}`;
}

function retype(_model: Model, random: Random, view: View): string {
  if (view === null) return "nothing";
  const column = random.pick(view.columns);
  column.type = random.pick<ColumnType>(["integer", "bigint", "text", "numeric(10,2)"]);
  return `retype ${column.name} of ${view.name} to ${column.type}`;
}

function swap(_model: Model, random: Random, view: View): string {
  if (view === null || view.columns.length < 2) return "nothing";
  const first = random.pick(view.columns);
  const second = random.pick(view.columns.filter((one) => one !== first));
  if (random.chance(0.5)) [first.name, second.name] = [second.name, first.name];
  else {
    const columns = [...view.columns];
    const [i, j] = [columns.indexOf(first), columns.indexOf(second)];
    columns[i] = second;
    columns[j] = first;
    view.columns = columns;
  }
  return `swap ${first.name} and ${second.name} of ${view.name}`;
}

function filter(model: Model, _random: Random, view: View): string {
  if (view === null) return "nothing";
  view.filter = model.nextColumn++;
  return `another filter in ${view.name}`;
}

function attach(_model: Model, random: Random, view: View): string {
  if (view === null) return "nothing";
  if (random.chance(0.5))
    view.grants = view.grants.includes("bob")
      ? view.grants.filter((role) => role !== "bob")
      : [...view.grants, "bob"];
  else if (random.below(2) === 0) view.comment = view.comment === null ? "a new comment" : null;
  else view.options = view.kind === "view" && !view.options;
  return `other attachments of ${view.name}`;
}

function addOne(model: Model, random: Random): string {
  if (random.chance(0.5)) addRelation(model, random);
  else addRoutine(model, random);
  return "one more object";
}

function dropOne(model: Model, random: Random): string {
  const used = new Set([
    ...model.relations.flatMap((one) => one.from),
    ...model.routines.flatMap((one) => ("over" in one ? [one.over] : [])),
  ]);
  const free = model.relations.filter((one) => !used.has(one));
  if (random.chance(0.5) || free.length === 0) {
    const routine = model.routines.length === 0 ? null : random.pick(model.routines);
    if (routine === null) return "nothing";
    model.routines.splice(model.routines.indexOf(routine), 1);
    for (const call of model.calls.filter((one) => one.routine === routine))
      model.calls.splice(model.calls.indexOf(call), 1);
    return `drop ${routine.name}`;
  }
  const view = random.pick(free);
  model.relations.splice(model.relations.indexOf(view), 1);
  for (const call of model.calls.filter((one) => one.view === view))
    model.calls.splice(model.calls.indexOf(call), 1);
  return `drop ${view.name}`;
}

function toggleStar(model: Model, random: Random): string {
  const single = model.relations.filter(
    (one) => one.from.length === 1 && !model.calls.some((call) => call.view === one),
  );
  if (single.length === 0) return "nothing";
  const view = random.pick(single);
  view.star = !view.star;
  return `${view.star ? "" : "no "}star in ${view.name}`;
}

/** A function gets another argument type: the old overload goes, a new one comes. */
function overload(model: Model, random: Random): string {
  const scalars = model.routines.filter((one) => one.kind === "scalar");
  if (scalars.length === 0) return "nothing";
  const routine = random.pick(scalars);
  const now = [
    ...routine.types.slice(1),
    random.pick<ColumnType>(["text", "bigint", "boolean"]),
    ...routine.types.slice(0, 1),
  ].slice(0, 2);
  const clash = scalars.some(
    (one) => one !== routine && one.name === routine.name && one.types.join() === now.join(),
  );
  if (clash) return "nothing";
  routine.types = now;
  return `${routine.name} takes ${now.join(", ")}`;
}
