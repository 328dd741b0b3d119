/** Keys and members are data: what a source gives is what a scope has, whatever it holds. */
import fc from "fast-check";
import { stringify } from "smol-toml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify as toYaml } from "yaml";
import { compareText } from "../../graph/compare.ts";
import type { JsonValue } from "../../src/config/json.ts";
import type { MatrixScope } from "../../src/tenants/scope.ts";
import { type FreshDatabase, freshDatabase } from "../servers/database.ts";
import { scopesOf } from "./support.ts";

const piece = fc.constantFrom(
  ..."'\"`\\$;{}%=/,.*?:&#@-\n\r\t aZé€😀\u2028".split(""),
  ...[
    "$$",
    "{{",
    "}}",
    "{% raw %}",
    "{#",
    ":'x'",
    ":x",
    "{key}",
    "$1",
    "$&",
    "--",
    "/*",
    "null",
    "true",
    "1e3",
    "\r\n",
    "tenant=",
    "../",
  ],
);
const hostile = fc
  .array(piece, { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(""))
  .filter((text) => !/\p{Surrogate}/u.test(text) && Buffer.byteLength(text) <= 63);
const rows = fc.uniqueArray(fc.record({ name: hostile, note: hostile }), {
  selector: ({ name }) => name,
  minLength: 1,
  maxLength: 4,
});
type Rows = readonly { readonly name: string; readonly note: string }[];

/** As pairs of what must come out. */
function expected(given: Rows) {
  return given
    .map(({ name, note }) => ({
      key: name,
      ledger: `tenant=${name}`,
      schema: name,
      members: { name, note, schema: name },
      top: [name, note, name],
    }))
    .sort((a, b) => compareText(a.key, b.key));
}

function seen(scopes: readonly MatrixScope[]) {
  return scopes.map(({ key, name: ledger, schema, variables }) => ({
    key,
    ledger,
    schema,
    members: variables.tenant,
    top: [variables.name, variables.note, variables.schema],
  }));
}

const asCsv = (given: Rows): string =>
  [["name", "note"], ...given.map(({ name, note }) => [name, note])]
    .map((fields) => fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(","))
    .join("\n");

const files: readonly (readonly [string, (given: Rows) => string])[] = [
  ["t.json", (given) => JSON.stringify(given)],
  ["t.yaml", (given) => toYaml(given)],
  ["t.toml", (given) => stringify({ tenant: given })],
  ["t.csv", asCsv],
];

test.each(files)("from %s", async (file, write) => {
  await fc.assert(
    fc.asyncProperty(rows, async (given) => {
      const scopes = await scopesOf({ matrices: { tenant: { file } }, files: { [file]: write(given) } });
      expect(seen(scopes)).toEqual(expected(given));
    }),
    { numRuns: 100 },
  );
});

test("from migrator.json, as texts and as objects", async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (given) => {
      expect(seen(await scopesOf({ matrices: { tenant: { values: given } } }))).toEqual(expected(given));
      const plain = await scopesOf({ matrices: { tenant: { values: given.map(({ name }) => name) } } });
      expect(plain.map(({ key, variables }) => [key, variables])).toEqual(
        expected(given).map(({ key }) => [key, { tenant: key, schema: key }]),
      );
    }),
    { numRuns: 100 },
  );
});

test("from a command that prints JSON", async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (given) => {
      const script = "process.stdout.write(process.argv[1])";
      const lines = given.map((row) => JSON.stringify(row)).join("\n");
      const command = [process.execPath, "-e", script, lines];
      expect(seen(await scopesOf({ matrices: { tenant: { command } } }))).toEqual(expected(given));
    }),
    { numRuns: 10 },
  );
});

test("what stands for the key in variables is the key, whatever it holds", async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (given) => {
      const variables: Record<string, JsonValue> = { a: "<{key}>", b: { secret: { env: "PW_{key}" } } };
      const scopes = await scopesOf({ matrices: { tenant: { values: given, variables } } });
      for (const { key, variables: own } of scopes) {
        expect(own).toMatchObject({ a: `<${key}>`, b: { secret: { env: `PW_${key}` } } });
      }
    }),
    { numRuns: 100 },
  );
});

describe.each([15, 18, "embedded"] as const)("on %s", (where) => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase(where);
  });
  afterAll(() => database.drop());

  test("from a query, with hostile parameters", async () => {
    await fc.assert(
      fc.asyncProperty(rows, hostile, async (given, region) => {
        await database.batch([
          "drop table if exists public.t",
          "create table public.t (name text, note text, region text)",
        ]);
        for (const { name, note } of given) {
          await database.query("insert into public.t values ($1, $2, $3)", [name, note, region]);
        }
        const matrices = {
          region: { values: [{ name: region }], key: "name" },
          tenant: { of: "region", query: "select name, note from public.t where region = :region" },
        };
        const scopes = await scopesOf({ matrices, database });
        expect(scopes.map(({ key, schema, variables }) => [key, schema, variables.note])).toEqual(
          expected(given).map(({ key, top }) => [`${region}/${key}`, key, top[1]]),
        );
      }),
      { numRuns: 40 },
    );
  });

  test("the schemas of the target", async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (given) => {
        const names = given.map(({ name }) => `t${name}`).filter((name) => Buffer.byteLength(name) <= 63);
        for (const name of names) await database.batch([`create schema "${name.replaceAll('"', '""')}"`]);
        const scopes = await scopesOf({ matrices: { tenant: { schemas: "t*" } }, database });
        for (const name of names) await database.batch([`drop schema "${name.replaceAll('"', '""')}"`]);
        expect(scopes.map(({ schema }) => schema)).toEqual([...names].sort(compareText));
      }),
      { numRuns: 40 },
    );
  });
});
