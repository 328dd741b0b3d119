/** Which options of a live view outlive a replace, that clears them all, or a new view in its place. */
import type { Work } from "./work.ts";

/**
 * Options that no file declares, and those that the definition's own text does not set, stay as they are; those that
 * the file declared and no longer declares go.
 */
export function keepsOption(work: Work): (name: string) => boolean {
  const inText = new Set(
    work.definition.parts.kind === "view" && work.declared !== null ? work.definition.parts.options : [],
  );
  const wasInText = new Set(
    (work.applied?.attachments ?? [])
      .filter((a) => a.kind === "option" && a.inline)
      .map((a) => a.key.replace(/^option /, "")),
  );
  return (name) => !inText.has(name) && !wasInText.has(name);
}
