import fc from "fast-check";
import { expect, test } from "vitest";
import { byteOffsets, codePointOffset, lineAndColumn } from "../../src/sql/position.ts";

const text = fc.string({ unit: fc.constantFrom("a", "\n", "é", "€", "😀", "\uFEFF", "\u0000", " ", "𝄞") });

test("byte offsets at character boundaries agree with the encoder", () => {
  fc.assert(
    fc.property(text, (sample) => {
      const toOffset = byteOffsets(sample);
      let unit = 0;
      for (const character of [...sample, ""]) {
        expect(toOffset(Buffer.byteLength(sample.slice(0, unit)))).toBe(unit);
        unit += character.length;
      }
      expect(toOffset(Buffer.byteLength(sample) + 5)).toBe(sample.length);
      expect(toOffset(-1)).toBe(0);
    }),
  );
});

test("an offset inside a character gives its start", () => {
  const toOffset = byteOffsets("a😀b");
  expect([0, 1, 2, 3, 4, 5, 6].map(toOffset)).toEqual([0, 1, 1, 1, 1, 3, 4]);
});

test("a surrogate alone counts as the replacement character that UTF-8 writes for it", () => {
  const sample = "a\ud83dz";
  expect(byteOffsets(sample)(Buffer.byteLength("a\ud83d"))).toBe(2);
});

test("code points agree with the string's iterator", () => {
  fc.assert(
    fc.property(text, fc.nat(60), (sample, count) => {
      const expected = [...sample].slice(0, count).join("").length;
      expect(codePointOffset(sample, count)).toBe(expected);
    }),
  );
});

test("lines and columns are those of an editor", () => {
  expect(lineAndColumn("a\nbc", 3)).toEqual({ line: 2, column: 2 });
  expect(lineAndColumn("a\r\nbc", 3)).toEqual({ line: 2, column: 1 });
  expect(lineAndColumn("a\nb", 1)).toEqual({ line: 1, column: 2 });
  expect(lineAndColumn("😀x", 2)).toEqual({ line: 1, column: 3 });
  expect(lineAndColumn("", 9)).toEqual({ line: 1, column: 1 });
});

test("a byte-order mark is no column", () => {
  expect(lineAndColumn("\uFEFFab\ncd", 2)).toEqual({ line: 1, column: 2 });
  expect(lineAndColumn("\uFEFFab\ncd", 0)).toEqual({ line: 1, column: 1 });
  expect(lineAndColumn("\uFEFFab\ncd", 5)).toEqual({ line: 2, column: 2 });
});

test("lines and columns agree with splitting the text", () => {
  const lines = fc.string({ unit: fc.constantFrom("a", "\n", "😀", " ") });
  fc.assert(
    fc.property(lines, fc.nat(40), (sample, at) => {
      const before = sample.slice(0, at).split("\n");
      expect(lineAndColumn(sample, at)).toEqual({
        line: before.length,
        column: (before.at(-1) ?? "").length + 1,
      });
    }),
  );
});
