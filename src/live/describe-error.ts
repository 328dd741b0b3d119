/** What the database refused of the tool's own statements, and what no component is to blame for, as a diagnostic. */
import type { Diagnostic } from "../../graph/diagnostic.ts";
import { generalFix, refusalCode } from "../../graph/plan/refused.ts";
import type { DatabaseError } from "../database/database.ts";
import { concernsServer } from "../database/server-conditions.ts";

export function describeError(error: DatabaseError): Diagnostic {
  const detail = [error.detail, error.where].filter((text) => text !== undefined).join("\n");
  return {
    code: error.connectionLost ? "connection" : refusalCode(error.sqlstate),
    message: error.message,
    ...(detail === "" ? {} : { detail }),
    fix: fixOf(error),
  };
}

function fixOf(error: DatabaseError): string {
  const { connectionLost, hint, sqlstate } = error;
  if (connectionLost) return "run the command again";
  if (hint !== undefined) return hint;
  return concernsServer(error) ? generalFix(sqlstate) : "run migrator doctor to see what the role may do";
}
