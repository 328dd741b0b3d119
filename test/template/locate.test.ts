import fc from "fast-check";
import { expect, test } from "vitest";
import { createRenderer } from "../../src/template/renderer.ts";

/** Renders a.sql.jinja and gives the place of the (n-th) needle in its text. */
function locate(
  files: Record<string, string>,
  needle: string,
  variables: Record<string, unknown> = {},
  nth = 0,
): string {
  const rendered = createRenderer(new Map(Object.entries(files)), variables).render("a.sql.jinja");
  let offset = -1;
  for (let i = 0; i <= nth; i++) offset = rendered.text.indexOf(needle, offset + 1);
  expect(offset, rendered.text).toBeGreaterThanOrEqual(0);
  const { file, line, column } = rendered.locate(offset);
  return `${file}:${line}:${column}`;
}

test("plain lines, exact columns", () => {
  const files = { "a.sql.jinja": "select 1,\n  foo, 2\n  from t;\n" };
  expect(locate(files, "foo")).toBe("a.sql.jinja:2:3");
  expect(locate(files, "t;")).toBe("a.sql.jinja:3:8");
  expect(locate(files, "oo")).toBe("a.sql.jinja:2:4");
});

test("behind tags on the same line, and what a tag made", () => {
  const files = { "a.sql.jinja": "{# c #}{% set q = 'long' %} select {{ q }}.x, {{ q|upper }} y" };
  expect(locate(files, ".x")).toBe("a.sql.jinja:1:43");
  expect(locate(files, "LONG")).toBe("a.sql.jinja:1:47");
  expect(locate(files, "ONG")).toBe("a.sql.jinja:1:47");
  expect(locate(files, "y")).toBe("a.sql.jinja:1:61");
});

test("includes, nested, and what follows them", () => {
  const files = {
    "a.sql.jinja": 'select\n  {% include "b/b.sql.jinja" %}, after_b\n{% include "p.sql" %}\nlast',
    "b/b.sql.jinja": 'one,\n {% include "c.sql.jinja" %} three',
    "c.sql.jinja": "\n\n  two,",
    "p.sql": "-- {{ plain }}\n   plainly\n",
  };
  expect(locate(files, "one")).toBe("b/b.sql.jinja:1:1");
  expect(locate(files, "two")).toBe("c.sql.jinja:3:3");
  expect(locate(files, "three")).toBe("b/b.sql.jinja:2:30");
  expect(locate(files, ", after_b")).toBe("a.sql.jinja:2:32");
  expect(locate(files, "plainly")).toBe("p.sql:2:4");
  expect(locate(files, "last")).toBe("a.sql.jinja:4:1");
});

test("loops and macros", () => {
  const files = {
    "a.sql.jinja":
      '{% from "m.sql.jinja" import m -%}\nselect\n{%- for x in xs %}\n  {{ m(x) }} as c{{ x }}{{ "," | raw if not loop.last }}\n{%- endfor %}\nfrom t',
    "m.sql.jinja": "{% macro m(x) -%}\n  coalesce({{ x }}, 0)\n{%- endmacro %}",
  };
  expect(locate(files, "coalesce", { xs: [1, 2] }, 1)).toBe("m.sql.jinja:2:3");
  expect(locate(files, "2, 0", { xs: [1, 2] })).toBe("m.sql.jinja:2:12");
  expect(locate(files, " as c2", { xs: [1, 2] })).toBe("a.sql.jinja:4:14");
  expect(locate(files, "from t", { xs: [1, 2] })).toBe("a.sql.jinja:6:1");
});

test("extends, super and set blocks", () => {
  const files = {
    "a.sql.jinja": '{% extends "base.sql.jinja" %}\n{% block body %}{{ super() }}\n mine\n{% endblock %}',
    "base.sql.jinja":
      "head\n{% block body %}\n theirs{% endblock %}\n{% set s %}\n  kept\n{% endset %}\ntail {{ s }}",
  };
  expect(locate(files, "head")).toBe("base.sql.jinja:1:1");
  expect(locate(files, "theirs")).toBe("base.sql.jinja:3:2");
  expect(locate(files, "mine")).toBe("a.sql.jinja:3:2");
  expect(locate(files, "tail")).toBe("base.sql.jinja:7:1");
  expect(locate(files, "kept")).toBe("base.sql.jinja:5:3");
});

