import { beforeAll, describe, expect, test } from "vitest";
import { loadParser } from "../../src/sql/parse-component.ts";
import { object, references } from "./parsing.ts";

beforeAll(loadParser);

function ofBody(body: string, head = "CREATE FUNCTION f(a int) RETURNS SETOF record"): readonly string[] {
  return references(`${head} LANGUAGE plpgsql AS $_$${body}$_$`);
}

test.each<[string, readonly string[]]>([
  ["BEGIN PERFORM s.f1(1); END", ["routine s.f1 soft"]],
  ["BEGIN RETURN QUERY SELECT * FROM t1; END", ["relation t1 soft"]],
  ["BEGIN RETURN QUERY EXECUTE 'SELECT * FROM t1' USING f1(1); END", ["relation t1 soft", "routine f1 soft"]],
  [
    "DECLARE x int; BEGIN SELECT b, c INTO STRICT x, a FROM t1 WHERE f1(b); END",
    ["relation t1 soft", "routine f1 soft"],
  ],
  ["BEGIN INSERT INTO t1 SELECT * FROM t2 RETURNING b INTO a; END", ["relation t1 soft", "relation t2 soft"]],
  [
    "BEGIN UPDATE t1 SET b = f1(b); DELETE FROM t2; END",
    ["relation t1 soft", "routine f1 soft", "relation t2 soft"],
  ],
  ["BEGIN CALL p1(1, a); END", ["routine p1 soft"]],
  ["DECLARE r record; BEGIN FOR r IN SELECT * FROM t1 LOOP NULL; END LOOP; END", ["relation t1 soft"]],
  [
    "DECLARE r record; BEGIN FOR r IN EXECUTE 'SELECT * FROM t1' LOOP NULL; END LOOP; END",
    ["relation t1 soft"],
  ],
  ["BEGIN FOR i IN 1..f1(1) LOOP NULL; END LOOP; END", ["routine f1 soft"]],
  ["BEGIN FOREACH a IN ARRAY f1(1) LOOP NULL; END LOOP; END", ["routine f1 soft"]],
  [
    "DECLARE c CURSOR (k int) FOR SELECT * FROM t1 WHERE id = k; BEGIN OPEN c(f1(1)); END",
    ["relation t1 soft", "routine f1 soft"],
  ],
  [
    "DECLARE c refcursor; BEGIN OPEN c FOR SELECT * FROM t1; CLOSE c; OPEN c FOR EXECUTE 'TABLE t2'; END",
    ["relation t1 soft", "relation t2 soft"],
  ],
  [
    "BEGIN IF EXISTS (SELECT FROM t1) THEN NULL; ELSIF f1(a) THEN NULL; END IF; END",
    ["relation t1 soft", "routine f1 soft"],
  ],
  [
    "BEGIN CASE f1(1) WHEN f2(2) THEN NULL; ELSE a := f3(3); END CASE; END",
    ["routine f1 soft", "routine f2 soft", "routine f3 soft"],
  ],
  ["BEGIN WHILE f1(1) LOOP EXIT WHEN f2(2); END LOOP; END", ["routine f1 soft", "routine f2 soft"]],
  [
    "DECLARE x int[]; BEGIN x[f1(1)] := f2(2); a = f3(3); END",
    ["routine f1 soft", "routine f2 soft", "routine f3 soft"],
  ],
  [
    "BEGIN RAISE NOTICE '%', f1(1) USING HINT = f2(2); ASSERT f3(3), f4(4); END",
    ["routine f1 soft", "routine f2 soft", "routine f3 soft", "routine f4 soft"],
  ],
  ["BEGIN NULL; EXCEPTION WHEN others THEN PERFORM f1(1); END", ["routine f1 soft"]],
  ["DECLARE x int := (SELECT 1 FROM t1); BEGIN NULL; END", ["relation t1 soft"]],
  ["BEGIN a := b FROM t1; END", ["relation t1 soft"]],
  ["BEGIN a := a + 1; a := 'x' || a; END", []],
  // C13
  ["BEGIN EXECUTE 'SELECT * FROM t1 WHERE a = $1' USING a; END", ["relation t1 soft"]],
  ["BEGIN EXECUTE 'SELECT * FROM ' || f1('t1'); END", ["routine f1 soft"]],
  ["BEGIN EXECUTE format('SELECT * FROM %I', a); END", ["routine format soft"]],
  [
    "DECLARE x s.t1%ROWTYPE; y t2.b%TYPE; z a%TYPE; w s.t3.c%type[]; BEGIN x.b := 1; END",
    ["relation s.t1 checked", "relation t2 checked", "relation s.t3 checked"],
  ],
  [
    "DECLARE x s.v1; y v2[]; z numeric(10, 2); w text; q record; BEGIN NULL; END",
    ["type s.v1 checked", "type v2 checked"],
  ],
  ["DECLARE x int = 7 % type_of(1); BEGIN NULL; END", ["routine type_of soft"]],
])("%s", (body, expected) => {
  expect([...ofBody(body)].sort()).toEqual([...expected].sort());
});

