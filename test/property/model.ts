/**
 * Random projects as a model that texts are printed from: relations with columns that come from columns below, and
 * routines over them. Edits change the model, so that every text stays valid and says what a careful author would write.
 */
import { quoteIdentifier, quoteName } from "../../graph/quote.ts";
import type { Random } from "./random.ts";

export type ColumnType = "integer" | "bigint" | "text" | "numeric(10,2)" | "boolean";

interface ModelColumn {
  readonly id: number;
  name: string;
  type: ColumnType;
  /** The column below that it shows, or null for a constant. */
  source: { relation: ModelRelation; column: ModelColumn } | null;
}

export interface ModelRelation {
  readonly kind: "table" | "view" | "materialized view";
  readonly schema: string;
  readonly name: string;
  readonly from: readonly ModelRelation[];
  columns: ModelColumn[];
  /** The select list is `*` over its only source. */
  star: boolean;
  /** Changes the text and not the shape. */
  filter: number;
  options: boolean;
  grants: readonly string[];
  comment: string | null;
  instead: boolean;
}

type ModelRoutine =
  | { kind: "row"; schema: string; name: string; over: ModelRelation; atomic: boolean; body: number }
  | { kind: "set"; schema: string; name: string; over: ModelRelation; body: number }
  | { kind: "plpgsql"; schema: string; name: string; over: ModelRelation; body: number }
  | { kind: "scalar"; schema: string; name: string; types: ColumnType[]; body: number; atomic: boolean };

export interface Model {
  readonly tables: readonly ModelRelation[];
  readonly relations: ModelRelation[];
  readonly routines: ModelRoutine[];
  /** Views that use a scalar function: view, function, column shown through it. */
  readonly calls: {
    readonly view: ModelRelation;
    readonly routine: ModelRoutine & { kind: "scalar" };
    name: string;
  }[];
  nextColumn: number;
}

const types: readonly ColumnType[] = ["integer", "bigint", "text", "numeric(10,2)", "boolean"];
const schemas = ["public", "Other one"];
const roles = ["alice", "bob"];

export function randomModel(random: Random): Model {
  const model: Model = { tables: [], relations: [], routines: [], calls: [], nextColumn: 0 };
  const tables = Array.from({ length: 2 }, (_, i) => table(model, random, i));
  const whole: Model = { ...model, tables };
  const count = 4 + random.below(8);
  for (let i = 0; i < count; i++) addRelation(whole, random);
  const routines = random.below(6);
  for (let i = 0; i < routines; i++) addRoutine(whole, random);
  return whole;
}

function newColumn(
  model: Model,
  random: Random,
  source: ModelColumn["source"],
  taken: readonly ModelColumn[],
): ModelColumn {
  const id = model.nextColumn++;
  const wanted =
    source !== null && random.chance(0.7)
      ? source.column.name
      : random.pick([`c${id}`, `Col ${id}`, `select${id}`]);
  const name = taken.some((column) => column.name === wanted) ? `c${id}` : wanted;
  return { id, name, type: source?.column.type ?? random.pick(types), source };
}

function table(model: Model, random: Random, index: number): ModelRelation {
  const columns: ModelColumn[] = [];
  for (let i = 0; i < 3 + random.below(3); i++) columns.push(newColumn(model, random, null, columns));
  return relation("table", "public", `t${index}`, [], columns);
}

function relation(
  kind: ModelRelation["kind"],
  schema: string,
  name: string,
  from: readonly ModelRelation[],
  columns: ModelColumn[],
): ModelRelation {
  return {
    kind,
    schema,
    name,
    from,
    columns,
    star: false,
    filter: 0,
    options: false,
    grants: [],
    comment: null,
    instead: false,
  };
}

export function addRelation(model: Model, random: Random): void {
  const sources = [...model.tables, ...model.relations];
  const first = random.pick(sources.slice(-6));
  const second = random.chance(0.4) ? random.pick(sources) : null;
  const from = second === null || second === first ? [first] : [first, second];
  const columns: ModelColumn[] = [];
  const star = from.length === 1 && random.chance(0.25);
  if (star) followStar(model, random, columns, first);
  else {
    for (const source of from) {
      for (const column of source.columns) {
        if (random.chance(0.6)) columns.push(newColumn(model, random, { relation: source, column }, columns));
      }
    }
    if (columns.length === 0 || random.chance(0.2)) columns.push(newColumn(model, random, null, columns));
  }
  const kind = random.chance(0.15) ? "materialized view" : "view";
  const index = model.relations.length + model.nextColumn;
  const made = relation(
    kind,
    random.pick(schemas),
    random.pick([`v${index}`, `View ${index}`, `order${index}`]),
    from,
    columns,
  );
  made.star = star;
  made.options = kind === "view" && random.chance(0.2);
  made.grants = roles.filter(() => random.chance(0.3));
  made.comment = random.chance(0.3) ? `about ${made.name}` : null;
  made.instead = kind === "view" && random.chance(0.1);
  model.relations.push(made);
}

/** The columns of `SELECT * FROM below`, keeping those that are there. */
function followStar(model: Model, random: Random, columns: ModelColumn[], below: ModelRelation): void {
  const old = [...columns];
  columns.length = 0;
  for (const column of below.columns) {
    const known = old.find((one) => one.source?.column === column);
    const followed = known ?? newColumn(model, random, { relation: below, column }, []);
    followed.name = column.name;
    followed.type = column.type;
    columns.push(followed);
  }
}