test("white space control, multi-line tags, raw blocks and comments", () => {
  const files = {
    "a.sql.jinja":
      "a\n\n  {%- if true -%}\n\n   b {{-\n  'c' | raw\n}}\n{%- endif %}\n{# {{ x }}\n #}\n{% raw %}\n {{ d }} {% e %}\n{% endraw %}\nf",
  };
  expect(locate(files, "b")).toBe("a.sql.jinja:5:4");
  expect(locate(files, "c")).toBe("a.sql.jinja:5:6");
  expect(locate(files, "{{ d")).toBe("a.sql.jinja:12:2");
  expect(locate(files, "d }}")).toBe("a.sql.jinja:12:5");
  expect(locate(files, "e %}")).toBe("a.sql.jinja:12:13");
  expect(locate(files, "f")).toBe("a.sql.jinja:14:1");
});

test("CRLF, emoji and the private use area", () => {
  const files = { "a.sql.jinja": "-- 😀 \ue000\r\n{{ 1 }} '😀\ue01a' x\r\n  y\r\n" };
  expect(locate(files, "x")).toBe("a.sql.jinja:2:15");
  expect(locate(files, "y")).toBe("a.sql.jinja:3:3");
});

test("filters of the tool over captured text see no marks", () => {
  const files = { "a.sql.jinja": "{% set n %}plain{% endset %}\nselect {{ n|ident }},\n {{ n|literal }} z" };
  expect(locate(files, "plain")).toBe("a.sql.jinja:2:8");
  expect(locate(files, "z")).toBe("a.sql.jinja:3:18");
});

test("a template that looks at captured text: exact around the difference, the nearest line inside it", () => {
  const files = {
    "a.sql.jinja":
      "{% set n %}abc{% endset %}\nselect\n  {{ n|length }},\n  {% if n == 'abc' %}yes{% else %}no{% endif %}\nend",
  };
  expect(locate(files, "select")).toBe("a.sql.jinja:2:1");
  expect(locate(files, "yes")).toMatch(/^a\.sql\.jinja:[34]:/);
  expect(locate(files, "end")).toBe("a.sql.jinja:5:1");
});

test("a template that fails on marks: the line with the same text", () => {
  const files = { "a.sql.jinja": "{% set n %}12{% endset %}\nselect {{ n|int + 1 }}\n  from t" };
  expect(locate(files, "from t")).toBe("a.sql.jinja:3:3");
  expect(locate(files, "13")).toMatch(/^a\.sql\.jinja:/);
});

test("offsets outside and at the end", () => {
  const rendered = createRenderer(new Map([["a.sql.jinja", "select 1\n from\n\n"]]), {}).render(
    "a.sql.jinja",
  );
  expect(rendered.locate(0)).toEqual({ file: "a.sql.jinja", line: 1, column: 1 });
  expect(rendered.locate(rendered.text.length)).toEqual({ file: "a.sql.jinja", line: 2, column: 6 });
  expect(rendered.locate(10_000)).toEqual({ file: "a.sql.jinja", line: 2, column: 6 });
  const empty = createRenderer(new Map([["a.sql.jinja", ""]]), {}).render("a.sql.jinja");
  expect(empty.locate(0)).toEqual({ file: "a.sql.jinja", line: 1, column: 1 });
});

test("property: every word of every file is found where it stands", () => {
  // Words are unique; each file is a list of lines of data, includes, loops and conditions.
  const line = fc.constantFrom(
    "W",
    "  W W",
    "😀 W {{ 1 }} W",
    "{%- if true %} W {% else %} no {% endif -%}",
    "{% for i in [1, 2] -%} W {{- i }} W {% endfor %}",
    "{{ '}}' }}W{# c #}W",
    "{% raw %}{{ W }}{% endraw %} W",
    "",
    "\r",
    "   ",
  );
  const file = fc.array(line, { maxLength: 12 });
  const include = fc.constantFrom('{% include "b.sql.jinja" %}', '  {%- include "p.sql" -%} W');
  fc.assert(
    fc.property(file, include, file, file, file, (before, tag, after, b, p) => {
      let counter = 0;
      const fill = (lines: readonly string[]): string =>
        lines.join("\n").replaceAll("W", () => `w${counter++}_`);
      const files: Record<string, string> = {
        "a.sql.jinja": fill([...before, tag, ...after]),
        "b.sql.jinja": fill(b),
        "p.sql": fill(p.filter((text) => !text.includes("{"))),
      };
      const rendered = createRenderer(new Map(Object.entries(files)), {}).render("a.sql.jinja");
      for (const word of rendered.text.matchAll(/w\d+_/g)) {
        const place = rendered.locate(word.index);
        const source = files[place.file]?.split("\n")[place.line - 1]?.slice(place.column - 1) ?? "";
        expect(source.startsWith(word[0]), `${word[0]} at ${JSON.stringify(place)}`).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});
