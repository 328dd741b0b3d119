import { describe, expect, test } from "vitest";
import { mistakeOf, renderText } from "./support.ts";

const variables = {
  t: "it's",
  n: 5,
  o: { k: "v" },
  l: ["a", 1],
  cols: ["a", "B b"],
  lines: "a\nb",
};
const text = (source: string): string => renderText(source, { variables });

describe("a value prints as a SQL literal of its type", () => {
  test.each([
    ["{{ t }}", "'it''s'"],
    ["{{ 'a\\\\b' }}", "E'a\\\\b'"],
    ["{{ 5 }} {{ -5 }} {{ 1.5 }} {{ 7 / 2 }} {{ 6 / 2 }}", "5 (-5) 1.5 3.5 3"],
    [
      "{{ 9007199254740993 }} {{ 2 ** 70 }} {{ -(2 ** 70) }}",
      "9007199254740993 1180591620717411303424 (-1180591620717411303424)",
    ],
    ["{{ true }} {{ false }} {{ none }}", "true false NULL"],
    ["{{ l }} {{ [] }} {{ [[1], [2]] }}", "ARRAY['a', 1] '{}' ARRAY[ARRAY[1], ARRAY[2]]"],
    ["{{ o }}", `'{"k":"v"}'::jsonb`],
    ["{{ t | upper }} {{ t ~ 1 }} {{ cols | join(', ') }}", "'IT''S' 'it''s1' 'a, B b'"],
    ["{{ t | json }} {{ o | tojson }}", `'"it''s"' '{"k":"v"}'`],
    ["{{ 'abc' | sha256 }}", "'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'"],
    ["{{- t -}} x {{- n }}", "'it''s'x5"],
    ["{{ t if n == 5 }}{{ t if n == 6 }}|", "'it''s'|"],
    ["{{ nope | default('d') }}", "'d'"],
    ["{{ {'a': {'b': 1}}.a.b }} {{ '%}' }} {{ '}}' }}", "1 '%}' '}}'"],
    ["{% set v = t %}{{ v }} {% for k, v in o | items %}{{ k }} {{ v }}{% endfor %}", "'it''s' 'k' 'v'"],
  ])("%s", (source, expected) => {
    expect(text(source)).toBe(expected);
  });

  test("a dollar-quoted body cannot be ended by a value", () => {
    const body = renderText("$$ {{ a }} $x$ {{ b }} {{ c | ident }} $x$ $$", {
      variables: { a: "$$; drop", b: "$x$ $1", c: "a$$b" },
    });
    expect(body).toBe(`$$ E'\\x24\\x24; drop' $x$ E'\\x24x\\x24 \\x241' U&"a\\0024\\0024b" $x$ $$`);
  });
});

test("a carriage return is not left to the line ends of a file", () => {
  const printed = renderText("{{ a }} {{ a | ident }}", { variables: { a: "x\r\ny" } });
  expect(printed).toBe("E'x\\r\ny' U&\"x\\000d\ny\"");
});

describe("what is SQL already prints as it is", () => {
  test.each([
    ["{{ t | ident }} {{ 'app.Users' | ident }} {{ ['a.b', 'c'] | ident }}", `"it's" app."Users" "a.b".c`],
    [
      "{{ t | literal }} {{ t | raw }} {{ n | raw }} {{ t | safe }} {{ t | literal | literal }}",
      "'it''s' it's 5 it's '''it''''s'''",
    ],
    ["{% set name = 'T' | ident %}{{ name }}", '"T"'],
    ["{{ cols | map('ident') | join(', ') | raw }}", 'a, "B b"'],
    ["{{ ('a' | ident ~ '.' ~ 'B' | ident) | raw }}", 'a."B"'],
    ["{% macro m(x) %}x = {{ x }}{% endmacro %}{{ m(t) }}; {{ m(1) }}", "x = 'it''s'; x = 1"],
    ["{% macro m(x) %}x = {{ x }}{% endmacro %}{{ m(t) | upper }}", "'X = ''IT''''S'''"],
    ["{% macro w() %}({{ caller() }}){% endmacro %}{% call w() %}{{ t }}{% endcall %}", "('it''s')"],
    ["{% macro w() %}({{ caller(t) }}){% endmacro %}{% call(x) w() %}{{ x }}{% endcall %}", "('it''s')"],
    [
      "{% set part %}a = {{ t }}{% endset %}{{ part }} {% set again = part %}{{ again }}",
      "a = 'it''s' a = 'it''s'",
    ],
    ["{% filter upper %}select {{ t }}{% endfilter %}", "SELECT 'IT''S'"],
    ["{% for x in [1, [2, 3]] recursive %}{{ x if x is number else loop(x) }},{% endfor %}", "1,2,3,,"],
    ["{% raw %}{{ t }}{% endraw %} {", "{{ t }} {"],
  ])("%s", (source, expected) => {
    expect(text(source)).toBe(expected);
  });

  test("includes, imports, blocks and super", () => {
    const files = {
      "a.sql.jinja":
        '{% extends "_base.sql.jinja" %}{% import "_m.jinja" as m %}{% block body %}{{ super() }} {{ m.f(t) }} {{ m.k }} {{ m.q }} {% include "_i.sql.jinja" %} {% include "_p.sql" %}{% endblock %}',
      "_base.sql.jinja": "B {% block body %}{{ t }}{% endblock %} {{ self.body() }}",
      "_m.jinja": "{% macro f(x) %}f({{ x }}){% endmacro %}{% set k = 'k' %}{% set q %}{{ k }}{% endset %}",
      "_i.sql.jinja": "i {{ t }}",
      "_p.sql": "'{{ t }}'",
    };
    const body = "'it''s' f('it''s') 'k' 'k' i 'it''s' '{{ t }}'";
    expect(renderText(files, { variables })).toBe(`B ${body} ${body}`);
  });
});

