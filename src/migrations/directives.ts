/** What a script says of itself to the tool: comments `-- migrator: …` before its first statement. */
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { positionAt } from "../template/position.ts";

export interface Directives {
  /** False: the statements run one by one, each on its own, and a run that was interrupted goes on where it stopped. */
  readonly transaction: boolean;
  /** Migrations that must be applied before, as written: an id, or `module/id`. */
  readonly requires: readonly string[];
}

const line = /^[ \t]*--[ \t]*migrator:[ \t]*(.*?)[ \t]*\r?$/;

/** `file` is the path in messages. Throws a MigratorError with every mistake. */
export function readDirectives(text: string, file: string): Directives {
  let transaction = true;
  const requires: string[] = [];
  const mistakes: Diagnostic[] = [];
  let offset = 0;
  for (const one of text.split("\n")) {
    const [, written] = line.exec(one) ?? [];
    if (written !== undefined) {
      const [word = "", ...rest] = written.split(/\s+/);
      if (word === "no-transaction" && rest.length === 0) transaction = false;
      else if (word === "requires" && rest.length > 0) requires.push(...rest);
      else if (!isBlockMark(word)) {
        mistakes.push({
          code: "migration",
          message: `"-- migrator: ${written}" is not known`,
          file,
          ...positionAt(text, offset + one.indexOf("migrator:")),
          fix: 'write "-- migrator: no-transaction" or "-- migrator: requires <migration>"',
        });
      }
    } else if (!/^\s*(--.*|\{#.*#\}\s*|\{%.*%\}\s*)?$/.test(one)) break;
    offset += one.length + 1;
  }
  if (mistakes.length > 0) throw new MigratorError(mistakes);
  return { transaction, requires };
}

/** Marks of a generated block stand among the statements, and may stand before the first. */
function isBlockMark(word: string): boolean {
  return word === "components" || word === "statement" || word === "end";
}
