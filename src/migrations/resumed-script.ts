/** Whether a script that was altered goes on where the stored one stopped: the statements that ran must still be its first ones. */
import type { Node } from "@pgsql/types";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { TargetMode } from "../database/ledger.ts";
import type { StoredScript } from "../database/migration-ledger.ts";
import { lineAndColumn } from "../sql/position.ts";
import type { BuiltScript } from "./built-script.ts";
import { runScript, type ScriptStatement, scriptStatements } from "./script-statements.ts";

export interface Resumed {
  readonly name: string;
  /** What ran, and how many statements of it. */
  readonly stored: Pick<StoredScript, "sql">;
  readonly done: number;
  /** What is to go on. */
  readonly statements: readonly ScriptStatement[];
  readonly locate: BuiltScript["locate"];
  readonly mode: TargetMode;
}

/** Comments, spaces and line ends do not count. `loadParser` must have been awaited. Throws a MigratorError that names the first statement that differs. */
export function requireSameBeginning({ name, stored, done, statements, locate, mode }: Resumed): void {
  const inLedger = (offset: number) => ({
    file: `the stored script of ${name}`,
    ...lineAndColumn(stored.sql, offset),
  });
  const ran = runScript(mode, scriptStatements({ text: stored.sql, locate: inLedger })).slice(0, done);
  const now = runScript(mode, statements);
  for (const [index, was] of ran.entries()) {
    const is = now[index];
    if (is !== undefined && textOf(is.node) === textOf(was.node)) continue;
    const at = is ?? now.at(-1);
    throw new MigratorError([
      {
        code: "migration-state",
        message: `statement ${index + 1} of ${name} is not what ran: ${done} ${done === 1 ? "statement" : "statements"} of it ran before it stopped, and they are not what it begins with now`,
        ...(at === undefined ? {} : locate(at.start)),
        detail: `what ran as statement ${index + 1}: ${was.sql}`,
        fix: "bring back the statements that ran as they were, and write what is to change behind them",
      },
    ]);
  }
}

const places: ReadonlySet<string> = new Set([
  "location",
  "stmt_location",
  "stmt_len",
  "list_start",
  "list_end",
]);

/** The tree without the places of its parts. */
function textOf(node: Node): string {
  return JSON.stringify(node, (key, value: unknown) => {
    if (places.has(key)) return undefined;
    return typeof value === "string" ? value.replaceAll("\r\n", "\n") : value;
  });
}
