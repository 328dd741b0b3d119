/** How long a command took: what a summary ends with. */
import { formatDuration } from "./amounts.ts";
import type { Phrase } from "./sentence.ts";
import type { Style } from "./style.ts";

/** `took` in milliseconds; nothing where it is not known. */
export function tookPhrases(took: number | undefined, style: Style): readonly Phrase[] {
  return took === undefined ? [] : [{ text: `  ${formatDuration(took)}`, paint: style.dim }];
}
