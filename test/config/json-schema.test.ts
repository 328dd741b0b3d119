/** schema/migrator.schema.json is written by `UPDATE=1 npx vitest run test/config/json-schema.test.ts`. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Schema, Validator } from "@cfworker/json-schema";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MigratorError } from "../../graph/diagnostic.ts";
import { type Config, costKinds } from "../../src/config/config.ts";
import type { JsonValue } from "../../src/config/json.ts";
import { configJsonSchema } from "../../src/config/json-schema.ts";
import type { JsonSchema } from "../../src/config/json-schema-value.ts";
import { keyDescriptions } from "../../src/config/key-descriptions.ts";
import { loadConfig } from "../../src/config/load.ts";
import { temporaryFolder } from "./folder.ts";

const file = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "schema", "migrator.schema.json");

const schema = configJsonSchema();
const validator = new Validator(schema as Schema, "7");

function schemaTakes(value: JsonValue): boolean {
  return validator.validate(value).valid;
}

/** The messages of the checker; none where it takes the file. */
async function checker(folder: string, value: JsonValue): Promise<readonly string[]> {
  writeFileSync(join(folder, "migrator.json"), JSON.stringify(value));
  try {
    const config: Config = await loadConfig({ folder });
    expect(config.root).toBe(folder);
    return [];
  } catch (error) {
    if (!(error instanceof MigratorError)) throw error;
    return error.diagnostics.map(({ message }) => message);
  }
}

/** What JSON Schema cannot say: what one place must have to do with another, and lengths in bytes. */
const beyondSchema =
  /^there is no (target|matrix) "|^another module is called|^the folder (is that|lies inside that|holds that) of module "|^matrices need each other in a circle|is longer than the 63 bytes/;

