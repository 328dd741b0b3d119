/** What the documentation says that commands print is what they print. `UPDATE=1 npx vitest run test/docs` writes it anew. */
import { describe, expect, test } from "vitest";
import { freshDatabase } from "../servers/database.ts";
import { readBlocks, withOutputs } from "./document.ts";
import { runDocument } from "./run-document.ts";

test("blocks of a document", () => {
  const text =
    "a\n```console\n$ one \\\n  more\nout\n\n$ two\n```\n<!-- file: x/y.sql -->\n```sql\nselect 1;\n```\n```sh\nno\n```\n";
  const blocks = readBlocks(text);
  expect(blocks.map(({ kind }) => kind)).toEqual(["console", "file", "other"]);
  expect(withOutputs(text, blocks, [["out", ""]])).toBe(text);
  expect(withOutputs(text, blocks, [["", "new\nlines"]])).toContain(
    "$ one \\\n  more\n\n$ two\nnew\nlines\n```",
  );
});

test("the tutorial", { timeout: 300_000 }, () => runDocument("tutorial.md", { name: "library", url: null }));

test("how the minimal set is found", { timeout: 300_000 }, () =>
  runDocument("minimal-set.md", { name: "shop", url: null }, ["line-amount.svg"]),
);

describe("the guides, on a server", () => {
  test.each(["existing-database", "production", "tenants", "materialized-views"])(
    "%s",
    { timeout: 180_000 },
    async (guide) => {
      const database = await freshDatabase(18);
      try {
        await runDocument(`guides/${guide}.md`, { name: "app", url: database.url });
      } finally {
        await database.drop();
      }
    },
  );
});
