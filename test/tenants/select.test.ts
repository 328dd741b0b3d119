/** Which values a command works on. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { MigratorError } from "../../graph/diagnostic.ts";
import { loadConfig } from "../../src/config/load.ts";
import { chooseMatrix } from "../../src/tenants/choose-matrix.ts";
import { asksDatabase } from "../../src/tenants/read-scopes.ts";
import type { MatrixScope } from "../../src/tenants/scope.ts";
import { type ScopeSelection, selectScopes } from "../../src/tenants/select-scopes.ts";
import { temporaryFolder } from "../config/folder.ts";

function scope(key: string): MatrixScope {
  const rest = { variables: {}, schema: key, searchPath: [key], url: null };
  return { matrix: "tenant", key, name: `tenant=${key}`, ...rest };
}

const keys = ["a,b", "a*", "acme", "acorn", "beta", "eu/acme", "x\ny"];

function selected(selection: ScopeSelection): readonly string[] {
  const { canary, others } = selectScopes(keys.map(scope), selection);
  return [...canary.map(({ key }) => `first ${key}`), ...others.map(({ key }) => key)];
}

function refused(selection: ScopeSelection): readonly string[] {
  try {
    selected(selection);
  } catch (error) {
    if (!(error instanceof MigratorError) || error.exitCode !== 2) throw error;
    return error.diagnostics.map(({ message, fix }) => `${message}: ${fix}`);
  }
  throw new Error("it was accepted");
}

test.each([
  [{}, keys],
  [{ only: ["acme,beta"] }, ["acme", "beta"]],
  [{ only: ["beta", "acme"] }, ["acme", "beta"]],
  [{ only: ["ac*"] }, ["acme", "acorn"]],
  [{ only: ["*/acme", "x?y"] }, ["eu/acme", "x\ny"]],
  // A key with a comma or a star is meant as it is.
  [{ only: ["a,b"] }, ["a,b"]],
  [{ only: ["a*"] }, ["a*"]],
  [{ except: ["a*,a?*", "a,b"] }, ["beta", "eu/acme", "x\ny"]],
  [{ only: ["ac*"], except: ["acorn"] }, ["acme"]],
  [{ canary: ["beta"] }, ["first beta", ...keys.filter((key) => key !== "beta")]],
  [{ only: ["acme"], canary: ["beta"] }, ["acme"]],
] satisfies [ScopeSelection, readonly string[]][])("%j", (selection, expected) => {
  expect(selected(selection)).toEqual(expected);
});

test("keys and patterns that fit nothing are told together", () => {
  expect(refused({ only: ["amce", "qqqq*"], except: ["betta"], canary: ["Acme"], shard: "9/8" })).toEqual([
    '--only: no tenant is called "amce": did you mean "acme"?',
    expect.stringMatching(/^--only: no tenant fits "qqqq\*": known are "a,b", /),
    '--except: no tenant is called "betta": did you mean "beta"?',
    '--canary: no tenant is called "Acme": did you mean "acme"?',
    "--shard 9/8 is no part of a whole: write --shard 2/8: the second of eight parts",
  ]);
  expect(refused({ shard: "0/2" })).toHaveLength(1);
  expect(refused({ shard: "half" })).toHaveLength(1);
});

test("shards part the keys, and a new key moves no other", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string(), { maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      (some, count) => {
        const scopes = some.map(scope);
        const parts = Array.from({ length: count }, (_, index) =>
          selectScopes(scopes, { shard: `${index + 1}/${count}` }).others.map(({ key }) => key),
        );
        expect(parts.flat().sort()).toEqual([...some].sort());
        const fewer = selectScopes(scopes.slice(1), { shard: `1/${count}` }).others.map(({ key }) => key);
        expect(fewer).toEqual((parts[0] ?? []).filter((key) => key !== some[0]));
      },
    ),
  );
});

test("shards stay as they are from version to version", () => {
  const of = (number: number) =>
    selectScopes(keys.map(scope), { shard: `${number}/3` }).others.map(({ key }) => key);
  expect([of(1), of(2), of(3)]).toMatchInlineSnapshot(`
    [
      [
        "acorn",
        "eu/acme",
      ],
      [
        "a,b",
        "acme",
        "x
    y",
      ],
      [
        "a*",
        "beta",
      ],
    ]
  `);
});

async function configOf(matrices: object) {
  return loadConfig({ folder: temporaryFolder({ "migrator.json": JSON.stringify({ matrices }) }) });
}

test("which matrix", async () => {
  const values = { values: ["a"] };
  const one = await configOf({ region: values });
  const many = await configOf({ region: values, tenant: values });
  const others = await configOf({ region: values, cell: values });
  expect(chooseMatrix(one, undefined)).toBe("region");
  expect(chooseMatrix(many, undefined)).toBe("tenant");
  expect(chooseMatrix(many, "region")).toBe("region");
  expect(() => chooseMatrix(others, undefined)).toThrow("there are several matrices: region, cell");
  expect(() => chooseMatrix(many, "regoin")).toThrow('there is no matrix "regoin"');
  const none = await configOf({});
  expect(() => chooseMatrix(none, undefined)).toThrow('there is no matrix "tenant"');
});

test("which matrices ask a database", async () => {
  const config = await configOf({
    tenant: { query: "select 1 as name" },
    region: { values: ["eu"] },
    inside: { of: "tenant", values: ["x"] },
    cell: { cross: ["region", "inside"] },
  });
  const asking = Object.keys(config.matrices).filter((matrix) => asksDatabase(config, matrix));
  expect(asking).toEqual(["tenant", "inside", "cell"]);
});
