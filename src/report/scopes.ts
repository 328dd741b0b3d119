/** How far the values of matrices are along, a line for each matrix. */
import type { Colors } from "./colors.ts";

interface Summary {
  readonly matrix: string;
  readonly values: number;
  readonly behind: number;
  readonly stopped: number;
  readonly elsewhere: number;
  readonly gone: number;
  readonly problem: { readonly message: string } | null;
}

export function formatSummaries(summaries: readonly Summary[], colors: Colors): readonly string[] {
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
