/** How a node is written in the picture, and how much room that takes. */

const mostCharacters = 36;
/** Pixels of one character of the page's 12 px font, taken generously: fonts differ. */
const characterWidth = 6.9;
/** Left and right of the name: the mark of its kind, and air. */
const around = 34;

/** The name without the word for its kind, shortened in the middle where it is long: both ends tell names apart. */
export function shownName({ label, kind }: { readonly label: string; readonly kind: string }): string {
  const name = label.startsWith(`${kind} `) ? label.slice(kind.length + 1) : label;
  const characters = [...name.replaceAll(/\s+/g, " ")];
  if (characters.length <= mostCharacters) return characters.join("");
  const half = Math.floor((mostCharacters - 1) / 2);
  return `${characters.slice(0, half).join("")}…${characters.slice(-half).join("")}`;
}

export function nodeWidth(node: { readonly label: string; readonly kind: string }): number {
  return Math.round([...shownName(node)].length * characterWidth + around);
}

export const nodeHeight = 24;
