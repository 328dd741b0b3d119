/** SQLSTATEs that speak of the server and not of the statement that met them: another statement would fare no better. */
import type { DatabaseError } from "./database.ts";
import { isLockFailure } from "./lock.ts";

/** read_only_sql_transaction */
export const readOnly = "25006";
/** Also what a statement_timeout gives. */
const queryCanceled = "57014";
const conditions: ReadonlySet<string> = new Set([readOnly, queryCanceled]);
/** insufficient_resources, system_error. */
const classes: ReadonlySet<string> = new Set(["53", "58"]);

/** False for a refusal that says something about its statement, so that another way may be tried. */
export function concernsServer(error: Pick<DatabaseError, "sqlstate" | "message" | "schema">): boolean {
  const { sqlstate } = error;
  return isLockFailure(error) || conditions.has(sqlstate) || classes.has(sqlstate.slice(0, 2));
}
