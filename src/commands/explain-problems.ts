/** What planning refuses, as mistakes of the files. */
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { PlanError } from "../../graph/step.ts";
import { type FileSet, placeProblem } from "../live/workspace.ts";

/** Problems of planning become diagnostics at their place in the files; drift has an exit code of its own. */
export function explain(error: unknown, files: FileSet): unknown {
  if (!(error instanceof PlanError)) return error;
  const diagnostics: readonly Diagnostic[] = error.problems.map((problem) => placeProblem(problem, files));
  return new MigratorError(diagnostics, diagnostics.some((one) => one.code === "drift") ? 4 : 1);
}
