/** Materialized views. There is no OR REPLACE: a new definition is a new object, filled at the end by REFRESH. */
import { createStatement, type Definition } from "../definition.ts";
import type { KindRules } from "./kind-rules.ts";

export const materializedView: KindRules = {
  noun: "MATERIALIZED VIEW",
  grantNoun: "TABLE",
  replace: () => null,
  shapeRefusals: new Set(),
  setAside: true,
  create: (definition, as) => [createStatement(withoutData(definition), as)],
};

/** The same statement ending in WITH NO DATA, so that owner and grants stand before anything is computed. */
export function withoutData(definition: Definition): Definition {
  if (definition.parts.kind !== "materialized view") return definition;
  // The line break ends a `--` comment behind the query.
  return {
    ...definition,
    sql: `${definition.sql.slice(0, definition.parts.queryEnd).trimEnd()}\nWITH NO DATA`,
  };
}
