import fc from "fast-check";
import { expect, test } from "vitest";
import { nodeAt, parseJson } from "../../src/config/json.ts";

test("property: reads what JSON.stringify writes as JSON.parse does", () => {
  const number = fc.oneof(
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
  );
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      fc.string({ unit: "binary" }),
      number,
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
    ),
  })).value;
  fc.assert(
    fc.property(value, fc.constantFrom(0, 2, "\t"), (data, indent) => {
      const text = JSON.stringify(data, null, indent);
      expect(parseJson(text).value).toEqual(JSON.parse(text));
    }),
  );
});

test("__proto__ is an ordinary key", () => {
  const { value } = parseJson('{ "__proto__": { "a": 1 } }');
  expect(Object.entries(value ?? {})).toEqual([["__proto__", { a: 1 }]]);
});

test("finds nodes by their path, or the nearest above", () => {
  const root = parseJson('{ "a": [10, { "b": 20 }] }');
  expect(nodeAt(root, ["a", 1, "b"]).offset).toBe(19);
  expect(nodeAt(root, ["a", 7]).offset).toBe(7);
});
