/** A statement of a migration that PostgreSQL refused. */
import { MigratorError } from "../../graph/diagnostic.ts";

/** Whether PostgreSQL refused a statement because of what depends on something: the engine has a way around that. */
export function isBlockedByDependents(error: unknown): boolean {
  return error instanceof StatementOfMigrationRefused && dependents.has(error.sqlstate);
}

/** dependent_objects_still_exist; feature_not_supported ("cannot alter type of a column used by a view or rule"). */
const dependents: ReadonlySet<string> = new Set(["2BP01", "0A000"]);

export class StatementOfMigrationRefused extends MigratorError {
  readonly sqlstate: string;

  constructor(diagnostics: MigratorError["diagnostics"], sqlstate: string) {
    super(diagnostics);
    this.sqlstate = sqlstate;
  }
}
