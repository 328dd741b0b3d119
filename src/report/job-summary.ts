/** The summary of a job of GitHub Actions: Markdown that a step appends to the file which GITHUB_STEP_SUMMARY names. */
import { appendFileSync, statSync } from "node:fs";

/** What GitHub takes of one step, in bytes; with more than that it shows nothing of it. */
export const summaryLimit = 1024 * 1024;

/** What may still be appended, in bytes; `before` stands there already. */
function roomIn(file: string): number {
  const before = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return summaryLimit - before;
}

/**
 * Appends what `make` writes for so many UTF-16 units; a sentence alone where there is no room for more. Throws what the file
 * system says.
 */
export function appendSummary(file: string, make: (limit: number) => string): void {
  const room = roomIn(file) - 2;
  // A unit takes up to three bytes.
  let text = make(Math.floor(room / 3));
  if (Buffer.byteLength(text) > room) text = "migrator: there is no room for a summary";
  if (Buffer.byteLength(text) <= room) appendFileSync(file, `${text}\n\n`);
}
