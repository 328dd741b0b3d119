/** CREATE OR REPLACE: the definition that was there, or nothing. */
import { quoteLiteral } from "../../../graph/quote.ts";
import type { Row } from "../../database/database.ts";
import { type Answer, ask, askBefore, firstText, fromRows, mapAnswer, none, undo } from "./answer.ts";
import { printed } from "./catalog-rows.ts";
import type { Created } from "./created.ts";
import { existsExpression, type Found, findObject } from "./find-object.ts";
import { referenceText } from "./object-reference.ts";
import { printObject, whenNeeded } from "./print-object.ts";
import { viewText } from "./print-relation.ts";

export function undoReplace(created: Created): Answer {
  const drop = undo(`DROP ${created.drop}`);
  const found = findObject(created.reference, "creation");
  if (found === null) return none(`whether ${referenceText(created.reference)} was there before`);
  switch (created.reference.type) {
    case "OBJECT_VIEW":
      return replaced(created, found, viewFacts(found));
    case "OBJECT_FUNCTION":
    case "OBJECT_PROCEDURE":
      return replaced(created, found, routineFacts(found));
    case "OBJECT_TRIGGER":
    case "OBJECT_RULE":
      return askBefore(printed(found.query, printObject(created.reference.type) ?? []), (rows) =>
        rows.length === 0
          ? drop
          : mapAnswer(fromRows(rows), (sql) =>
              sql.map((one) => one.replace(/^CREATE /, "CREATE OR REPLACE ")),
            ),
      );
    default:
      return askBefore(`SELECT ${existsExpression(found)} AS there`, ([row]) =>
        row?.there === true
          ? none(`the catalog does not print the ${created.reference.noun.toLowerCase()} that was there`)
          : drop,
      );
  }
}

/**
 * `facts` prints the statement that replaces it back, and in `shape` all that such a statement cannot take back: a view's last
 * columns, parameter names and defaults. Where the shape changed, the object is made anew, if nothing needs it.
 */
function replaced({ drop, reference }: Created, found: Found, facts: string): Answer {
  const needed = whenNeeded(
    found.catalog,
    quoteLiteral(
      `${reference.noun.toLowerCase()} ${referenceText(reference)} must be dropped to get back to its old shape, and something needs it`,
    ),
  );
  const whole = printed(found.query, [needed, ...(printObject(reference.type) ?? [])]);
  return askBefore(facts, (before) => {
    const sql = firstText(before, "sql");
    if (sql === null) return undo(`DROP ${drop}`);
    return askBefore(whole, (rows) =>
      ask("after", facts, (after) =>
        shape(after) === shape(before)
          ? undo(sql)
          : mapAnswer(fromRows(rows), (again) => [`DROP ${drop}`, ...again]),
      ),
    );
  });
}

function shape([row]: readonly Row[]): string {
  return JSON.stringify(row?.shape);
}

/** https://www.postgresql.org/docs/18/sql-createview.html: columns may be added at the end and never go. */
function viewFacts({ query }: Found): string {
  return `WITH o AS (${query}) SELECT ${viewText("CREATE OR REPLACE VIEW")} AS sql, r.relnatts::pg_catalog.text AS shape
FROM o JOIN pg_catalog.pg_class AS r ON r.oid = o.oid WHERE r.relkind = 'v'`;
}

/** https://www.postgresql.org/docs/18/sql-createfunction.html: unnamed parameters may get names and parameters defaults, and keep them. */
function routineFacts({ query }: Found): string {
  return `WITH o AS (${query}) SELECT pg_catalog.rtrim(CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END, E'\\n') AS sql,
  (p.proargnames::pg_catalog.text, p.pronargdefaults)::pg_catalog.text AS shape FROM o JOIN pg_catalog.pg_proc AS p ON p.oid = o.oid`;
}
