/** `--check drift`: each value of a matrix is looked at, and planned, by itself. */
import { MigratorError } from "../../graph/diagnostic.ts";

/** Throws a MigratorError (2) for anything else that is written behind `--check`. */
export function checksDrift(check: string | undefined): boolean {
  if (check === undefined || check === "drift") return check === "drift";
  const fix = "--check drift looks at each value of a matrix by itself";
  throw new MigratorError([{ code: "usage", message: `--check ${check} is not known`, fix }], 2);
}
