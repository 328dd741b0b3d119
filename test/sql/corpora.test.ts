/** Real schemas: every file parses, and every dependency that PostgreSQL recorded is found in the text. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { buildIndex } from "../../graph/syntax/object-index.ts";
import { resolveReferences } from "../../graph/syntax/resolve.ts";
import { loadParser, parseComponent } from "../../src/sql/parse-component.ts";

const corpora = fileURLToPath(new URL("../../../shared/corpora/", import.meta.url));

interface Corpus {
  readonly name: string;
  readonly searchPath: readonly string[];
  /** Files that PostgreSQL 18's grammar refuses: JSON is a keyword since 16. */
  readonly refused: readonly string[];
}

const all: readonly Corpus[] = [
  { name: "pagila", searchPath: ["public"], refused: [] },
  { name: "adventureworks", searchPath: ["public"], refused: [] },
  {
    name: "postgrest",
    searchPath: ["test", "public", "extensions"],
    refused: [
      "components/functions/test.varied_arguments.sql",
      "components/functions/test.varied_arguments_openapi.sql",
    ],
  },
];

const present = existsSync(corpora);
if (!present) console.log(`corpora skipped: there is no ${corpora}`);

beforeAll(loadParser);

describe.skipIf(!present).each(all)("$name", ({ name, searchPath, refused }) => {
  const read = () => {
    const folder = join(corpora, name);
    const paths = readdirSync(join(folder, "components"), { recursive: true, encoding: "utf8" });
    const files = paths.filter((path) => path.endsWith(".sql")).sort();
    return files.map((path) => {
      const component = `components/${path.replaceAll("\\", "/")}`;
      const text = readFileSync(join(folder, component), "utf8");
      return { component, text, ...parseComponent(component, text, { searchPath }) };
    });
  };

  test("every file parses, and nothing in it is loose", () => {
    const files = read();
    expect(files.length).toBeGreaterThan(30);
    const mistaken = files.filter(({ mistakes }) => mistakes.length > 0);
    expect(mistaken.map(({ component }) => component)).toEqual(refused);
    for (const { component, text, parsed } of files) {
      if (refused.includes(component)) continue;
      expect(parsed.objects.length, component).toBeGreaterThan(0);
      expect(parsed.loose, component).toEqual([]);
      for (const { sql, offset } of parsed.objects) expect(text.slice(offset, offset + sql.length)).toBe(sql);
    }
  });

  test("every edge of pg_depend is found, hard; the others come from quoted bodies", () => {
    const objects = read().flatMap(({ parsed }) => parsed.objects);
    const index = buildIndex(objects);
    const componentOf = new Map(objects.map((object) => [index.keys.get(object), object.component]));
    const strengths = new Map<string, Set<string>>();
    for (const { from, to, strength } of objects.flatMap((one) =>
      resolveReferences(one, index, searchPath),
    )) {
      if (componentOf.get(from) === componentOf.get(to)) continue;
      const link = `${componentOf.get(from)}\t${componentOf.get(to)}`;
      strengths.set(link, (strengths.get(link) ?? new Set()).add(strength));
    }
    const recorded = readFileSync(join(corpora, name, "edges.tsv"), "utf8")
      .split("\n")
      .filter((line) => /^[^#]/.test(line));
    const missing = recorded.filter((link) => !strengths.get(link)?.has("hard"));
    expect(missing).toEqual([]);
    const extra = [...strengths].filter(([link, found]) => !recorded.includes(link) && found.has("hard"));
    expect(extra).toEqual([]);
  });
});
