import { join } from "node:path";
import { expect, test } from "vitest";
import { MigratorError } from "../../graph/diagnostic.ts";
import { loadConfig } from "../../src/config/load.ts";
import { resolveVariables } from "../../src/config/variables.ts";
import { temporaryFolder } from "./folder.ts";

test("later over earlier, whole values", async () => {
  const folder = temporaryFolder({
    "migrator.json":
      '{ "variables": { "a": 1, "b": { "x": 1 }, "c": "config", "s": { "secret": { "env": "S" } } } }',
    "one.json": '{ "b": { "y": 2 }, "c": "one" }',
    "two.json": '{ "c": "two", "d": [null] }',
  });
  const config = await loadConfig({ folder });
  const resolved = resolveVariables(config, {
    folder,
    vars: ["one.json", "two.json"],
    var: ["c=last", "a=2"],
  });
  expect(resolved.variables).toEqual({
    a: 2,
    b: { y: 2 },
    c: "last",
    d: [null],
    s: { secret: { env: "S" } },
  });
  expect(resolved.files).toEqual([join(folder, "one.json"), join(folder, "two.json")]);
});

test("--var values", async () => {
  const folder = temporaryFolder();
  const assignments = [
    "a=1",
    "b=-1.5e3",
    "c=true",
    "d=null",
    "e=007",
    "f=",
    "g=x=y",
    'h="q"',
    "i=9007199254740993",
    "j=[1]",
  ];
  expect(resolveVariables(await loadConfig({ folder }), { folder, var: assignments }).variables).toEqual({
    a: 1,
    b: -1500,
    c: true,
    d: null,
    e: "007",
    f: "",
    g: "x=y",
    h: '"q"',
    i: "9007199254740993",
    j: "[1]",
  });
});

test("every mistake at its place", async () => {
  const folder = temporaryFolder({
    "bad.json": '{\n  "a": ,\n}',
    "list.json": " []",
    "names.json": '{ "a-b": 1, "s": { "secret": 1 } }',
    "latin.json": Uint8Array.from([0x7b, 0xe9, 0x7d]),
  });
  let caught: unknown;
  try {
    resolveVariables(await loadConfig({ folder }), {
      folder,
      vars: ["bad.json", "list.json", "names.json", "latin.json", "none.json", "x.yml", "x.toml"],
      var: ["novalue", "1a=2"],
    });
  } catch (error) {
    caught = error;
  }
  if (!(caught instanceof MigratorError)) throw new Error("it was accepted");
  expect(caught.exitCode).toBe(2);
  expect(
    caught.diagnostics.map((one) => `${one.file ?? "-"}:${one.line ?? "-"}:${one.column ?? "-"}`),
  ).toEqual([
    "bad.json:2:8",
    "list.json:1:2",
    "names.json:1:3",
    "names.json:1:30",
    "latin.json:1:2",
    "none.json:-:-",
    "x.yml:-:-",
    "x.toml:-:-",
    "-:-:-",
    "-:-:-",
  ]);
});

test("files of migrator.json, the target's own, --vars and --var, in this order", async () => {
  const folder = temporaryFolder({
    "migrator.json": `{
      "variables": { "a": 1, "b": 1, "c": 1, "d": 1, "e": 1 },
      "variableFiles": ["vars/one.toml", "vars/two.yaml"],
      "targets": { "dev": { "url": "postgres://x/dev", "variables": { "d": 3 } }, "prod": { "url": "postgres://x/prod" } }
    }`,
    "vars/one.toml": "b = 2\nc = 2\nd = 2\ne = 2\n",
    "vars/two.yaml": "c: 25\nd: 25\n",
    "last.yml": "e: 4",
  });
  const config = await loadConfig({ folder });
  const resolved = resolveVariables(config, { folder, vars: ["last.yml"], var: ["f=5"], target: "dev" });
  expect(resolved.variables).toEqual({ a: 1, b: 2, c: 25, d: 3, e: 4, f: 5 });
  expect(resolved.files).toEqual(
    ["vars/one.toml", "vars/two.yaml", "last.yml"].map((file) => join(folder, file)),
  );
  expect(resolveVariables(config, { folder, target: "prod" }).variables).toMatchObject({ d: 25, e: 2 });
  expect(resolveVariables(config, { folder }).variables).toMatchObject({ d: 25 });
});

test("YAML and TOML hold the same values as JSON", async () => {
  const folder = temporaryFolder({
    "a.json": `{ "text": "it's", "number": -1.5, "big": 9007199254740991, "yes": true, "nothing": null, "list": [1, { "a": "b" }], "date": "2020-01-02", "s": { "secret": { "env": "S" } } }`,
    "a.yaml": `text: it's
number: -1.5
big: 9007199254740991
yes: true
nothing:
list: &l
  - 1
  - { a: b }
date: 2020-01-02
s: { secret: { env: S } }
`,
    "a.toml": `text = "it's"
number = -1.5
big = 9007199254740991
yes = true
list = [1, { a = "b" }]
date = 2020-01-02
[s]
secret = { env = "S" }
`,
  });
  const config = await loadConfig({ folder });
  const of = (file: string) => resolveVariables(config, { folder, vars: [file] }).variables;
  expect(of("a.yaml")).toEqual(of("a.json"));
  const { nothing, ...rest } = of("a.json");
  expect(of("a.toml")).toEqual(rest);
  expect(nothing).toBeNull();
});

test("a schema gives types, required names and defaults", async () => {
  const folder = temporaryFolder({
    "migrator.json": `{ "variableSchema": "schema.json", "variables": { "app": { "name": "x" }, "key": { "secret": { "env": "K" } } } }`,
    "schema.json": `{
      "type": "object",
      "required": ["app", "key"],
      "properties": {
        "app": { "type": "object", "properties": { "name": { "type": "string" }, "size": { "type": "integer", "default": 3 } } },
        "key": { "type": "string" },
        "code": { "type": "string" },
        "days": { "type": "integer", "default": 30 },
        "mode": { "enum": ["a", "b"], "default": "a" }
      },
      "additionalProperties": false
    }`,
    "wrong.yaml": "app:\n  size: x\n  name: 5\nmode: c\n",
  });
  const config = await loadConfig({ folder });
  const resolved = resolveVariables(config, { folder, var: ["code=007", "days=7"] });
  expect(resolved.variables).toEqual({
    app: { name: "x", size: 3 },
    key: { secret: { env: "K" } },
    code: "007",
    days: 7,
    mode: "a",
  });
  expect(resolved.files).toEqual([join(folder, "schema.json")]);
  expect(resolveVariables(config, { folder, var: ["code=7"] }).variables).toMatchObject({ code: "7" });
  let caught: unknown;
  try {
    resolveVariables(config, { folder, vars: ["wrong.yaml"], var: ["days=x", "other=1"] });
  } catch (error) {
    caught = error;
  }
  if (!(caught instanceof MigratorError)) throw new Error("it was accepted");
  expect(
    caught.diagnostics.map(
      ({ file, line, column, message }) => `${file ?? "-"}:${line ?? "-"}:${column ?? "-"} ${message}`,
    ),
  ).toEqual([
    "wrong.yaml:3:9 app.name must be a text",
    "wrong.yaml:2:9 app.size must be a whole number",
    "-:-:- days must be a whole number",
    'wrong.yaml:4:7 mode is none of "a", "b"',
    "-:-:- other is not known to the schema",
  ]);
});