test("triggers and procedures", () => {
  const trigger =
    "BEGIN IF tg_op = 'INSERT' THEN new.x := f1(old.y); END IF; INSERT INTO log SELECT new.*; RETURN new; END";
  expect(ofBody(trigger, "CREATE FUNCTION f() RETURNS trigger")).toEqual([
    "routine f1 soft",
    "relation log soft",
  ]);
  expect(ofBody("BEGIN x := f1(1); COMMIT; END", "CREATE PROCEDURE p(INOUT x int)")).toEqual([
    "routine f1 soft",
  ]);
  expect(
    ofBody("BEGIN n := f1(1); RETURN NEXT; END", "CREATE FUNCTION f() RETURNS TABLE (n int, m v)"),
  ).toEqual(["type v hard", "routine f1 soft"]);
});

test("%TYPE arguments, arrays of them and row types do not stop the parser", () => {
  const head = 'CREATE FUNCTION f(a t.c%TYPE, "B" s.v, c mood[], VARIADIC d text[]) RETURNS t.c%TYPE';
  const lines = ofBody('BEGIN "B".x := 1; f.a := f1(1); RETURN a; END', head);
  expect(lines).toEqual([
    "relation t hard",
    "type s.v hard",
    "type mood hard",
    "relation t hard",
    "routine f1 soft",
  ]);
});

describe("places", () => {
  test("references point into the file", () => {
    const text = `-- 😀
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  r "T1"%ROWTYPE;
  y s.t2;
BEGIN
  PERFORM f3('😀', 1) FROM t4;
  SELECT 'é' INTO r FROM t5;
  EXECUTE 'SELECT * FROM t6';
  y.a := f7(1);
  RETURN f8(1);
END $$`;
    const found = object(text).references.map(({ offset }) => text.slice(offset, offset + 2));
    expect(found).toEqual(['"T', "s.", "f3", "t4", "t5", "t6", "f7", "f8"]);
  });

  test("in a body in plain quotes too", () => {
    const text =
      "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN PERFORM f1(''a'', ''b''); RETURN f2(1); END'";
    expect(object(text).references.map(({ offset }) => text.slice(offset, offset + 2))).toEqual(["f1", "f2"]);
  });
});

describe("where the parser gives up", () => {
  // The parser takes a variable of a domain for a row, which cannot stand in a list of targets.
  const body = `DECLARE x my_domain; y int; BEGIN SELECT 1, 2 INTO x, y FROM t1 JOIN s.t2 ON true;
    INSERT INTO t3 (a) VALUES (f1(1)); PERFORM s.f2(1); END`;

  test("names are taken from the tokens", () => {
    const lines = ofBody(body);
    for (const line of [
      "relation t1 soft",
      "relation s.t2 soft",
      "relation t3 soft",
      "routine f1 soft",
      "routine s.f2 soft",
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.every((line) => line.endsWith(" soft"))).toBe(true);
    expect(lines).not.toContain("relation select soft");
  });

  test("and so in a body that is no PL/pgSQL at all", () => {
    expect(ofBody("BEGIN what is this")).toContain("relation what soft");
  });
});
