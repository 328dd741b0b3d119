import { describe, expect, test } from "vitest";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { createRenderer } from "../../src/template/renderer.ts";

function render(
  files: Record<string, string>,
  variables: Record<string, unknown> = {},
  name = "a.sql.jinja",
) {
  return createRenderer(new Map(Object.entries(files)), variables).render(name);
}

function mistake(
  files: Record<string, string>,
  variables: Record<string, unknown> = {},
  name = "a.sql.jinja",
): Diagnostic {
  try {
    render(files, variables, name);
  } catch (error) {
    expect(error).toBeInstanceOf(MigratorError);
    if (error instanceof MigratorError && error.diagnostics[0] !== undefined) return error.diagnostics[0];
  }
  throw new Error("it rendered");
}

describe("rendering", () => {
  test("a template that became broken is told as that, not as what failed before", () => {
    const files = new Map([["a.sql.jinja", "{{ nope }}"]]);
    const renderer = createRenderer(files, {});
    expect(() => renderer.render("a.sql.jinja")).toThrow("nope is not defined");
    files.set("a.sql.jinja", "{% if %}");
    renderer.forget(["a.sql.jinja"]);
    expect(() => renderer.render("a.sql.jinja")).toThrow("the template's syntax is wrong");
  });

  test("keeps the trailing newline, CRLF and quotes as they are", () => {
    expect(render({ "a.sql.jinja": "select {{ x }};\r\n" }, { x: "<&'" }).text).toBe("select '<&''';\r\n");
  });

  test("reports every file that was read, and no other", () => {
    const files = {
      "a.sql.jinja":
        '{% extends "base.sql.jinja" %}{% from "m/_m.sql.jinja" import m %}{% block b %}{{ m() }}{% if false %}{% include "no.sql.jinja" %}{% endif %}{% include "p.sql" %}{% endblock %}',
      "base.sql.jinja": "B{% block b %}{% endblock %}",
      "m/_m.sql.jinja": "{% macro m() %}M{% endmacro %}",
      "no.sql.jinja": "N",
      "p.sql": "P",
    };
    const rendered = render(files);
    expect(rendered.text).toBe("BMP");
    expect(rendered.uses).toEqual(["a.sql.jinja", "base.sql.jinja", "m/_m.sql.jinja", "p.sql"]);
    expect(rendered.open).toBe(false);
  });

  test("reports optional files that do not exist, and computed optional names as open", () => {
    const rendered = render({
      "a.sql.jinja": '{% include "x.sql" ignore missing %}{% include ["y.sql", "z.sql"] %}',
      "z.sql": "Z",
    });
    expect(rendered.text).toBe("Z");
    expect(rendered.uses).toEqual(["a.sql.jinja", "x.sql", "y.sql", "z.sql"]);
    expect(render({ "a.sql.jinja": "{% include n ignore missing %}" }, { n: "q.sql" }).open).toBe(true);
  });

  test("finds a computed name", () => {
    const rendered = render({ "a.sql.jinja": "{% include n ~ '.sql' %}", "q.sql": "Q" }, { n: "q" });
    expect(rendered.text).toBe("Q");
    expect(rendered.uses).toEqual(["a.sql.jinja", "q.sql"]);
  });

  test("includes a file without .jinja as it is", () => {
    const text = "select '{{1,2},{3,4}}'::int[], '{% raw %} {# <&';\n";
    expect(render({ "a.sql.jinja": '{% include "p.sql" %}', "p.sql": text }).text).toBe(text);
  });

  test("reads a forgotten file anew", () => {
    const files = new Map([
      ["a.sql.jinja", '{% include "b.sql.jinja" %}'],
      ["b.sql.jinja", "1"],
    ]);
    const renderer = createRenderer(files, {});
    expect(renderer.render("a.sql.jinja").text).toBe("1");
    files.set("b.sql.jinja", "2");
    renderer.forget(["b.sql.jinja"]);
    expect(renderer.render("a.sql.jinja").text).toBe("2");
    files.delete("b.sql.jinja");
    renderer.forget(["b.sql.jinja"]);
    expect(() => renderer.render("a.sql.jinja")).toThrow('no file "b.sql.jinja"');
  });
});

