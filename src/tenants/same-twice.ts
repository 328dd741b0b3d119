/** Two values of a matrix that would do each other's work. */
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { MatrixValue } from "./matrix-value.ts";

/** Tells of values with the same key, and of those with the same schema in the same database. */
export function sameTwice(values: readonly MatrixValue[], matrix: string, mistakes: Diagnostic[]): void {
  const keys = new Map<string, MatrixValue>();
  const places = new Map<string, MatrixValue>();
  for (const value of values) {
    const { key, schema, url } = value.scope;
    const sameKey = keys.get(key);
    if (sameKey !== undefined) {
      const first = whereIs(sameKey);
      mistakes.push({
        code: "usage",
        message: `two values of the matrix ${matrix} have the key ${JSON.stringify(key)}${first}`,
        ...value.place(),
        fix: 'remove one of them, or name the member that tells them apart: "key": "name"',
      });
      continue;
    }
    keys.set(key, value);
    const where = JSON.stringify([url, schema]);
    const same = places.get(where);
    places.set(where, same ?? value);
    if (same === undefined) continue;
    const both = `${JSON.stringify(same.scope.key)}${whereIs(same)} and ${JSON.stringify(key)}`;
    const shared = schema === null ? "the same database" : `the schema ${JSON.stringify(schema)}`;
    mistakes.push({
      code: "usage",
      message: `the values ${both} of the matrix ${matrix} have ${shared}${schema === null || url === null ? "" : " of the same database"}`,
      ...value.place(),
      fix: 'give each a "schema" or a "databaseUrl" of its own; under "variables" of the matrix as "{key}"',
    });
  }
}

function whereIs(value: MatrixValue): string {
  const place = value.place();
  return place.line === undefined ? "" : ` (${place.file ?? ""}:${place.line})`;
}
