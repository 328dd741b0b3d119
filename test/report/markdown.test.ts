import fc from "fast-check";
import { expect, test } from "vitest";
import { asManyAs, code, fenced, plain } from "../../src/report/markdown.ts";

/** What a reader of the page sees: references become their characters, tags and comments nothing. */
function seen(markdown: string): string {
  return markdown
    .replaceAll(/<!-- -->|<\/?code>/g, "")
    .replaceAll(/&#(\d+);/g, (_, number: string) => String.fromCodePoint(Number(number)));
}

/** Text of every kind of mischief. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 8 }),
      fc.constantFrom(
        "|",
        "`",
        "``",
        "<b>",
        "</code>",
        "](x)",
        "@everyone",
        "#12",
        "_",
        "*",
        "\\",
        "&amp;",
        "~",
      ),
      fc.constantFrom(
        "https://evil.example",
        "www.evil.example",
        "\n",
        "\r\n- ",
        "1. ",
        "> ",
        "\u202e",
        "--->",
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

test("whatever a text is, it begins no markup, and a reader sees it as it is", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      for (const markdown of [plain(text, 10_000), code(text, 10_000)]) {
        const bare = markdown.replaceAll(/<!-- -->|<\/?code>|&#\d+;/g, "");
        expect(bare).not.toMatch(
          /[|`<>[\]*\\~@#\n\r{}!]|(^|[^\p{L}\p{N}])_|_($|[^\p{L}\p{N}])|:\/\/|\bwww\./u,
        );
        const told = text
          .replaceAll(/\r?\n/g, " ")
          .replaceAll(
            /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
            (one) => `\\u${(one.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
          );
        expect(seen(markdown)).toBe(told);
      }
    }),
    { numRuns: 2000 },
  );
});

test("nobody is mentioned, and no issue linked", () => {
  expect(plain("@octocat closes #1")).toBe("&#64;<!-- -->octocat closes &#35;<!-- -->1");
});

test("a text begins no list and no heading", () => {
  expect(plain("1_a")).toBe("&#49;&#95;a");
  expect([plain("- a"), plain("1. a"), plain("+ a"), plain("= a")]).toEqual([
    "&#45; a",
    "&#49;. a",
    "&#43; a",
    "&#61; a",
  ]);
});

test("names of ordinary objects stay readable in the source", () => {
  expect(code("view shop.line_amount")).toBe("<code>view shop.line_amount</code>");
  expect(code("a very long name", 8)).toBe("<code>a very …</code>");
});

test("a fence is longer than those within", () => {
  expect(fenced("select '````'", "sql")).toBe("`````sql\nselect '````'\n`````");
  expect(fenced("select 1", "sql")).toBe("```sql\nselect 1\n```");
});

test("lines that have no room are counted", () => {
  const more = (count: number) => `and ${count} more`;
  expect(asManyAs(["one", "two"], 8, more)).toEqual(["one", "two"]);
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
  const shown = asManyAs(lines, 60, more);
  expect(shown.join("\n").length).toBeLessThanOrEqual(60);
  expect(shown.at(-1)).toBe(`and ${100 - shown.length + 1} more`);
});
