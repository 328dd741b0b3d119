/** How far the values of matrices are along, a line for each matrix. */
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { Colors } from "./colors.ts";

export interface ScopeSummary {
  readonly matrix: string;
  readonly values: number;
  /** Values that lack a part. */
  readonly behind: number;
  /** Values of which a script without transaction stopped in the middle. */
  readonly stopped: number;
  /** Values with a database of their own, which is not asked. */
  readonly elsewhere: number;
  /** In the ledger, and no value any more. */
  readonly gone: number;
  /** Why the values are not known. */
  readonly problem: Diagnostic | null;
}

export function formatSummaries(summaries: readonly ScopeSummary[], colors: Colors): readonly string[] {
  return summaries.map((one) => {
    const { matrix, values, behind, stopped, elsewhere, gone, problem } = one;
    if (problem !== null)
      return `${colors.bold(`${matrix}:`)} ${colors.yellow("its values are not known")}  ${colors.dim(problem.message)}`;
    const numbers = [
      `${values} ${values === 1 ? "value" : "values"}`,
      ...(behind > 0 ? [colors.cyan(`${behind} behind`)] : []),
      ...(stopped > 0 ? [colors.yellow(`${stopped} stopped in the middle`)] : []),
      ...(elsewhere > 0 ? [`${elsewhere} in databases of their own`] : []),
      ...(gone > 0 ? [colors.yellow(`${gone} gone from the source`)] : []),
    ];
    const hint = behind + stopped + gone > 0 ? colors.dim("  migrator tenant list") : "";
    return `${colors.bold(`${matrix}:`)} ${numbers.join(", ")}${hint}`;
  });
}
