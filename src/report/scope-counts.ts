/** What a sync did with the values of matrices, in numbers. */

/**
 * `counts`: those that changed (true) and those without changes; `shared`: done by a plan that was made for another value; `left`: not
 * begun.
 */
export function formatCounts(
  counts: ReadonlyMap<boolean, number>,
  failed: number,
  shared: number,
  left: number,
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
  return `${all} ${all === 1 ? "value" : "values"} of matrices: ${parts.join(", ")}`;
}
