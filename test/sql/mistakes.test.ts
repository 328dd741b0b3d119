import { beforeAll, expect, test } from "vitest";
import { loadParser, parseComponent } from "../../src/sql/parse-component.ts";
import { lineAndColumn } from "../../src/sql/position.ts";
import { searchPath } from "./parsing.ts";

beforeAll(loadParser);

function mistakes(text: string) {
  return parseComponent("c.sql", text, { searchPath }).mistakes;
}

test.each([
  ["CREATE TABLE t (a int)", /CREATE TABLE/, /migration/],
  ["CREATE TABLE t AS SELECT 1", /CREATE TABLE AS/, /migration/],
  ["CREATE TYPE t AS ENUM ('a')", /CREATE TYPE/, /migration/],
  ["CREATE TYPE t AS (a int)", /CREATE TYPE/, /migration/],
  ["CREATE DOMAIN d AS int", /CREATE DOMAIN/, /migration/],
  ["CREATE SEQUENCE s", /CREATE SEQUENCE/, /migration/],
  ["CREATE SCHEMA s", /CREATE SCHEMA/, /migration/],
  ["CREATE EXTENSION e", /CREATE EXTENSION/, /migration/],
  ["CREATE ROLE r", /CREATE ROLE/, /migration/],
  ["CREATE OPERATOR + (FUNCTION = f, LEFTARG = int)", /OPERATOR/, /migration/],
  ["ALTER TABLE t ADD COLUMN a int", /ALTER/, /migration/],
  ["ALTER TABLE t ENABLE ROW LEVEL SECURITY", /ALTER/, /migration/],
  ["ALTER TABLE t DISABLE TRIGGER ALL", /ALTER/, /migration/],
  ["INSERT INTO t VALUES (1)", /INSERT/, /migration/],
  ["UPDATE t SET a = 1", /UPDATE/, /migration/],
  ["DELETE FROM t", /DELETE/, /migration/],
  ["DO $$ BEGIN END $$", /DO/, /migration/],
  ["CALL p()", /CALL/, /migration/],
  ["GRANT USAGE ON SCHEMA s TO r", /GRANT/, /migration/],
  ["GRANT SELECT ON ALL TABLES IN SCHEMA s TO r", /GRANT/, /migration/],
  ["GRANT r TO s", /GRANT of a role/, /migration/],
  ["ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO r", /DEFAULT PRIVILEGES/, /migration/],
  ["COMMENT ON TABLE t IS 'x'", /COMMENT/, /migration/],
  ["COMMENT ON CONSTRAINT c ON t IS 'x'", /COMMENT/, /migration/],
  ["COMMENT ON INDEX i IS 'x'", /COMMENT/, /migration/],
  ["BEGIN", /one transaction/, /remove/],
  ["COMMIT", /one transaction/, /remove/],
  ["DROP VIEW v", /DROP/, /remove its file/],
  ["DROP FUNCTION IF EXISTS f(int) CASCADE", /DROP/, /remove its file/],
  ["SET search_path = a, b", /search_path/, /migrator\.json/],
  ["SET check_function_bodies = off", /check_function_bodies/, /SET clause/],
  ["SELECT 1", /query/, /remove/],
  ["ALTER VIEW v RENAME TO w", /renamed/, /CREATE statement/],
  ["ALTER FUNCTION f() SET SCHEMA s", /renamed or moved/, /CREATE statement/],
  ["ALTER POLICY p ON t USING (true)", /ALTER POLICY/, /CREATE POLICY/],
  ["REFRESH MATERIALIZED VIEW m", /REFRESH/, /remove/],
  ["VACUUM t", /VACUUM/, /migration/],
  ["CREATE TEMP VIEW v AS SELECT 1", /temporary/, /TEMPORARY/],
  ["CREATE VIEW pg_temp.v AS SELECT 1", /temporary/, /TEMPORARY/],
  ["CREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT 1", /IF NOT EXISTS/, /leave out/],
  ["CREATE INDEX IF NOT EXISTS i ON m (a)", /IF NOT EXISTS/, /leave out/],
  ["CREATE INDEX CONCURRENTLY i ON m (a)", /CONCURRENTLY/, /leave out/],
  ["CREATE INDEX ON m (a)", /name/, /CREATE INDEX name/],
  ["CREATE STATISTICS ON a, b FROM m", /name/, /CREATE STATISTICS name/],
  ["\\i other.sql", /psql command \\i/, /include/],
  ["SELECT 1;\n  \\copy t from x", /psql command \\copy/, /remove/],
  ["CREATE VIEW v AS SELECT :name", /psql variable :name/, /template/],
  ["CREATE VIEW v AS SELECT :'name'", /psql variable :'name'/, /template/],
])("%s is misplaced", (text, message, fix) => {
  const [mistake, ...others] = mistakes(text);
  expect(mistake?.code).toBe("misplaced-statement");
  expect(mistake?.message).toMatch(message);
  expect(mistake?.fix).toMatch(fix);
  expect(others).toEqual([]);
});

test("all mistakes of a file are reported, at their statements, and the rest is parsed", () => {
  const text =
    "-- 😀\nCREATE TABLE t ();\nCREATE VIEW v AS SELECT 1;\n  DROP VIEW w;\nCREATE TEMP VIEW x AS SELECT 1;";
  const { parsed, mistakes: found } = parseComponent("c.sql", text, { searchPath });
  expect(found.map(({ offset }) => lineAndColumn(text, offset))).toEqual([
    { line: 2, column: 1 },
    { line: 4, column: 3 },
    { line: 5, column: 1 },
  ]);
  expect(parsed.objects).toHaveLength(1);
});

test("a syntax error has its place, in UTF-16 units", () => {
  const text = "CREATE VIEW v AS SELECT 'é😀';\r\nCREATE VIEW w AS SELECT FROM FROM x;";
  const [mistake] = mistakes(text);
  expect(mistake).toEqual({
    code: "syntax-error",
    message: 'syntax error at or near "FROM"',
    offset: text.lastIndexOf("FROM"),
    fix: expect.any(String),
  });
  const marked = `\uFEFF${text}`;
  expect(mistakes(marked)[0]?.offset).toBe(marked.lastIndexOf("FROM"));
});

test("an error at the end, an unclosed quote", () => {
  expect(mistakes("CREATE VIEW v AS")).toMatchObject([{ code: "syntax-error", offset: 16 }]);
  expect(mistakes("CREATE VIEW v AS SELECT 'a")).toMatchObject([{ code: "syntax-error", offset: 24 }]);
});

test("a NUL is a mistake where it stands", () => {
  expect(mistakes("CREATE VIEW v AS SELECT 1;\0 DROP TABLE x")).toMatchObject([
    { code: "syntax-error", offset: 26 },
  ]);
  expect(mistakes("\uFEFF\0")).toMatchObject([{ offset: 1 }]);
});

test("an expression nested too deeply is a mistake and leaves the parser usable", () => {
  const deep = `CREATE VIEW v AS SELECT ${"(".repeat(20_000)}1${")".repeat(20_000)}`;
  expect(mistakes(deep)).toMatchObject([{ code: "syntax-error" }]);
  expect(mistakes("CREATE VIEW v AS SELECT 1")).toEqual([]);
});
