/** What every command loads before it works: a package that is not in the tool's own bundle costs a run with nothing to do more than its work. */
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Packages of the bundle, beside those of node itself. */
const bundled = ["commander", "get-east-asian-width", "picocolors", "valibot"];

test("no command loads a package at its start that is not in the bundle", () => {
  const packages = new Map<string, string>();
  const seen = new Set<string>();
  const read = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, "utf8");
    for (const [, from = ""] of text.matchAll(
      /^(?:import|export) (?!type\b)[^;]*?from "([^"]+)";|^import "([^"]+)";/gm,
    )) {
      if (from.startsWith(".")) read(join(dirname(file), from));
      else if (from !== "" && !from.startsWith("node:")) packages.set(from, relative(root, file));
    }
  };
  for (const file of ["src/main.ts", "src/commands/settled-live.ts", "src/commands/migration-apply.ts"])
    read(join(root, file));
  expect(seen.size).toBeGreaterThan(60);
  expect([...packages].filter(([name]) => !bundled.includes(name))).toEqual([]);
});
