/** minijinja's memory stands beside JavaScript's: what is not given back stays for as long as the process. */
import { expect, test } from "vitest";
import { renderOnce } from "../../src/template/renderer.ts";

test("thousands of renders take no more memory than a few", () => {
  const template = `select {{ ${Array.from({ length: 400 }, (_, i) => `${i}`).join(" + ")} }};\n`;
  const sources = new Map([["a.sql.jinja", template]]);
  const render = (times: number): void => {
    for (let i = 0; i < times; i++) renderOnce("a.sql.jinja", sources, {});
  };
  render(100);
  const before = process.memoryUsage().external;
  render(2000);
  expect(process.memoryUsage().external - before).toBeLessThan(8_000_000);
});

test("what was rendered is located after its renderer was closed", () => {
  const sources = new Map([["a.sql.jinja", "select 1;\n{% for i in [1, 2] %}select {{ i }};\n{% endfor %}"]]);
  const rendered = renderOnce("a.sql.jinja", sources, {});
  expect(rendered.locate(rendered.text.indexOf("select 2"))).toEqual({
    file: "a.sql.jinja",
    line: 2,
    column: 22,
  });
});
