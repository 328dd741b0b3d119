/** What is told of a value of a matrix that failed, where the others go on. */
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { DatabaseError } from "../database/database.ts";
import { describeError } from "../live/describe-error.ts";

/** What only this run can say of it; what nobody expects ends the run. */
export function diagnosticsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof MigratorError) return error.diagnostics;
  if (error instanceof DatabaseError) return [describeError(error)];
  throw error;
}
