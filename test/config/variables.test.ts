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
