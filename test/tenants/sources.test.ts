/** What each source of a matrix gives, for sources without a database. */
import { expect, test } from "vitest";
import { mistakesOf, scopesOf } from "./support.ts";

const both = [
  {
    matrix: "tenant",
    key: "acme",
    name: "tenant=acme",
    variables: { tenant: "acme", schema: "acme" },
    schema: "acme",
    searchPath: ["acme", "public"],
    url: null,
  },
  {
    matrix: "tenant",
    key: "beta",
    name: "tenant=beta",
    variables: { schema: "beta", region: "eu", tenant: { schema: "beta", region: "eu" } },
    schema: "beta",
    searchPath: ["beta", "public"],
    url: null,
  },
];
const rows = [{ schema: "beta", region: "eu" }, "acme"];

test("values, sorted by key", async () => {
  expect(await scopesOf({ matrices: { tenant: { values: rows } } })).toEqual(both);
});

test.each([
  ["tenants.json", JSON.stringify(rows)],
  ["tenants.json", JSON.stringify({ tenant: rows })],
  ["tenants.yaml", "# ours\n- schema: beta\n  region: eu\n- acme\n"],
  ["tenants.yml", "tenant:\n  - { schema: beta, region: eu }\n  - acme\n"],
  ["tenants.toml", 'tenant = ["acme", { schema = "beta", region = "eu" }]\n'],
])("a file: %s %#", async (file, text) => {
  const project = { matrices: { tenant: { file } }, files: { [file]: text } };
  expect(await scopesOf(project)).toEqual(both);
});

test("TOML tables", async () => {
  const text = '[[tenant]]\nname = "b"\nseats = 3\n\n[[tenant]]\nname = "a"\n';
  const scopes = await scopesOf({ matrices: { tenant: { file: "t.toml" } }, files: { "t.toml": text } });
  expect(scopes.map(({ variables }) => variables.tenant)).toEqual([
    { name: "a", schema: "a" },
    { name: "b", seats: 3, schema: "b" },
  ]);
});

test("CSV: quotes, empty fields, a byte-order mark", async () => {
  const text = '\ufeffname,region,note\r\n"Ac, me",,""\r\n\r\n"b""c",us,"two\nlines"\r\n';
  const scopes = await scopesOf({
    matrices: { tenant: { file: "t.csv", variables: { region: "eu", note: "-" } } },
    files: { "t.csv": text },
  });
  expect(scopes.map(({ key, variables }) => [key, variables.tenant])).toEqual([
    ["Ac, me", { name: "Ac, me", note: "", region: "eu", schema: "Ac, me" }],
    ['b"c', { name: 'b"c', region: "us", note: "two\nlines", schema: 'b"c' }],
  ]);
});

test("CSV: a mistake has its line", async () => {
  const found = await mistakesOf({
    matrices: { tenant: { file: "t.csv" } },
    files: { "t.csv": 'name,schema\n"x\ny",a\n\nz,pg_z\n,\n' },
  });
  expect(found).toEqual([
    't.csv:5:1 the value "pg_z" of the matrix tenant: its schema "pg_z" begins with pg_, as PostgreSQL\'s own do',
    "t.csv:6:1 value 3 of the matrix tenant: it has no member that names it",
  ]);
});

const print = (text: string): string[] => [
  process.execPath,
  "-e",
  `process.stdout.write(${JSON.stringify(text)})`,
];

test.each([
  ["a list", JSON.stringify(rows, null, 1)],
  ["JSON lines", `${rows.map((row) => JSON.stringify(row)).join("\n")}\n\n`],
])("a command: %s", async (_name, text) => {
  expect(await scopesOf({ matrices: { tenant: { command: print(text) } } })).toEqual(both);
});

test("a command: plain lines stay as they are", async () => {
  const scopes = await scopesOf({ matrices: { tenant: { command: print("b c\r\n 'a'\n\n") } } });
  expect(scopes.map(({ key }) => key)).toEqual([" 'a'", "b c"]);
});

test("a command that fails says what it wrote to standard error", async () => {
  const script = 'console.error("no such host"); process.exit(3)';
  const found = await mistakesOf({ matrices: { tenant: { command: [process.execPath, "-e", script] } } });
  expect(found).toEqual([
    `migrator.json:4:18 the values of the matrix tenant: ${process.execPath} ended with exit code 3`,
  ]);
});

test("a command that prints half a line of JSON", async () => {
  const found = await mistakesOf({ matrices: { tenant: { command: print('{"schema":"a"}\n{"schema":') } } });
  expect(found).toHaveLength(1);
  expect(found[0]).toContain("line 2 of what");
});

