/** What a sync did with the values of matrices, in numbers. */
import { formatSentence } from "./sentence.ts";
import type { Style } from "./style.ts";
import { tookPhrases } from "./took.ts";

export interface ScopeCounts {
  /** Those that changed (true) and those without changes. */
  readonly counts: ReadonlyMap<boolean, number>;
  readonly failed: number;
  /** Done by a plan that was made for another value. */
  readonly shared: number;
  /** Not begun. */
  readonly left: number;
}

export function formatCounts(
  { counts, failed, shared, left }: ScopeCounts,
  style: Style,
  took: number,
): string {
  const [changed, same] = [counts.get(true) ?? 0, counts.get(false) ?? 0];
  const all = changed + same + failed + left;
  const parts = [
    ...(changed > 0
      ? [`${changed} changed${shared > 0 ? ` (${shared} by a plan made for another)` : ""}`]
      : []),
    ...(same > 0 ? [`${same} without changes`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(left > 0 ? [`${left} not begun`] : []),
  ];
  const text = `${all} ${all === 1 ? "value" : "values"} of matrices: ${parts.join(", ")}`;
  return formatSentence([{ text, paint: style.bold }, ...tookPhrases(took, style)], style);
}
