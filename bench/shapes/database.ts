/** Makes a database of a shape: tables in base.sql, everything else as components, with names and texts made up. */
import type { Schema } from "../schemas/schema.ts";
import { argumentTypes, functionSql } from "./function-sql.ts";
import { shapeNeeds } from "./graph.ts";
import { columnName, type Names, nameShape, schemaName } from "./names.ts";
import type { Shape, ShapeFunction, ShapeRelation, TriggerTime } from "./shape.ts";
import { type ViewContext, viewContext, viewSql } from "./view-sql.ts";

/** The same shape gives the same texts. */
export function shapeDatabase(shape: Shape): Schema {
  const names = nameShape(shape);
  const needs = shapeNeeds(shape);
  const context = viewContext(shape, names, needs);
  const components = new Map<string, string>();
  for (const one of shape.functions)
    components.set(`functions/${names.routine(one.id)}__${one.id}.sql`, `${functionSql(one, names)};\n`);
  const triggerFunctions = shape.functions.filter((one) => one.returns === "trigger");
  let triggers = 0;
  for (const relation of shape.relations) {
    const name = names.relation(relation.id);
    if (relation.kind !== "table")
      components.set(`${relation.kind}s/${name}.sql`, relationComponent(relation, context));
    const rules = ruleStatements(relation, context);
    if (rules.length > 0) components.set(`rules/${name}.sql`, statements(rules));
    for (const [i, time] of relation.triggers.entries()) {
      const routine = triggerFunctions[triggers++ % triggerFunctions.length];
      if (routine === undefined) throw new Error(`${shape.name} has triggers and no trigger function`);
      components.set(
        `triggers/${name}_${i + 1}.sql`,
        statements([triggerSql(name, time, i, routine, names)]),
      );
    }
  }
  return {
    name: shape.name,
    base: baseScript(shape, names),
    components,
    searchPath: [schemaName],
    omitted: [],
  };
}

function statements(list: readonly string[]): string {
  return list.map((statement) => `${statement};\n`).join("\n");
}

function baseScript(shape: Shape, names: Names): string {
  const tables = shape.relations.filter((relation) => relation.kind === "table");
  return statements([
    `create schema ${schemaName}`,
    `set search_path = ${schemaName}`,
    ...[...names.domains.values()].map((domain) => `create domain ${domain} as text`),
    ...tables.map((table) => {
      const columns = table.columns.map((type, i) => `  ${columnName(i + 1)} ${names.type(type)}`);
      return `create table ${names.relation(table.id)} (\n${columns.join(",\n")}\n)`;
    }),
  ]);
}

function relationComponent(relation: ShapeRelation, context: ViewContext): string {
  const name = context.names.relation(relation.id);
  const indexes = relation.indexes.map((index, i) => {
    const first = i % Math.max(1, relation.columns.length - index.columns + 1);
    const columns = Array.from({ length: index.columns }, (_, k) => columnName(first + k + 1));
    return `create ${index.unique ? "unique " : ""}index ${name}_${i + 1} on ${name} (${columns.join(", ")})`;
  });
  return statements([viewSql(relation, context), ...indexes]);
}

const ruleEvents = ["insert", "update", "delete"] as const;

/** The first rules call what only rules can; the others do nothing instead. */
function ruleStatements(relation: ShapeRelation, context: ViewContext): readonly string[] {
  const name = context.names.relation(relation.id);
  const called = context.needs.calledByRule.get(relation.id) ?? [];
  return Array.from({ length: Math.max(relation.rules, called.length) }, (_, i) => {
    const event = ruleEvents[i % ruleEvents.length] ?? "insert";
    const row = event === "delete" ? "old" : "new";
    const routine = context.functions.get(called[i] ?? -1);
    const column = columnName(1 + (i % Math.max(1, relation.columns.length)));
    // Two unconditional rules for one event would make the first pointless, as it is in no real system.
    const condition = i < ruleEvents.length ? "" : ` where ${row}.${column} is not null`;
    const action =
      routine === undefined ? "instead nothing" : `also select ${callInRule(routine, context.names)}`;
    return `create rule rule_${i + 1} as on ${event} to ${name}${condition} do ${action}`;
  });
}

function callInRule(routine: ShapeFunction, names: Names): string {
  const given = argumentTypes(routine, names).map((type) => `null::${type}`);
  return `${names.routine(routine.id)}(${given.join(", ")})`;
}

const triggerEvents = ["insert", "update", "delete", "insert or update"] as const;

function triggerSql(
  relation: string,
  time: TriggerTime,
  index: number,
  routine: ShapeFunction,
  names: Names,
): string {
  const when = time === "instead" ? "instead of" : time;
  const event = triggerEvents[index % triggerEvents.length] ?? "insert";
  return `create trigger trigger_${index + 1} ${when} ${event} on ${relation}
  for each row execute function ${names.routine(routine.id)}()`;
}
