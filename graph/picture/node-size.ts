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
  return Math.round([...shownName(node, common)].length * characterWidth + around);
}

/** Also behind ON, as in `touch on public.purchase`. */
function withoutSchema(name: string, schema: string | null): string {
  if (schema === null) return name;
  const prefix = `${quoteIdentifier(schema)}.`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name.replace(` on ${prefix}`, () => " on ");
}
