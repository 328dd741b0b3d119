import { beforeAll, describe, expect, test } from "vitest";
import { loadParser } from "../../src/sql/parse-component.ts";
import { edges } from "./parsing.ts";

beforeAll(loadParser);

const sqlFunction = (signature: string, body = "SELECT 1") =>
  `CREATE FUNCTION ${signature} RETURNS int LANGUAGE sql AS '${body}'`;

describe("relations", () => {
  test("by schema and by the search_path (C11)", () => {
    const views = [
      "CREATE VIEW app.v AS SELECT 1 AS a",
      "CREATE VIEW public.v AS SELECT 1 AS a",
      "CREATE VIEW other.v AS SELECT 1 AS a",
      "CREATE VIEW public.w AS SELECT 1 AS a",
    ];
    expect(edges([...views, "CREATE VIEW x AS SELECT * FROM v, w"])).toEqual([
      "view app.x > view app.v hard",
      "view app.x > view public.w hard",
    ]);
    expect(edges([...views, "CREATE VIEW x AS SELECT * FROM public.v, other.v"])).toEqual([
      "view app.x > view public.v hard",
      "view app.x > view other.v hard",
    ]);
  });

  test("a table that comes first on the search_path hides a view behind it", () => {
    const texts = ["CREATE VIEW public.v AS SELECT 1 AS a", "CREATE VIEW x AS SELECT * FROM v"];
    expect(edges(texts)).toEqual(["view app.x > view public.v hard"]);
    expect(edges(texts, [{ schema: "app", name: "v" }])).toEqual([]);
    expect(edges(texts, [{ schema: "other", name: "v" }])).toEqual(["view app.x > view public.v hard"]);
  });

  test("the catalogs come before the search_path", () => {
    expect(
      edges(["CREATE VIEW pg_class AS SELECT 1 AS a", "CREATE VIEW x AS SELECT * FROM pg_class"]),
    ).toEqual([]);
  });

  test("a function's own search_path (C11)", () => {
    const views = ["CREATE VIEW app.v AS SELECT 1 AS a", "CREATE VIEW other.v AS SELECT 1 AS a"];
    const create = (set: string, body: string) =>
      `CREATE FUNCTION f(a v) RETURNS int LANGUAGE sql ${set} AS '${body}'`;
    expect(edges([...views, create("SET search_path = other", "SELECT 1 FROM v")])).toEqual([
      "function app.f(app.v) > view app.v hard",
      "function app.f(app.v) > view other.v checked",
    ]);
    expect(edges([...views, create("SET search_path = ''", "SELECT 1 FROM v")])).toEqual([
      "function app.f(app.v) > view app.v hard",
    ]);
  });

  test("row types, arrays of them and whole rows (C10)", () => {
    const view = "CREATE VIEW v AS SELECT 1 AS a";
    for (const type of ["v", "v[]", "_v", "app.v", "app._v"]) {
      expect(edges([view, `CREATE FUNCTION f(x ${type}) RETURNS int LANGUAGE c AS 'x', 'y'`])).toMatchObject(
        [/> view app.v hard$/].map((pattern) => expect.stringMatching(pattern)),
      );
    }
    expect(edges([view, "CREATE VIEW w AS SELECT v FROM v"])).toEqual(["view app.w > view app.v hard"]);
    expect(edges([view, "CREATE VIEW w AS SELECT NULL::v AS x"])).toEqual(["view app.w > view app.v hard"]);
  });

  test("each target once, with its strongest reference", () => {
    expect(
      edges([
        "CREATE VIEW v AS SELECT 1 AS a",
        "CREATE FUNCTION f(x v) RETURNS SETOF v LANGUAGE sql AS 'SELECT * FROM v, v AS w'",
      ]),
    ).toEqual(["function app.f(app.v) > view app.v hard"]);
  });
});

test("C3: two views that need each other", () => {
  expect(edges(["CREATE VIEW a AS SELECT * FROM b", "CREATE VIEW b AS SELECT * FROM a"])).toEqual([
    "view app.a > view app.b hard",
    "view app.b > view app.a hard",
  ]);
});

test("C4: columns, aliases and CTEs that have a view's name", () => {
  const views = ["orders", "total", "recent"].map((name) => `CREATE VIEW ${name} AS SELECT 1 AS id`);
  const query = `CREATE VIEW x AS WITH recent AS (SELECT 1 AS orders) SELECT recent.orders, total.id AS orders, total
    FROM recent JOIN t AS total ON total.id = recent.orders ORDER BY orders`;
  expect(edges([...views, query])).toEqual([]);
});

test("C8: a function with a view's name", () => {
  const texts = [
    "CREATE VIEW n AS SELECT 1 AS a",
    sqlFunction("n()"),
    "CREATE VIEW x AS SELECT n() FROM t",
    "CREATE VIEW y AS SELECT n FROM n",
  ];
  expect(edges(texts)).toEqual(["view app.x > function app.n() hard", "view app.y > view app.n hard"]);
});

