/** Whether what a template printed may stand where it landed: not where quotes or a comment give it another meaning. */
import type { Span } from "../../graph/declared.ts";
import type { DiagnosticCode } from "../../graph/diagnostic.ts";
import { nextToken, stringContent, type Token } from "../sql/lexer.ts";
import type { Printed } from "./filters.ts";
import { lexTemplate } from "./lexer.ts";
import type { PrintedRun } from "./printed.ts";

export interface Misprint {
  readonly run: PrintedRun;
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly fix: string;
}

type Container =
  | "string"
  | "quoted identifier"
  | "line comment"
  | "block comment"
  | "dollar-quoted text"
  | null;

/**
 * False where, by its text alone, no tag of this file can print into quotes or a comment, and no part of it leaves any open: then
 * nothing needs to be judged. Parts lie between tags of statements; each must close what it opens.
 */
export function mayMisprint(source: string, template: boolean): boolean {
  let part = "";
  const parts: string[] = [];
  for (const token of template ? lexTemplate(source) : []) {
    if (token.kind === "data") part += source.slice(token.start, token.end);
    else if (token.kind === "expression") part += stand;
    else if (token.kind === "block") {
      parts.push(part);
      part = "";
    }
  }
  parts.push(template ? part : source);
  return parts.some(mayLeaveOpen);
}

