/** Against psql itself, where it is installed: its variables are replaced in the same places, by the same text. */
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withSecrets } from "../../src/sql/psql-variables.ts";
import { type FreshDatabase, freshDatabase } from "../servers/database.ts";

const values = new Map([
  ["key", "it's \\ \"q\" :'b' $1 $$"],
  ["b", "2"],
]);

test.each([
  [":'b'", "'2'"],
  [':"b"', '"2"'],
  [":'key' :\"key\"", ` E'it''s \\\\ "q" :''b'' $1 $$' "it's \\ ""q"" :'b' $1 $$"`],
  ["select :'b',:'b'", "select '2','2'"],
  [":'other' :'b", ":'other' :'b"],
  ["x::'b' x:::'b'", "x::'b' x::'2'"],
  ["':''b''' \":'b'\" /* :'b' */ -- :'b'\n$$ :'b' $$ $x$ :'b' $x$ E'\\':''b'''", null],
  ["a[1:2] := :b :{?b}", null],
  ["U&':''b''' :'b'", "U&':''b''' '2'"],
  ["'a'\n:'b'", "'a'\n'2'"],
  [":'b'\n'c'", "'2'\n'c'"],
])("%s", (sql, expected) => {
  expect(withSecrets(sql, values)).toBe(expected ?? sql);
});

const program = "psql";
const psql = spawnSync(program, ["--version"], { encoding: "utf8" });
if (psql.status !== 0) console.log("psql is not installed: its own replacing is not compared");

describe.skipIf(psql.status !== 0)("psql", () => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase(18);
  });
  afterAll(() => database.drop());

  /** What psql sends: it echoes each query after replacing its variables. */
  function sentByPsql(sql: string): string {
    const variables = [...values].flatMap(([name, value]) => ["-v", `${name}=${value}`]);
    const ran = spawnSync(program, ["-X", "-q", "-e", "-o", "/dev/null", ...variables, database.url ?? ""], {
      input: `${sql}\n;\n`,
      encoding: "utf8",
    });
    return ran.stdout;
  }

  test("property: replaces the same", () => {
    const piece = fc.constantFrom(
      ":'b'",
      ':"b"',
      ":'key'",
      ":'other'",
      "::'b'",
      ":",
      "'",
      "''",
      '"',
      "$$",
      "$x$",
      "--",
      "/*",
      "*/",
      "\n",
      " ",
      "a",
      "1",
      "E'",
      "U&'",
      "[1:",
      "]",
      "+",
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
        // What is never closed is never sent.
        const sql = `select ${pieces.join("")}`;
        const sent = sentByPsql(sql);
        fc.pre(sent !== "");
        const squeezed = (text: string) => text.replaceAll(/--[^\n]*/g, "").replaceAll(/[\s;]+/g, "");
        fc.pre(!sql.includes(";"));
        expect(squeezed(sent)).toBe(squeezed(withSecrets(sql, values)));
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
