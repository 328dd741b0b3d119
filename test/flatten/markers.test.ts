/** Unique names turn back into variables by what they stand in, and what that prints means the same for any value. */
import { expect, test } from "vitest";
import { type Marker, putBack } from "../../src/flatten/markers.ts";

const markers: readonly Marker[] = [
  { text: "zq1qz", expression: "schema", secret: false, whole: true },
  { text: "zq2qz", expression: "region", secret: false, whole: false },
];

test.each([
  ["select * from zq1qz.t", "select * from {{ schema | ident }}.t"],
  [
    'select "zq2qz" from zq1qz_x."A zq2qz"',
    'select {{ [region] | ident }} from {{ [schema ~ "_x"] | ident }}.{{ ["A " ~ region] | ident }}',
  ],
  ["select 'zq2qz', 'it''s zq2qz'", 'select {{ region }}, {{ "it\'s " ~ region }}'],
  [
    "select nextval('zq1qz.\"S q\"'::regclass)",
    'select nextval({{ "\\"" ~ (schema | replace(\'"\', \'""\')) ~ "\\".\\"S q\\"" }}::regclass)',
  ],
  [
    "do $x$ begin perform zq1qz.f('zq2qz'); end $x$",
    "do $x$ begin perform {{ schema | ident }}.f({{ region }}); end $x$",
  ],
  [
    "select 1 -- of zq1qz\n, '{{ plain }}'",
    "select 1 -- of {{ schema | ident }}{% raw %}\n, '{{ plain }}'{% endraw %}",
  ],
  ["select '{{ plain }}'", "{% raw %}select '{{ plain }}'{% endraw %}"],
])("%s", (sql, wanted) => {
  expect(putBack(sql, markers)).toEqual({ text: wanted, doubts: [] });
});

test("a text that looks like SQL is told", () => {
  expect(putBack("select 'drop table zq1qz.t'", markers).doubts).toHaveLength(1);
});