describe("filters", () => {
  const literal = (value: unknown): string =>
    render({ "a.sql.jinja": "{{ v | literal }}" }, { v: value }).text;
  const ident = (value: unknown): string => render({ "a.sql.jinja": "{{ v|ident }}" }, { v: value }).text;

  test("literal writes each type", () => {
    expect(literal("O'Brien")).toBe("'O''Brien'");
    expect(literal("a\\b")).toBe("E'a\\\\b'");
    expect(literal(30)).toBe("30");
    expect(literal(-5)).toBe("(-5)");
    expect(literal(0.1)).toBe("0.1");
    expect(literal(9007199254740991)).toBe("9007199254740991");
    expect(literal(true)).toBe("true");
    expect(literal(null)).toBe("NULL");
    expect(literal([1, "a", null])).toBe("ARRAY[1, 'a', NULL]");
    expect(literal([])).toBe("'{}'");
    expect(literal({ b: 1, a: ["x'", null] })).toBe(`'{"a":["x''",null],"b":1}'::jsonb`);
  });

  test("ident quotes where it must, part by part", () => {
    expect(ident("users")).toBe("users");
    expect(ident("app.Users")).toBe('app."Users"');
    expect(ident(["my.schema", "order"])).toBe('"my.schema"."order"');
    expect(ident('a"b')).toBe('"a""b"');
  });

  test("json writes JSON text", () => {
    expect(render({ "a.sql.jinja": "{{ v|json|literal }}" }, { v: ["<'", 1] }).text).toBe(`'["<''",1]'`);
  });

  test.each([
    "{{ nope }}",
    "{{ nope | upper }}",
    "{{ nope|literal }}",
    "{{ nope|json }}",
    '{{ nope ~ "x" }}',
    "{{ [nope]|literal }}",
    "{{ not nope }}",
    "{{ o.nope == 1 }}",
    '{{ o["x"] if o . nope else 1 }}',
    "{% set a = nope %}",
    "{% if nope is none %}{% endif %}",
    "{%- for k in o.nope %}{% endfor %}",
    "{% for k in [1] if nope %}{% endfor %}",
    "{% with a = 1, b = nope %}{% endwith %}",
    "{{ 'x'|replace('x',\n  nope) }}",
    "{% macro m(x) %}{{ nope|upper }}{% endmacro %}{{ m(1) }}",
  ])("an undefined name is an error where it stands: %s", (text) => {
    const source = `x\n  ${text}`;
    const at = source.search(/(o \. |o\.)?nope/);
    const before = source.slice(0, at).split("\n");
    expect(mistake({ "a.sql.jinja": source }, { o: {} })).toMatchObject({
      code: "template-error",
      message:
        text.includes("o.nope") || text.includes("o . nope")
          ? "o.nope is not defined"
          : "nope is not defined",
      file: "a.sql.jinja",
      line: before.length,
      column: (before.at(-1) ?? "").length + 1,
    });
  });

  test("an undefined element is an error before the tool's filters", () => {
    expect(mistake({ "a.sql.jinja": "\n{{ o['nope']|literal }}" }, { o: {} })).toMatchObject({ line: 2 });
  });

  test.each([
    ["{{ none|literal }} {{ nope|default('x')|literal }} {{ nope | d(1) }}", "NULL 'x' 1"],
    ["{% if nope is defined %}{{ nope }}{% else %}no{% endif %}{{ o.x is not defined }}", "notrue"],
    ["{% for k, v in o.p|items %}{{ loop.index }} {{ k }}={{ v }}{% endfor %}", "1 'a'=1"],
    ["{% macro m(a, b=2) %}{{ a }}{{ b }}{{ caller() }}{% endmacro %}{% call m(a=1) %}c{% endcall %}", "12c"],
    ["{% set ns = namespace(n=0) %}{% set ns.n = ns.n + 1 %}{{ ns.n }}{{ {'k': o.p.a}.k }}", "11"],
    [
      "{{ o.p.a if true else nope }}{{ 1 is odd and 2 is not odd }}{{ 1.5 }}{{ o.l[0] }} {{ o.l[1:] }}",
      "1true1.57 ARRAY[8]",
    ],
    ["{%- set (a, b) = [1, 2] -%}{% filter upper %}x{% endfilter %}{{ a }}{{ range(2)|list|length }}", "X12"],
    ["{% for x in [[1],[2]] recursive %}{{ x if x is number else loop(x) }}{% endfor %}", "12"],
  ])("what may be undefined, and what is no variable, renders as ever: %s", (text, expected) => {
    expect(render({ "a.sql.jinja": text }, { o: { p: { a: 1 }, l: [7, 8] } }).text).toBe(expected);
  });

  test("a filter that refuses has its place, and does not spoil later renders", () => {
    const files = new Map([
      ["a.sql.jinja", "é😀\n 😀 {{ 1|ident }}"],
      ["b.sql.jinja", "{{ 'b'|ident }}"],
    ]);
    const renderer = createRenderer(files, {});
    for (let round = 0; round < 3; round++) {
      let caught: unknown;
      try {
        renderer.render("a.sql.jinja");
      } catch (error) {
        caught = error;
      }
      expect(caught).toMatchObject({
        diagnostics: [
          {
            code: "template-error",
            message: "ident needs a text or a list of texts, not a number",
            file: "a.sql.jinja",
            line: 2,
            column: 10,
          },
        ],
      });
      expect(renderer.render("b.sql.jinja").text).toBe("b");
    }
  });
});

