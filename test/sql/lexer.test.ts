import fc from "fast-check";
import { scanSync } from "libpg-query";
import { beforeAll, expect, test } from "vitest";
import { identifierOf, nameSpan, nextToken, tokensOf } from "../../src/sql/lexer.ts";
import { loadParser } from "../../src/sql/library.ts";
import { byteOffsets } from "../../src/sql/position.ts";

beforeAll(loadParser);

/** libpg_query's numbers for the tokens that are not keywords. */
const kinds: Readonly<Record<number, string>> = {
  258: "name",
  259: "name",
  260: "number",
  261: "string",
  262: "string",
  263: "string",
  264: "string",
  266: "number",
  267: "parameter",
};

/** The tokens as PostgreSQL's scanner cuts them, without comments and operators. */
function scanned(text: string): readonly string[] {
  const toOffset = byteOffsets(text);
  return scanSync(text).tokens.flatMap(({ start, end, tokenType, keywordKind }) => {
    const kind = keywordKind > 0 ? "name" : kinds[tokenType];
    return kind === undefined ? [] : [`${kind} ${text.slice(toOffset(start), toOffset(end))}`];
  });
}

function lexed(text: string): readonly string[] {
  return tokensOf(text, 0, text.length).flatMap(({ kind, start, end }) => {
    if (kind === "symbol") return [];
    const name = kind === "word" || kind === "quoted identifier" ? "name" : kind;
    return [`${name} ${text.slice(start, end)}`];
  });
}

const piece = fc.constantFrom(
  "select",
  "Foo$1",
  "état",
  "x\u00a0y",
  '"a""b -- c"',
  '"/*"',
  'U&"d\\0061t"',
  "'it''s'",
  "'\\'",
  "E'a\\'b' +",
  "e'\\\\' +",
  "E'x'\n'\\'y' +",
  "b'01' +",
  "X'ff' +",
  "U&'\\0041'",
  "$$a'b\"$$",
  "$tag$ $$ $other$ $tag$",
  "$1",
  "12",
  "1.5e+3",
  "1.",
  // libpg_query ends a literal at a comment, where PostgreSQL goes on: hence the plus.
  "+ -- line 'comment\n",
  "/* block /* nested ' */ -- \" */",
  "+ ----------------------------------------\n",
  "+",
  "<=",
  "::",
  ":=",
  "(",
  ")",
  "[",
  ",",
  ";",
  ".",
  "😀",
);

test("cuts random token soup as PostgreSQL's scanner does", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), fc.constantFrom(" ", "\n", "\t "), (pieces, space) => {
      const text = `select ${pieces.join(space)}`;
      expect(lexed(text)).toEqual(scanned(text));
    }),
    { numRuns: 300 },
  );
});

test("a long ruler of dashes is read in no time", () => {
  const text = `'a'\n${"-".repeat(100_000)}\n${"/*".repeat(2_000)}${"*/".repeat(2_000)} 'b' x`;
  const start = performance.now();
  expect(tokensOf(text, 0, text.length)).toHaveLength(3);
  expect(performance.now() - start).toBeLessThan(1_000);
});

test("stops at the end of the range", () => {
  expect(nextToken("a -- b", 1)).toBeNull();
  expect(nextToken("a b", 1, 2)).toBeNull();
});

test("a qualified name reaches over white space, comments and UESCAPE", () => {
  const text = 'VIEW s /* x */ . "a.b" (c)';
  const span = nameSpan(text, 4);
  expect(text.slice(span?.start, span?.end)).toBe('s /* x */ . "a.b"');
  const unicode = "U&\"d!0061t\" UESCAPE '!' AS";
  const other = nameSpan(unicode, 0);
  expect(unicode.slice(other?.start, other?.end)).toBe("U&\"d!0061t\" UESCAPE '!'");
});

test("reads identifiers", () => {
  const names = ["FooÉ", '"a""B"', 'U&"d\\0061t\\+01F600\\\\"', "U&\"d!0061t\" UESCAPE '!'"].map((text) => {
    const token = nextToken(text, 0);
    return token === null ? null : identifierOf(text, token);
  });
  expect(names).toEqual(["fooÉ", 'a"B', "dat😀\\", "dat"]);
});
