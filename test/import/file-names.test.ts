import { expect, test } from "vitest";
import type { Identity } from "../../graph/identity.ts";
import { identityKey } from "../../graph/identity.ts";
import { fileLayout } from "../../src/import/file-layout.ts";
import { fileNames } from "../../src/import/file-names.ts";

const named = (...names: readonly string[]) => Object.fromEntries(fileNames(names));

test("plain names stay, in any script", () => {
  expect(named("orders", "Order$2", "größe", "日本")).toEqual({
    orders: "orders",
    Order$2: "Order$2",
    größe: "größe",
    日本: "日本",
  });
});

test("what a file system or the tool would take otherwise gets a hash of the whole name", () => {
  const names = [
    "a/b",
    "a b",
    "..",
    ".hidden",
    "_private",
    "@tenant",
    "con",
    "lpt1.x",
    "a.",
    "#x#",
    "x~",
    "-rf",
    "a\nb",
    '"',
    "*",
  ];
  const found = fileNames(names);
  expect(new Set(found.values()).size).toBe(names.length);
  for (const file of found.values()) expect(file).toMatch(/^[a-z0-9][\w-]*$/);
  expect(found.get("a b")).toMatch(/^a-b-[0-9a-f]{8}$/);
});

test("names that differ in case or accents' form alone get different files", () => {
  const found = fileNames(["Users", "users", "USERS", "e\u0301", "\u00e9"]);
  expect(new Set([...found.values()].map((file) => file.normalize("NFC").toLowerCase())).size).toBe(5);
  expect(found.get("USERS")).toBe("USERS");
});

test("a name that is too long is cut between characters", () => {
  const long = "ä".repeat(100);
  const file = fileNames([long]).get(long) ?? "";
  expect(Buffer.byteLength(file)).toBeLessThanOrEqual(150);
  expect(file).toMatch(/^ä+-[0-9a-f]{8}$/);
});

test("overloads share a file, a view has its triggers and rules, a table's have their own", () => {
  const identities: readonly Identity[] = [
    { kind: "view", schema: "s", name: "v" },
    { kind: "rule", schema: "s", relation: "v", name: "r" },
    { kind: "rule", schema: "s", relation: "t", name: "r" },
    { kind: "policy", schema: "s", relation: "t", name: "r" },
    { kind: "function", schema: "s", name: "f", arguments: [] },
    { kind: "function", schema: "s", name: "f", arguments: ["integer"] },
    { kind: "aggregate", schema: "s", name: "f", arguments: ["text"] },
    { kind: "materialized view", schema: "idempotent_schemas", name: "m" },
  ];
  const layout = fileLayout(identities);
  expect(identities.map((identity) => layout.get(identityKey(identity)))).toEqual([
    "s/views/v.sql",
    "s/views/v.sql",
    "s/rules/t.r.sql",
    "s/policies/t.r.sql",
    "s/functions/f.sql",
    "s/functions/f.sql",
    "s/aggregates/f.sql",
    expect.stringMatching(/^idempotent_schemas-[0-9a-f]{8}\/materialized_views\/m\.sql$/),
  ]);
});
