/** Templates: what minijinja refuses, what they render to, and what they include. */
import type { BadInput, Content } from "../bad-input.ts";

const one = (name: string, text: string, at: string, more: Partial<BadInput> = {}): BadInput => ({
  name,
  components: { "a.sql.jinja": text },
  gives: `template-error a.sql.jinja:${at}`,
  ...more,
});
const some = (
  name: string,
  components: Readonly<Record<string, Content>>,
  gives: BadInput["gives"],
): BadInput => ({
  name,
  components,
  gives,
});

export const templates: readonly BadInput[] = [
  one("a name that is not defined", "select\n  {{ nothing }}", "2:6"),
  one("a key that is not defined", "select {{ app.nothing }}", "1:11", {
    config: { variables: { app: {} } },
  }),
  one("a name that is not defined, in a filter", "select {{ nothing | ident }}", "1:11"),
  one("a name that is not defined, in a condition", "{% if nothing %}select 1{% endif %}", "1:7"),
  one("a name that is not defined, in a loop", "{% for x in nothing %}{% endfor %}", "1:13"),
  one("an unknown filter", "select {{ 1 | quote }}", "1:15"),
  one("an unknown test", "{% if 1 is prime %}{% endif %}", "1:12"),
  one("an unknown function", "select {{ now() }}", "1:11"),
  one("an unknown method", "select {{ 'a'.shout() }}", "1:14"),
  one("a call of what is no function", "{% set f = 1 %}{{ f() }}", "1:19"),
  one("an expression that is not closed", "select {{ 1", "1:11"),
  one("an expression that is empty", "select {{ }}", "1:11"),
  one("a block that is not closed", "{% if true %}select 1", "1:14"),
  one("a tag that is not closed", "{% if true", "1:7"),
  one("a comment that is not closed", "select 1 {# never", "1:18"),
  one("raw text that is not closed", "{% raw %}select {{", "1:19"),
  one("a block that is closed by another", "{% if true %}\n{% endfor %}", "2:4"),
  one("else without if", "{% else %}", "1:4"),
  one("an unknown tag", "{% sql %}", "1:4"),
  one("a text that is not closed", "select {{ 'abc }}", "1:18"),
  one("an operator without an operand", "select {{ 1 + }}", "1:15"),
  one("a number that is too large", "select {{ 999999999999999999999999999999999999999999 }}", "1:53"),
  one("a division by zero", "select {{ 1 // 0 }}", "1:11"),
  one("a text plus a number", "select {{ 'a' + 1 }}", "1:11"),
  one("a loop over a number", "{% for x in 5 %}{% endfor %}", "1:13"),
  one("unpacking what has too few parts", "{% for a, b in [[1]] %}{% endfor %}", "1:8"),
  one("a reserved name", "{% set true = 1 %}", "1:8"),
  one("a macro with an argument too many", "{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}", "1:34"),
  one("a macro that calls itself without end", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "1:19"),
  one("a block that stands twice", "{% block a %}{% endblock %}{% block a %}{% endblock %}", "1:37"),
  one("super outside a block", "{{ super() }}", "1:4"),
  one("ident of a number", "create view {{ 5 | ident }} as select 1", "1:20"),
  one("ident of an empty text", 'create view {{ "" | ident }} as select 1', "1:21"),
  one("ident of an empty part", 'create view {{ "a..b" | ident }} as select 1', "1:25"),
  one("ident of an object", "create view {{ {} | ident }} as select 1", "1:21"),
  one("ident of a NUL", "create view {{ name | ident }} as select 1", "1:23", {
    config: { variables: { name: "a\0b" } },
  }),
  one("literal of a NUL", "select {{ name | literal }}", "1:18", { config: { variables: { name: "a\0b" } } }),
  one("a range that is too long", "{% for x in range(1000000000) %}{% endfor %}", "1:13"),
  one(
    "loops that would take days",
    "{% for a in range(10000) %}{% for b in range(10000) %}{% for c in range(10000) %}{% endfor %}{% endfor %}{% endfor %}",
    "1",
  ),
  one("more text than there is memory", '{% set a = "x" * 2000000000 %}{{ a }}{{ a }}{{ a }}', "1"),
  one("ten thousand parentheses", `select {{ ${"(".repeat(10_000)}1${")".repeat(10_000)} }}`, "1:85"),
  one(
    "a thousand blocks in each other",
    `${"{% if true %}".repeat(1000)}${"{% endif %}".repeat(1000)}`,
    "1:1941",
  ),
  one("an include that is not there", '{% include "_nowhere.sql" %}', "1:4"),
  one("an include whose name is misspelt", '{% include "_prat.sql" %}', "1:4", {
    components: { "a.sql.jinja": '{% include "_part" %}', "lib/_part": "select 1" },
  }),
  one("an include outside the project", '{% include "../../migrator.json" %}', "1:4"),
  one("an include of an absolute path", '{% include "/etc/passwd" %}', "1:4"),
  one("an include of a computed path outside", '{% include ".." ~ "/x.sql" %}', "1:4"),
  one("an include of no text", "{% include 5 %}", "1:4"),
  one("an include of itself", '{% include "a.sql.jinja" %}', "1:4"),
  one("an import that is not there", '{% from "_macros.jinja" import m %}', "1:4"),
  one("an extends that is not there", '{% extends "_base.sql.jinja" %}', "1:4"),
  some(
    "an import of what the file has not",
    {
      "a.sql.jinja": '{% from "_m.jinja" import m %}{{ m() }}',
      "_m.jinja": "{% macro n() %}{% endmacro %}",
    },
    "template-error a.sql.jinja:1:34",
  ),
  some(
    "includes that lead back",
    {
      "a.sql.jinja": 'select 1\n{% include "_b.jinja" %}',
      "_b.jinja": '{% include "_c.jinja" %}',
      "_c.jinja": '\n\n{% include "_b.jinja" %}',
    },
    "template-error _c.jinja:3:4",
  ),
  some(
    "an extends that leads back",
    {
      "a.sql.jinja": '{% extends "_b.jinja" %}',
      "_b.jinja": '{% extends "a.sql.jinja" %}',
    },
    "template-error a.sql.jinja:1:4",
  ),
  some(
    "a name that is not defined, in an include",
    {
      "a.sql.jinja": 'create view a as\n{% include "_b.jinja" %};',
      "_b.jinja": "select\n  {{ nothing }}",
    },
    "template-error _b.jinja:2:6",
  ),
  some(
    "a mistake in an include that includes",
    {
      "a.sql.jinja": '{% include "_b.jinja" %}',
      "_b.jinja": '{% include "_c.jinja" %}',
      "_c.jinja": "select\n{{ 1 | quote }}",
    },
    "template-error _c.jinja:2:8",
  ),
  some(
    "a mistake in an imported file",
    {
      "a.sql.jinja": '{% from "_m.jinja" import m %}{{ m() }}',
      "_m.jinja": "{% macro m() %}\n{% endfor %}",
    },
    "template-error _m.jinja:2:4",
  ),
  some(
    "rendered to no SQL",
    { "a.sql.jinja": "create view a as\n  selec {{ 1 }};" },
    "syntax-error a.sql.jinja:2:3",
  ),
  some(
    "rendered to no SQL in an included template",
    {
      "a.sql.jinja": 'create view a as\n{% include "_b.jinja" %};',
      "_b.jinja": "{# where #}\n  selec 1 as x",
    },
    "syntax-error _b.jinja:2:3",
  ),
  some(
    "rendered to no SQL in an included file",
    {
      "a.sql.jinja": 'create view a as\n{% include "parts/_b/b.sql" %};',
      "parts/_b/b.sql": "\n  selec 1 as x",
    },
    "syntax-error parts/_b/b.sql:2:3",
  ),
  {
    name: "a value that is no SQL",
    components: { "a.sql.jinja": "create view a as\n  select {{ column | raw }} as x;" },
    config: { variables: { column: "1 +" } },
    gives: "syntax-error a.sql.jinja:2:29",
  },
  some(
    "a column that is not there, behind a loop",
    {
      "a.sql.jinja":
        "{% for i in range(3) %}\n-- {{ i }}\n{% endfor %}\ncreate view a as select nothing from pg_catalog.pg_class;",
    },
    "statement-refused a.sql.jinja:4:25",
  ),
  some(
    "a column that is not there, in an included file",
    {
      "a.sql.jinja": '\ncreate view a as\n{% include "parts/_b/b.sql" %};',
      "parts/_b/b.sql": "select 1 as x,\n  nothing\nfrom pg_catalog.pg_class",
    },
    "statement-refused parts/_b/b.sql:2:3",
  ),
  one("a value in a text", "select\n  'x {{ t }}'", "2:9", { config: { variables: { t: "a" } } }),
  one("a value in a text of a function's body", "as $$ select '{{ t }}' $$", "1:18", {
    config: { variables: { t: "a" } },
  }),
  one("a value in a quoted name", 'create view "v_{{ t }}" as select 1', "1:19", {
    config: { variables: { t: "a" } },
  }),
  one("a negative number in a text", "select '{{ -1 }} days'", "1:12"),
  one("a name that ends the text that it stands in", "select '{{ t | ident }}'::regclass", "1:16", {
    config: { variables: { t: "it's" } },
  }),
  one("a value that ends its comment", "-- {{ t }}\nselect 1", "1:7", {
    config: { variables: { t: "a\nb" } },
  }),
  some(
    "a value in a text, from an included file",
    { "a.sql.jinja": "select '{% include \"_b.jinja\" %}'", "_b.jinja": "\n{{ 'x' }}" },
    "template-error _b.jinja:2:4",
  ),
  one("names joined by ~", 'select {{ "a" | ident ~ ".b" }}', "1:17"),
  one("raw of an object", "select {{ {} | raw }}", "1:16"),
  one("HTML's escape", "select {{ 'a' | escape }}", "1:17"),
  one("autoescape", "{% autoescape false %}{% endautoescape %}", "1:4"),
  one("sha256 of a number", "select {{ 5 | sha256 }}", "1:15"),
  one("read_file of a number", "select {{ read_file(5) }}", "1:11"),
  one("a file that is not there", "select {{ read_file('data/none') }}", "1:11", {
    gives: "file a.sql.jinja:1:11",
  }),
  one("a folder for a file", "select {{ read_file('migrator') }}", "1:11", {
    gives: "file a.sql.jinja:1:11",
  }),
  one("a file outside the project", "select {{ read_file('../x') }}", "1:11", {
    gives: "file a.sql.jinja:1:11",
  }),
  one("a file outside, from the file's own folder", "select {{ read_file('./../../../x') }}", "1:11", {
    gives: "file a.sql.jinja:1:11",
  }),
  one("an absolute file", "select {{ read_file('/etc/passwd') }}", "1:11", {
    gives: "file a.sql.jinja:1:11",
  }),
  one("a link that leads outside", "select {{ read_file('link') }}", "1:11", {
    files: { link: { link: "/etc/hostname" } },
    gives: "file a.sql.jinja:1:11",
  }),
  one("a file that is no text", "select {{ read_file('bytes') }}", "1:11", {
    files: { bytes: Uint8Array.from([0xff, 0xfe, 0x00]) },
    gives: "file bytes",
  }),
  one("JSON that is cut", "select {{ read_json('a.json').x }}", "1:11", {
    files: { "a.json": '{\n  "x": [1,' },
    gives: "file a.json:2:11",
  }),
  one("CSV whose lines have not the same fields", "select {{ read_csv('a.csv') }}", "1:11", {
    files: { "a.csv": "a,b\n1\n" },
    gives: "file a.csv:2:1",
  }),
  one("CSV with a quote that is never closed", "select {{ read_csv('a.csv') }}", "1:11", {
    files: { "a.csv": 'a,b\n1,"2\n' },
    gives: "file a.csv:2:1",
  }),
  one("CSV with two columns of a name", "select {{ read_csv('a.csv') }}", "1:11", {
    files: { "a.csv": "a,a\n1,2\n" },
    gives: "file a.csv:1:1",
  }),
  one("a UUID that differs each time", "select {{ uuid_v4() }}", "1:11"),
  one("uuid_v5 in no namespace", "select {{ uuid_v5('x', 'y') }}", "1:11"),
  one("an environment variable that is not declared", "select {{ env('HOME') }}", "1:11"),
  one("an environment variable that is not set", "select {{ env('NOT_SET') }}", "1:11", {
    config: { env: ["NOT_SET"] },
  }),
  ...(
    [
      ["a secret in a component", "select {{ key }}", "1:11"],
      ["a secret as a name", "select {{ key | ident }}", "1:17"],
      ["a secret as it is", "select {{ key | raw }}", "1:17"],
      ["a secret in JSON", "select {{ {'a': key} }}", "1:11"],
      ["a secret that is joined", "select {{ 'x' ~ key }}", "1:17"],
      ["a secret that is asked", "{% if key %}select 1{% endif %}", "1:7"],
      ["a secret that is handed on", "{% macro m(k) %}{{ k | length }}{% endmacro %}{{ m(key) }}", "1:20"],
      ["a secret that is included", "{% include key %}", "1:4"],
    ] as const
  ).map(([name, text, at]) =>
    one(name, text, at, {
      config: { variables: { key: { secret: { env: "NOT_SET" } } } },
      gives: `secret a.sql.jinja:${at}`,
    }),
  ),
];
