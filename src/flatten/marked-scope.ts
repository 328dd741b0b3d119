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
  const mark = (name: string): JsonValue => {
    const column = JSON.stringify(values.map(({ variables }) => variables[name] ?? null));
    const known = texts.get(column);
    if (known !== undefined) return known.text;
    const marker: Marker = {
      text: markerText(matrix, name),
      expression: name,
      secret: false,
      whole: name === "schema",
    };
    texts.set(column, marker);
    markers.push(marker);
    return marker.text;
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
    if (typeof value === "string" && value !== "") members[name] = mark(name);
    else {
      members[name] = value;
      const isSecret = secretSource(value) !== undefined;
      if (!isSecret && value !== null && typeof value !== "string") unmarked.push(name);
    }
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