test("the file in the package is what the rules say", () => {
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  if (process.env.UPDATE === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(readFileSync(file, "utf8")).toBe(text);
});

test("every key that is described is there", () => {
  const told = new Set<string>();
  const visit = (node: JsonSchema, path: readonly string[]): void => {
    const inner = [node.additionalProperties, node.items].filter(
      (one) => typeof one === "object",
    ) as JsonSchema[];
    for (const one of inner) if (path[0] !== "matrices") visit(one, [...path, "*"]);
    for (const [key, one] of Object.entries((node.properties ?? {}) as Record<string, JsonSchema>)) {
      if (path[0] !== "matrices" && one.description !== undefined) told.add([...path, key].join("."));
      visit(one, [...path, key]);
    }
  };
  visit(schema, []);
  expect([...told].sort()).toEqual(Object.keys(keyDescriptions).sort());
});

/** Texts with and without mistakes, where names, files and statements stand. */
const someText = fc.constantFrom(
  "a",
  "app",
  "tenant",
  "é".repeat(20),
  "x".repeat(63),
  "x".repeat(64),
  "",
  "a\0b",
  "$1",
  "a b",
);
const json: fc.Arbitrary<JsonValue> = fc.oneof(
  { depthSize: "small", withCrossShrink: true },
  fc.constantFrom<JsonValue>(null, true, 0, 1.5, "", "text"),
  fc.constantFrom<JsonValue>([], {}, { secret: 1 }, [{ secret: "x" }], { a: [{ secret: { env: "" } }] }),
  fc.constantFrom<JsonValue>(
    { secret: { env: "A" } },
    { secret: { file: "f" } },
    { secret: { command: ["c", ""] } },
    { secret: { command: [""] } },
    { secret: { command: ["c", "a\0"] } },
    { secret: { env: "A", file: "f" } },
    { secret: { env: "A" }, more: { secret: {} } },
    { secret: 1, more: 2 },
  ),
);
/** Mostly what is asked for, sometimes anything. */
const or = (arbitrary: fc.Arbitrary<JsonValue>) =>
  fc.oneof({ weight: 12, arbitrary }, { weight: 1, arbitrary: json });
/** A few members at a time: of many, one would always be wrong. */
const some = (members: Record<string, fc.Arbitrary<JsonValue>>, most = 3) =>
  or(
    fc
      .subarray(Object.keys(members), { maxLength: Math.min(most, Object.keys(members).length) })
      .chain((keys) => fc.record(Object.fromEntries(keys.map((key) => [key, members[key] ?? json])))),
  );
const listOf = (item: fc.Arbitrary<JsonValue>) => or(fc.array(or(item), { maxLength: 3 }));
const named = (item: fc.Arbitrary<JsonValue>) =>
  or(
    fc.dictionary(fc.constantFrom("a", "b_1", "tenant", "sql", "9a", "a-b", "a\n", "é"), item, {
      maxKeys: 3,
    }),
  );
const url = or(
  fc.constantFrom<JsonValue>(
    "postgres://h/d",
    "postgresql://",
    "http://h",
    "xpostgres://h",
    { env: "A" },
    { env: "" },
    { env: "A", more: 1 },
    {},
  ),
);
const allow = listOf(fc.constantFrom<JsonValue>(...costKinds, "everything"));
const variables = named(json);
const variableSchema = or(fc.constantFrom<JsonValue>({}, "f.json", "", "a\0", []));
const matrix = some({
  values: listOf(json),
  file: or(someText),
  query: or(someText),
  insert: or(someText),
  delete: or(someText),
  command: listOf(someText),
  schemas: or(someText),
  cross: listOf(fc.constantFrom<JsonValue>("a", "b_1", "tenant", "nowhere")),
  key: or(someText),
  variables,
  variableSchema,
  development: or(someText),
  of: or(fc.constantFrom<JsonValue>("a", "b_1", "nowhere")),
  other: json,
});
/** One source, and perhaps what belongs to it. */
const soundMatrix = fc.constantFrom<JsonValue>(
  { values: ["a", { schema: "b" }] },
  { file: "t.csv", key: "k", development: "a" },
  { query: "select 1", insert: "i", delete: "d", of: "a" },
  { command: ["./list", ""] },
  { schemas: "t_*", variables: { a: 1 } },
  { cross: ["a", "tenant"], variableSchema: {} },
);
const count = or(fc.constantFrom<JsonValue>(-1, 0, 1, 200, 1.5, 2_147_483_647, 2_147_483_648, "1"));
const config = some({
  $schema: or(someText),
  targets: or(
    fc.dictionary(
      fc.constantFrom("dev", "prod", ""),
      some({
        url,
        allow: fc.oneof(allow, fc.constant(null)),
        components: or(fc.constantFrom("live", "migrated", "Live")),
        protected: or(fc.boolean()),
        variables,
        other: json,
      }),
      { maxKeys: 2 },
    ),
  ),
  defaultTarget: or(fc.constantFrom("dev", "nowhere", "")),
  modules: listOf(some({ name: or(someText), path: or(someText) })),
  project: or(someText),
  searchPath: listOf(someText),
  variables,
  variableFiles: listOf(someText),
  variableSchema,
  env: listOf(fc.constantFrom("A", "9", "", "A-B", "A\n")),
  matrices: named(fc.oneof({ weight: 3, arbitrary: soundMatrix }, { weight: 1, arbitrary: matrix })),
  ledgerSchema: or(fc.constantFrom("migrator", "pg_x", "information_schema", "é".repeat(40), "")),
  allow,
  lockTimeout: count,
  lockRetries: count,
  shadow: fc.oneof(url, fc.constantFrom<JsonValue>("server", "embedded", "elsewhere")),
  other: json,
});

test("what the tool takes, an editor takes; what it refuses, an editor marks, as far as a schema can say it", async () => {
  const folder = temporaryFolder({});
  const seen = { taken: 0, refused: 0, beyond: 0 };
  await fc.assert(
    fc.asyncProperty(config, async (value) => {
      const messages = await checker(folder, value);
      const takes = schemaTakes(value);
      if (messages.length === 0) {
        seen.taken++;
        expect(takes).toBe(true);
      } else if (takes) {
        seen.beyond++;
        expect(messages.filter((message) => !beyondSchema.test(message))).toEqual([]);
      } else seen.refused++;
    }),
    { numRuns: Number(process.env.CONFIGS ?? 1000) },
  );
  // The comparison is worth something only if it met all of these.
  expect(Math.min(seen.taken, seen.refused, seen.beyond)).toBeGreaterThan(10);
});

test("the configuration in the README", () => {
  const readme = readFileSync(join(dirname(file), "..", "README.md"), "utf8");
  const blocks = Array.from(readme.matchAll(/```json\n([\s\S]*?)```/g), ([, text = ""]) => JSON.parse(text));
  expect(blocks.length).toBeGreaterThan(1);
  expect(blocks.map(schemaTakes)).toEqual(blocks.map(() => true));
});
