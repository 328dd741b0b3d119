/** ALTER SEQUENCE: all options as they were, and the value where RESTART set it. */
import type { AlterSeqStmt } from "@pgsql/types";
import { quoteLiteral } from "../../../graph/quote.ts";
import { type Answer, askBefore, nothing } from "./answer.ts";
import { regclass, relationText } from "./names.ts";
import { element, elementsOf } from "./node.ts";
import { ownedColumn, sequenceOptions } from "./print-relation.ts";

export function undoSequence({ sequence, options, missing_ok }: AlterSeqStmt): Answer {
  const name = relationText(sequence);
  const head = quoteLiteral(`ALTER SEQUENCE ${name} `);
  const names = elementsOf(options).map(({ defname }) => defname);
  const oid = regclass(name);
  const parts = [
    ...(names.some((one) => one !== "owned_by" && one !== "restart")
      ? [
          `SELECT 1 AS step, ${head} || ${sequenceOptions("s")} AS sql, NULL AS loses FROM pg_catalog.pg_sequence AS s WHERE s.seqrelid = ${oid}`,
        ]
      : []),
    ...(names.includes("owned_by")
      ? [
          `SELECT 2 AS step, ${head} || 'OWNED BY ' || COALESCE(${ownedColumn(oid)}, 'NONE') AS sql, NULL AS loses`,
        ]
      : []),
    ...(names.includes("restart")
      ? [
          `SELECT 3 AS step, ${quoteLiteral(`SELECT pg_catalog.setval(${quoteLiteral(name)}, `)} || v.last_value || ', ' || v.is_called || ')' AS sql, ${quoteLiteral(`the value that sequence ${name} had reached`)} AS loses FROM ${name} AS v`,
        ]
      : []),
  ];
  if (parts.length === 0) return nothing;
  const restored = askBefore(
    `SELECT sql, loses FROM (${parts.join("\nUNION ALL\n")}) AS steps ORDER BY step`,
  );
  return missing_ok === true && element(options, "restart") === undefined
    ? askBefore(`SELECT pg_catalog.to_regclass(${quoteLiteral(name)}) IS NOT NULL AS there`, ([row]) =>
        row?.there === true ? restored : nothing,
      )
    : restored;
}
