/** A made-up value of a matrix whose every text is unique, so that each place where a variable was used is found again. */
import type { Config, Variables } from "../config/config.ts";
import type { JsonValue } from "../config/json.ts";
import { secretSource } from "../config/secret-source.ts";
import { type MatrixScope, scopeName } from "../tenants/scope.ts";
import { type Marker, markerText } from "./markers.ts";

export interface MarkedScope {
  readonly scope: MatrixScope;
  readonly markers: readonly Marker[];
  /** Variables whose places cannot be found again: numbers, truth values, lists. */
  readonly unmarked: readonly string[];
}

/**
 * `values` are real ones, of which the first is the pattern (at least one). What is the same text in all of them gets the same marker, so that a schema
 * that is named by its key can be said either way.
 */
export function markedScope(
  config: Config,
  matrix: string,
  values: readonly [MatrixScope, ...MatrixScope[]],
): MarkedScope {
  const [pattern] = values;
  const markers: Marker[] = [];
  const unmarked: string[] = [];
  const texts = new Map<string, Marker>();
  const mark = (path: readonly string[], expression: string): JsonValue => {
    const column = JSON.stringify(values.map(({ variables }) => memberAt(variables, path)));
    const known = texts.get(column);
    if (known !== undefined) return known.text;
    const marker: Marker = {
      text: markerText(matrix, expression),
      expression,
      secret: false,
      whole: expression === "schema",
    };
    texts.set(column, marker);
    markers.push(marker);
    return marker.text;
  };
  /** The members of a value around this one are texts of their own. */
  const marked = (value: JsonValue, path: readonly string[], expression: string): JsonValue => {
    if (typeof value === "string") return value === "" ? value : mark(path, expression);
    if (value === null || secretSource(value) !== undefined) return value;
    if (typeof value !== "object" || Array.isArray(value)) {
      unmarked.push(expression);
      return value;
    }
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => {
        const plainName = /^[a-z_][a-z0-9_]*$/i.test(name);
        const inner = plainName ? `${expression}.${name}` : `${expression}[${JSON.stringify(name)}]`;
        return [name, marked(one, [...path, name], inner)];
      }),
    );
  };
  // A schema comes first: what has the same text is told by it.
  const names = Object.keys(pattern.variables).sort(
    (a, b) => Number(b === "schema") - Number(a === "schema"),
  );
  const plain = typeof pattern.variables[matrix] === "string";
  const members: Record<string, JsonValue> = {};
  for (const name of names) {
    const value = pattern.variables[name];
    if (value === undefined || (name === matrix && !plain)) continue;
    members[name] = marked(value, [name], name);
  }
  const variables: Variables = plain ? members : { ...members, [matrix]: members };
  const schema = typeof members.schema === "string" ? members.schema : null;
  const key = markerText(matrix, "");
  return {
    scope: {
      matrix,
      key,
      name: scopeName(matrix, key),
      variables,
      schema,
      searchPath: schema === null ? config.searchPath : [schema, ...config.searchPath],
      url: null,
    },
    markers,
    unmarked,
  };
}

function memberAt(value: JsonValue, [name, ...rest]: readonly string[]): JsonValue {
  if (name === undefined) return value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return memberAt((value as Readonly<Record<string, JsonValue>>)[name] ?? null, rest);
}

/**
 * The first `count` of them, but that those behind the first differ from those before in as many members as there are: what is the same
 * in all that are tried could be taken for what is the same in all.
 */
export function mostDifferent(scopes: readonly MatrixScope[], count: number): readonly MatrixScope[] {
  const chosen = scopes.slice(0, 1);
  while (chosen.length < Math.min(count, scopes.length)) {
    const known = chosen.map(({ variables }) => new Set(leaves(variables)));
    const news = ({ variables }: MatrixScope): number =>
      leaves(variables).filter((leaf) => !known.some((some) => some.has(leaf))).length;
    const rest = scopes.filter((scope) => !chosen.includes(scope));
    const most = Math.max(...rest.map(news));
    chosen.push(...rest.filter((scope) => news(scope) === most).slice(0, 1));
  }
  return chosen;
}

function leaves(value: JsonValue, path = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [`${path}=${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([name, one]) => leaves(one, `${path}.${name}`));
}

/** The same with texts that take any place apart that does not quote them. */
export function hostileScope(marked: MarkedScope, config: Config): MatrixScope {
  const texts = new Map(
    marked.markers.map(({ text }, index) => [text, `${"ab"[index % 2]} "${index}"'; --$$.é`] as const),
  );
  const hostile = (value: JsonValue): JsonValue => {
    if (typeof value === "string") return texts.get(value) ?? value;
    if (Array.isArray(value)) return value.map(hostile);
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hostile(one)]));
    return value;
  };
  const { scope } = marked;
  const variables = Object.fromEntries(
    Object.entries(scope.variables).map(([name, value]) => [name, hostile(value)]),
  );
  const schema = scope.schema === null ? null : (texts.get(scope.schema) ?? scope.schema);
  const key = "hostile";
  return {
    ...scope,
    key,
    name: scopeName(scope.matrix, key),
    variables,
    schema,
    searchPath: schema === null ? config.searchPath : [schema, ...config.searchPath],
  };
}
