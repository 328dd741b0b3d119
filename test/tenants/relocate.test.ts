/** A file that is parsed once for all schemas says of each what parsing it for that schema says. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { canRelocate, relocate, standInPath } from "../../src/live/relocate.ts";
import { loadParser, parseComponent } from "../../src/sql/parse-component.ts";

const cases = join(import.meta.dirname, "../cases");
const files = readdirSync(cases, { recursive: true, withFileTypes: true })
  .filter(
    (entry) =>
      entry.isFile() && entry.name.endsWith(".sql") && /[\\/](before|after)([\\/]|$)/.test(entry.parentPath),
  )
  .map((entry) => join(entry.parentPath, entry.name));
const schemas = ["tenant_x", 'Zwö"lf', "$&$$ '; drop table a; --", "select", "a b.c", "__migrator"];
const project = ["app", "public"];

beforeAll(loadParser);

test("as parsing gives it, whatever the schema is called", () => {
  expect(files.length).toBeGreaterThan(500);
  let moved = 0;
  for (const file of files) {
    const text = readFileSync(file, "utf8").replaceAll("public.", "");
    const once = parseComponent("@t/a.sql", text, { searchPath: standInPath(project) });
    for (const schema of schemas) {
      const searchPath = [schema, ...project];
      if (!canRelocate(text, searchPath, project)) continue;
      moved++;
      expect(relocate(once, "@t=x/a.sql", schema), file).toEqual(
        parseComponent("@t=x/a.sql", text, { searchPath }),
      );
    }
  }
  expect(moved).toBeGreaterThan(files.length * 4);
});

test("a text that may name its own schema is parsed for it", () => {
  const of = (text: string, schema: string): boolean => canRelocate(text, [schema, ...project], project);
  expect(of("create view a as select 1", "acme")).toBe(true);
  expect(of("comment on view ACME.a is ''", "acme")).toBe(false);
  expect(of('comment on view "we""ird".a is null', 'we"ird')).toBe(false);
  expect(of('comment on view U&"\\0061cme".a is null', "acme")).toBe(false);
  expect(of("create view a as select 1", "public")).toBe(false);
  expect(canRelocate("select 1", ["acme", "app"], project)).toBe(false);
});
