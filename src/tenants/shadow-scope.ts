/** A value that stands for all others of its matrix in a shadow: what a generated block says of its schema is said of each. */
import type { JsonValue } from "../config/json.ts";
import { type MatrixScope, scopeName } from "./scope.ts";

/** No schema of a project is called so: its name in a text of SQL is what a template puts in its place. */
export function shadowSchema(matrix: string): string {
  return `migrator_shadow_of_${matrix}`;
}

/** `like`: the value whose other members it has. */
export function shadowScope(like: MatrixScope): MatrixScope {
  const { matrix, key, schema, searchPath } = like;
  const standIn = shadowSchema(matrix);
  const ownNames = new Set([key, key.slice(key.lastIndexOf("/") + 1), ...(schema === null ? [] : [schema])]);
  const moved = (value: JsonValue): JsonValue => {
    if (typeof value === "string") return ownNames.has(value) ? standIn : value;
    if (Array.isArray(value)) return value.map(moved);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, moved(member)]));
  };
  return {
    matrix,
    key: standIn,
    name: scopeName(matrix, standIn),
    variables: Object.fromEntries(
      Object.entries(like.variables).map(([name, value]) => [name, moved(value)]),
    ),
    schema: schema === null ? null : standIn,
    searchPath: schema === null ? searchPath : [standIn, ...searchPath.filter((one) => one !== schema)],
    url: null,
  };
}
