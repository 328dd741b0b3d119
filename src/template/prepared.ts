/** The text of a template as it is given to minijinja, and the way back from it to the source. */
import { lexTemplate, type TemplateToken, tagParts } from "./lexer.ts";
import { type VariableLoad, variableLoads } from "./loads.ts";
import type { Marks } from "./marks.ts";
import type { SourcePlace } from "./source-place.ts";

/** A run of the prepared text: copied from the source, or inserted at a place of it. */
interface Piece {
  readonly at: number;
  readonly name: string;
  readonly offset: number;
  readonly copied: boolean;
}

export interface Prepared {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

/** Marks undefined for the filters of this tool, which get `undefined` for none as well as for an undefined name. */
export const undefinedMark = "__undefined";
const filterUse = /\|\s*(?=(?:ident|literal|json)\b)/g;

/**
 * Prepares a template: a first tag reports the template's use, undefined names fail wherever they are read, and, where `marks` are given, each run of data and each `{{` says where it stands.
 */
export function prepareTemplate(name: string, source: string, marks: Marks | null): Prepared {
  const writer = pieceWriter();
  writer.insert(useTag(name), name, 0);
  for (const token of lexTemplate(source)) {
    switch (token.kind) {
      case "data":
        copyData(writer, name, source, token, marks);
        break;
      case "comment":
        writer.copy(source, name, token.start, token.end);
        break;
      case "expression":
        if (marks !== null)
          writer.insert(marks.write({ name, offset: token.start, made: true }), name, token.start);
        copyTag(writer, name, source, token);
        break;
      case "block":
        copyTag(writer, name, source, token);
        break;
    }
  }
  return writer.done();
}

/** Prepares a file that is no template: including it yields its text as it is. */
export function preparePlainFile(name: string): Prepared {
  const writer = pieceWriter();
  const call = `{{ __text(${JSON.stringify(name)}) }}`;
  writer.insert(`${useTag(name)}{% autoescape false %}${call}{% endautoescape %}`, name, 0);
  return writer.done();
}

/** The outer text with the tag at [start, end) replaced by the inner text. */
export function splice(outer: Prepared, start: number, end: number, inner: Prepared): Prepared {
  const before = outer.pieces.filter((piece) => piece.at < start);
  const middle = inner.pieces.map((piece) => ({ ...piece, at: piece.at + start }));
  const shift = inner.text.length - (end - start);
  const straddling = pieceAt(outer, end);
  const after: Piece[] = [];
  if (straddling !== undefined && end < outer.text.length) {
    const inside = straddling.copied ? end - straddling.at : 0;
    after.push({ ...straddling, at: end + shift, offset: straddling.offset + inside });
  }
  for (const piece of outer.pieces) if (piece.at > end) after.push({ ...piece, at: piece.at + shift });
  return {
    text: outer.text.slice(0, start) + inner.text + outer.text.slice(end),
    pieces: [...before, ...middle, ...after],
  };
}

/** The place in a source that an offset of the prepared text comes from. */
export function sourcePlace(prepared: Prepared, offset: number): SourcePlace | undefined {
  const piece = pieceAt(prepared, offset);
  if (piece === undefined) return undefined;
  return { name: piece.name, offset: piece.copied ? piece.offset + offset - piece.at : piece.offset };
}

/** A data token with a mark before the first visible character of each of its lines. */
export function markedData(source: string, name: string, start: number, end: number, marks: Marks): string {
  let marked = "";
  let from = start;
  for (const at of lineBegins(source, start, end)) {
    marked += source.slice(from, at) + marks.write({ name, offset: at, made: false });
    from = at;
  }
  return marked + source.slice(from, end);
}

function pieceAt(prepared: Prepared, offset: number): Piece | undefined {
  return prepared.pieces.findLast((piece) => piece.at <= offset);
}

function useTag(name: string): string {
  return `{% do __use(${JSON.stringify(name)}) +%}`;
}

interface PieceWriter {
  insert(text: string, name: string, offset: number): void;
  copy(source: string, name: string, start: number, end: number): void;
  done(): Prepared;
}

function pieceWriter(): PieceWriter {
  const pieces: Piece[] = [];
  const texts: string[] = [];
  let at = 0;
  const add = (text: string, name: string, offset: number, copied: boolean): void => {
    if (text === "") return;
    pieces.push({ at, name, offset, copied });
    texts.push(text);
    at += text.length;
  };
  return {
    insert: (text, name, offset) => add(text, name, offset, false),
    copy: (source, name, start, end) => add(source.slice(start, end), name, start, true),
    done: () => ({ text: texts.join(""), pieces }),
  };
}

function copyData(
  writer: PieceWriter,
  name: string,
  source: string,
  token: TemplateToken,
  marks: Marks | null,
): void {
  let from = token.start;
  if (marks !== null) {
    for (const at of lineBegins(source, token.start, token.end)) {
      writer.copy(source, name, from, at);
      writer.insert(marks.write({ name, offset: at, made: false }), name, at);
      from = at;
    }
  }
  writer.copy(source, name, from, token.end);
}

function copyTag(writer: PieceWriter, name: string, source: string, token: TemplateToken): void {
  const loads = variableLoads(source, token);
  let from = token.start;
  for (const part of tagParts(source, token)) {
    if (part.string) continue;
    for (const use of source.slice(part.start, part.end).matchAll(filterUse)) {
      const at = part.start + use.index + use[0].length;
      from = copyLoads(writer, name, source, from, at, loads);
      writer.insert(`default(${undefinedMark})|`, name, at);
    }
  }
  copyLoads(writer, name, source, from, token.end, loads);
}

/** Copies a range of a tag, and makes each variable in it fail by its own name and place where it is undefined. */
function copyLoads(
  writer: PieceWriter,
  name: string,
  source: string,
  start: number,
  end: number,
  loads: readonly VariableLoad[],
): number {
  let from = start;
  for (const load of loads) {
    if (load.start < start || load.start >= end) continue;
    writer.copy(source, name, from, load.start);
    writer.insert("(", name, load.start);
    writer.copy(source, name, load.start, load.end);
    const missing = `__missing(${JSON.stringify(load.path)}, ${JSON.stringify(name)}, ${load.start})`;
    writer.insert(` if ${load.path} is defined else ${missing})`, name, load.start);
    from = load.end;
  }
  writer.copy(source, name, from, end);
  return end;
}

/** The offset of the first visible character of each line that has one. */
function lineBegins(source: string, start: number, end: number): readonly number[] {
  const begins: number[] = [];
  const visible = /\S/g;
  for (let from = start; from < end; ) {
    visible.lastIndex = from;
    const found = visible.exec(source);
    if (found === null || found.index >= end) break;
    begins.push(found.index);
    const lineEnd = source.indexOf("\n", found.index);
    if (lineEnd === -1) break;
    from = lineEnd + 1;
  }
  return begins;
}
