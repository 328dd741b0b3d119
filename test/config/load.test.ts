import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { loadConfig } from "../../src/config/load.ts";
import { temporaryFolder } from "./folder.ts";

async function mistakes(text: string): Promise<readonly Diagnostic[]> {
  const folder = temporaryFolder({ "migrator.json": text });
  const error = await loadConfig({ folder }).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof MigratorError)) throw new Error("it was accepted");
  expect(error.exitCode).toBe(2);
  for (const diagnostic of error.diagnostics) {
    expect(diagnostic.file).toBe("migrator.json");
    expect(diagnostic.fix).toBeTruthy();
  }
  return error.diagnostics;
}

/** The places of all mistakes: `line:column message`. */
async function places(text: string): Promise<readonly string[]> {
  return (await mistakes(text)).map((found) => `${found.line}:${found.column} ${found.message}`);
}

describe("finding migrator.json", () => {
  test("none: defaults, with the current folder as root", async () => {
    const folder = temporaryFolder();
    const config = await loadConfig({ folder });
    expect(config).toMatchObject({
      file: null,
      root: folder,
      componentsFolder: join(folder, "migrator", "components"),
      stateFolder: join(folder, ".migrator"),
      targets: {},
      defaultTarget: null,
      searchPath: ["public"],
      variables: {},
      ledgerSchema: "migrator",
      lockTimeout: 200,
      lockRetries: 25,
      shadow: null,
    });
    expect(folder.endsWith(config.project)).toBe(true);
    expect(config.modules).toEqual([
      { name: config.project, folder: join(folder, "migrator", "migrations") },
    ]);
  });

  test("in the project's folder, from a folder below", async () => {
    const folder = temporaryFolder({ "migrator.json": '{ "project": "p" }' });
    mkdirSync(join(folder, "a", "b"), { recursive: true });
    const config = await loadConfig({ folder: join(folder, "a", "b") });
    expect(config.root).toBe(folder);
    expect(config.componentsFolder).toBe(join(folder, "migrator", "components"));
  });

  test("inside migrator/, from above, from inside and from beside", async () => {
    const folder = temporaryFolder({ "app/migrator/migrator.json": "{}", "app/other/x": "" });
    const root = join(folder, "app", "migrator");
    for (const from of ["app", "app/migrator", "app/other"]) {
      const config = await loadConfig({ folder: join(folder, from) });
      expect(config.root).toBe(root);
      expect(config.componentsFolder).toBe(join(root, "components"));
      expect(config.modules[0]?.folder).toBe(join(root, "migrations"));
      expect(config.project).toBe("app");
    }
  });

  test("a project whose own folder is called migrator", async () => {
    const folder = temporaryFolder({
      "migrator/migrator.json": "{}",
      "migrator/migrator/components/a.sql": "",
    });
    const config = await loadConfig({ folder: join(folder, "migrator") });
    expect(config.componentsFolder).toBe(join(folder, "migrator", "migrator", "components"));
    expect(config.project).toBe("migrator");
  });

  test("--config, and a file that is not there", async () => {
    const folder = temporaryFolder({ "etc/other.json": '{ "project": "other" }', "migrator.json": "{}" });
    expect((await loadConfig({ folder, config: "etc/other.json" })).project).toBe("other");
    await expect(loadConfig({ folder, config: "none.json" })).rejects.toMatchObject({
      exitCode: 2,
      diagnostics: [{ code: "file", file: "none.json" }],
    });
  });
});

