/** Looks before a script with a generated block runs whether the database is as the block expects. */
import { type Expectation, requireExpected } from "./expectations.ts";
import type { RunSettings, ScriptPart } from "./run-script.ts";

/** A live target leaves blocks to the engine. */
export function runsBlock({ mode }: Pick<RunSettings, "mode">, expected: readonly Expectation[]): boolean {
  return mode === "migrated" && expected.length > 0;
}

/** The part's check; none where there is nothing to ask. */
export function blockCheck(
  settings: RunSettings,
  id: string,
  expected: readonly Expectation[],
): Pick<ScriptPart, "check"> {
  return runsBlock(settings, expected)
    ? { check: () => requireExpected(settings.database, id, expected) }
    : {};
}
