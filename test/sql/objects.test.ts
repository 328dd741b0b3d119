import { beforeAll, describe, expect, test } from "vitest";
import { describeIdentity } from "../../graph/identity.ts";
import { loadParser, parseComponent } from "../../src/sql/parse-component.ts";
import { object, parsed, searchPath } from "./parsing.ts";

beforeAll(loadParser);

function spanText(
  text: string,
  span: { readonly start: number; readonly end: number } | null,
): string | null {
  return span === null ? null : text.slice(span.start, span.end);
}

test.each([
  ["CREATE VIEW v AS SELECT 1 AS a", "view app.v", "v"],
  ['create or replace view public . "V" as select 1 as a', 'view public."V"', 'public . "V"'],
  ["CREATE RECURSIVE VIEW r (n) AS SELECT 1", "view app.r", "r"],
  ["CREATE MATERIALIZED VIEW m AS SELECT 1 AS a", "materialized view app.m", "m"],
  ["CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "function app.f()", "f"],
  [
    "CREATE OR REPLACE PROCEDURE public.p(x int) LANGUAGE sql AS 'SELECT 1'",
    "procedure public.p(integer)",
    "public.p",
  ],
  ["CREATE AGGREGATE a(*) (SFUNC = f, STYPE = int)", "aggregate app.a()", "a"],
  [
    "CREATE OR REPLACE AGGREGATE a(int, VARIADIC text[]) (SFUNC = f, STYPE = int)",
    "aggregate app.a(integer, text[])",
    "a",
  ],
  [
    "CREATE AGGREGATE a(float8 ORDER BY text) (SFUNC = f, STYPE = int)",
    "aggregate app.a(double precision, text)",
    "a",
  ],
  ["CREATE AGGREGATE a(ORDER BY text) (SFUNC = f, STYPE = int)", "aggregate app.a(text)", "a"],
  ["CREATE AGGREGATE old (BASETYPE = int4, SFUNC = f, STYPE = int)", "aggregate app.old(integer)", "old"],
  ["CREATE AGGREGATE old (BASETYPE = 'ANY', SFUNC = f, STYPE = int)", "aggregate app.old()", "old"],
  ["CREATE TRIGGER t AFTER INSERT ON public.x EXECUTE FUNCTION f()", "trigger t on public.x", "t"],
  [
    "CREATE OR REPLACE TRIGGER trigger AFTER INSERT ON x EXECUTE FUNCTION f()",
    "trigger trigger on app.x",
    "trigger",
  ],
  [
    "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON x FOR EACH ROW EXECUTE FUNCTION f()",
    "trigger t on app.x",
    "t",
  ],
  ["CREATE OR REPLACE RULE r AS ON INSERT TO v DO INSTEAD NOTHING", "rule r on app.v", "r"],
  ['CREATE POLICY "P 1" ON x USING (true)', 'policy "P 1" on app.x', '"P 1"'],
])("%s", (text, identity, name) => {
  const one = object(text);
  expect(describeIdentity(one.identity)).toBe(identity);
  expect(spanText(one.sql, one.name)).toBe(name);
  expect(one.sql).toBe(text);
});

test("OUT and TABLE parameters are no part of the identity; the rest is", () => {
  const text = `CREATE FUNCTION f(a int, OUT b text, INOUT c _int4 DEFAULT '{}', d "Odd" = NULL, VARIADIC e text[] = '{}')
    LANGUAGE sql AS 'SELECT 1'`;
  const { identity, parts } = object(text);
  expect(describeIdentity(identity)).toBe('function app.f(integer, integer[], app."Odd", text[])');
  expect(parts).toMatchObject({ kind: "function", language: "sql", defaults: 3, variadic: true });
  const table = object("CREATE FUNCTION g() RETURNS TABLE (a int, b text) LANGUAGE plpgsql AS ''");
  expect(describeIdentity(table.identity)).toBe("function app.g()");
});

test("%TYPE keeps its relation and column, and is a hard reference", () => {
  const { parts, references } = object(
    "CREATE FUNCTION f(a public.film.rating%TYPE) RETURNS int LANGUAGE sql AS ''",
  );
  expect(parts).toMatchObject({
    argumentTypes: [{ schema: "public", name: "film", column: "rating", array: false }],
  });
  expect(references).toMatchObject([{ kind: "relation", schema: "public", name: "film", strength: "hard" }]);
});

describe("spans", () => {
  test("OR REPLACE, taken out, leaves a CREATE", () => {
    const one = object("CREATE /* a */ OR REPLACE -- b\n RECURSIVE VIEW v (n) AS SELECT 1");
    const { start, end } = one.orReplace ?? { start: 0, end: 0 };
    expect(`${one.sql.slice(0, start)} ${one.sql.slice(end)}`).toBe(
      "CREATE RECURSIVE VIEW v (n) AS SELECT 1",
    );
    expect(object("CREATE VIEW v AS SELECT 1").orReplace).toBeNull();
  });

  test("the statement is without the comments around it and the semicolon", () => {
    const text =
      "-- head\n/* more */ CREATE VIEW v AS SELECT 1 -- tail\n  ;\n-- end\nCREATE VIEW w AS SELECT 2 /* x */ -- y";
    const { objects } = parsed(text);
    expect(objects.map(({ sql }) => sql)).toEqual(["CREATE VIEW v AS SELECT 1", "CREATE VIEW w AS SELECT 2"]);
    expect(objects.map(({ offset, sql }) => text.slice(offset, offset + sql.length))).toEqual(
      objects.map(({ sql }) => sql),
    );
  });

  test("positions count UTF-16 units, whatever stands before", () => {
    const text = '-- 😀 é\r\nCREATE VIEW "é😀" AS SELECT \'😀\' AS "ü" FROM public."T😀";\r\n';
    const [one] = parsed(text).objects;
    expect(one?.offset).toBe(text.indexOf("CREATE"));
    expect(one?.identity.name).toBe("é😀");
    expect(spanText(one?.sql ?? "", one?.name ?? null)).toBe('"é😀"');
    expect(one?.references[0]?.offset).toBe(text.indexOf("public"));
  });

  test("a byte-order mark is cut off, and offsets stay those of the file", () => {
    const text = "\uFEFFCREATE VIEW v AS SELECT * FROM t; GRANT SELECT ON v TO a";
    const [one] = parsed(text).objects;
    expect(one?.offset).toBe(1);
    expect(one?.references[0]?.offset).toBe(text.indexOf("t;"));
    expect(one?.attachments[0]?.offset).toBe(text.indexOf("GRANT"));
  });

  test.each([
    ["CREATE MATERIALIZED VIEW m AS SELECT 1 AS data", true, "SELECT 1 AS data"],
    ["CREATE MATERIALIZED VIEW m AS SELECT 1 AS a /* x */ WITH /* y */ NO DATA", false, "SELECT 1 AS a"],
    ["CREATE MATERIALIZED VIEW m AS SELECT 1 data WITH DATA", true, "SELECT 1 data"],
    ["CREATE MATERIALIZED VIEW m AS SELECT 1 data", true, "SELECT 1 data"],
  ])("the query of %s", (text, withData, query) => {
    const { parts, sql } = object(text);
    if (parts.kind !== "materialized view") throw new Error(parts.kind);
    expect(parts.withData).toBe(withData);
    expect(sql.slice(sql.indexOf("SELECT"), parts.queryEnd)).toBe(query);
  });

  test.each([
    ["CREATE POLICY p ON s . t", "s . t", null, null, null],
    [
      "CREATE POLICY p ON t AS RESTRICTIVE FOR UPDATE TO a, \"B c\", PUBLIC USING ((x > (1))) WITH CHECK ( f(')') )",
      "t",
      'a, "B c", PUBLIC',
      "(x > (1))",
      "f(')')",
    ],
    ["CREATE POLICY p ON t TO a WITH CHECK (x)", "t", "a", null, "x"],
  ])("%s", (text, relation, roles, using, check) => {
    const { parts, sql } = object(text);
    if (parts.kind !== "policy") throw new Error(parts.kind);
    expect(spanText(sql, parts.relation)).toBe(relation);
    expect(spanText(sql, parts.roles)).toBe(roles);
    expect(spanText(sql, parts.using)).toBe(using);
    expect(spanText(sql, parts.check)).toBe(check);
    expect(parts.permissive).toBe(!text.includes("RESTRICTIVE"));
    expect(parts.command).toBe(text.includes("UPDATE") ? "UPDATE" : "ALL");
  });

  test("the relation of triggers and rules", () => {
    const trigger = object(
      'CREATE TRIGGER t BEFORE UPDATE OF a, b ON "S"."T" FOR EACH ROW EXECUTE FUNCTION f()',
    );
    const rule = object("CREATE RULE r AS ON UPDATE TO app . v DO INSTEAD NOTHING");
    if (trigger.parts.kind !== "trigger" || rule.parts.kind !== "rule") throw new Error("kinds");
    expect(spanText(trigger.sql, trigger.parts.relation)).toBe('"S"."T"');
    expect(spanText(rule.sql, rule.parts.relation)).toBe("app . v");
  });
});

test("C6: odd names are exact", () => {
  const long = "ü".repeat(40);
  const names = ['"Mixed.Dot"', '"quo""te"', '"select"', '"😀"', '"a b"', `"${"x".repeat(63)}"`];
  for (const name of names) {
    const one = object(`CREATE VIEW ${name} AS SELECT 1 AS a`);
    expect(one.identity.name).toBe(name.slice(1, -1).replaceAll('""', '"'));
    expect(spanText(one.sql, one.name)).toBe(name);
  }
  expect(object("CREATE VIEW U&\"d!0061t\" UESCAPE '!' AS SELECT 1").identity.name).toBe("dat");
  expect(object("CREATE VIEW FooÉ AS SELECT 1").identity.name).toBe("fooÉ");
  // PostgreSQL cuts names at 63 bytes, at a character's boundary.
  expect(object(`CREATE VIEW "${long}" AS SELECT 1`).identity.name).toBe("ü".repeat(31));
});

test("without a search_path objects go to public", () => {
  const { parsed: result } = parseComponent("c.sql", "CREATE VIEW v AS SELECT 1", { searchPath: [] });
  expect(result.objects[0]?.identity.schema).toBe("public");
});

test("an empty file declares nothing", () => {
  for (const text of ["", " \n", "-- nothing\n/* at all */", "\uFEFF", ";;"]) {
    expect(parseComponent("c.sql", text, { searchPath })).toEqual({
      parsed: { component: "c.sql", objects: [], loose: [] },
      mistakes: [],
    });
  }
});
