/** What is wrong with matrices, all of it, with its places. */
import { expect, test } from "vitest";
import { mistakesOf } from "./support.ts";

const ofConfig: readonly (readonly [string, Readonly<Record<string, object>>, readonly string[]])[] = [
  [
    "no source",
    { tenant: { key: "name" } },
    [
      '3:15 a matrix says where its values come from: "values", "file", "query", "command", "schemas", "cross"',
    ],
  ],
  [
    "two sources",
    { tenant: { values: ["a"], file: "t.csv" } },
    ['7:7 a matrix has one source, and this one has "values" and "file"'],
  ],
  [
    "a key that is not known",
    { tenant: { valeus: ["a"], schemas: "t_*" } },
    ['4:7 the key "valeus" is not known'],
  ],
  [
    "an unknown matrix",
    { tenant: { values: ["a"], of: "regoin" }, region: { values: ["eu"] } },
    ['7:13 there is no matrix "regoin"'],
  ],
  [
    "an unknown matrix to cross",
    { tenant: { values: ["a"] }, cell: { cross: ["tenant", "x"] } },
    ['11:9 there is no matrix "x"'],
  ],
  [
    "one matrix to cross",
    { tenant: { cross: ["tenant"] } },
    ['4:16 "cross" names the matrices whose values are combined, at least two'],
  ],
  [
    "the same twice",
    { t: { values: ["a"] }, cell: { cross: ["t", "t"] } },
    ['11:9 "t" stands twice in "cross"'],
  ],
  [
    "of beside cross",
    { t: { values: ["a"] }, u: { values: ["b"] }, cell: { cross: ["t", "u"], of: "t", key: "x" } },
    ['18:13 "of" has no meaning beside "cross"', '19:14 "key" has no meaning beside "cross"'],
  ],
  [
    "itself",
    { tenant: { values: ["a"], of: "tenant" } },
    ["3:15 matrices need each other in a circle: tenant → tenant"],
  ],
  [
    "a circle",
    { a: { values: ["a"], of: "b" }, b: { values: ["a"], of: "c" }, c: { cross: ["a", "b"] } },
    [
      "3:10 matrices need each other in a circle: a → b → c → a",
      "9:10 matrices need each other in a circle: b → c → b",
    ],
  ],
  [
    "values that are no list",
    { tenant: { values: "acme" } },
    ['4:17 "values" is a list of texts and objects'],
  ],
  [
    "an empty command",
    { tenant: { command: [] } },
    ['4:18 "command" is a program and its arguments; there is no shell'],
  ],
  [
    "a command as one text",
    { tenant: { command: "ls -l" } },
    ['4:18 "command" is a program and its arguments; there is no shell'],
  ],
  [
    "a query that is no text",
    { tenant: { query: 1 } },
    ['4:16 "query" of a matrix is a text that is not empty'],
  ],
  [
    "a pattern that is empty",
    { tenant: { schemas: "" } },
    ['4:18 "schemas" of a matrix is a text that is not empty'],
  ],
  [
    "insert without a query",
    { tenant: { values: ["a"], insert: "insert into t values ($1)" } },
    ['7:7 "insert" belongs to a matrix with a "query"'],
  ],
  [
    "variables",
    { tenant: { values: ["a"], variables: { "a-b": 1, pw: { secret: "hunter2" } } } },
    [
      "8:9 the name of a variable has letters, digits and underscores alone, and begins with no digit",
      "10:21 a secret names the environment variable, the file or the command that gives it",
    ],
  ],
  [
    "a secret in a value",
    { tenant: { values: [{ schema: "a", pw: { secret: "hunter2" } }] } },
    ["8:23 a secret names the environment variable, the file or the command that gives it"],
  ],
  [
    "a schema of variables",
    { tenant: { values: ["a"], variableSchema: 1 } },
    ["7:25 variableSchema is a JSON Schema, or the file that holds one"],
  ],
  [
    "a word that has another meaning",
    { shared: { values: ["a"] } },
    ['3:5 a matrix cannot be called "shared": the tool gives this word another meaning'],
  ],
];

test.each(ofConfig)("migrator.json: %s", async (_name, matrices, told) => {
  const [matrix = ""] = Object.keys(matrices);
  expect(await mistakesOf({ matrices, matrix })).toEqual(told.map((one) => `migrator.json:${one}`));
});

test("mistakes of several matrices are told together, in the order of the file", async () => {
  const matrices = { a: { values: 1, of: "x" }, b: { file: "" }, c: {} };
  expect(await mistakesOf({ matrices, matrix: "a" })).toEqual([
    'migrator.json:4:17 "values" is a list of texts and objects',
    'migrator.json:5:13 there is no matrix "x"',
    'migrator.json:8:15 "file" of a matrix is a text that is not empty',
    expect.stringMatching(/^migrator.json:10:10 a matrix says where its values come from/),
  ]);
});

