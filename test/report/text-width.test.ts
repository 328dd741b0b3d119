/** Columns of texts, and where they are broken. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatSentence } from "../../src/report/sentence.ts";
import { padText, textWidth, wrapText } from "../../src/report/text-width.ts";

test.each([
  ["view public.a", 13],
  ["顧客", 4],
  ["ｶﾅ", 2],
  ["한국어", 6],
  ["e\u0301", 1],
  ["👩‍👩‍👧", 2],
  ["🇯🇵", 2],
  ["✓", 1],
  ["㈱㋀🈁", 6],
  ["ｶﾞ", 2],
  ["नि", 2],
  ["1️⃣", 2],
  ["a\u3164b", 2],
  ["│├└", 3],
  ["a\u200Bb", 2],
  ["", 0],
])("%s takes %i columns", (text, columns) => {
  expect(textWidth(text)).toBe(columns);
  expect(textWidth(padText(text, 20))).toBe(20);
});

test("wide names stand in columns of the same width", () => {
  expect(padText("顧客", 6)).toBe("顧客  ");
});

test("no line is wider than asked, and nothing but spaces is lost", () => {
  const texts = fc
    .array(
      fc.constantFrom(
        "view",
        "public.a",
        "顧客残高",
        " ",
        "  ",
        "a_very_long_name_without_any_space",
        ",",
        "e\u0301",
      ),
    )
    .map((words) => words.join(""));
  fc.assert(
    fc.property(
      texts,
      fc.integer({ min: 2, max: 40 }),
      fc.integer({ min: 2, max: 40 }),
      (text, first, rest) => {
        const lines = wrapText(text, first, rest);
        expect(textWidth(lines[0] ?? "")).toBeLessThanOrEqual(first);
        for (const line of lines.slice(1)) expect(textWidth(line)).toBeLessThanOrEqual(rest);
        expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
      },
    ),
  );
});

test("a sentence keeps its colours over line ends", () => {
  const loud = (text: string): string => `<${text}>`;
  expect(formatSentence([{ text: "one two three", paint: loud }, { text: " four" }], { width: 9 })).toBe(
    "<one two>\n  <three>\n  four",
  );
});