export function addRoutine(model: Model, random: Random): void {
  const schema = random.pick(schemas);
  const over = random.pick([...model.tables, ...model.relations]);
  const id = model.nextColumn++;
  const kind = random.below(4);
  const body = random.below(100);
  if (kind === 0)
    model.routines.push({
      kind: "row",
      schema,
      name: `row_of_${id}`,
      over,
      atomic: random.chance(0.5),
      body,
    });
  else if (kind === 1) model.routines.push({ kind: "set", schema, name: `set_of_${id}`, over, body });
  else if (kind === 2) model.routines.push({ kind: "plpgsql", schema, name: `Plpgsql ${id}`, over, body });
  else {
    // Few names, so that they overload each other.
    const routine = {
      kind: "scalar" as const,
      schema: "public",
      name: `f${random.below(2)}`,
      types: [random.pick(types), ...(random.chance(0.5) ? [random.pick(types)] : [])],
      body,
      atomic: random.chance(0.5),
    };
    if (
      model.routines.some(
        (one) =>
          one.kind === "scalar" && one.name === routine.name && one.types.join() === routine.types.join(),
      )
    )
      return;
    model.routines.push(routine);
    const views = model.relations.filter((one) => one.kind === "view" && !one.star);
    if (views.length > 0) model.calls.push({ view: random.pick(views), routine, name: `call_${id}` });
  }
}

/** Base tables, roles and schemas. */
export function printBase(model: Model): string {
  const made = model.tables.map(
    (one) =>
      `create table ${nameOf(one)} (${one.columns.map((column) => `${quoteIdentifier(column.name)} ${column.type}`).join(", ")})`,
  );
  return [
    ...schemas
      .filter((schema) => schema !== "public")
      .map((schema) => `create schema ${quoteIdentifier(schema)}`),
    ...made,
  ].join(";\n");
}

/** Component paths to texts. */
export function printComponents(model: Model): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const one of model.relations)
    files.set(`relations/${one.schema}.${one.name}.sql`, printRelation(model, one));
  for (const one of model.routines) {
    const suffix = one.kind === "scalar" ? `__${one.types.join("_")}` : "";
    files.set(`routines/${one.schema}.${one.name}${suffix}.sql`, printRoutine(one));
  }
  return files;
}

function nameOf(one: { readonly schema: string; readonly name: string }): string {
  return quoteName(one.schema, one.name);
}

function printRelation(model: Model, one: ModelRelation): string {
  const alias = (source: ModelRelation) => `s${one.from.indexOf(source)}`;
  const list = one.columns.map((column) => {
    const value =
      column.source === null
        ? "null"
        : `${alias(column.source.relation)}.${quoteIdentifier(column.source.column.name)}`;
    return `${value}::text::${column.type} as ${quoteIdentifier(column.name)}`;
  });
  for (const call of model.calls) {
    if (call.view !== one) continue;
    list.push(
      `${nameOf(call.routine)}(${call.routine.types.map((type) => `null::${type}`).join(", ")}) as ${call.name}`,
    );
  }
  const columns = one.star ? "*" : list.join(",\n  ");
  const from = one.from.map((source) => `${nameOf(source)} ${alias(source)}`).join(" cross join ");
  const options = one.options ? " with (security_barrier)" : "";
  const lines = [
    `create ${one.kind} ${nameOf(one)}${options} as\nselect ${columns}\nfrom ${from}\nwhere ${one.filter} = ${one.filter};`,
  ];
  for (const role of one.grants) lines.push(`grant select on ${nameOf(one)} to ${role};`);
  if (one.comment !== null) lines.push(`comment on ${one.kind} ${nameOf(one)} is '${one.comment}';`);
  return lines.join("\n");
}

function printRoutine(one: ModelRoutine): string {
  const name = nameOf(one);
  switch (one.kind) {
    case "row": {
      const body = one.atomic ? `begin atomic select ${one.body}; end` : `as 'select ${one.body}'`;
      return `create function ${name}(r ${nameOf(one.over)}) returns integer language sql ${body};`;
    }
    case "set":
      return `create function ${name}(n integer) returns setof ${nameOf(one.over)} language sql as $$ select * from ${nameOf(one.over)} where n > ${one.body} $$;`;
    case "plpgsql":
      return `create function ${name}() returns bigint language plpgsql as $$
declare r ${nameOf(one.over)}%rowtype;
begin
  return (select count(*) + ${one.body} from ${nameOf(one.over)});
end $$;`;
    case "scalar": {
      const args = one.types.map((type, i) => `a${i} ${type}`).join(", ");
      const body = one.atomic ? `begin atomic select ${one.body}; end` : `as 'select ${one.body}'`;
      return `create function ${name}(${args}) returns integer language sql immutable ${body};`;
    }
  }
}

/** Brings stars and sources up to date after an edit below. */
export function settle(model: Model, random: Random): void {
  for (const one of model.relations) {
    const [below] = one.from;
    if (one.star && below !== undefined) followStar(model, random, one.columns, below);
    for (const column of one.columns) {
      const { source } = column;
      if (source !== null && !source.relation.columns.includes(source.column)) column.source = null;
    }
  }
}
