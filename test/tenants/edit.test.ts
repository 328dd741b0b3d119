/** Files of values are edited in place: comments and layout stay. */
import fc from "fast-check";
import { stringify as toToml } from "smol-toml";
import { describe, expect, test } from "vitest";
import { stringify as toYaml } from "yaml";
import type { JsonValue } from "../../src/config/json.ts";
import { editValues } from "../../src/tenants/edit-values.ts";
import type { ValueEdit } from "../../src/tenants/value-edit.ts";
import { valuesOfText } from "../../src/tenants/value-file.ts";

function valuesOf(file: string, text: string): readonly JsonValue[] | null {
  const mistakes: never[] = [];
  const found = valuesOfText(file, text, { matrix: "tenant", mistakes, configPlace: () => ({}) });
  return mistakes.length > 0 ? null : found.map(({ value }) => value);
}

function edited(file: string, text: string, edit: ValueEdit): string | null {
  return editValues(file, text, "tenant", edit, (one) => valuesOf(file, one));
}

const add: ValueEdit = { kind: "add", value: { name: 'n"1', region: "eu" } };

describe("a value more", () => {
  test.each([
    ["t.json", "[]", '[{ "name": "n\\"1", "region": "eu" }]'],
    ["t.json", '["a"]\n', '["a", { "name": "n\\"1", "region": "eu" }]\n'],
    [
      "t.json",
      '{\n  "tenant": [\n    { "name": "[" },\n\n    "b"\n  ]\n}\n',
      '{\n  "tenant": [\n    { "name": "[" },\n\n    "b",\n\n    { "name": "n\\"1", "region": "eu" }\n  ]\n}\n',
    ],
    [
      "t.yaml",
      "# ours\ntenant:\n  # the first\n  - name: a # here\n    region: us\n",
      '# ours\ntenant:\n  # the first\n  - name: a # here\n    region: us\n  - name: n"1\n    region: eu\n',
    ],
    ["t.yml", "- { name: a }\n", '- { name: a }\n- { name: n"1, region: eu }\n'],
    [
      "t.toml",
      '# ours\n[[tenant]] # first\nname = "a"\n',
      '# ours\n[[tenant]] # first\nname = "a"\n[[tenant]]\nname = "n\\"1"\nregion = "eu"\n',
    ],
    [
      "t.toml",
      'tenant = [\n  { name = "a" }, # one\n  { name = "]" }, # two\n]\n',
      'tenant = [\n  { name = "a" }, # one\n  { name = "]" },\n  { name = "n\\"1", region = "eu" }, # two\n]\n',
    ],
    ["t.csv", "name,region\r\na,us", 'name,region\r\na,us\r\n"n""1",eu\r\n'],
    ["t.csv", "region,name,note\n", 'region,name,note\neu,"n""1",\n'],
  ])("%s %#", (file, before, after) => {
    expect(edited(file, before, add)).toBe(after);
  });

  test("no column for a member", () => {
    expect(edited("t.csv", "name\na\n", add)).toBeNull();
  });
});

describe("a value less", () => {
  test.each([
    ["t.json", '["a", "b", "c"]', 1, '["a", "c"]'],
    ["t.json", '[\n  "a",\n  "b"\n]', 1, '[\n  "a"\n]'],
    ["t.json", '[ "a" ]', 0, "[]"],
    ["t.yaml", "# ours\n- a # one\n- b # two\n- c\n", 1, "# ours\n- a # one\n- c\n"],
    [
      "t.toml",
      '[[tenant]]\nname = "a"\n\n# of b\n[[tenant]]\nname = "b"\n',
      1,
      '[[tenant]]\nname = "a"\n\n# of b\n',
    ],
    ["t.csv", 'name,x\na,"1\n2"\nb,3\n', 0, "name,x\nb,3\n"],
    ["t.csv", "name,x\na,1\nb,3", 1, "name,x\na,1\n"],
  ])("%s %#", (file, before, index, after) => {
    expect(edited(file, before, { kind: "remove", index })).toBe(after);
  });
});

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).filter((one) => !one.includes("\0"));
const row = fc.record({ name: text, region: text }, { noNullPrototype: true });
const values = fc.array(row, { minLength: 1, maxLength: 4 });
const writers: readonly (readonly [string, (given: readonly JsonValue[]) => string])[] = [
  ["t.json", (given) => JSON.stringify(given, null, 2)],
  ["t.json", (given) => JSON.stringify({ tenant: given })],
  ["t.yaml", (given) => toYaml(given)],
  ["t.toml", (given) => toToml({ tenant: given })],
  [
    "t.csv",
    (given) =>
      [{ name: "name", region: "region" }, ...(given as { name: string; region: string }[])]
        .map(({ name, region }) => [name, region].map((one) => `"${one.replaceAll('"', '""')}"`).join(","))
        .join("\n"),
  ],
];

test.each(writers)(
  "property: what is added and taken out again leaves the values as they were: %s %#",
  (file, write) => {
    let untouched = 0;
    fc.assert(
      fc.property(values, row, fc.nat(3), (given, value, which) => {
        const before = write(given);
        const more = edited(file, before, { kind: "add", value });
        if (more === null) throw new Error(`nothing could be added to ${JSON.stringify(before)}`);
        expect(valuesOf(file, more)).toEqual([...given, value]);
        const index = which % given.length;
        const less = edited(file, more, { kind: "remove", index });
        if (less === null) throw new Error(`nothing could be taken out of ${JSON.stringify(more)}`);
        expect(valuesOf(file, less)).toEqual([...given.toSpliced(index, 1), value]);
        untouched++;
      }),
      { numRuns: 200 },
    );
    expect(untouched).toBeGreaterThanOrEqual(200);
  },
);
