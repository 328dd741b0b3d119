import fc from "fast-check";
import { Environment } from "minijinja-js";
import { expect, test } from "vitest";
import { MigratorError } from "../../graph/diagnostic.ts";
import { createRenderer } from "../../src/template/renderer.ts";

const variables = { a: 1, b: "x", o: { a: 2, b: { c: "y" } }, l: [1, "2", null], n: null, t: true };

const atom = fc.constantFrom(
  "a",
  "b",
  "o.a",
  "o.b.c",
  "l[0]",
  "l",
  "n",
  "t",
  "1",
  "1.5",
  "'a'",
  '"{{ a }}"',
  "none",
  "range(2)",
  "o['a']",
  "[a, b]",
  "{'k': a}",
  "{'k': {'l': o.a}}",
);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3 },
    atom,
    fc
      .tuple(
        tie("expression"),
        fc.constantFrom("+", "~", "==", "and", "or", "in", "not in", "<"),
        tie("expression"),
      )
      .map((parts) => parts.join(" ")),
    fc
      .tuple(
        tie("expression"),
        fc.constantFrom("|upper", " | string", "|length", "|default('d')", "|replace('x', b)", "|list"),
      )
      .map((parts) => parts.join("")),
    fc
      .tuple(
        tie("expression"),
        fc.constantFrom(" is none", " is not defined", " is defined", " is number", " is eq(a)"),
      )
      .map((parts) => parts.join("")),
    tie("expression").map((inner) => `(${inner})`),
    tie("expression").map((inner) => `not ${inner}`),
    fc
      .tuple(tie("expression"), tie("expression"), tie("expression"))
      .map(([x, y, z]) => `${x} if ${y} else ${z}`),
  ),
}));
const tag = fc.oneof(
  expression.map((inner) => `{{ ${inner} }}`),
  expression.map((inner) => `{{- ${inner} -}}`),
  expression.map((inner) => `{% if ${inner} %}yes{% else %}no{% endif %}`),
  expression.map((inner) => `{% set v = ${inner} %}{{ v }}`),
  expression.map((inner) => `{% for v in [${inner}] %}{{ loop.index }}{{ v }}{% endfor %}`),
  expression.map((inner) => `{% with v = ${inner}, w = a %}{{ v }}{{ w }}{% endwith %}`),
  expression.map(
    (inner) => `{% macro m(v, w=1) %}{{ v }}{{ w }}{% endmacro %}{{ m(${inner}) }}{{ m(v=${inner}) }}`,
  ),
  fc.constantFrom("{# a #}", "{% raw %}{{ a }}{% endraw %}", " text\n", "}}", "{"),
);

test("property: where every name is defined, templates render as minijinja renders them", () => {
  fc.assert(
    fc.property(
      fc.array(tag, { maxLength: 4 }).map((tags) => tags.join("")),
      (source) => {
        const environment = new Environment();
        environment.undefinedBehavior = "strict";
        environment.keepTrailingNewline = true;
        let expected: string | undefined;
        try {
          expected = environment.renderNamedStr("a.txt.jinja", source, variables);
        } catch {
          // What minijinja refuses need not be refused here: a branch that is not taken may hide it.
        } finally {
          environment.free();
        }
        fc.pre(expected !== undefined);
        expect(createRenderer(new Map([["a.txt.jinja", source]]), variables).render("a.txt.jinja").text).toBe(
          expected,
        );
      },
    ),
    { numRuns: 300 },
  );
});

test("property: any text renders or gives a mistake with a place, and each place of what it renders is known", () => {
  const piece = fc.constantFrom(
    ..."{{ }} {% %} {# #} {%- -%} {{- -}} raw endraw if endif for in set block endblock extends include macro endmacro".split(
      " ",
    ),
    ..."a nope o.x | . , ( ) [ ] = == literal ident json default is defined ' \" \\ é 😀".split(" "),
    "\n",
    "\r\n",
    '"b.sql.jinja"',
    "\ue000",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), fc.array(piece, { maxLength: 6 }), (top, other) => {
      const files = new Map([
        ["a.sql.jinja", top.join(" ")],
        ["b.sql.jinja", other.join(" ")],
      ]);
      try {
        const rendered = createRenderer(files, variables).render("a.sql.jinja");
        for (let offset = 0; offset <= rendered.text.length; offset += 3) {
          const place = rendered.locate(offset);
          expect(files.has(place.file)).toBe(true);
        }
      } catch (error) {
        if (!(error instanceof MigratorError)) throw error;
        expect(error.diagnostics[0]).toMatchObject({ file: expect.any(String), line: expect.any(Number) });
        expect(error.diagnostics[0]?.fix).toBeTruthy();
      }
    }),
    { numRuns: 1000 },
  );
});
