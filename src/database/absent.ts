/** Whether the server answered that the ledger, or one of its tables, is not there: nothing was ever recorded. */
import { DatabaseError } from "./database.ts";

export function isAbsent(error: unknown): boolean {
  return error instanceof DatabaseError && sqlstates.has(error.sqlstate);
}

/** undefined_table, invalid_schema_name. */
const sqlstates: ReadonlySet<string> = new Set(["42P01", "3F000"]);
