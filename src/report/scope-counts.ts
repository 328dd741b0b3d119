/** What a sync did with the values of matrices, in numbers. */
import { formatSentence } from "./sentence.ts";
import type { Style } from "./style.ts";
import { tookPhrases } from "./took.ts";

/** `counts`: those that changed (true) and those without changes; `shared`: done by a plan that was made for another value. */
export function formatCounts(
  counts: ReadonlyMap<boolean, number>,
  failed: number,
  shared: number,
  style: Style,
  took: number,
): string {
  const [changed, same] = [counts.get(true) ?? 0, counts.get(false) ?? 0];
  const all = changed + same + failed;
  const parts = [
    ...(changed > 0
      ? [`${changed} changed${shared > 0 ? ` (${shared} by a plan made for another)` : ""}`]
      : []),
    ...(same > 0 ? [`${same} without changes`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  const text = `${all} ${all === 1 ? "value" : "values"} of matrices: ${parts.join(", ")}`;
  return formatSentence([{ text, paint: style.bold }, ...tookPhrases(took, style)], style);
}
