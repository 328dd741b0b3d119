import { beforeAll, expect, test } from "vitest";
import { loadParser } from "../../src/sql/parse-component.ts";
import { object } from "./parsing.ts";

beforeAll(loadParser);

test.each([
  [
    "comments and white space",
    "CREATE VIEW v AS SELECT 1 AS a",
    "-- x\nCREATE  VIEW v\nAS /* y */ SELECT 1 AS a -- z",
  ],
  ["keyword case", "CREATE VIEW v AS SELECT 1 AS a FROM t", "create view V as select 1 as A from T"],
  ["OR REPLACE", "CREATE VIEW v AS SELECT 1", "CREATE OR REPLACE VIEW v AS SELECT 1"],
  [
    "OR REPLACE of a trigger",
    "CREATE TRIGGER t AFTER INSERT ON x EXECUTE FUNCTION f()",
    "CREATE OR REPLACE TRIGGER t AFTER INSERT ON x EXECUTE PROCEDURE f()",
  ],
  ["line ends outside of bodies", "CREATE VIEW v AS\nSELECT 1,\n2", "CREATE VIEW v AS\r\nSELECT 1,\r\n2"],
  [
    "line ends in bodies",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\nSELECT 1\n$$",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\r\nSELECT 1\r\n$$",
  ],
  [
    "quoting of the body",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $x$SELECT 1$x$",
  ],
  ["type spellings", "CREATE VIEW v AS SELECT 1::int", "CREATE VIEW v AS SELECT CAST(1 AS integer)"],
])("%s do not count", (_, a, b) => {
  expect(object(a).hash).toBe(object(b).hash);
});

test.each([
  ["a constant", "CREATE VIEW v AS SELECT 1", "CREATE VIEW v AS SELECT 2"],
  [
    "a comment in a body",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1 -- x'",
  ],
  ["a line end in a string", "CREATE VIEW v AS SELECT 'a\nb'", "CREATE VIEW v AS SELECT 'a\r\nb'"],
  [
    "a string that looks like a position",
    `CREATE VIEW v AS SELECT '","location":1'`,
    `CREATE VIEW v AS SELECT '","location":2'`,
  ],
  [
    "an escape that looks like a line end",
    "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$SELECT E'\\r\\n'$$",
    "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$SELECT E'\\n'$$",
  ],
  [
    "the volatility",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION f() RETURNS int STABLE LANGUAGE sql AS 'SELECT 1'",
  ],
  [
    "WITH NO DATA",
    "CREATE MATERIALIZED VIEW m AS SELECT 1",
    "CREATE MATERIALIZED VIEW m AS SELECT 1 WITH NO DATA",
  ],
  ["the case of a quoted name", 'CREATE VIEW v AS SELECT 1 AS "A"', "CREATE VIEW v AS SELECT 1 AS A"],
])("%s counts", (_, a, b) => {
  expect(object(a).hash).not.toBe(object(b).hash);
});

test("is 32 hexadecimal digits", () => {
  expect(object("CREATE VIEW v AS SELECT 1").hash).toMatch(/^[0-9a-f]{32}$/);
});
