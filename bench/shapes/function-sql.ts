/** A shape's functions, procedures and aggregates as SQL with bodies made up. */
import type { Names } from "./names.ts";
import type { ShapeFunction, ShapeType } from "./shape.ts";

export function functionSql(one: ShapeFunction, names: Names): string {
  switch (one.kind) {
    case "a":
      return aggregateSql(one, names);
    case "p":
      return `create procedure ${names.routine(one.id)}(${declaredArguments(one, names)})\nlanguage sql\nas $$ select 1 $$`;
    case "f":
      return `create function ${names.routine(one.id)}(${declaredArguments(one, names)})
returns ${result(one, names)}
language ${one.language}
as $$ ${one.language === "sql" ? sqlBody(one, names) : plpgsqlBody(one, names)} $$`;
  }
}

/** As written in COMMENT ON or DROP: the types alone. */
export function argumentTypes(one: ShapeFunction, names: Names): readonly string[] {
  return one.args.map((type) => names.type(type));
}

function declaredArguments(one: ShapeFunction, names: Names): string {
  const first = one.args.length - one.defaults;
  const own = one.args.map((type, i) => `a${i + 1} ${names.type(type)}${i >= first ? " default null" : ""}`);
  // A single record's columns are OUT arguments; a set's stand in RETURNS TABLE.
  return (isRecord(one) && !one.set ? [...own, "out x integer", "out y text"] : own).join(", ");
}

function isRecord(one: ShapeFunction): boolean {
  return one.returns === "record";
}

function result(one: ShapeFunction, names: Names): string {
  if (isRecord(one)) return one.set ? "table (x integer, y text)" : "record";
  return (one.set ? "setof " : "") + names.type(one.returns);
}

function sqlBody(one: ShapeFunction, names: Names): string {
  const nothing = one.set ? " where false" : "";
  if (isRecord(one)) return `select null::integer, null::text${nothing}`;
  if (one.returns === "void") return "select 1";
  const row = rowSource(one.returns, names);
  if (row !== null) return `select r.* from ${row} r${one.set ? "" : " limit 1"}`;
  return `select ${polymorphic(one) ?? `null::${names.type(one.returns)}`}${nothing}`;
}

function plpgsqlBody(one: ShapeFunction, names: Names): string {
  if (one.returns === "trigger") return "begin return new; end";
  if (one.returns === "void") return "begin perform 1; end";
  const row = rowSource(one.returns, names);
  if (one.set) {
    if (row !== null) return `begin return query select r.* from ${row} r; end`;
    if (isRecord(one)) return "begin return query select null::integer, null::text where false; end";
    return `begin return query select ${polymorphic(one) ?? `null::${names.type(one.returns)}`} where false; end`;
  }
  if (isRecord(one)) return "begin x := 1; y := 'one'; end";
  if (row !== null)
    return `declare found_row ${row}; begin select * into found_row from ${row}; return found_row; end`;
  return "begin return null; end";
}

/** The relation whose rows the function returns. */
function rowSource(type: ShapeType, names: Names): string | null {
  return typeof type === "string" || type.array ? null : names.relation(type.row);
}

/** An expression of a polymorphic result's type; null where the result is not polymorphic. */
function polymorphic(one: ShapeFunction): string | null {
  if (one.returns !== "anyelement" && one.returns !== "anyarray") return null;
  const same = one.args.indexOf(one.returns);
  if (same >= 0) return `a${same + 1}`;
  if (one.returns === "anyelement") return `a${one.args.indexOf("anyarray") + 1}[1]`;
  return `array[a${one.args.indexOf("anyelement") + 1}]`;
}

/** An aggregate takes its last input; a function of its own moves its state. */
function aggregateSql(one: ShapeFunction, names: Names): string {
  const state = names.type(one.returns);
  const inputs = argumentTypes(one, names);
  const transition = `${names.routine(one.id)}_state`;
  const declared = [state, ...inputs].map((type, i) => `a${i} ${type}`).join(", ");
  return `create function ${transition}(${declared})
returns ${state}
language sql immutable
as $$ select a0 $$;

create aggregate ${names.routine(one.id)}(${inputs.length === 0 ? "*" : inputs.join(", ")}) (
  sfunc = ${transition},
  stype = ${state}
)`;
}