function mayLeaveOpen(part: string): boolean {
  if (/[$\-/*&]$/.test(part) || mayJoin(part)) return true;
  if (!/['"$]|--|\/\*/.test(part)) return false;
  // What is open at the end holds what comes next.
  const probe = part + stand;
  return containersOf(probe, 0, probe.length, false).some(
    ({ kind, start, end }) =>
      end === probe.length || (kind !== "dollar-quoted text" && probe.slice(start, end).includes(stand)),
  );
}

/** A character that is a token of its own, and that no file holds. */
const stand = "\u0001";

/** A character that goes on with a token of letters or quotes, or is one with what is printed beside it. */
function isBeside(character: string): boolean {
  return character === stand || /[\w\x80-\uffff$'"&]/.test(character);
}

/** Whether anything printed stands beside a word or a quote, or at an end of the part, lines apart or not. */
function mayJoin(part: string): boolean {
  for (let at = part.indexOf(stand); at !== -1; at = part.indexOf(stand, at + 1)) {
    if (isBeside(part.charAt(at - 1)) || isBeside(part.charAt(at + 1))) return true;
    const next = behindGap(part, at + 1);
    if (next === part.length || part[next] === "'" || part[next] === stand) return true;
    const before = part.slice(0, at).trimEnd();
    if (before === "" || before.endsWith("'") || /--[^\n\r]*$/.test(before)) return true;
  }
  return false;
}

/** Behind the white space and the comments that may stand between the parts of one constant. */
function behindGap(text: string, at: number): number {
  const gap = /(?:\s|--[^\n\r]*)*/y;
  gap.lastIndex = at;
  gap.exec(text);
  return gap.lastIndex;
}

/** The first printed text that cannot stand where it is. `parts`: the text between them, and they. */
export function firstMisprint(parts: readonly (string | PrintedRun)[]): Misprint | undefined {
  const runs: { readonly at: number; readonly run: PrintedRun }[] = [];
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") text += part;
    else {
      runs.push({ at: text.length, run: part });
      text += stand;
    }
  }
  const formsAt = new Map(runs.map(({ at, run }) => [at, run]));
  const spans = containersOf(text, 0, text.length, false);
  let span = 0;
  for (const { at, run } of runs) {
    while (span < spans.length && (spans[span]?.end ?? 0) <= at) span++;
    const around = spans[span];
    const container = around !== undefined && around.start <= at ? around : null;
    const isConstant = container === null || container.kind === "dollar-quoted text";
    const misprint =
      run.altered === true
        ? alteredSecret
        : (judge(run, container?.kind ?? null, container?.dollar ?? false) ??
          behindColon(run, text, at) ??
          joined(run, text, at, container?.kind ?? null) ??
          (isConstant && goesOnBelow(run, text, at, formsAt, spans, span) ? oneConstant : undefined));
    if (misprint !== undefined) return { run, ...misprint };
  }
  return undefined;
}

interface Containing {
  readonly kind: Exclude<Container, null>;
  readonly start: number;
  readonly end: number;
  /** Inside dollar quotes: psql replaces nothing there. */
  readonly dollar: boolean;
}

/** Strings, quoted identifiers, comments and, cut into what their content is, dollar-quoted texts. */
function containersOf(text: string, from: number, end: number, dollar: boolean): readonly Containing[] {
  const found: Containing[] = [];
  const gap = (start: number, until: number): void => {
    for (const comment of commentsOf(text, start, until)) found.push({ ...comment, dollar });
  };
  let at = from;
  for (let token = nextToken(text, at, end); token !== null; token = nextToken(text, at, end)) {
    gap(at, token.start);
    if (token.kind === "string" && text[token.start] === "$") {
      const content = dollarContent(text, token);
      found.push(
        ...containersOf(text, content.start, Math.max(content.start, Math.min(content.end, end)), true),
      );
    } else if (token.kind === "string" || token.kind === "quoted identifier") {
      found.push({ kind: token.kind, start: token.start, end: token.end, dollar });
    } else if (dollar) found.push({ kind: "dollar-quoted text", start: token.start, end: token.end, dollar });
    at = token.end;
  }
  gap(at, end);
  return found;
}

const alteredSecret: Omit<Misprint, "run"> = {
  code: "secret",
  message: "a filter changes a text with a secret in it",
  fix: "its value is not known while the template renders: print it outside what is filtered, and compute in SQL",
};

/** A quoted text beside a word or a quote would be one token with it: `'a'` and `'b'` are `'a''b'`. */
function joined(
  run: Printed,
  text: string,
  at: number,
  container: Container,
): Omit<Misprint, "run"> | undefined {
  if (container !== null && container !== "dollar-quoted text") return undefined;
  const plain = run.form === "identifier" && /^[a-z_][\w$.]*$/.test(run.text);
  if (plain || run.form === "word" || run.form === "text") return undefined;
  const behind = text.charAt(at + 1);
  // A word behind a literal is a token of its own.
  const goesOn = run.form === "identifier" ? isBeside(behind) : behind === "'" || behind === stand;
  if (!isBeside(text.charAt(at - 1)) && !goesOn) return undefined;
  return {
    code: "template-error",
    message: "what prints here would join the word or quote right beside it",
    fix: 'put a space between them; {{ ("…" ~ name) | ident }} makes one name of two, and || joins texts in SQL',
  };
}

const oneConstant: Omit<Misprint, "run"> = {
  code: "template-error",
  message:
    "what prints here would be one text with the one on the line beside it: SQL goes on with a text over a line end",
  fix: "put a comma or || between them, or end the statement",
};

/**
 * Texts with nothing between them but a line end are one constant, and what is written as E'…' is not: the same template would
 * mean one thing for some values and another for others.
 * https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS
 */
function goesOnBelow(
  run: Printed,
  text: string,
  at: number,
  runs: ReadonlyMap<number, Printed>,
  spans: readonly Containing[],
  span: number,
): boolean {
  if (endsQuoted(run)) {
    const next = behindGap(text, at + 1);
    if (/[\n\r]/.test(text.slice(at, next))) {
      const below = runs.get(next);
      if (text[next] === "'" || (below !== undefined && beginsQuoted(below))) return true;
    }
  }
  if (!beginsQuoted(run)) return false;
  let above = span - 1;
  while (spans[above]?.kind === "line comment") above--;
  const string = spans[above];
  return (
    string?.kind === "string" &&
    behindGap(text, string.end) === at &&
    /[\n\r]/.test(text.slice(string.end, at))
  );
}

function beginsQuoted({ form, text }: Printed): boolean {
  return form === "placeholder" || (form === "literal" && /^E?'/.test(text));
}

function endsQuoted({ form, text }: Printed): boolean {
  return form === "placeholder" || (form === "literal" && text.endsWith("'"));
}

/** psql reads `::` as a cast. */
function behindColon(run: Printed, text: string, at: number): Omit<Misprint, "run"> | undefined {
  if (run.form !== "placeholder" || text[at - 1] !== ":") return undefined;
  return {
    code: "secret",
    message: "a secret cannot stand right behind a colon: psql replaces no variable there",
    fix: "put a space before {{ … }}",
  };
}

/** What is never closed goes on to the end. */
function dollarContent(text: string, token: Token): Span {
  const { start, end } = stringContent(text, token);
  const isClosed = end >= start && text.startsWith(text.slice(token.start, start), end);
  return isClosed ? { start, end } : { start, end: token.end };
}

/** What stands between tokens and is no white space: comments, those in blocks nest. */
function commentsOf(text: string, start: number, end: number): readonly Omit<Containing, "dollar">[] {
  const found: Omit<Containing, "dollar">[] = [];
  const mark = /--[^\n\r]*|\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  let open = start;
  for (let match = mark.exec(text); match !== null && match.index < end; match = mark.exec(text)) {
    if (match[0].startsWith("--")) {
      // Inside a block it is nothing, and may hold the block's end.
      if (depth > 0) mark.lastIndex = match.index + 2;
      else found.push({ kind: "line comment", start: match.index, end: Math.min(mark.lastIndex, end) });
    } else if (match[0] === "/*") {
      if (depth++ === 0) open = match.index;
    } else if (--depth === 0) found.push({ kind: "block comment", start: open, end: mark.lastIndex });
  }
  if (depth > 0) found.push({ kind: "block comment", start: open, end });
  return found;
}

function judge(run: PrintedRun, container: Container, dollar: boolean): Omit<Misprint, "run"> | undefined {
  if (container === null) return undefined;
  if (container === "line comment") return commentMisprint(run, /[\n\r]/);
  if (container === "block comment") return commentMisprint(run, /\*\/|\/\*/);
  if (run.form === "placeholder") {
    const where = dollar
      ? "inside dollar quotes"
      : container === "string"
        ? "inside a text"
        : "inside a quoted name";
    return {
      code: "secret",
      message: `a secret cannot stand ${where}: psql replaces no variable there`,
      fix: "write {{ … }} outside quotes: EXECUTE format('… %L', …), or set_config('app.key', {{ … }}, true) before and current_setting('app.key') inside",
    };
  }
  if (container === "dollar-quoted text" || !breaksOut(run, container)) return undefined;
  const place = container === "string" ? "a text in quotes" : "a name in quotes";
  return run.form === "identifier"
    ? {
        code: "template-error",
        message: `the name ends ${place} that it stands in`,
        fix:
          container === "string"
            ? "write {{ name }} without quotes around it: it prints a text in quotes"
            : "take the quotes away: {{ name | ident }} writes them where they are needed",
      }
    : {
        code: "template-error",
        message: `a value prints its own quotes, and stands in ${place}`,
        fix:
          container === "string"
            ? 'take the quotes away: write {{ value }} alone, and join texts with || or {{ "…" ~ value }}'
            : 'take the quotes away and write {{ name | ident }}; {{ ("…" ~ name) | ident }} joins',
      };
}

function breaksOut(run: Printed, container: "string" | "quoted identifier"): boolean {
  switch (run.form) {
    case "word":
    case "text":
      return false;
    case "identifier":
      return container === "string" ? /['\\]/.test(run.text) : run.text.includes('"');
    case "literal":
    case "placeholder":
      return true;
  }
}

function commentMisprint(run: Printed, ends: RegExp): Omit<Misprint, "run"> | undefined {
  if (run.form === "text" || !ends.test(run.text)) return undefined;
  return {
    code: "template-error",
    message: "a value would end the comment that it stands in",
    fix: "leave it out of the comment, or use a template comment: {# … #}",
  };
}