describe("reading it", () => {
  test("everything that it may say", async () => {
    const folder = temporaryFolder({
      "migrator.json": `{
        "targets": {
          "dev": { "url": { "env": "DATABASE_URL" }, "components": "live" },
          "prod": { "url": "postgres://db/prod", "components": "migrated", "protected": true },
          "test": { "url": "postgresql:///test" }
        },
        "defaultTarget": "dev",
        "modules": [{ "name": "app", "path": "migrator/migrations" }],
        "project": "app", "searchPath": ["app", "public"],
        "variables": { "schema": "app", "days": 30, "constructor": 1, "api_key": { "secret": { "env": "API_KEY" } } },
        "matrices": { "tenant": { "query": "select 1" } },
        "ledgerSchema": "ledger", "lockTimeout": 500, "lockRetries": 0, "shadow": { "env": "SHADOW" }
      }`,
    });
    const config = await loadConfig({ folder });
    expect(config.targets).toEqual({
      dev: { url: { env: "DATABASE_URL" }, components: "live", protected: false, allow: null, variables: {} },
      prod: {
        url: "postgres://db/prod",
        components: "migrated",
        protected: true,
        allow: null,
        variables: {},
      },
      test: { url: "postgresql:///test", components: "live", protected: false, allow: null, variables: {} },
    });
    expect(config.modules).toEqual([{ name: "app", folder: join(folder, "migrator/migrations") }]);
    expect(config.searchPath).toEqual(["app", "public"]);
    expect(Object.entries(config.variables)).toEqual([
      ["schema", "app"],
      ["days", 30],
      ["constructor", 1],
      ["api_key", { secret: { env: "API_KEY" } }],
    ]);
    expect(config).toMatchObject({
      project: "app",
      defaultTarget: "dev",
      matrices: { tenant: { source: { kind: "query", query: "select 1" } } },
      ledgerSchema: "ledger",
      lockTimeout: 500,
      lockRetries: 0,
      shadow: { env: "SHADOW" },
    });
  });

  test("every mistake, in the order of the file, with the key that was meant", async () => {
    const found = await mistakes(
      `{\n  "targts": {},\n  "lockTimeout": "fast",\n  "targets": { "a": { "uri": 1, "components": "dead" } },\n  "searchPth": 1\n}`,
    );
    expect(found.map((one) => `${one.line}:${one.column} ${one.message}`)).toEqual([
      '2:3 the key "targts" is not known',
      "3:18 lockTimeout must be a number",
      '4:21 the key "url" is missing',
      '4:23 the key "uri" is not known',
      "4:47 components is live or migrated",
      '5:3 the key "searchPth" is not known',
    ]);
    expect(found[0]?.fix).toBe('did you mean "targets"?');
    expect(found[3]?.fix).toBe('did you mean "url"?');
    expect(found[5]?.fix).toBe('did you mean "searchPath"?');
  });

  test.each([
    ["[]", "1:1 an object is expected here"],
    ['{ "project": "" }', "1:14 project must not be empty"],
    ['{ "searchPath": [] }', "1:17 searchPath must not be empty"],
    ['{ "searchPath": ["a", 1] }', "1:23 a schema must be text"],
    ['{ "lockTimeout": 0 }', "1:18 lockTimeout must be a whole number, at least 1"],
    ['{ "lockRetries": 1.5 }', "1:18 lockRetries must be a whole number, at least 0"],
    ['{ "ledgerSchema": "pg_x" }', "1:19 ledgerSchema must not begin with pg_"],
    ['{ "targets": [] }', "1:14 an object is expected here"],
    ['{ "modules": [{ "name": "a" }] }', '1:15 the key "path" is missing'],
    ['{ "matrices": { "t": 1 } }', "1:17 a matrix is an object"],
    [
      '{ "variables": { "a-b": 1 } }',
      "1:18 the name of a variable has letters, digits and underscores alone, and begins with no digit",
    ],
    [
      '{ "variables": { "a": [{ "secret": "hunter2" }] } }',
      "1:36 a secret names the environment variable, the file or the command that gives it",
    ],
    [
      '{ "targets": { "dev": { "url": { "env": "X" } } }, "defaultTarget": "dve" }',
      '1:69 there is no target "dve"',
    ],
    ['{ "shadow": "mysql://x" }', '1:13 shadow is a connection, "server" or "embedded"'],
  ])("%s", async (text, expected) => {
    expect(await places(text)).toEqual([expected]);
  });
});

describe("syntax", () => {
  test.each([
    ["", "1:1 the file ends too early"],
    ['{\n  "a": 1,\n}', "3:1 a key is expected here"],
    ['{ "a": [1,] }', "1:11 a value is expected here, not ]"],
    ['{\n "a": 1\n "b": 2 }', "3:2 a comma is missing here"],
    ['{ "a" 1 }', '1:7 a colon is missing behind "a"'],
    ["{ a: 1 }", "1:3 a key is expected here"],
    ["{ 'a': 1 }", "1:3 a key is expected here"],
    ['{ "a": yes }', "1:8 a value is expected here, not yes"],
    ['{ "a": 01 }', "1:8 a value is expected here, not 01"],
    ["{ // c\n }", "1:3 a key is expected here"],
    ['{ "a": "x\n" }', "1:8 this text never ends"],
    ['{ "a": "\\q" }', "1:8 this text holds a control character or an unknown escape"],
    ['{ "a": 1 } x', "1:12 there is more text behind the value"],
    ['{ "a": [1', "1:8 this is never closed by ]"],
    ['{ "a": 1, "a": 2 }', '1:11 the key "a" stands twice in this object'],
    ['{ "a": 9007199254740993 }', "1:8 the number 9007199254740993 cannot be kept exactly"],
    ['{ "a": 0.1000000000000000000001 }', "1:8 the number 0.1000000000000000000001 cannot be kept exactly"],
    ['{ "a": 1e400 }', "1:8 the number 1e400 cannot be kept exactly"],
  ])("%j", async (text, expected) => {
    expect(await places(text)).toEqual([expected]);
  });
});
