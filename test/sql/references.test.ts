import { beforeAll, describe, expect, test } from "vitest";
import { loadParser } from "../../src/sql/parse-component.ts";
import { object, parsed, references } from "./parsing.ts";

beforeAll(loadParser);

function ofQuery(query: string): readonly string[] {
  return references(`CREATE VIEW the_view AS ${query}`);
}

describe("relations and CTEs (C4)", () => {
  test.each<[string, readonly string[]]>([
    ["SELECT * FROM a JOIN s.b USING (id)", ["relation a hard", "relation s.b hard"]],
    ["SELECT * FROM ONLY a, LATERAL (SELECT * FROM b) x", ["relation a hard", "relation b hard"]],
    ["SELECT x FROM a AS x WHERE x.b = 1", ["relation a hard"]],
    ["SELECT v FROM v", ["relation v hard"]],
    ["SELECT (v).a, v.*, b AS c FROM v", ["relation v hard"]],
    ["WITH c AS (SELECT * FROM a) SELECT * FROM c", ["relation a hard"]],
    ["WITH a AS (SELECT * FROM a) SELECT * FROM a", ["relation a hard"]],
    ["WITH RECURSIVE a AS (SELECT 1 UNION SELECT * FROM a) SELECT * FROM a", []],
    ["WITH a AS (SELECT 1) SELECT * FROM s.a, a", ["relation s.a hard"]],
    ["WITH a AS (SELECT 1), b AS (SELECT * FROM a) SELECT * FROM b", []],
    ["WITH b AS (SELECT * FROM a), a AS (SELECT 1) SELECT * FROM b, a", ["relation a hard"]],
    ["WITH RECURSIVE b AS (SELECT * FROM a), a AS (SELECT 1) SELECT * FROM b", []],
    ["SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a) x, a", ["relation a hard"]],
    [
      "WITH a AS (SELECT 1) SELECT (SELECT count FROM a WHERE EXISTS (SELECT FROM a)) FROM b",
      ["relation b hard"],
    ],
    ["(WITH a AS (SELECT 1) SELECT * FROM a) UNION SELECT * FROM a", ["relation a hard"]],
    ["WITH a AS (SELECT 1) (SELECT * FROM a UNION (WITH c AS (SELECT 2) SELECT * FROM c, a))", []],
    ["SELECT * FROM a FOR UPDATE OF a", ["relation a hard"]],
    ["SELECT * FROM a x, b FOR SHARE OF x, b", ["relation a hard", "relation b hard"]],
    ["TABLE a", ["relation a hard"]],
    ["VALUES ((SELECT 1 FROM a))", ["relation a hard"]],
    ["SELECT * FROM pg_catalog.pg_class, information_schema.tables", []],
    ["SELECT a.b FROM x AS a ORDER BY b", ["relation x hard"]],
  ])("%s", (query, expected) => {
    expect(ofQuery(query).filter((line) => line.startsWith("relation"))).toEqual(expected);
  });

  test("data-modifying statements: the target is never a CTE", () => {
    const lines = references(`CREATE RULE r AS ON INSERT TO v DO INSTEAD (
      WITH a AS (DELETE FROM a USING b WHERE true RETURNING *) INSERT INTO a SELECT * FROM a;
      UPDATE c SET x = d.x FROM d WHERE c.id = d.id;
      DELETE FROM e WHERE id IN (SELECT id FROM f))`);
    expect([...lines].sort()).toEqual("aabcdefv".split("").map((name) => `relation ${name} hard`));
  });

  test("MERGE", () => {
    const body = "MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN UPDATE SET x = (SELECT 1 FROM c)";
    const lines = references(`CREATE FUNCTION f() RETURNS void LANGUAGE sql AS '${body}'`);
    expect([...lines].sort()).toEqual(["relation a checked", "relation b checked", "relation c checked"]);
  });

  test("a recursive view's own name is a CTE", () => {
    expect(references("CREATE RECURSIVE VIEW v (n) AS SELECT 1 UNION ALL SELECT n + 1 FROM v")).toEqual([]);
  });
});

