/** A shape's view or materialized view as SQL: it reads the listed columns, no others, and yields the listed types. */
import { argumentTypes } from "./function-sql.ts";
import type { ShapeNeeds } from "./graph.ts";
import { columnName, type Names } from "./names.ts";
import type { Shape, ShapeFunction, ShapeRelation } from "./shape.ts";

export interface ViewContext {
  readonly names: Names;
  readonly needs: ShapeNeeds;
  readonly relations: ReadonlyMap<number, ShapeRelation>;
  readonly functions: ReadonlyMap<number, ShapeFunction>;
}

export function viewContext(shape: Shape, names: Names, needs: ShapeNeeds): ViewContext {
  return {
    names,
    needs,
    relations: new Map(shape.relations.map((one) => [one.id, one])),
    functions: new Map(shape.functions.map((one) => [one.id, one])),
  };
}

/** A value that the select list can show. */
interface Source {
  readonly text: string;
  readonly type: string;
}

export function viewSql(view: ShapeRelation, context: ViewContext): string {
  const { names, needs } = context;
  const from: string[] = [];
  const sources: Source[] = [];
  for (const [index, [relation, columns]] of (needs.read.get(view.id) ?? []).entries()) {
    const alias = `r${index + 1}`;
    from.push(`${names.relation(relation)} ${alias}`);
    const types = context.relations.get(relation)?.columns ?? [];
    for (const position of columns)
      sources.push({ text: `${alias}.${columnName(position)}`, type: types[position - 1] ?? "" });
  }
  const calls: Source[] = [];
  for (const id of needs.called.get(view.id) ?? []) {
    const routine = context.functions.get(id);
    if (routine !== undefined) addCall(routine, sources, calls, from, names);
  }
  const { outputs, rest } = selectList(view.columns, sources, calls, names);
  const clauses = [
    `select\n  ${outputs.join(",\n  ")}`,
    ...(from.length === 0 ? [] : [`from ${from.join("\n  cross join ")}`]),
    ...(rest.length === 0 ? [] : [`where ${rest.join("\n  and ")}`]),
  ];
  const kind = view.kind === "matview" ? "materialized view" : "view";
  return `create ${kind} ${names.relation(view.id)} as\n${clauses.join("\n")}`;
}

function addCall(
  routine: ShapeFunction,
  sources: readonly Source[],
  calls: Source[],
  from: string[],
  names: Names,
): void {
  const name = names.routine(routine.id);
  if (routine.kind === "a") {
    const types = argumentTypes(routine, names).map(concrete);
    const text =
      types.length === 0 ? `${name}(*)` : `${name}(${types.map((type) => `null::${type}`).join(", ")})`;
    calls.push({ text: `(select ${text})`, type: "" });
    return;
  }
  const given = routine.args.map((type, i) => {
    const fitting = sources.filter((source) => source.type === type);
    return fitting[i % Math.max(1, fitting.length)]?.text ?? `null::${concrete(names.type(type))}`;
  });
  const call = `${name}(${given.join(", ")})`;
  if (routine.set || routine.returns === "record") {
    from.push(`lateral ${call} x${calls.length + 1}`);
    calls.push({ text: `x${calls.length + 1}`, type: "" });
  } else calls.push({ text: call, type: typeof routine.returns === "string" ? routine.returns : "" });
}

/** A call must say which type a polymorphic argument is. */
function concrete(type: string): string {
  return type === "anyelement" ? "text" : type === "anyarray" ? "text[]" : type;
}

/** Each column shows a source of its type where one is left, else any by way of text; what is left filters. */
function selectList(
  columns: readonly string[],
  sources: readonly Source[],
  calls: readonly Source[],
  names: Names,
): { readonly outputs: readonly string[]; readonly rest: readonly string[] } {
  const left = [...calls, ...sources];
  const outputs: string[] = new Array(columns.length);
  const show = (position: number, value: string) => {
    outputs[position] = `${value} as ${columnName(position + 1)}`;
  };
  for (const [position, type] of columns.entries()) {
    const index = left.findIndex((source) => source.type === type && source.text.includes("."));
    const [source] = index < 0 ? [] : left.splice(index, 1);
    if (source !== undefined) show(position, source.text);
  }
  for (const [position, type] of columns.entries()) {
    if (outputs[position] !== undefined) continue;
    const source = left.shift();
    const wanted = names.type(type);
    show(position, source === undefined ? `null::${wanted}` : `${source.text}::text::${wanted}`);
  }
  return { outputs, rest: left.map((source) => `${source.text}::text is not null`) };
}
