import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { readComponents } from "../../src/project/components.ts";
import { noMemory } from "../../src/project/memory.ts";
import { scaffold } from "../../src/project/scaffold.ts";
import { temporaryFolder } from "../config/folder.ts";

test("lays out a project that loads", async () => {
  const folder = join(temporaryFolder(), "shop");
  expect(scaffold(folder, { sample: false })).toEqual([
    "wrote migrator.json",
    "wrote migrator/components/",
    "wrote migrator/migrations/",
    "wrote .gitignore",
    "wrote .gitattributes",
  ]);
  const config = await loadConfig({ folder });
  expect(config.project).toBe("shop");
  const result = await readComponents(config, { variables: {}, env: {} }, noMemory(), () => null);
  expect(result.mistakes).toEqual([]);
  expect(existsSync(config.modules[0]?.folder ?? "")).toBe(true);
  expect(scaffold(folder, { sample: false }).every((line) => line.startsWith("kept "))).toBe(true);
});

test("names the schema of the package for editors, from a folder of the project too", async () => {
  const installed = { "node_modules/migrator/schema/migrator.schema.json": "{}" };
  const folder = temporaryFolder({ ...installed, "packages/shop/x": "" });
  const written = (place: string) => JSON.parse(readFileSync(join(place, "migrator.json"), "utf8")).$schema;
  scaffold(folder, { sample: false });
  expect(written(folder)).toBe("./node_modules/migrator/schema/migrator.schema.json");
  const inner = join(folder, "packages/shop");
  scaffold(inner, { sample: false });
  expect(written(inner)).toBe("../../node_modules/migrator/schema/migrator.schema.json");
  expect((await loadConfig({ folder })).searchPath).toEqual(["public"]);
});

test("keeps what is there", () => {
  const folder = temporaryFolder({
    "migrator.json": "mine",
    ".gitignore": "node_modules/",
    "migrator/components/a.sql": "",
  });
  expect(scaffold(folder, { sample: false })).toEqual([
    "kept migrator.json",
    "kept migrator/components/",
    "wrote migrator/migrations/",
    "added .migrator/ to .gitignore",
    "wrote .gitattributes",
  ]);
  expect(readFileSync(join(folder, "migrator.json"), "utf8")).toBe("mine");
  expect(readFileSync(join(folder, ".gitignore"), "utf8")).toBe("node_modules/\n.migrator/\n");
});

test("copies the package's sample, every file of it", () => {
  const folder = temporaryFolder();
  const lines = scaffold(folder, { sample: true });
  const sample = join(import.meta.dirname, "../../components-sample");
  const files = readdirSync(sample, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  for (const file of files) {
    expect(
      lines.some((line) => line.startsWith("wrote ") && line.endsWith(file.name)),
      file.name,
    ).toBe(true);
  }
  expect(existsSync(join(folder, "migrator.json"))).toBe(true);
  expect(scaffold(folder, { sample: true }).every((line) => line.startsWith("kept "))).toBe(true);
});
