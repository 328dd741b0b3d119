/** The text of a template as it is given to minijinja. */
import { lexTemplate, type TemplateToken } from "./lexer.ts";
import type { Marks } from "./marks.ts";
import { type PieceWriter, type Prepared, pieceWriter } from "./pieces.ts";
import { writeBlock, writeExpression } from "./tags.ts";

/**
 * Prepares a template: a first tag reports the template's use, undefined names fail wherever they are read, what `{{ … }}`
 * prints is made SQL, and, where `marks` are given, each run of data and each `{{` says where it stands. HTML's escaping is
 * on throughout, though nothing is escaped: only with it does minijinja tell the output of macros from values.
 */
export function prepareTemplate(name: string, source: string, marks: Marks | null): Prepared {
  const writer = pieceWriter();
  writer.insert(`${useTag(name)}{% autoescape "html" +%}`, name, 0);
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
        writeExpression(writer, name, source, token);
        break;
      case "block":
        writeBlock(writer, name, source, token);
        break;
    }
  }
  writer.insert("{% endautoescape +%}", name, source.length);
  return writer.done();
}

/** Prepares a file that is no template: including it yields its text as it is. */
export function preparePlainFile(name: string): Prepared {
  const writer = pieceWriter();
  const call = `{{ __text(${JSON.stringify(name)}) }}`;
  writer.insert(`${useTag(name)}{% autoescape false %}${call}{% endautoescape %}`, name, 0);
  return writer.done();
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

function useTag(name: string): string {
  return `{% do __use(${JSON.stringify(name)}) +%}`;
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
  // At the end of the file, a brace would open a tag with what is inserted behind it.
  const brace = token.end === source.length && source.endsWith("{") ? 1 : 0;
  writer.copy(source, name, from, token.end - brace);
  if (brace === 1) writer.insert('{{ "{"|safe }}', name, token.end - 1);
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