test("a value inside another: keys, parameters of the command, variables of both", async () => {
  const script =
    "const e = process.env; console.log(JSON.stringify({ schema: 'a', seen: [e.MIGRATOR_REGION, e.MIGRATOR_REGION_HOST] }))";
  const scopes = await scopesOf({
    matrices: {
      region: {
        values: [
          { name: "eu", host: "db1" },
          { name: "us", host: "db2" },
        ],
      },
      tenant: {
        of: "region",
        command: [process.execPath, "-e", script],
        variables: { databaseUrl: "postgres://{region}/x" },
      },
    },
  });
  expect(
    scopes.map(({ key, url, variables }) => [key, url, variables.seen, variables.host, variables.region]),
  ).toEqual([
    ["eu/a", "postgres://eu/x", ["eu", "db1"], "db1", { name: "eu", host: "db1", schema: "eu" }],
    ["us/a", "postgres://us/x", ["us", "db2"], "db2", { name: "us", host: "db2", schema: "us" }],
  ]);
});

test("a value inside one with a database of its own lies in that database", async () => {
  const scopes = await scopesOf({
    matrices: {
      region: { key: "name", values: [{ name: "eu", databaseUrl: { secret: { env: "EU" } } }] },
      tenant: { of: "region", values: ["acme"] },
    },
  });
  expect(scopes).toMatchObject([{ key: "eu/acme", schema: "acme", url: { env: "EU" } }]);
  expect(scopes[0]?.variables).not.toHaveProperty("databaseUrl");
});

test("crossing: every pair", async () => {
  const scopes = await scopesOf({
    matrix: "cell",
    matrices: {
      tenant: { values: ["b", "a"] },
      region: { values: ["us", "eu"] },
      cell: { cross: ["tenant", "region"], variables: { schema: "{tenant}_{region}" } },
    },
  });
  expect(scopes.map(({ key, schema }) => [key, schema])).toEqual([
    ["a/eu", "a_eu"],
    ["a/us", "a_us"],
    ["b/eu", "b_eu"],
    ["b/us", "b_us"],
  ]);
  expect(scopes[0]?.variables).toEqual({
    tenant: "a",
    region: "eu",
    schema: "a_eu",
    cell: { schema: "a_eu" },
  });
});

test("crossing tenants with databases: the tenant's schema in each", async () => {
  const scopes = await scopesOf({
    matrix: "cell",
    matrices: {
      tenant: { values: ["b", "a"] },
      region: { values: ["us", "eu"], variables: { databaseUrl: { secret: { env: "URL_{key}" } } } },
      cell: { cross: ["tenant", "region"] },
    },
  });
  expect(scopes.map(({ key, schema, url }) => [key, schema, url])).toEqual([
    ["a/eu", "a", { env: "URL_eu" }],
    ["a/us", "a", { env: "URL_us" }],
    ["b/eu", "b", { env: "URL_eu" }],
    ["b/us", "b", { env: "URL_us" }],
  ]);
});

test("variables: defaults, what the value has itself, secrets that differ", async () => {
  const scopes = await scopesOf({
    matrices: {
      tenant: {
        values: [
          { schema: "a", plan: null },
          { schema: "b", plan: "gold" },
        ],
        variables: {
          plan: "free for {key}",
          password: { secret: { env: "PW_{key}" } },
          list: ["{key}", { x: "{other}" }],
        },
      },
    },
  });
  expect(scopes.map(({ variables }) => variables)).toMatchObject([
    { plan: "free for a", password: { secret: { env: "PW_a" } }, list: ["a", { x: "{other}" }] },
    { plan: "gold", password: { secret: { env: "PW_b" } }, list: ["b", { x: "{other}" }] },
  ]);
});

test("a key does not lead a secret's file out of its folder, nor a URL to another host", async () => {
  const rules = { variables: { pw: { secret: { file: "secrets/{key}" } } } };
  expect(await mistakesOf({ matrices: { tenant: { values: ["../x", ".."], ...rules } } })).toHaveLength(2);
  const [scope] = await scopesOf({
    matrices: { tenant: { values: ["x@evil/?host=y"], variables: { databaseUrl: "postgres://h/{key}" } } },
  });
  expect(scope?.url).toBe("postgres://h/x%40evil%2F%3Fhost%3Dy");
});

test("the schema of the variables fills in and checks", async () => {
  const schema = {
    required: ["plan"],
    properties: { plan: { enum: ["free", "gold"] }, seats: { type: "integer", default: 5 } },
  };
  const files = { "tenant.schema.json": JSON.stringify(schema) };
  const matrix = (values: readonly object[]) => ({
    tenant: { values, variableSchema: "tenant.schema.json" },
  });
  const scopes = await scopesOf({ matrices: matrix([{ schema: "a", plan: "free" }]), files });
  expect(scopes[0]?.variables).toMatchObject({ plan: "free", seats: 5 });
  const found = await mistakesOf({
    matrices: matrix([{ schema: "a" }, { schema: "b", plan: "lead", seats: "x" }]),
    files,
  });
  expect(found.map((one) => one.replace(/^\S+ /, ""))).toEqual([
    'the value "a" of the matrix tenant: the variable plan is missing',
    'the value "b" of the matrix tenant: plan is none of "free", "gold"',
    'the value "b" of the matrix tenant: seats must be a whole number',
  ]);
});