describe("routines, types, operators", () => {
  test.each<[string, readonly string[]]>([
    ["SELECT f(1), s.g(a => 2), pg_catalog.lower('x')", ["routine f hard", "routine s.g hard"]],
    ["SELECT * FROM f(g(1)) AS x(a s.t)", ["routine f hard", "routine g hard", "type s.t hard"]],
    ["SELECT * FROM ROWS FROM (f(1), g(2)) WITH ORDINALITY", ["routine f hard", "routine g hard"]],
    [
      "SELECT f(a ORDER BY g(a)) FILTER (WHERE h(a)) OVER (PARTITION BY i(a)) FROM (SELECT 1 a) x",
      ["routine f hard", "routine g hard", "routine h hard", "routine i hard"],
    ],
    ["SELECT extract(year FROM now()), coalesce(1, 2), CURRENT_DATE", ["routine now hard"]],
    ["SELECT 1::int, '1'::text[], NULL::pg_catalog.int4, interval '1' year", []],
    [
      "SELECT NULL::mood, NULL::s.v[], '{}'::_v, mood 'x'",
      ["type mood hard", "type s.v hard", "type _v hard", "type mood hard"],
    ],
    ["SELECT '{}'::jsonb -> 'a', 1 + 2, 'a' LIKE 'b', 1 IN (2), 1 BETWEEN 2 AND 3, 1 IS DISTINCT FROM 2", []],
    [
      "SELECT 1 === 2, 1 OPERATOR(s.+) 2, 1 OPERATOR(pg_catalog.+) 2",
      ["operator === hard", "operator s.+ hard"],
    ],
    [
      "SELECT 1 <-< ANY (SELECT 2) ORDER BY 1 USING OPERATOR(s.<)",
      ["operator <-< hard", "operator s.< hard"],
    ],
    [
      "SELECT 'a.\"V\"'::regclass, regclass 'b', to_regclass('c'), 'f'::regproc, 'g(int, s.t)'::regprocedure, 't[]'::regtype, 42::regclass, '42'::regclass",
      [
        "relation a.V hard",
        "relation b hard",
        "routine to_regclass hard",
        "relation c soft",
        "routine f hard",
        "routine g hard",
        "type t hard",
      ],
    ],
    [
      "SELECT nextval('s.q'), currval('r'::regclass), setval('x', 1)",
      [
        "routine nextval hard",
        "relation s.q hard",
        "routine currval hard",
        "relation r hard",
        "relation r hard",
        "routine setval hard",
        "relation x hard",
      ],
    ],
    ["SELECT JSON_VALUE('{}', '$.a' RETURNING s.t), XMLSERIALIZE(CONTENT '<a/>' AS text)", ["type s.t hard"]],
    [
      "SELECT * FROM JSON_TABLE('{}', '$' COLUMNS (a s.t PATH '$.a', NESTED '$.b' COLUMNS (c u PATH '$')))",
      ["type s.t hard", "type u hard"],
    ],
    [
      'SELECT ARRAY[f(1)], ROW(g(2)), (h(3)).x, CASE WHEN i(4) THEN j(5) END, k(6) COLLATE "C"',
      ["f", "g", "h", "i", "j", "k"].map((name) => `routine ${name} hard`),
    ],
    [
      "SELECT 1 GROUP BY GROUPING SETS ((f(1)), ()) HAVING g(1) WINDOW w AS (ORDER BY h(1)) LIMIT i(1)",
      ["f", "g", "h", "i"].map((name) => `routine ${name} hard`),
    ],
  ])("%s", (query, expected) => {
    expect([...ofQuery(query)].sort()).toEqual([...expected].sort());
  });

  test("the call shows what the text shows", () => {
    const { references: found } = object(
      "CREATE VIEW v AS SELECT f(1, 3000000000, 1.5, 'x', true, NULL, NULL::s.t, x => 2, VARIADIC y => a) FROM t",
    );
    expect(found[0]).toMatchObject({
      kind: "routine",
      call: {
        count: 9,
        names: ["x", "y"],
        variadic: true,
        types: [
          { name: "int4" },
          { name: "int8" },
          { name: "numeric" },
          null,
          { name: "bool" },
          null,
          { schema: "s", name: "t" },
          { name: "int4" },
          null,
        ],
      },
    });
  });

  test("an ordered-set call counts its ordered arguments", () => {
    const { references: found } = object("CREATE VIEW v AS SELECT f(0.5) WITHIN GROUP (ORDER BY a) FROM t");
    expect(found[0]).toMatchObject({ call: { count: 2 } });
  });

  test("what may be a function call on a row is kept by name", () => {
    const { references: found } = object(
      "CREATE VIEW v AS SELECT t.full_name, (t).other, t.*, plain FROM t WHERE t.full_name > 'a'",
    );
    expect(found.find(({ kind }) => kind === "attributes")).toMatchObject({ names: ["full_name", "other"] });
  });

  test("offsets point at what is named", () => {
    const text = "/* é */ CREATE VIEW v AS SELECT f(1)::mood, '😀', 'r'::regclass FROM s.t";
    const places = object(text).references.map(({ offset }) => text.slice(offset, offset + 3));
    expect(places).toEqual(["moo", "f(1", "reg", "s.t"]);
  });
});

