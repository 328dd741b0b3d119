/** Completes what undoes a script by what the catalog of a shadow says before and after it ran. */
import type { Database } from "../database/database.ts";
import { componentsPath } from "../database/search-path.ts";
import { type Inverse, inverseScript } from "./inverse/inverse.ts";

/** What undoes the script, the last statement first, as far as it is known before it runs. `loadParser` must have been awaited. */
export async function askBefore(
  database: Database,
  searchPath: readonly string[],
  script: string,
): Promise<readonly Inverse[]> {
  return ask(database, searchPath, inverseScript(script), "before");
}

/** The same once it ran: none needs an answer any more. */
export async function askAfter(
  database: Database,
  searchPath: readonly string[],
  inverses: readonly Inverse[],
): Promise<readonly Undo[]> {
  const answered = await ask(database, searchPath, inverses, "after");
  return answered.map((inverse) => {
    if (inverse.kind !== "needs") return inverse;
    throw new Error(`what undoes "${inverse.statement}" still needs an answer`);
  });
}

export type Undo = Exclude<Inverse, { readonly kind: "needs" }>;

/** Each question in a transaction of its own, which changes nothing. */
async function ask(
  database: Database,
  searchPath: readonly string[],
  inverses: readonly Inverse[],
  when: "before" | "after",
): Promise<readonly Inverse[]> {
  const answered: Inverse[] = [];
  for (const inverse of inverses) {
    let current = inverse;
    while (current.kind === "needs" && current.question.when === when) {
      const [, , rows] = await database.batch([
        "begin",
        componentsPath(searchPath),
        current.question.sql,
        "rollback",
      ]);
      current = current.complete(rows ?? []);
    }
    answered.push(current);
  }
  return answered;
}

/**
 * The whole script's way back: it runs statement by statement, with the questions in between. For a shadow, which is
 * changed by it.
 */
export async function undoWhileRunning(
  database: Database,
  searchPath: readonly string[],
  script: string,
  run: (statement: string, offset: number) => Promise<void>,
): Promise<readonly Undo[]> {
  const undone: Undo[] = [];
  for (const inverse of inverseScript(script).toReversed()) {
    const [before] = await ask(database, searchPath, [inverse], "before");
    await run(inverse.statement, inverse.offset);
    if (before !== undefined) undone.unshift(...(await askAfter(database, searchPath, [before])));
  }
  return undone;
}

/** The way back as a script. What has no evident inverse, and what is lost, stands in comments. */
export function undoScript(undone: readonly Undo[]): string {
  const lines = undone.flatMap((one): readonly string[] => {
    const what = one.statement.replaceAll(/\s+/g, " ").slice(0, 100);
    if (one.kind === "none")
      return [`-- nothing undoes: ${what}`, `--   ${one.reason.replaceAll(/\s+/g, " ")}`];
    if (one.sql.length === 0) return [];
    const loses = one.loses === null ? [] : [`-- this loses: ${one.loses.replaceAll(/\s+/g, " ")}`];
    return [...loses, ...one.sql.map((sql) => `${sql};`)];
  });
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}