describe("mistakes", () => {
  test("syntax, at its place", () => {
    expect(mistake({ "a.sql.jinja": "a\nb {% if %}" })).toMatchObject({
      message: "the template's syntax is wrong: unexpected end of block",
      file: "a.sql.jinja",
      line: 2,
      column: 9,
    });
  });

  test("columns on the first line count from the file's own beginning", () => {
    expect(mistake({ "a.sql.jinja": "ab {{ nope }}" })).toMatchObject({ line: 1, column: 7 });
    expect(mistake({ "a.sql.jinja": "ab {{ 'x'|ident }} {{ nope }}" })).toMatchObject({
      line: 1,
      column: 23,
    });
  });

  test("inside nested includes, with the loop's variables in force", () => {
    const files = {
      "a.sql.jinja": '\n{% for k in [1] %}{% include "b.sql.jinja" %}{% endfor %}',
      "b.sql.jinja": '\n\n{{ k }} {% include "c/d.sql.jinja" %}',
      "c/d.sql.jinja": "{{ k }}\n\n\n  {{ k.y.z }}",
    };
    expect(mistake(files)).toMatchObject({ file: "c/d.sql.jinja", line: 4, message: "k.y.z is not defined" });
  });

  test("inside an included file that extends, a macro and an import", () => {
    expect(
      mistake({
        "a.sql.jinja": '\n{% include "b.sql.jinja" %}',
        "b.sql.jinja": '{% extends "c.sql.jinja" %}\n{% block x %}{{ nope }}{% endblock %}',
        "c.sql.jinja": "{% block x %}{% endblock %}",
      }),
    ).toMatchObject({ file: "b.sql.jinja", line: 2, column: 17 });
    expect(
      mistake({
        "a.sql.jinja": '{% from "m.sql.jinja" import m %}{{ m(1) }}',
        "m.sql.jinja": "{% macro m(x) %}\n{{ x.q.r }}{% endmacro %}",
      }),
    ).toMatchObject({ file: "m.sql.jinja", line: 2 });
    expect(
      mistake({ "a.sql.jinja": '{% from "m.sql.jinja" import m %}', "m.sql.jinja": "\n {{ nope }}" }),
    ).toMatchObject({ file: "m.sql.jinja", line: 2, column: 5 });
  });

  test("an included file with a syntax error, only where it is needed", () => {
    const files = {
      "a.sql.jinja": '{% if take %}{% include "b.sql.jinja" %}{% endif %}',
      "b.sql.jinja": "\n{% endfor %}",
    };
    expect(render(files, { take: false }).text).toBe("");
    expect(mistake(files, { take: true })).toMatchObject({ file: "b.sql.jinja", line: 2 });
  });

  test("a missing file, with the name that is meant", () => {
    const found = mistake(
      {
        "v/a.sql.jinja": '\n  {% include "_b.sql.jinja" %}',
        "v/_b.sql.jinja": "",
      },
      {},
      "v/a.sql.jinja",
    );
    expect(found).toMatchObject({
      message: 'there is no file "_b.sql.jinja" to include',
      file: "v/a.sql.jinja",
      line: 2,
    });
    expect(found.fix).toContain('"v/_b.sql.jinja"');
  });

  test.each(["../x.sql", "/etc/passwd", "C:\\x"])("a path outside: %s", (path) => {
    const quoted = path.replaceAll("\\", "\\\\");
    expect(mistake({ "a.sql.jinja": `{% include "${quoted}" %}` }).message).toContain(
      "outside the components folder",
    );
  });

  test("files that include each other without end", () => {
    const found = mistake({
      "a.sql.jinja": '{% include "b.sql.jinja" %}',
      "b.sql.jinja": '{% include "a.sql.jinja" %}',
    });
    expect(found.code).toBe("template-error");
    expect(found.fix).toContain("without end");
  });

  test("never shows the values of variables", () => {
    const found = mistake({ "a.sql.jinja": "{{ secret }} {{ secret + 1 }}" }, { secret: "hunter2" });
    expect(JSON.stringify(found)).not.toContain("hunter2");
  });
});

test("what is closed gives its memory back, what marked a place too", () => {
  const text = `{% for x in range(9) %}select {{ x }};\n{% endfor %}${"-- text\n".repeat(500)}`;
  const use = (times: number): void => {
    for (let i = 0; i < times; i++) {
      const renderer = createRenderer(new Map([["a.sql.jinja", text]]), {});
      expect(renderer.render("a.sql.jinja").locate(20).line).toBe(1);
      renderer.close();
      expect(renderer.render("a.sql.jinja").text).toContain("select 8;");
      renderer.close();
    }
  };
  use(20);
  const before = process.memoryUsage().external;
  use(200);
  expect(process.memoryUsage().external - before).toBeLessThan(4_000_000);
});
