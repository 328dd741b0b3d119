/** The text of a component file from the sources of its objects. */
import type { ObjectSource } from "../../graph/source/object-source.ts";

/** Each object's CREATE, a blank line, what is attached to it; a blank line between objects. */
export function componentText(sources: readonly ObjectSource[]): string {
  const blocks = sources.flatMap(({ create, attachments }) =>
    attachments.length === 0
      ? [`${create};`]
      : [`${create};`, attachments.map((one) => `${one};`).join("\n")],
  );
  return `${blocks.join("\n\n")}\n`;
}