describe("functions", () => {
  test("arguments, result, defaults, support and BEGIN ATOMIC are hard", () => {
    const lines =
      references(`CREATE FUNCTION f(a v, b int DEFAULT g(1), OUT c mood, d t.c%TYPE) RETURNS SETOF w LANGUAGE sql
      SUPPORT s.sup BEGIN ATOMIC SELECT * FROM x; SELECT h(1); END`);
    expect(lines).toEqual([
      "type v hard",
      "routine g hard",
      "type mood hard",
      "relation t hard",
      "type w hard",
      "relation x hard",
      "routine h hard",
      "routine s.sup hard",
    ]);
    expect(references("CREATE FUNCTION f() RETURNS TABLE (a s.v) LANGUAGE sql RETURN g(1)")).toEqual([
      "type s.v hard",
      "type s.v hard",
      "routine g hard",
    ]);
  });

  test("a quoted SQL body is checked, and points into the file", () => {
    const text =
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT ''x''::mood; SELECT * FROM é, \"T\"'";
    const found = object(text).references;
    expect(found.map(({ offset, strength }) => [text.slice(offset, offset + 4), strength])).toEqual([
      ["mood", "checked"],
      ['é, "', "checked"],
      ['"T"\'', "checked"],
    ]);
  });

  test("a body over polymorphic arguments is not checked by PostgreSQL: soft", () => {
    expect(
      references("CREATE FUNCTION f(a anyelement) RETURNS int LANGUAGE sql AS 'SELECT 1 FROM t'"),
    ).toEqual(["relation t soft"]);
  });

  test("a body that does not parse, or in another language, names nothing", () => {
    expect(references("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELEC 1 FROM t'")).toEqual([]);
    expect(references("CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'SELECT 1 FROM t'")).toEqual(
      [],
    );
    expect(references("CREATE FUNCTION f(v) RETURNS int LANGUAGE c AS 'file', 'symbol'")).toEqual([
      "type v hard",
    ]);
  });

  test("C11: a function's own search_path goes with its body's references", () => {
    const { references: found } =
      object(`CREATE FUNCTION f(a v) RETURNS int LANGUAGE sql SET search_path = "Other", pg_temp
      AS 'SELECT 1 FROM t'`);
    expect(found.map(({ searchPath }) => searchPath)).toEqual([undefined, ["Other", "pg_temp"]]);
    const empty = object(
      "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql SET search_path = '' AS 'BEGIN PERFORM g(1); END'",
    );
    expect(empty.references.map(({ searchPath }) => searchPath)).toEqual([[]]);
    const kept = object(
      "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path FROM CURRENT AS 'SELECT 1 FROM t'",
    );
    expect(kept.references.map(({ searchPath }) => searchPath)).toEqual([undefined]);
  });

  test("aggregates name their functions with the arguments these take", () => {
    const { references: found } =
      object(`CREATE AGGREGATE a(v, int) (SFUNC = s.sf, STYPE = st, FINALFUNC = ff, FINALFUNC_EXTRA,
      COMBINEFUNC = cf, SERIALFUNC = sef, DESERIALFUNC = df, MSFUNC = ms, MINVFUNC = mi, MSTYPE = int, MFINALFUNC = mf, SORTOP = OPERATOR(s.<))`);
    const calls = found.flatMap((one) => (one.kind === "routine" ? [`${one.name}/${one.call?.count}`] : []));
    expect(calls).toEqual(["sf/3", "ff/3", "cf/2", "sef/1", "df/2", "ms/3", "mi/3", "mf/1"]);
    const types = found.flatMap((one) =>
      one.kind === "type" ? [one.type.name] : one.kind === "operator" ? [one.name] : [],
    );
    expect(types).toEqual(["v", "st", "<"]);
    const ordered = object(
      "CREATE AGGREGATE o(float8 ORDER BY v) (SFUNC = sf, STYPE = internal, FINALFUNC = ff)",
    );
    expect(ordered.references.flatMap((one) => (one.kind === "routine" ? [one.call?.count] : []))).toEqual([
      2, 2,
    ]);
  });
});

test("triggers, rules and policies need their relation, function and expressions (C9)", () => {
  expect(
    references(
      "CREATE CONSTRAINT TRIGGER t AFTER UPDATE ON s.v FROM other FOR EACH ROW WHEN (new.a IS DISTINCT FROM w(1)) EXECUTE FUNCTION f('x')",
    ),
  ).toEqual(["relation s.v hard", "routine f hard", "relation other hard", "routine w hard"]);
  expect(references("CREATE RULE r AS ON UPDATE TO v WHERE f(old.a) DO ALSO SELECT * FROM w")).toEqual([
    "relation v hard",
    "routine f hard",
    "relation w hard",
  ]);
  expect(references("CREATE POLICY p ON t TO r USING (a IN (SELECT a FROM v)) WITH CHECK (f(a))")).toEqual([
    "relation t hard",
    "relation v hard",
    "routine f hard",
  ]);
});

test("attachments have references of their own (C9)", () => {
  const [one] = parsed(`CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
    CREATE INDEX i ON m (f(a), (g(a)::mood)) WHERE h(a); CREATE STATISTICS st ON (k(a)), a FROM m`).objects;
  const named = one?.attachments.map(({ references: own }) =>
    own.map((each) => (each.kind === "routine" ? each.name : each.kind)),
  );
  expect(named).toEqual([["f", "type", "g", "h"], ["k"]]);
  const [view] = parsed("CREATE VIEW v AS SELECT 1 AS a; ALTER VIEW v ALTER a SET DEFAULT f(1)").objects;
  expect(view?.attachments[0]?.references).toMatchObject([{ kind: "routine", name: "f" }]);
});
