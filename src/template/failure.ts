/** Reads minijinja's error messages: what it says, in which template, and where. */
import { type Prepared, sourcePlace } from "./pieces.ts";
import { lineOffset } from "./position.ts";
import type { SourcePlace } from "./source-place.ts";

export interface TemplateFailure {
  readonly message: string;
  /** The name under which the failing text is registered. */
  readonly template: string;
  /** 1-based, in the prepared text. */
  readonly line: number;
  /** The range that minijinja underlined in the prepared text; null where it underlined none. */
  readonly range: { readonly start: number; readonly end: number } | null;
  /** The included file inside which the cause lies; minijinja does not say more. */
  readonly included: string | null;
}

/**
 * Reads the text of an error that minijinja threw; undefined where it has another form. The list of variables that
 * minijinja adds is left out: it may hold secrets.
 */
export function readFailure(
  text: string,
  preparedOf: (template: string) => Prepared | undefined,
): TemplateFailure | undefined {
  const head = /^([\s\S]*?) \(in ([^\n]*):(\d+)\)(?=\n-{5}|$)/.exec(text);
  if (head === null) return undefined;
  const [whole, message = "", template = "", lineText = ""] = head;
  const line = Number(lineText);
  const prepared = preparedOf(template);
  return {
    message: message.replace(/^invalid operation: failed to convert (argument|result): /, ""),
    template,
    line,
    range: prepared === undefined ? null : underlined(text.slice(whole.length), prepared.text, line),
    included: /^could not render include: error in "(.*)"$/s.exec(message)?.[1] ?? null,
  };
}

/** Where in the sources it happened, and whether that place is exact or only the line. */
export function failurePlace(
  failure: TemplateFailure,
  prepared: Prepared,
): { readonly place: SourcePlace; readonly exact: boolean } | undefined {
  const offset = failure.range?.start ?? firstVisible(prepared.text, lineOffset(prepared.text, failure.line));
  const place = sourcePlace(prepared, offset);
  return place === undefined ? undefined : { place, exact: failure.range !== null };
}

/** The carets' range: minijinja counts them in code points, from two characters behind the `i`. */
function underlined(
  display: string,
  prepared: string,
  line: number,
): { readonly start: number; readonly end: number } | null {
  const carets = /^ +i ( *)(\^+)/m.exec(display);
  if (carets === null) return null;
  const lineStart = lineOffset(prepared, line);
  const points = Array.from(prepared.slice(lineStart).split("\n", 1)[0] ?? "");
  const before = carets[1]?.length ?? 0;
  const start = lineStart + points.slice(0, before).join("").length;
  const end = start + points.slice(before, before + (carets[2]?.length ?? 0)).join("").length;
  return { start, end };
}

function firstVisible(text: string, lineStart: number): number {
  return lineStart + (/^[^\S\n]*/.exec(text.slice(lineStart))?.[0].length ?? 0);
}
