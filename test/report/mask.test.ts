import fc from "fast-check";
import { expect, test } from "vitest";
import { quoteLiteral } from "../../graph/quote.ts";
import { createMask, maskedStreams } from "../../src/report/mask.ts";

test("hides a value however it is spelled, the longest first", () => {
  const mask = createMask();
  const value = `a'b\\c"d/é \n+x`;
  mask.hide([value, "pass", "password1"]);
  const spelled = [
    value,
    quoteLiteral(value),
    JSON.stringify(value),
    JSON.stringify({ sql: [quoteLiteral(value)] }),
    encodeURIComponent(value),
    new URLSearchParams({ value }).toString(),
    `postgres://u:${encodeURIComponent(value)}@host/db`,
    `"${value.replaceAll('"', '""')}"`,
  ];
  for (const text of spelled) expect(mask.apply(text)).toMatch(/\*\*\*/);
  expect(mask.apply("password1 pass passed")).toBe("*** *** ***ed");
  expect(mask.apply("nothing")).toBe("nothing");
});

test("hides each line of a key, and leaves what is too short to be a secret", () => {
  const mask = createMask();
  mask.hide(["-----BEGIN KEY-----\nMIIEvQIBADANBg\nab\n", "abc", ""]);
  expect(mask.apply("error near MIIEvQIBADANBg, ab, abc")).toBe("error near ***, ab, abc");
});

test("property: no spelling of a value is left in a text", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 4, unit: "grapheme" }), fc.string(), (value, around) => {
      fc.pre(!around.includes(value) && value.trim() !== "" && !/[*]/.test(value));
      const mask = createMask();
      mask.hide([value]);
      for (const spelling of [
        value,
        quoteLiteral(value),
        JSON.stringify(value),
        JSON.stringify(quoteLiteral(value)),
      ]) {
        expect(mask.apply(`${around}${spelling}${around}`)).not.toContain(value);
      }
    }),
  );
});

test("streams print through it", () => {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) };
  const mask = createMask();
  const { stdout, stderr } = maskedStreams({ stdout: stream, stderr: stream, env: {} }, mask);
  stdout.write("hunter2\n");
  mask.hide(["hunter2"]);
  stdout.write("hunter2\n");
  stderr.write("a hunter2 b");
  expect(written).toEqual(["hunter2\n", "***\n", "a *** b"]);
});
