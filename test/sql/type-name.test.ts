import { beforeAll, expect, test } from "vitest";
import { isRoutine } from "../../graph/identity.ts";
import { argumentTypeName, splitQualifiedName, typeFromText } from "../../graph/type-name.ts";
import { loadParser } from "../../src/sql/parse-component.ts";
import { object } from "./parsing.ts";

beforeAll(loadParser);

/** What format_type(oid, NULL) of PostgreSQL 18 says of each spelling. */
const spellings: readonly (readonly [string, string])[] = [
  ["int", "integer"],
  ["int4", "integer"],
  ["integer", "integer"],
  ["smallint", "smallint"],
  ["int8", "bigint"],
  ["real", "real"],
  ["float", "double precision"],
  ["float(3)", "real"],
  ["decimal(10, 2)", "numeric"],
  ["varchar(20)", "character varying"],
  ["character varying", "character varying"],
  ["char(3)", "character"],
  ["bpchar", "character"],
  ['"char"', '"char"'],
  ["nchar", "character"],
  ["bit(4)", "bit"],
  ["bit varying(4)", "bit varying"],
  ["bool", "boolean"],
  ["time", "time without time zone"],
  ["time(3) with time zone", "time with time zone"],
  ["timestamp", "timestamp without time zone"],
  ["timestamptz(3)", "timestamp with time zone"],
  ["interval year to month", "interval"],
  ["json", "json"],
  ["xml", "xml"],
  ["name", "name"],
  ['pg_catalog."any"', '"any"'],
  ["anyelement", "anyelement"],
  ["pg_class", "pg_class"],
  ["int[]", "integer[]"],
  ["int[3][4]", "integer[]"],
  ["integer array[3]", "integer[]"],
  ["_int4", "integer[]"],
  ["pg_catalog._timestamptz", "timestamp with time zone[]"],
  ["refcursor", "refcursor"],
  // Not built in: of the first schema of the search_path until the catalog is asked.
  ["mood", "app.mood"],
  ["mood[]", "app.mood[]"],
  ['"Mood"', 'app."Mood"'],
  ['"int"', 'app."int"'],
  ["_mood", "app._mood"],
  ["public.mood[]", "public.mood[]"],
  ['s."a.b"', 's."a.b"'],
  ["film.rating%TYPE", "app.film.rating%TYPE"],
  ["public.film.rating%type", "public.film.rating%TYPE"],
];

test.each(spellings)("an argument of type %s is %s", (spelling, expected) => {
  const { identity } = object(`CREATE FUNCTION f(${spelling}) RETURNS int LANGUAGE c AS 'x', 'y'`);
  expect(isRoutine(identity) && identity.arguments).toEqual([expected]);
});

test.each(
  spellings.filter(([spelling]) => !spelling.includes("%") && !/array|interval|^float\(/.test(spelling)),
)("%s inside a string is read alike", (spelling, expected) => {
  const type = typeFromText(spelling);
  expect(type === null ? null : argumentTypeName(type, "app")).toBe(expected);
});

test("qualified names inside strings", () => {
  expect(splitQualifiedName('App . "V""1"')).toEqual(["app", 'V"1']);
  expect(splitQualifiedName("a.b.c")).toEqual(["a", "b", "c"]);
  expect(splitQualifiedName("not a name")).toBeNull();
  expect(splitQualifiedName("")).toBeNull();
  expect(splitQualifiedName("a.")).toBeNull();
});
