/** Carries edits of a rendered text over to its template, where the template holds the statement as plain text. */
import { positionAt } from "../template/position.ts";
import type { SourcePosition } from "../template/renderer.ts";
import { applyEdits, type SourceEdit } from "./source-edits.ts";

export interface RenderedTemplate {
  /** The template's own file, as `locate` names it. */
  readonly file: string;
  readonly source: string;
  readonly text: string;
  locate(offset: number): SourcePosition;
  /** Renders the template with another source; null where that fails. */
  render(source: string): string | null;
}

/** The first edit that the template cannot take. */
export interface Unwritable<E> {
  readonly edit: E;
}

/**
 * The edited source, or the edit whose statement is not plain text of this template: it has template markup inside, comes
 * from an included file or a macro, or is rendered several times. What the edited source renders to decides.
 */
export function editTemplate<E extends SourceEdit>(
  template: RenderedTemplate,
  edits: readonly E[],
): { readonly source: string } | Unwritable<E> {
  const moved: SourceEdit[] = [];
  for (const edit of edits) {
    const place = sourceRange(template, edit);
    if (place === null) return { edit };
    moved.push({ ...place, text: edit.text === null ? null : protectedText(edit.text) });
  }
  const source = applyEdits(template.source, moved);
  const wanted = visible(applyEdits(template.text, edits));
  const rendered = template.render(source);
  if (rendered !== null && visible(rendered) === wanted) return { source };
  // One of them does more than it should: which one shows alone.
  const guilty = edits.find((edit, i) => {
    const one = moved[i];
    const alone = one === undefined ? null : template.render(applyEdits(template.source, [one]));
    return alone === null || visible(alone) !== visible(applyEdits(template.text, [edit]));
  });
  const [first] = edits;
  if (guilty === undefined && first === undefined) return { source };
  return { edit: (guilty ?? first) as E };
}

function sourceRange(
  { file, source, text, locate }: RenderedTemplate,
  { start, end }: SourceEdit,
): { readonly start: number; readonly end: number } | null {
  const first = locate(start);
  if (first.file !== file) return null;
  const from = offsetOf(source, first);
  const written = text.slice(start, end);
  return source.startsWith(written, from) ? { start: from, end: from + written.length } : null;
}

function offsetOf(source: string, { line, column }: SourcePosition): number {
  let offset = 0;
  for (let current = 1; current < line; current++) offset = source.indexOf("\n", offset) + 1;
  const place = offset + column - 1;
  const back = positionAt(source, place);
  if (back.line !== line) throw new Error(`line ${line}, column ${column} is not in the template`);
  return place;
}

/** Template markup in a statement of the database is data. */
function protectedText(text: string): string {
  return /\{[{%#]/.test(text) ? `{% raw %}${text}{% endraw %}` : text;
}

function visible(text: string): string {
  return text.replace(/\s+/g, "");
}
