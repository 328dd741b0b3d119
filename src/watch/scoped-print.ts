/** Names the state of all files that the components of matrices are made from. */
import { compareText } from "../../graph/compare.ts";
import type { ScopeInputs } from "../live/scope-files.ts";
import type { Files } from "../live/workspace.ts";

/** Equal for equal files. `inputs`: what was rendered until now read these. Empty where there are no such components. */
export function scopedPrint({ tree }: Files, inputs: ScopeInputs): string {
  const names = new Set(inputs.names);
  let any = false;
  for (const { name, placement } of tree.files.values()) {
    if (placement.kind === "scoped") any = true;
    // What could not be rendered may be waiting for one of these.
    if (placement.kind === "scoped" || placement.kind === "included") names.add(name);
  }
  if (!any) return "";
  const hashes = [...names].sort(compareText).map((name) => [name, tree.hashOf(name)]);
  return JSON.stringify([hashes, inputs.open ? [...tree.files.keys()].sort(compareText) : []]);
}
