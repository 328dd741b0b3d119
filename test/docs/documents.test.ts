/** What the documentation says that commands print is what they print. `UPDATE=1 npx vitest run test/docs` writes it anew. */
import { expect, test } from "vitest";
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
