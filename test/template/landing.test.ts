import fc from "fast-check";
import { expect, test } from "vitest";
import { MigratorError } from "../../graph/diagnostic.ts";
import { type Token, tokensOf } from "../../src/sql/lexer.ts";
import { hostileText } from "../bad-input/hostile-names.ts";
import { renderText } from "./support.ts";

const piece = fc.constantFrom(
  ..."{{ v }} | {{ [v]|ident }} | {{ m(v) }} | {% include '_i.jinja' %} | {% if true %} | {% endif %} | {{ n }} | {{ l }}".split(
    " | ",
  ),
  ..."' '' \" $$ $x$ -- /* */ E' U&\" a 1 , ( ) ; :: + -".split(" "),
  "\n",
  " ",
  "{% set part %}",
  "{% endset %}{{ part }}",
);

function tokens(text: string): readonly string[] {
  const described = (token: Token): readonly string[] => {
    const written = text.slice(token.start, token.end);
    const quote = /\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$/y.exec(written)?.[0];
    // What stands in dollar quotes is SQL, too.
    if (token.kind === "string" && quote !== undefined) {
      const closed = written.length >= 2 * quote.length && written.endsWith(quote);
      return [quote, ...tokens(written.slice(quote.length, closed ? -quote.length : undefined))];
    }
    return [/string|quoted/.test(token.kind) ? "quoted" : token.kind === "word" ? "word" : written];
  };
  return tokensOf(text, 0, text.length).flatMap(described);
}

/** A name that needs quotes and one that needs none are both names. */
const shapeOf = (text: string): readonly string[] =>
  tokens(text).map((token) => (token === "word" ? "quoted" : token));

function rendered(source: string, value: string): string | null {
  const files = {
    "a.sql.jinja": `{% macro m(x) %}{{ x }}{% endmacro %}${source}`,
    "_i.jinja": "{{ v }}",
  };
  try {
    return renderText(files, { variables: { v: value, n: 5, l: [value, value] } });
  } catch (error) {
    if (error instanceof MigratorError) return null;
    throw error;
  }
}

test("property: a value changes nothing but its own token, or is refused", () => {
  let compared = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 9 }), hostileText, (pieces, hostile) => {
      const source = pieces.join("");
      fc.pre(/\{\{ (v|m|l)|include/.test(source));
      const plain = rendered(source, "xx");
      const text = rendered(source, hostile);
      fc.pre(plain !== null && text !== null);
      compared++;
      expect(shapeOf(text ?? "")).toEqual(shapeOf(plain ?? ""));
    }),
    { numRuns: 300 },
  );
  expect(compared).toBeGreaterThan(100);
});