test("a matrix that is not there", async () => {
  const found = await mistakesOf({ matrices: { tenant: { values: [] } }, matrix: "tenants" });
  expect(found).toEqual(['there is no matrix "tenants"']);
});

const long = "x".repeat(64);
test("every mistake in the values, with its place", async () => {
  const values = [
    "",
    1,
    { schema: "pg_x" },
    { schema: "information_schema" },
    { schema: "migrator" },
    { schema: long },
    { name: "é".repeat(32) },
    { schema: "a\0b" },
    { region: true },
    {},
    { schema: 7 },
    { name: "url", databaseUrl: "mysql://root:hunter2@h/d" },
    { name: "n", "first name": 1 },
    { secret: { env: "X" } },
  ];
  const files = {
    "t.json": `${values
      .map((value) => JSON.stringify(value))
      .join(",\n")
      .replace(/^/, "[\n")}]`,
  };
  const what = (key: string) => `the value ${JSON.stringify(key)} of the matrix tenant:`;
  expect(await mistakesOf({ matrices: { tenant: { file: "t.json" } }, files })).toEqual([
    't.json:2:1 value 1 of the matrix tenant: its key "tenant" is empty',
    "t.json:3:1 value 2 of the matrix tenant: it is neither a text nor an object",
    `t.json:4:11 ${what("pg_x")} its schema "pg_x" begins with pg_, as PostgreSQL's own do`,
    `t.json:5:11 ${what("information_schema")} its schema is PostgreSQL's own "information_schema"`,
    `t.json:6:11 ${what("migrator")} its schema "migrator" is the ledger's`,
    `t.json:7:11 ${what(long)} its schema "${long}" is longer than 63 bytes`,
    `t.json:8:1 ${what("é".repeat(32))} its schema "${"é".repeat(32)}" is longer than 63 bytes`,
    't.json:9:11 value 8 of the matrix tenant: the member "schema" holds a NUL character',
    't.json:10:11 value 9 of the matrix tenant: its key "region" is no text',
    "t.json:11:1 value 10 of the matrix tenant: it has no member that names it",
    `t.json:12:11 ${what("7")} its schema is no text`,
    `t.json:13:29 ${what("url")} its databaseUrl is neither a connection URL nor a secret`,
    't.json:14:26 value 13 of the matrix tenant: the member "first name": the name of a variable has letters, digits and underscores alone, and begins with no digit',
    "t.json:15:1 value 14 of the matrix tenant: it is a secret",
  ]);
});

test("the same key, and the same schema in the same database", async () => {
  const url = { secret: { env: "U" } };
  const text = [
    "- { name: a, schema: s }",
    "- { name: b, schema: s }",
    "- { name: a, schema: t }",
    `- { name: c, schema: s, databaseUrl: ${JSON.stringify(url)} }`,
    `- { name: d, databaseUrl: ${JSON.stringify(url)} }`,
    `- { name: e, databaseUrl: ${JSON.stringify(url)} }`,
  ].join("\n");
  const matrices = { tenant: { file: "t.yaml", key: "name" } };
  expect(await mistakesOf({ matrices, files: { "t.yaml": text } })).toEqual([
    't.yaml:2:3 the values "a" (t.yaml:1) and "b" of the matrix tenant have the schema "s"',
    't.yaml:3:3 two values of the matrix tenant have the key "a" (t.yaml:1)',
    't.yaml:6:3 the values "d" (t.yaml:5) and "e" of the matrix tenant have the same database',
  ]);
});

test.each([
  [
    "none.json",
    {},
    'migrator.json:4:15 the values of the matrix tenant: there is no file "none.json" to read',
  ],
  ["../x.json", {}, "migrator.json:4:15 the values of the matrix tenant: "],
  ["t.json", { "t.json": "[1,]" }, "t.json:1:4 "],
  [
    "t.yaml",
    { "t.yaml": "a: 1\na: 2" },
    "t.yaml:2:1 this YAML cannot be read: the key stands twice in this object",
  ],
  ["t.toml", { "t.toml": "x = 1" }, "t.toml:1:1 a list of values is expected here"],
  ["t.csv", { "t.csv": "a,b\n1\n" }, "t.csv:2:1 this is no CSV: "],
  ["t.csv", { "t.csv": "a,a\n1,2\n" }, 't.csv:1:1 two columns are called "a"'],
  ["t.json", { "t.json": new Uint8Array([0x5b, 0xff, 0x5d]) }, "t.json:1:2 the file is not UTF-8"],
])("the file %s %#", async (file, files, told) => {
  const [first, ...more] = await mistakesOf({ matrices: { tenant: { file } }, files });
  expect(first).toContain(told);
  expect(more).toEqual([]);
});
