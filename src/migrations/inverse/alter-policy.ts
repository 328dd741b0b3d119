/** ALTER POLICY. */
import type { AlterPolicyStmt } from "@pgsql/types";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { type Answer, askBefore, fromRows } from "./answer.ts";
import { printed } from "./catalog-rows.ts";
import { findObject } from "./find-object.ts";
import { relationParts, relationText } from "./names.ts";
import { policyExpression, policyRoles, printPolicy } from "./print-relation.ts";

/** An expression that was not there cannot be taken away again: https://www.postgresql.org/docs/18/sql-alterpolicy.html. Then the policy is made anew. */
export function undoPolicy({ policy_name = "", table, roles, qual, with_check }: AlterPolicyStmt): Answer {
  const name = `${quoteIdentifier(policy_name)} ON ${relationText(table)}`;
  const found = findObject({
    type: "OBJECT_POLICY",
    noun: "POLICY",
    parts: [...relationParts(table ?? {}), policy_name],
    arguments: null,
  });
  const query = found?.query ?? "";
  const words = [
    ...(roles === undefined ? [] : [policyRoles("p")]),
    ...(qual === undefined ? [] : [policyExpression("p", "USING", "polqual")]),
    ...(with_check === undefined ? [] : [policyExpression("p", "WITH CHECK", "polwithcheck")]),
  ];
  const missing = [
    ...(qual === undefined ? [] : ["p.polqual IS NULL"]),
    ...(with_check === undefined ? [] : ["p.polwithcheck IS NULL"]),
  ];
  const facts = `SELECT ${[quoteLiteral(`ALTER POLICY ${name}`), ...words].join(" || ")} AS sql, ${missing.length === 0 ? "false" : missing.join(" OR ")} AS anew
FROM (${query}) AS o JOIN pg_catalog.pg_policy AS p ON p.oid = o.oid`;
  return askBefore(facts, (rows) =>
    rows[0]?.anew === true
      ? askBefore(printed(query, printPolicy()), (again) =>
          fromRows([{ sql: `DROP POLICY ${name}` }, ...again]),
        )
      : fromRows(rows),
  );
}
