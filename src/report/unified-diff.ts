/** A unified diff of two texts. */
import { createTwoFilesPatch, INCLUDE_HEADERS } from "diff";

export interface DiffSide {
  /** `/dev/null` where there is nothing. */
  readonly name: string;
  readonly text: string;
}

/** Empty where both say the same. */
export function unifiedDiff(before: DiffSide, after: DiffSide): string {
  if (before.text === after.text) return "";
  return createTwoFilesPatch(before.name, after.name, before.text, after.text, undefined, undefined, {
    context: 3,
    headerOptions: { ...INCLUDE_HEADERS, includeUnderline: false, includeIndex: false },
  });
}
