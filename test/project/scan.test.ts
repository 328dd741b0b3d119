import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { isIgnored, placementOf } from "../../src/project/placement.ts";
import { scanProject } from "../../src/project/scan.ts";
import { temporaryFolder } from "../config/folder.ts";

async function scan(names: readonly string[], prepare: (components: string) => void = () => undefined) {
  const files = Object.fromEntries(names.map((name) => [`migrator/components/${name}`, "x"]));
  const folder = temporaryFolder({ ...files, "migrator.json": "{}" });
  const config = await loadConfig({ folder });
  prepare(config.componentsFolder);
  return scanProject(config);
}

test("lists by name, and leaves out dot files and editors' temporary files", async () => {
  const { files, unlisted, misplaced } = await scan([
    "b.sql",
    "a/z.sql.jinja",
    "a.sql",
    "B.sql",
    "notes.md",
    ".hidden.sql",
    ".git/x.sql",
    "a.sql~",
    "#a.sql#",
    ".#a.sql",
    "a.sql.swp",
    "a.sql.tmp",
    "4913",
  ]);
  expect(files.map((file) => file.name)).toEqual(["B.sql", "a.sql", "a/z.sql.jinja", "b.sql", "notes.md"]);
  expect([...unlisted, ...misplaced]).toEqual([]);
  expect(isIgnored("a.sql")).toBe(false);
});

test("what a file is", () => {
  expect(placementOf("a/b.sql")).toEqual({ kind: "component", schema: null, template: false });
  expect(placementOf("a/b.sql.jinja")).toEqual({ kind: "component", schema: null, template: true });
  expect(placementOf("_b.sql")).toEqual({ kind: "component", schema: null, template: false });
  expect(placementOf("idempotent_schemas/api/v/a.sql")).toEqual({
    kind: "component",
    schema: "api",
    template: false,
  });
  expect(placementOf("x/idempotent_schemas/api/a.sql")).toMatchObject({ schema: null });
  expect(placementOf("idempotent_schemas/a.sql")).toEqual({ kind: "schemaless" });
  expect(placementOf("a/_b.sql.jinja")).toEqual({ kind: "included" });
  expect(placementOf("_lib/b.sql")).toEqual({ kind: "included" });
  expect(placementOf("a.jinja")).toEqual({ kind: "included" });
  expect(placementOf("x/@tenant/y/a.sql")).toEqual({
    kind: "scoped",
    matrix: "tenant",
    folder: "x/@tenant",
    template: false,
  });
  expect(placementOf("@tenant/_a.sql.jinja")).toEqual({ kind: "included" });
  expect(placementOf("@tenant/_lib/a.sql")).toEqual({ kind: "included" });
  expect(placementOf("@a/x/@b/c.sql")).toEqual({ kind: "nested", outer: "@a", folder: "@a/x/@b" });
  expect(placementOf("idempotent_schemas/api/@b/c.sql")).toEqual({
    kind: "nested",
    outer: "idempotent_schemas",
    folder: "idempotent_schemas/api/@b",
  });
  expect(placementOf("@a/idempotent_schemas/api/c.sql")).toEqual({
    kind: "nested",
    outer: "@a",
    folder: "@a/idempotent_schemas",
  });
});

test("what stands where it must not is named once a folder", async () => {
  const { misplaced } = await scan([
    "@tenant/a.sql",
    "@tenant/b/c.sql",
    "@tenant/@x/c.sql",
    "idempotent_schemas/a.sql",
  ]);
  expect(misplaced.map((one) => `${one.code} ${one.file}`)).toEqual([
    "usage migrator/components/@tenant/@x",
    "usage migrator/components/@tenant",
    "usage migrator/components/idempotent_schemas/a.sql",
  ]);
});

test("no folder for components is a mistake, an empty one is none", async () => {
  expect((await scan([])).unlisted).toMatchObject([{ code: "file", file: "migrator/components" }]);
  expect((await scan([], (components) => mkdirSync(components, { recursive: true }))).unlisted).toEqual([]);
});

test("follows links, and names those that lead nowhere or round in a circle", async () => {
  const { files, unlisted } = await scan(["a/a.sql"], (components) => {
    symlinkSync("a/a.sql", join(components, "link.sql"));
    symlinkSync("a", join(components, "b"));
    symlinkSync("..", join(components, "a", "up"));
    symlinkSync("none.sql", join(components, "dead.sql"));
  });
  expect(files.map((file) => file.name)).toEqual(["a/a.sql", "b/a.sql", "link.sql"]);
  expect(unlisted.map((one) => one.file).sort()).toEqual([
    "migrator/components/a/up",
    "migrator/components/b/up",
    "migrator/components/dead.sql",
  ]);
});
