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
  one("a tag that is not closed", "{% if true", "1:9"),
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
  one("an include of itself", '{% include "a.sql.jinja" %}', "1"),
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
    components: { "a.sql.jinja": "create view a as\n  select {{ column }} as x;" },
    config: { variables: { column: "1 +" } },
    gives: "syntax-error a.sql.jinja:2:23",
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
  {
    name: "a secret whose variable is not set",
    components: { "a.sql.jinja": "create view a as select {{ key | literal }} as x;" },
    config: { variables: { key: { secret: { env: "NOT_SET" } } } },
    gives: "template-error a.sql.jinja:1:34",
  },
];
