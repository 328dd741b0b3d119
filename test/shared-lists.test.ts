/**
 * Each line of ../shared/cases.md and each row of ../shared/POSTGRES.md is shown by a test. A case folder names lines in
 * its case.json, another test in its name: `E4: …` or `… (E3)`. They stand beside the repository, and may not be there.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCases } from "./cases/support/case-folder.ts";

const here = import.meta.dirname;
const shared = join(here, "..", "..", "shared");

function listed(name: string): string | null {
  const path = join(shared, name);
  if (existsSync(path)) return readFileSync(path, "utf8");
  console.log(`not compared with the tests: there is no ../shared/${name} beside the repository`);
  return null;
}

/** What stands in the first column of the tables. */
function rowsOf(text: string): readonly string[] {
  const cells = [...text.matchAll(/^\| ([^|]*?) \|/gm)].map((match) => match[1] ?? "");
  return cells.filter((cell) => cell !== "" && cell !== "subject");
}

const cases = readCases(join(here, "cases"));

/** Line to the case folders and test files that name it. */
function named(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const note = (line: string, by: string) => found.set(line, [...(found.get(line) ?? []), by]);
  for (const one of cases) for (const line of one.settings.cases ?? []) note(line, one.name);
  for (const entry of readdirSync(here, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith(".test.ts")) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
    const list = "[A-E]\\d+[a-z]?(?:, [A-E]\\d+[a-z]?)*";
    for (const match of text.matchAll(new RegExp(`["'\`](${list}): |\\((${list})\\)["'\`]`, "g")))
      for (const line of (match[1] ?? match[2] ?? "").split(", ")) note(line, entry.name);
  }
  return found;
}

/** Each row of POSTGRES.md by its first column, and the case folders (`feature/case`) and test files that show it. */
const shownBy: Readonly<Record<string, readonly string[]>> = {
  rights: [
    "attachments/three-owners-in-one-chain",
    "attachments/strangers-owners-in-one-chain",
    "faults/rights.test.ts",
    "faults/mending.test.ts",
  ],
  options: [
    "attachments/options-of-a-replaced-view",
    "attachments/options-of-a-recreated-view",
    "append/star-dependent-keeps-strangers-options",
    "around/stub-of-every-sort-of-column",
  ],
  "triggers, rules": [
    "attachments/strangers-triggers-and-rules",
    "rename/rule-and-trigger-on-the-view",
    "unmanaged/trigger-and-rule-on-a-table",
  ],
  "defaults, comments, column grants": [
    "attachments/rules-and-defaults-of-a-recreated-view",
    "attachments/column-grants-of-removed-and-moved-columns",
    "around/stub-of-every-sort-of-column",
  ],
  "recursive views": ["cycles/recursive-view-retyped", "cycles/view-made-to-read-itself"],
  policies: ["attachments/policies-on-several-tables", "attachments/policy-changes-its-command"],
  functions: [
    "functions/over-a-row-type",
    "functions/out-columns-changed",
    "functions/quoted-body-follows-the-name",
    "functions/begin-atomic",
  ],
  "column or domain of row type V": [
    "unmanaged/table-column-of-the-row-type",
    "unmanaged/type-attribute-and-domain-of-the-row-type",
  ],
  "materialized views": [
    "materialized-views/everything-on-it-is-kept",
    "materialized-views/strangers-indexes-and-statistics",
  ],
  "triggers' WHEN": [
    "attachments/disabled-rules-and-triggers-on-tables",
    "attachments/constraint-triggers",
    "around/deferred-events-are-not-lost",
  ],
  "a function changes its result type": [
    "functions/result-type-changed",
    "functions/used-by-default-check-index",
    "functions/used-by-a-generated-column",
  ],
  stubs: ["around/stub-of-every-sort-of-column", "around/using-reads-a-detached-view"],
  "restoring after B": ["around/column-type-through-a-chain"],
  "ALTER TYPE is also blocked by": [
    "around/everything-on-the-column-is-kept",
    "around/policy-trigger-rule-and-generated-column",
    "around/materialized-view-in-the-chain",
    "around/body-of-a-function",
    "around/primary-key-that-group-by-relied-on",
    "around/row-type-in-a-materialized-view",
  ],
  "event triggers": ["attachments/event-triggers-that-a-plan-fires"],
  "readers at work": ["faults/readers.test.ts", "faults/crowd.test.ts"],
  cost: ["faults/lock-table.test.ts"],
  "RENAME COLUMN under `SELECT *`": ["rename/through-stars-level-by-level", "rename/swap-of-one-type"],
  "append under `SELECT V.*, tail`": ["append/star-then-a-tail"],
  others: [
    "rename/swap-of-one-type",
    "append/natural-join-catches-it",
    "append/setof-with-a-narrow-body",
    "materialized-views/row-security-of-its-owner",
    "functions/check-beside-the-old-overload",
  ],
};

const caseList = listed("cases.md");
const lines = rowsOf(caseList ?? "");

test.skipIf(caseList === null)("each line of cases.md has a test, and no test names another", () => {
  const found = named();
  expect(lines.length).toBeGreaterThan(70);
  expect(lines.filter((line) => !found.has(line))).toEqual([]);
  expect([...found].filter(([line]) => !lines.includes(line))).toEqual([]);
});

const facts = listed("POSTGRES.md");

describe.skipIf(facts === null)("POSTGRES.md", () => {
  test("each row is shown, and no other", () => {
    expect([...rowsOf(facts ?? "")].sort()).toEqual(Object.keys(shownBy).sort());
  });

  test("what shows them is there", () => {
    const folders = new Set(cases.map((one) => one.name));
    const missing = Object.values(shownBy)
      .flat()
      .filter((name) => !folders.has(name) && !existsSync(join(here, name)));
    expect(missing).toEqual([]);
  });
});