test("templates of other texts than SQL print values as they are", () => {
  const given = { variables, name: "a.json.jinja" };
  expect(
    renderText(
      { "a.json.jinja": '{"a": "{{ t }}", "b": {{ o | json }}, "c": {{ l }}, "d": {{ none }}}' },
      given,
    ),
  ).toBe('{"a": "it\'s", "b": {"k":"v"}, "c": ["a", 1], "d": none}');
  const files = {
    "a.sql.jinja": "{% set j %}{% include '_x.json.jinja' %}{% endset %}{{ j | literal }}",
    "_x.json.jinja": "{{ t }}",
  };
  expect(renderText(files, { variables })).toBe("'it''s'");
});

describe("where a printed text cannot stand", () => {
  test.each([
    ["select '{{ t }}'", 12],
    ["select 'a {{ none }}'", 14],
    ["select E'\\' {{ t }}'", 16],
    ['select "{{ t }}"', 12],
    ["select \"{{ 'A' | ident }}\"", 18],
    ["select '{{ t | ident }}'", 16],
    ["do $$ select '{{ t }}' $$", 18],
    ["do $$ x $q$ select '{{ t }}' $q$ $$", 24],
    ["/* it's */ select '{{ t }}'", 23],
    ["-- {{ lines }}", 7],
    ["/* {{ '*/' }} */", 7],
    ["/* /* a */ -- {{ '/*' }} */", 18],
    ["-- {{ '*/' }}\n/* {{ lines }} -- */ {{ t }} -- /*\n, {{ t }}", 0],
    ["{% if n == 5 %}'{% endif %}{{ t }}'", 31],
    ["{{ \"'\" | raw }}{{ t }}'", 19],
    ["{% set part %}{{ t }}{% endset %}'{{ part }}'", 18],
    ["{% macro m() %}{{ t }}{% endmacro %}'{{ m() }}'", 19],
    ["'a'{{ t }}", 7],
    ["{{ t }}'a'", 4],
    ["{{ t }}{{ t }}", 4],
    ["{{ t }} \n 'a'", 4],
    ["{{ t }}\n{{ o }}", 4],
    ["{{ t }}{% if true %}\n{% endif %}{{ t }}", 4],
    ["{{ n }}\n{{ t }};\n{{ t }}\n{{ l }}\n{{ t }} 'a'\n\"b\"\n{{ t }}", 0],
    ["a{{ t }}", 5],
    ["idx_{{ 'A' | ident }}", 14],
    ["{% if true %}'a'{% endif %}{{ t }}", 31],
    ["idx_{{ 'a' | ident }} t{{ n }} {{ n }}{{ n }} ({{ t }},{{ t }})::x", 0],
    ["select $$a", 0],
    ["$a$ {{ t }} $a$", 0],
    ["-- {{ t }}\n", 0],
    ["select '{{ n }} days', \"log_{{ n }}\", '{{ true }}'", 0],
    ["select '{{ 'app.users' | ident }}'::regclass", 0],
    ["select 'a''{{ n | raw }}' {{ t }}", 0],
    ["'a' {{ t }} \"b\" {{ t }} -- c\n, {{ t }} /* ' */ {{ t }} $$'$$ {{ t }} '--' {{ t }}", 0],
    ["'it''s' {{ t }} E'\\'' {{ t }}", 0],
  ])("%s", (source, column) => {
    if (column === 0) expect(() => text(source)).not.toThrow();
    else expect(mistakeOf(source, { variables })).toMatchObject({ code: "template-error", line: 1, column });
  });
});

test.each([
  ["'a'\n{{ t }}", 2, 4],
  ["'a' -- b\n -- c's\n {{ t }}", 3, 5],
])("a text that goes on over a line end: %s", (source, line, column) => {
  expect(mistakeOf(source, { variables })).toMatchObject({ code: "template-error", line, column });
});

test("a separator is refused, for it would print in quotes", () => {
  const source = (given: string) => `{% for c in cols %}{{ c | ident }}{{ ${given} }}{% endfor %}`;
  for (const given of ['", " if not loop.last', "' AND ' if not loop.last"]) {
    expect(mistakeOf(source(given), { variables })).toMatchObject({
      message: "a text of signs prints as a literal, in quotes",
      column: 38,
    });
  }
  expect(text(source('", " | raw if not loop.last'))).toBe('a, "B b"');
});

test("joining SQL with ~ is refused, for it would print as a text in quotes", () => {
  for (const source of ["{{ t | ident ~ '.b' }}", "{{ 'a.' ~ t | ident }}", "{{ t|literal ~ t }}"]) {
    expect(mistakeOf(source, { variables }).message).toContain("joining");
  }
  expect(text("{{ ('a' ~ 'b') | ident }} {{ ('a' ~ n) | literal }}")).toBe("ab 'a5'");
});
