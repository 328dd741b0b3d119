/** A file that is gone may be on its way back: some editors take it away, or empty it, and write it again. */
import { statSync } from "node:fs";
import { join } from "node:path";
import type { ProjectState } from "./project-state.ts";
import type { Batch } from "./save-queue.ts";

/** How long after a file went, or became empty or shorter, its objects are dropped, in milliseconds. */
const grace = 250;

/**
 * While a file may only be on its way back, nothing is dropped and no mistake that it makes is told. `always`: it counts
 * whether or not an object vanished with it. In the past where there is nothing to wait for.
 */
export function unsettledUntil(
  componentsFolder: string,
  batch: Batch,
  state: ProjectState,
  always: boolean,
): number {
  const lost = new Set<string>();
  for (const [key, { component }] of state.touched) {
    if (!state.desired.objects.has(key)) lost.add(join(componentsFolder, component));
  }
  return lost.size === 0 && !always ? 0 : goneSince(batch, lost) + grace;
}

/** The same before it is known what the files declare. */
export function missingUntil(batch: Batch): number {
  return goneSince(batch, new Set()) + grace;
}

/** When the last of the batch's files went, became empty, or lost one of its objects; long ago where none did. */
function goneSince(batch: Batch, lost: ReadonlySet<string>): number {
  let latest = Number.NEGATIVE_INFINITY;
  for (const [path, at] of batch) {
    if (at > latest && (lost.has(path) || isGone(path))) latest = at;
  }
  return latest;
}

function isGone(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined || (stats.isFile() && stats.size === 0);
}
