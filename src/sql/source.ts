/** The text of a component while it is read, and what was found wrong with it. */
import type { Span } from "../../graph/declared.ts";
import type { DiagnosticCode } from "../../graph/diagnostic.ts";
import type { ParsedStatement } from "./parser.ts";

/** Something wrong with a component's text. */
export interface Mistake {
  readonly code: DiagnosticCode;
  readonly message: string;
  /** UTF-16 units into the text. */
  readonly offset: number;
  readonly fix?: string;
  readonly detail?: string;
}

/** A component's text, without its byte-order mark. */
export interface Source {
  readonly component: string;
  readonly text: string;
  readonly searchPath: readonly string[];
  /** Where an unqualified created object goes. */
  readonly defaultSchema: string;
  /** Units of `text` are these many units before those of the component's text: the byte-order mark. */
  readonly shift: number;
  /** From the parser's byte offsets to units of `text`. */
  readonly toOffset: (byte: number) => number;
  /** Collects; the offset is in units of `text`. */
  readonly report: (mistake: Mistake) => void;
}

/** A statement as it stands in a source. */
export interface SourceStatement extends ParsedStatement {
  readonly source: Source;
  readonly sql: string;
}

/** From a byte offset in the statement's source to a reference's offset in the component's text. */
export function referenceOffset({ source, start }: SourceStatement): (byte: number) => number {
  return (byte) => (byte < 0 ? start : source.toOffset(byte)) + source.shift;
}

/** The span relative to the statement. */
export function within(statement: SourceStatement, span: Span): Span {
  return { start: span.start - statement.start, end: span.end - statement.start };
}
