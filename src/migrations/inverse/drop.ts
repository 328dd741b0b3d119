/** DROP: what the catalog prints whole is made again, with its owner, privileges and comments. */
import type { DropStmt } from "@pgsql/types";
import { quoteLiteral } from "../../../graph/quote.ts";
import { type Answer, askBefore, none } from "./answer.ts";
import { printed } from "./catalog-rows.ts";
import { existsExpression, findObject } from "./find-object.ts";
import { type ObjectReference, objectReference, referenceText } from "./object-reference.ts";
import { printObject, whenNeeded } from "./print-object.ts";

export function undoDrop({ objects = [], removeType, behavior, missing_ok, concurrent }: DropStmt): Answer {
  const queries: string[] = [];
  for (const object of objects) {
    const reference = objectReference(removeType, object);
    const query =
      reference === null
        ? null
        : dropped(reference, behavior === "DROP_CASCADE", missing_ok === true, concurrent === true);
    if (query === null)
      return none(`DROP ${reference?.noun ?? removeType}: the catalog does not print it whole`);
    queries.push(query);
  }
  // Which was made first is made first again, whatever the order in the statement.
  return askBefore(
    queries.length === 1
      ? (queries[0] ?? "")
      : `SELECT * FROM (${queries.map((query) => `SELECT * FROM (${query}) AS q`).join("\nUNION ALL\n")}) AS all_objects ORDER BY object, step, sql`,
  );
}

function dropped(
  reference: ObjectReference,
  cascade: boolean,
  ifExists: boolean,
  concurrently: boolean,
): string | null {
  const name = `${reference.noun.toLowerCase()} ${referenceText(reference)}`;
  const found = findObject(reference);
  const queries = printObject(reference.type, concurrently);
  if (found === null) return null;
  if (queries === null) {
    const because =
      reference.type === "OBJECT_TABLE"
        ? `${name} is gone with its rows`
        : `the catalog does not print ${name} whole`;
    const condition = ifExists ? ` WHERE ${existsExpression(found)}` : "";
    return `SELECT 0::pg_catalog.oid AS object, 0 AS step, NULL::pg_catalog.text AS sql, NULL::pg_catalog.text AS loses, ${quoteLiteral(because)}::pg_catalog.text AS reason, NULL::pg_catalog.jsonb AS acl${condition}`;
  }
  const more = cascade
    ? [whenNeeded(found.catalog, quoteLiteral(`CASCADE takes along what needs ${name}`))]
    : [];
  return printed(found.query, [...more, ...queries]);
}