describe("overloads (C5, C14)", () => {
  const overloads = [sqlFunction("f(int)"), sqlFunction("f(text)"), sqlFunction("f(int, int)")];
  const call = (text: string) => edges([...overloads, `CREATE VIEW x AS SELECT ${text} AS a FROM t`]);

  test("the number of arguments leaves one", () => {
    expect(call("f(b, c)")).toEqual(["view app.x > function app.f(integer, integer) hard"]);
    expect(call("f()")).toEqual([]);
  });

  test("unknown types leave all that fit, soft", () => {
    expect(call("f(b)")).toEqual([
      "view app.x > function app.f(integer) soft",
      "view app.x > function app.f(text) soft",
    ]);
    expect(call("f('x')")).toEqual([
      "view app.x > function app.f(integer) soft",
      "view app.x > function app.f(text) soft",
    ]);
  });

  test("shown types choose one; the others stay, soft", () => {
    expect(call("f(b::text)")).toEqual([
      "view app.x > function app.f(integer) soft",
      "view app.x > function app.f(text) hard",
    ]);
    expect(call("f(1)")).toEqual([
      "view app.x > function app.f(integer) hard",
      "view app.x > function app.f(text) soft",
    ]);
    expect(call("f(b::bigint)")).toEqual([
      "view app.x > function app.f(integer) soft",
      "view app.x > function app.f(text) soft",
    ]);
  });

  test("a name in a string", () => {
    expect(call("'f(text)'::regprocedure")).toEqual([
      "view app.x > function app.f(integer) soft",
      "view app.x > function app.f(text) hard",
    ]);
    expect(call("'f'::regproc")).toHaveLength(3);
  });

  test("of all schemas of the search_path, or of the one that is named", () => {
    const texts = [sqlFunction("app.g(int)"), sqlFunction("public.g(text)"), sqlFunction("other.g(int)")];
    expect(edges([...texts, "CREATE VIEW x AS SELECT g(b) AS a FROM t"])).toEqual([
      "view app.x > function app.g(integer) soft",
      "view app.x > function public.g(text) soft",
    ]);
    expect(edges([...texts, "CREATE VIEW x AS SELECT other.g(b) AS a FROM t"])).toEqual([
      "view app.x > function other.g(integer) hard",
    ]);
  });

  test("defaults and VARIADIC", () => {
    const fits = (signature: string, text: string) =>
      edges([sqlFunction(signature), `CREATE VIEW x AS SELECT ${text} AS a FROM t`]).length === 1;
    expect(fits("g(a int, b int DEFAULT 1, c int DEFAULT 2)", "g(1)")).toBe(true);
    expect(fits("g(a int, b int DEFAULT 1, c int DEFAULT 2)", "g(1, c => 2)")).toBe(true);
    expect(fits("g(a int, b int DEFAULT 1, c int DEFAULT 2)", "g()")).toBe(false);
    expect(fits("g(a int, b int DEFAULT 1, c int DEFAULT 2)", "g(1, 2, 3, 4)")).toBe(false);
    expect(fits("g(a int, VARIADIC b int[])", "g(1)")).toBe(true);
    expect(fits("g(a int, VARIADIC b int[])", "g(1, 2, 3, 4)")).toBe(true);
    expect(fits("g(a int, VARIADIC b int[])", "g()")).toBe(false);
    expect(fits("g(a int, VARIADIC b int[])", "g(1, VARIADIC b)")).toBe(true);
    expect(fits("g(a int, VARIADIC b int[])", "g(1, 2, VARIADIC b)")).toBe(false);
    expect(fits("g(OUT a int, b int, OUT c int)", "g(1)")).toBe(true);
  });

  test("a built-in type where the function wants a user's type is soft", () => {
    const texts = [
      "CREATE VIEW v AS SELECT 1 AS a",
      sqlFunction("lower(v)"),
      "CREATE VIEW x AS SELECT lower(b::text) AS a FROM t",
    ];
    expect(edges(texts)).toContain("view app.x > function app.lower(app.v) soft");
  });

  test("CALL passes OUT arguments too", () => {
    const texts = [
      "CREATE PROCEDURE p(a int, OUT b int) LANGUAGE sql AS 'SELECT 1'",
      "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'DECLARE x int; BEGIN CALL p(1, x); END'",
    ];
    expect(edges(texts)).toEqual(["function app.f() > procedure app.p(integer) soft"]);
  });

  test("aggregates choose their functions", () => {
    const texts = [
      sqlFunction("step(int, text)"),
      sqlFunction("step(int, int)"),
      sqlFunction("final(int)"),
      "CREATE AGGREGATE ag(text) (SFUNC = step, STYPE = int, FINALFUNC = final)",
    ];
    expect(edges(texts)).toEqual([
      "aggregate app.ag(text) > function app.step(integer, text) hard",
      "aggregate app.ag(text) > function app.step(integer, integer) soft",
      "aggregate app.ag(text) > function app.final(integer) hard",
    ]);
    expect(edges([...texts, "CREATE VIEW x AS SELECT ag(b) FROM t"])).toContain(
      "view app.x > aggregate app.ag(text) hard",
    );
  });
});

