/** A table or view of a generated project: its columns, and the SQL that makes it. */
import type { Random } from "./random.ts";

const columnTypes = [
  "integer",
  "bigint",
  "numeric(12,2)",
  "text",
  "timestamp with time zone",
  "boolean",
] as const;
type ColumnType = (typeof columnTypes)[number];

interface GeneratedColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** Every relation begins with `id bigint`, which joins use. */
export interface Relation {
  readonly name: string;
  readonly columns: readonly GeneratedColumn[];
}

export interface View extends Relation {
  readonly layer: number;
  readonly uses: readonly string[];
  /** The texts of the select list. */
  readonly outputs: readonly string[];
  readonly from: string;
}

/** A generated function of one argument. */
export interface ScalarFunction {
  readonly name: string;
  readonly type: ColumnType;
  readonly sql: string;
}

const words = [
  "amount",
  "label",
  "status",
  "price",
  "total",
  "region",
  "score",
  "created",
  "weight",
  "source",
];

export function generateTable(random: Random, name: string): Relation {
  const columns: GeneratedColumn[] = [{ name: "id", type: "bigint" }];
  for (let i = random.between(8, 14); i > 0; i--)
    columns.push({ name: `${random.pick(words)}_${columns.length}`, type: random.pick(columnTypes) });
  return { name, columns };
}

export function tableSql(table: Relation): string {
  const columns = table.columns.map(
    (column) => `  ${column.name} ${column.type}${column.name === "id" ? " primary key" : ""}`,
  );
  return `create table ${table.name} (\n${columns.join(",\n")}\n)`;
}

export function generateFunction(random: Random, name: string): ScalarFunction {
  const type = random.pick(columnTypes);
  const sql = `create function ${name}(value ${type}) returns ${type}
language sql immutable
as $$ select coalesce(value, null) $$`;
  return { name, type, sql };
}

export interface ViewSources {
  readonly name: string;
  readonly layer: number;
  readonly sources: readonly Relation[];
  readonly functions: readonly ScalarFunction[];
}

/** A view of 8 to 20 columns: some as they are, some computed. */
export function generateView(random: Random, { name, layer, sources, functions }: ViewSources): View {
  const columns: GeneratedColumn[] = [{ name: "id", type: "bigint" }];
  const outputs = ["s0.id"];
  const wanted = random.between(8, 20);
  while (columns.length < wanted) {
    const index = random.between(0, sources.length - 1);
    const column = random.pick(sources[index]?.columns ?? []);
    const own: GeneratedColumn = { name: `${random.pick(words)}_${columns.length}`, type: column.type };
    outputs.push(`${expression(random, `s${index}.${column.name}`, column.type, functions)} as ${own.name}`);
    columns.push(own);
  }
  const from = sources
    .map((source, i) =>
      i === 0 ? `${source.name} s0` : `  left join ${source.name} s${i} on s${i}.id = s0.id`,
    )
    .join("\n");
  return { name, columns, layer, uses: sources.map((source) => source.name), outputs, from };
}

export function viewSql(view: View): string {
  return `create view ${view.name} as\nselect\n  ${view.outputs.join(",\n  ")}\nfrom ${view.from}`;
}

function expression(
  random: Random,
  source: string,
  type: ColumnType,
  functions: readonly ScalarFunction[],
): string {
  if (random.chance(0.5)) return source;
  const fitting = functions.filter((one) => one.type === type);
  if (fitting.length > 0 && random.chance(0.2)) return `${random.pick(fitting).name}(${source})`;
  switch (type) {
    case "integer":
    case "bigint":
      return `case when ${source} > ${random.between(1, 99)} then ${source} else 0 end`;
    case "numeric(12,2)":
      return `round(${source} * 1.${random.between(10, 99)}, 2)::numeric(12,2)`;
    case "text":
      return `upper(coalesce(${source}, '${random.pick(words)}'))`;
    case "timestamp with time zone":
      return `date_trunc('day', ${source})`;
    case "boolean":
      return `(${source} is not true)`;
  }
}
