/** The statements of --around: SQL, or a file that holds it. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { AroundStatement } from "../../graph/around.ts";
import { readAround } from "../sql/around-statements.ts";
import { loadParser } from "../sql/library.ts";

/** In the order given. Throws a MigratorError for what is no SQL. */
export async function aroundStatements(
  folder: string,
  given: readonly string[],
): Promise<readonly AroundStatement[]> {
  if (given.length === 0) return [];
  await loadParser();
  return given.flatMap((value) => {
    const file = resolve(folder, value);
    return existsSync(file) ? readAround(readFileSync(file, "utf8"), value) : readAround(value, null);
  });
}
