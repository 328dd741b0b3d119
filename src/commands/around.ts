/** The statements of --around: SQL, or a file that holds it. */
import { lstatSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { AroundStatement } from "../../graph/around.ts";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { readTextAt } from "../project/text-file.ts";
import { readAround } from "../sql/around-statements.ts";
import { loadParser } from "../sql/library.ts";

/** In the order given. Throws a MigratorError for what is no SQL, and for a file that cannot be read. */
export async function aroundStatements(
  folder: string,
  given: readonly string[],
): Promise<readonly AroundStatement[]> {
  if (given.length === 0) return [];
  await loadParser();
  return given.flatMap((value) => {
    const file = resolve(folder, value);
    if (value.trim() === "") throw noSql("--around: nothing is given");
    if (!isThere(file)) return readGiven(value);
    const read = readTextAt(file, value);
    if (read.kind === "text") return readAround(read.text, value);
    throw new MigratorError([isDangling(file) ? dangling(read.mistake) : read.mistake]);
  });
}

/** A path of a file that is not there reads like a mistake in SQL: it is told as both. */
function readGiven(value: string): readonly AroundStatement[] {
  try {
    return readAround(value, null);
  } catch (error) {
    const refused = error instanceof MigratorError && error.diagnostics.every(isSyntaxError);
    if (!refused || (/\s/.test(value) && !/\.sql\s*$/i.test(value))) throw error;
    throw noSql(`--around ${value}: there is no such file, and it is no SQL`);
  }
}

function isSyntaxError({ code }: Diagnostic): boolean {
  return code === "syntax-error";
}

function noSql(message: string): MigratorError {
  const fix = "give a statement, or the path of a file of statements from the current folder";
  return new MigratorError([{ code: "usage", message, fix }], 2);
}

/** Also a link that leads nowhere. SQL may be too long, or otherwise wrong, for a path. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

function isDangling(path: string): boolean {
  return lstatSync(path).isSymbolicLink() && statOf(path) === undefined;
}

function statOf(path: string): unknown {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // A circle of links has a mistake of its own.
    return error;
  }
}

function dangling(mistake: Diagnostic): Diagnostic {
  return { ...mistake, message: "the link leads to no file", fix: "correct or remove the link" };
}
