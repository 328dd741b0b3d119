/** Text as a template prints it to the letter. */

/** Wrapped in `{% raw %}` where the template would read something in it. */
export function rawText(text: string): string {
  if (!/\{[{%#]/.test(text)) return text;
  const pieces = text.split(/(?<=\{)(?=%[-+]?\s*endraw\b)/);
  // Each piece but the last ends with the brace that would end the whole.
  const wrapped = pieces.map((piece, index) =>
    index === pieces.length - 1
      ? `{% raw %}${piece}{% endraw %}`
      : `{% raw %}${piece.slice(0, -1)}{% endraw %}{{ "{" | raw }}`,
  );
  return wrapped.join("");
}
