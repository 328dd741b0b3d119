/** Runs a script statement by statement and asks what its inverse asks; then it can be undone. */
import type { Database } from "../../../src/database/database.ts";
import { type Inverse, inverseScript } from "../../../src/migrations/inverse/inverse.ts";

/** Runs the script and returns what undoes it, complete, the last statement first. */
export async function runWithInverse(database: Database, script: string): Promise<readonly Inverse[]> {
  const done: Inverse[] = [];
  for (const one of [...inverseScript(script)].reverse()) {
    const before = await answer(database, one, "before");
    await database.query(one.statement);
    done.unshift(await answer(database, before, "after"));
  }
  return done;
}

async function answer(database: Database, inverse: Inverse, when: "before" | "after"): Promise<Inverse> {
  let at = inverse;
  while (at.kind === "needs" && at.question.when === when) {
    at = at.complete(await database.query(at.question.sql));
  }
  return at;
}

/** The statements of the down script. @throws where one of the script's has no inverse */
export function downStatements(inverses: readonly Inverse[]): readonly string[] {
  return inverses.flatMap((inverse) => {
    if (inverse.kind === "none") throw new Error(`${inverse.statement}: ${inverse.reason}`);
    if (inverse.kind === "needs") throw new Error(`${inverse.statement}: an open question`);
    return inverse.sql;
  });
}