test("a function of a row called as a column, soft, and only where its argument can be a row", () => {
  const texts = [
    "CREATE VIEW v AS SELECT 1 AS a",
    sqlFunction("full_name(v)"),
    sqlFunction("plain(int)"),
    sqlFunction("two(v, int)"),
    "CREATE VIEW x AS SELECT v.full_name, v.plain, v.two FROM v",
  ];
  expect(edges(texts).filter((line) => line.startsWith("view app.x"))).toEqual([
    "view app.x > view app.v hard",
    "view app.x > function app.full_name(app.v) soft",
  ]);
});

test("C1: PL/pgSQL bodies that name each other are soft both ways", () => {
  const body = (name: string) => `RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN ${name}(); END'`;
  expect(edges([`CREATE FUNCTION a() ${body("b")}`, `CREATE FUNCTION b() ${body("a")}`])).toEqual([
    "function app.a() > function app.b() soft",
    "function app.b() > function app.a() soft",
  ]);
});

test("C1, C2: a view on a function, a quoted body on a view", () => {
  const texts = [
    sqlFunction("g()", "SELECT a FROM v"),
    "CREATE VIEW w AS SELECT g() AS a",
    "CREATE VIEW v AS SELECT 1 AS a",
  ];
  expect(edges(texts)).toEqual([
    "function app.g() > view app.v checked",
    "view app.w > function app.g() hard",
  ]);
});

test("C9: a trigger's WHEN, an index expression, a cast in a view", () => {
  const texts = [
    sqlFunction("w(int)"),
    "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
    "CREATE VIEW v AS SELECT 1 AS a",
    "CREATE TRIGGER t INSTEAD OF UPDATE ON v FOR EACH ROW EXECUTE FUNCTION tf()",
    "CREATE TRIGGER t AFTER UPDATE ON x FOR EACH ROW WHEN (w(new.a) > 1) EXECUTE FUNCTION tf()",
    "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; CREATE INDEX i ON m (w(a))",
  ];
  expect(edges(texts)).toEqual([
    "trigger t on app.v > view app.v hard",
    "trigger t on app.v > function app.tf() hard",
    "trigger t on app.x > function app.tf() hard",
    "trigger t on app.x > function app.w(integer) hard",
    "materialized view app.m > function app.w(integer) soft",
  ]);
});

test("C13: %ROWTYPE and EXECUTE of a literal give edges, a built string gives none", () => {
  const views = ["a", "b", "c", "d"].map((name) => `CREATE VIEW ${name} AS SELECT 1 AS x`);
  const body = `CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE r a%ROWTYPE; x b.x%TYPE;
    BEGIN EXECUTE 'SELECT x FROM c' INTO x; EXECUTE 'SELECT x FROM ' || 'd'; END $$`;
  expect(edges([...views, body])).toEqual([
    "function app.f() > view app.a checked",
    "function app.f() > view app.b checked",
    "function app.f() > view app.c soft",
  ]);
});

test("C15: a view, its rule, and a function over the view's row type", () => {
  const texts = [
    "CREATE VIEW v AS SELECT 1 AS a",
    "CREATE RULE r AS ON INSERT TO v DO INSTEAD SELECT f(new)",
    sqlFunction("f(v)"),
  ];
  expect(edges(texts)).toEqual([
    "rule r on app.v > view app.v hard",
    "rule r on app.v > function app.f(app.v) hard",
    "function app.f(app.v) > view app.v hard",
  ]);
});

describe("an object's own name", () => {
  test("C17: a view that reads itself outside of a CTE", () => {
    expect(edges(["CREATE OR REPLACE VIEW v AS SELECT * FROM v"])).toEqual(["view app.v > view app.v hard"]);
    expect(
      edges(["CREATE VIEW v AS WITH RECURSIVE v AS (SELECT 1 AS n UNION SELECT n FROM v) SELECT * FROM v"]),
    ).toEqual([]);
    expect(edges(["CREATE RECURSIVE VIEW v (n) AS SELECT 1 UNION SELECT n FROM v"])).toEqual([]);
  });

  test("a recursive function is no cycle", () => {
    expect(edges([sqlFunction("f(a int)", "SELECT f(a)")])).toEqual([]);
  });
});
