/** `:'name'` and `:"name"`, psql's variables, in the place of secrets. */

const placeholder = /(?<!:):(?=(?:'[A-Za-z_]\w*'|"[A-Za-z_]\w*"))/g;

/** To the grammar they are a literal and a name of the same length. */
export function maskPlaceholders(text: string): string {
  return text.replace(placeholder, " ");
}
