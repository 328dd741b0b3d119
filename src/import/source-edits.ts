/** Edits of a file's text: statements replaced or taken out at their places, all else to the letter. */
import { isToken, nextToken, tokensOf } from "../sql/lexer.ts";

/** A statement's range without its semicolon, and what stands there instead; null takes the statement out. */
export interface SourceEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string | null;
}

/** Edits must not overlap. */
export function applyEdits(text: string, edits: readonly SourceEdit[]): string {
  let result = text;
  for (const edit of [...edits].sort((a, b) => b.start - a.start)) {
    const { start, end } = edit.text === null ? wholeStatement(text, edit) : edit;
    result = result.slice(0, start) + (edit.text ?? "") + result.slice(end);
  }
  return result;
}

/** With the semicolon, and with its lines where nothing else stands on them. */
function wholeStatement(
  text: string,
  { start, end }: SourceEdit,
): { readonly start: number; readonly end: number } {
  const next = nextToken(text, end);
  const behind = next !== null && isToken(text, next, ";") ? next.end : end;
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const rest = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(behind));
  if (rest === null || text.slice(lineStart, start).trim() !== "") return { start, end: behind };
  return { start: lineStart, end: behind + rest[0].length };
}

/** The text with the line ends that the file has. Those in strings are data; a routine's body has Unix ones however it is written. */
export function withLineEnds(text: string, file: string, routine: boolean): string {
  if (!file.includes("\r\n")) return text;
  if (routine) return text.replaceAll("\n", "\r\n");
  let result = "";
  let from = 0;
  for (const token of tokensOf(text, 0, text.length)) {
    result += text.slice(from, token.start).replaceAll("\n", "\r\n") + text.slice(token.start, token.end);
    from = token.end;
  }
  return result + text.slice(from).replaceAll("\n", "\r\n");
}
