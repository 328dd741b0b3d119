/** How a node is written in the picture, and how much room that takes. */
import { quoteIdentifier } from "../quote.ts";

export interface Named {
  /** As pg_identify_object prints it. */
  readonly label: string;
  readonly kind: string;
}

const mostCharacters = 36;
/** Pixels of one character of the page's 12 px font, taken generously: fonts differ. */
const characterWidth = 6.9;
/** Of one as wide as high: those of East Asian scripts, and pictures. */
const fullWidth = 13;
const full =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}|[\u{20000}-\u{3FFFF}]/u;
/** Left and right of the name: the mark of its kind, and air. */
const around = 34;

export const nodeHeight = 24;

/** The schema that all of them are in, which then needs not be written; null where they are in several. */
export function commonSchema(nodes: readonly { readonly schema: string }[]): string | null {
  const [first] = nodes;
  return first !== undefined && nodes.every(({ schema }) => schema === first.schema) ? first.schema : null;
}

/** The name without the word for its kind and the common schema, shortened in the middle where it is long: both ends tell names apart. */
export function shownName({ label, kind }: Named, common: string | null): string {
  const whole = label.startsWith(`${kind} `) ? label.slice(kind.length + 1) : label;
  const characters = [...withoutSchema(whole, common).replaceAll(/\s+/g, " ")];
  if (characters.length <= mostCharacters) return characters.join("");
  const half = Math.floor((mostCharacters - 1) / 2);
  return `${characters.slice(0, half).join("")}…${characters.slice(-half).join("")}`;
}

export function nodeWidth(node: Named, common: string | null): number {
  const characters = [...shownName(node, common)];
  // Most names have narrow characters enough for the wide ones; those of wide ones alone do not.
  const widths = characters.reduce((sum, character) => sum + widthOf(character), 0);
  return Math.round(Math.max(characters.length * characterWidth, widths) + around);
}

function widthOf(character: string): number {
  if (full.test(character)) return fullWidth;
  if (/[mMW@%]/.test(character)) return 11.8;
  if (/[wA-HK-LN-VX-Z&…]/.test(character)) return 9.5;
  return /[fijlrtIJ_.,:;'"()|[\] ]/.test(character) ? 5.2 : characterWidth;
}

/** Also behind ON, as in `touch on public.purchase`. */
function withoutSchema(name: string, schema: string | null): string {
  if (schema === null) return name;
  const prefix = `${quoteIdentifier(schema)}.`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name.replace(` on ${prefix}`, () => " on ");
}
