/** A text put together from pieces of sources and from insertions, and the way back from it. */
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

export interface PieceWriter {
  insert(text: string, name: string, offset: number): void;
  copy(source: string, name: string, start: number, end: number): void;
  done(): Prepared;
}

export function pieceWriter(): PieceWriter {
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

/** A source as it is. */
export function unprepared(name: string, source: string): Prepared {
  return { text: source, pieces: [{ at: 0, name, offset: 0, copied: true }] };
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

function pieceAt(prepared: Prepared, offset: number): Piece | undefined {
  return prepared.pieces.findLast((piece) => piece.at <= offset);
}
