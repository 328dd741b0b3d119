/** What to do about a text that PostgreSQL's grammar does not accept, by its message. */

const known: readonly (readonly [RegExp, string])[] = [
  [/^unterminated quoted string/, "close the text with ' where it ends; a quote inside is written twice"],
  [/^unterminated quoted identifier/, 'close the name with " where it ends; a quote inside is written twice'],
  [/^unterminated dollar-quoted/, "close the body with the same word between dollar signs that opens it"],
  [/^unterminated \/\* comment/, "close the comment with */; each /* inside it needs one of its own"],
  [/^zero-length delimited identifier/, "give the object a name"],
  [/^memory exhausted|nested too deep/, "split the expression: it is nested too deep for the parser"],
  [/at end of input/, "complete the statement, or remove what stands behind the last semicolon"],
  [
    /byte sequence|Unicode|surrogate|escape/,
    "write an escape that stands for a character PostgreSQL can store",
  ],
];

export function syntaxFix(message: string): string {
  return (
    known.find(([pattern]) => pattern.test(message))?.[1] ??
    "correct the statement: up to here it is understood"
  );
}
