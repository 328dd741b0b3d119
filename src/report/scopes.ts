/** How far the values of matrices are along, a sentence for each matrix. */
import type { Diagnostic } from "../../graph/diagnostic.ts";
import { formatSentence, type Phrase } from "./sentence.ts";
import type { Style } from "./style.ts";

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

export function formatSummaries(summaries: readonly ScopeSummary[], style: Style): readonly string[] {
  return summaries.map((one) => formatSentence(phrasesOf(one, style), style));
}

function phrasesOf(
  { matrix, values, behind, stopped, elsewhere, gone, problem }: ScopeSummary,
  { bold, cyan, yellow, dim }: Style,
): readonly Phrase[] {
  const head = { text: `${matrix}:`, paint: bold };
  if (problem !== null)
    return [
      head,
      { text: " its values are not known", paint: yellow },
      { text: `  ${problem.message}`, paint: dim },
    ];
  const numbers: readonly Phrase[] = [
    { text: `${values} ${values === 1 ? "value" : "values"}` },
    ...(behind > 0 ? [{ text: `${behind} behind`, paint: cyan }] : []),
    ...(stopped > 0 ? [{ text: `${stopped} stopped in the middle`, paint: yellow }] : []),
    ...(elsewhere > 0 ? [{ text: `${elsewhere} in databases of their own` }] : []),
    ...(gone > 0 ? [{ text: `${gone} gone from the source`, paint: yellow }] : []),
  ];
  const hint = behind + stopped + gone > 0 ? [{ text: "  migrator tenant list", paint: dim }] : [];
  return [head, ...numbers.flatMap((number, at) => [{ text: at === 0 ? " " : ", " }, number]), ...hint];
}
