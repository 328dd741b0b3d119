import { describe, expect, test } from "vitest";
import { mistakeOf, render, renderText } from "./support.ts";

const secret = (env: string) => ({ secret: { env } });
const variables = {
  key: secret("KEY"),
  s: { key: secret("S"), list: [{ secret: { file: "f" } }, { secret: { command: ["c", "x"] } }], plain: "p" },
  s_key: secret("OTHER"),
  PORT: secret("P"),
  names: { "a-b c": secret("N") },
  n: 5,
};
const given = { variables, services: { secrets: "placeholder" as const } };

test("a secret prints as a variable of psql, a literal or a name", () => {
  const rendered = render(
    "{{ key }} {{ key | ident }} {{ key | literal }} {{ s.list[0] }} {{ s['list'][1] }} {{ PORT }} {{ names['a-b c'] }}",
    given,
  );
  expect(rendered.text).toBe(`:'key' :"key" :'key' :'s_list_0' :'s_list_1' :'secret_PORT' :'names_a_b_c'`);
  expect([...rendered.secrets]).toEqual([
    ["key", { env: "KEY" }],
    ["s_list_0", { file: "f" }],
    ["s_list_1", { command: ["c", "x"] }],
    ["secret_PORT", { env: "P" }],
    ["names_a_b_c", { env: "N" }],
  ]);
  expect(rendered.variables).toEqual(["PORT", "key", "names", "s"]);
});

test("two secrets never share a name", () => {
  expect(renderText("{{ s_key }} {{ s.key }}", given)).toMatch(/^:'s_key' :'s_key_[0-9a-f]{8}'$/);
});

test("it may be handed on: to a name, a macro, a loop, a list, a choice, a captured text", () => {
  const source =
    `{% set k = key %}{{ k }}{% macro m(p, q=key) %}<{{ p }} {{ q }}>{% endmacro %}{{ m(key) }}{{ m(p=s.key, q=k) }},
{% for x in s.list %}{{ x }} {% endfor %}{{ [key, 'a'] }} {{ key if n == 5 else 'x' }} {{ key | default('x') }},
{% if key is defined and n == 5 %}{% endif %}{% if key is not none %}{% endif %}{% set part %}{{ key }}{% endset %}{{ part }} {{ (key) }}`.replace(
      "{% if key is defined and n == 5 %}{% endif %}",
      "{% if key is defined %}{% endif %}",
    );
  expect(renderText(source, given).replaceAll(/s_key_[0-9a-f]{8}/g, "s_key_x")).toBe(
    `:'key'<:'key' :'key'><:'s_key_x' :'key'>,\n:'s_list_0' :'s_list_1' ARRAY[:'key', 'a'] :'key' :'key',\n:'key' :'key'`,
  );
});

describe("nothing is computed with one", () => {
  test.each([
    ["{{ key | upper }}", 4],
    ["{{ key ~ 'x' }}", 4],
    ["{{ 'x' ~ key }}", 10],
    ["{{ key == 'a' }}", 4],
    ["{{ 'a' == key }}", 11],
    ["{{ key in ['a'] }}", 4],
    ["{{ not key }}", 8],
    ["{{ key | length }}", 4],
    ["{{ (key) | length }}", 5],
    ["{{ s['key'] | length }}", 4],
    ["{{ s.list[0] | length }}", 4],
    ["{{ key | sha256 }}", 10],
    ["{{ key | json }}", 10],
    ["{{ key | raw }}", 10],
    ["{{ key | safe }}", 10],
    ["{{ s | json }}", 8],
    ["{{ s }}", 4],
    ["{{ {'a': key} }}", 4],
    ["{{ key[0:3] }}", 4],
    ["{{ [key, 'b'] | join(',') }}", 4],
    ["{{ [key] | ident }}", 12],
    ["{{ 1 if key else 2 }}", 9],
    ["{% if key %}{% endif %}", 7],
    ["{% if s['key'] %}{% endif %}", 7],
    ["{% if n == 4 %}{% elif key %}{% endif %}", 24],
    ["{% for c in key %}{{ c }}{% endfor %}", 22],
    ["{% set k = key %}{{ k | upper }}", 21],
    ["{% set k = key ~ 'x' %}{{ k }}", 12],
    ["{% macro m(p) %}{% if p %}{% endif %}{% endmacro %}{{ m(key) }}", 23],
    ["{% include key %}", 4],
    ["{{ read_file(key) }}", 4],
    ["{{ uuid_v5('dns', key) }}", 4],
    ["{% filter upper %}{{ key }}{% endfilter %}", 22],
    ["{% set x %}{{ key }}{% endset %}{{ x | upper }}", 36],
    ["{% set x %}{{ key }}{% endset %}{{ x | literal }}", 40],
    ["{% set x %}{{ key }}{% endset %}{{ x ~ 'a' }}", 36],
  ])("%s", (source, column) => {
    expect(mistakeOf(source, given)).toMatchObject({ code: "secret", line: 1, column });
  });
});

describe("it stands where psql replaces it", () => {
  test.each([
    ["'{{ key }}'", 5],
    ['"{{ key }}"', 5],
    ["$$ {{ key }} $$", 7],
    ["do $$ begin perform f({{ key }}); end $$", 26],
    ["a[1:{{ key }}]", 8],
    ["'{% set x %}{{ key }}{% endset %}{{ x }}'", 16],
  ])("%s", (source, column) => {
    expect(mistakeOf(source, given)).toMatchObject({ code: "secret", line: 1, column });
  });
  test("outside quotes, and in a comment, where nothing replaces it", () => {
    expect(renderText("'a' {{ key }} -- {{ key }}\n$$ $$ {{ key }}", given)).toBe(
      "'a' :'key' -- :'key'\n$$ $$ :'key'",
    );
  });
});

test("in a component it is refused, whatever is done with it, and where nothing is, it is not", () => {
  for (const source of [
    "{{ key }}",
    "{{ key | ident }}",
    "{{ key ~ 'x' }}",
    "{{ s }}",
    "{% if key %}{% endif %}",
  ]) {
    expect(mistakeOf(source, { variables })).toMatchObject({
      code: "secret",
      message: "a secret cannot be written into a component: everyone who may read the catalog could read it",
    });
  }
  expect(renderText("{{ s.plain }}{% set k = key %}", { variables })).toBe("'p'");
});

test("a text of a variable's value cannot name a secret", () => {
  const forged = "\u{10fffd}\u{10ffe0}";
  const mistake = mistakeOf("{{ t }}", { ...given, variables: { ...variables, t: forged } });
  expect(mistake).toMatchObject({ code: "secret" });
  expect(renderText("{{ t }}", { ...given, variables: { ...variables, t: ":'key'" } })).toBe("':''key'''");
});
