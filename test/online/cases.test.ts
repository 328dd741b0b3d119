/** The cases that have materialized views go the way of --online, too: all that a case promises holds, whatever the steps are. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCases } from "../cases/support/case-folder.ts";
import { runCase } from "../cases/support/run-case.ts";
import { type FreshDatabase, freshDatabase, resetDatabase } from "../servers/database.ts";

/** What --online does otherwise, and why. */
const otherwise: Readonly<Record<string, string>> = {
  "append/materialized-star": "the view below is made anew, where the case shows that it is replaced",
  "dependents/operator-that-files-use":
    "what reads the operator cannot be built beside it, and it is refused",
  "dependents/casts-and-operators-over-a-row-type":
    "what reads the operator cannot be built beside it, and it is refused",
  "overloads/everything-keeps-its-choice-when-the-old-one-is-made-anew":
    "the function is made anew because of what reads it, which is another reason than the case shows",
  "overloads/everything-keeps-the-one-that-fits-better":
    "the function is made anew because of what reads it, which is another reason than the case shows",
  "functions/used-by-a-cast-that-a-view-uses": "it is refused by name, and nothing is built",
};

const materialized = /materialized\s+view/i;
const all = readCases(join(import.meta.dirname, "../cases"));
const cases = all.filter(
  ({ name, after, around, base, between }) =>
    around === "" &&
    otherwise[name] === undefined &&
    [...after.values(), base, between].some((text) => materialized.test(text)),
);
for (const [name, why] of Object.entries(otherwise)) console.log(`${name} is not run with --online: ${why}`);

describe.each([15, 18] as const)("on %s", (where) => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase(where);
  });
  afterAll(() => database.drop());

  // On 15 some will do: the way is the same.
  const chosen = where === 18 ? cases : cases.filter((_, i) => i % 5 === 0);
  test.each(chosen.filter(({ settings }) => settings.notOn?.[String(where)] === undefined))(
    "$name",
    async (one) => {
      await resetDatabase(database);
      expect(await runCase(one, database, () => resetDatabase(database), true)).not.toBe("");
    },
  );

  test("what reads an operator over something that is made anew is named", async () => {
    const one = all.find(({ name }) => name === "dependents/casts-and-operators-over-a-row-type");
    if (one === undefined) throw new Error("the case is not there any more");
    await resetDatabase(database);
    const ran = await runCase(one, database, () => resetDatabase(database), true).catch(String);
    expect(ran).toMatch(
      /materialized view public\."least" cannot be filled beforehand: it reaches something that is made anew by a cast or operator \(operator does not exist/,
    );
  });
});
