import { expect, test } from "vitest";
import { colorDiff } from "../../src/report/color-diff.ts";
import { styleOf } from "../../src/report/style.ts";
import { textWidth } from "../../src/report/text-width.ts";

const plain = styleOf({ width: null, color: false, unicode: true, interactive: false });
const colored = styleOf({ width: 40, color: true, unicode: true, interactive: true });

const diff = [
  "--- applied",
  "+++ views/line_amount.sql",
  "@@ -1,2 +1,2 @@",
  "-  quantity * price AS net,",
  "+  (quantity * price)::numeric(14,4) AS net, 顧客残高, a_name_that_is_longer_than_the_whole_line_is_wide",
].join("\n");

test("lines that are too wide go on below, without a sign of their own and in their colour", () => {
  expect(colorDiff(diff, plain, Number.POSITIVE_INFINITY)).toBe(diff);
  const lines = colorDiff(diff, plain, 40).split("\n");
  expect(lines.slice(0, 4)).toEqual(diff.split("\n").slice(0, 4));
  expect(lines.slice(4)).toEqual([
    "+  (quantity * price)::numeric(14,4) AS",
    "        net, 顧客残高,",
    "        a_name_that_is_longer_than_the_w",
    "        hole_line_is_wide",
  ]);
  for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(40);
  const painted = colorDiff(diff, colored, 40).split("\n").slice(4);
  for (const line of painted)
    expect([line.slice(0, 5), line.slice(-5)]).toEqual(["\u001b[32m", "\u001b[39m"]);
});
