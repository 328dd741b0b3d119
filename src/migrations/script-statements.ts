/** A built script, taken apart into the statements that run. */
import type { Node } from "@pgsql/types";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { TargetMode } from "../database/ledger.ts";
import { parseSql } from "../sql/parser.ts";
import { syntaxFix } from "../sql/syntax-fix.ts";
import { type BlockPart, blockParts } from "./block-marks.ts";
import type { BuiltScript } from "./built-script.ts";
import type { RunStatement } from "./run-script.ts";
import { maskPlaceholders } from "./secret-placeholders.ts";

export interface ScriptStatement {
  /** As it is written, with the placeholders of secrets. */
  readonly sql: string;
  /** Where it begins in the built text, in UTF-16 units. */
  readonly start: number;
  readonly node: Node;
  readonly part: BlockPart;
  /** It stands in a generated block, if only as a change of a table. */
  readonly inside: boolean;
}

/** `loadParser` must have been awaited. Throws a MigratorError with the place in the source. */
export function scriptStatements(built: Pick<BuiltScript, "text" | "locate">): readonly ScriptStatement[] {
  const outcome = parseSql(maskPlaceholders(built.text));
  if (outcome.kind === "refused") {
    throw new MigratorError([
      {
        code: "syntax-error",
        message: outcome.message,
        ...built.locate(outcome.offset),
        fix: syntaxFix(outcome.message),
      },
    ]);
  }
  const placeOf = blockParts(built, outcome.statements);
  const statements = outcome.statements.map(({ node, start, end }): ScriptStatement => {
    const { part, inside } = placeOf(start);
    return { sql: built.text.slice(start, end), start, node, part, inside };
  });
  const mistakes = statements.flatMap(({ node, start }): readonly Diagnostic[] => {
    if (!("TransactionStmt" in node)) return [];
    const kind = node.TransactionStmt.kind ?? "";
    if (/SAVEPOINT|ROLLBACK_TO|RELEASE/.test(kind)) return [];
    return [
      {
        code: "misplaced-statement",
        message:
          "a migration has no BEGIN, COMMIT or ROLLBACK of its own: the tool opens and ends its transaction",
        ...built.locate(start),
        fix: 'remove it; for statements that must run on their own, begin the script with "-- migrator: no-transaction"',
      },
    ];
  });
  if (mistakes.length > 0) throw new MigratorError(mistakes);
  return statements;
}

/** What of a script runs: on a live target the engine brings the components along, not the script. */
export function runScript(
  mode: TargetMode,
  statements: readonly ScriptStatement[],
): readonly ScriptStatement[] {
  return statements.filter(({ part }) => mode === "migrated" || part === "script");
}

/** The same, with their places. */
export function runStatements(
  mode: TargetMode,
  statements: readonly ScriptStatement[],
  locate: BuiltScript["locate"],
): readonly RunStatement[] {
  return runScript(mode, statements).map(({ sql, start }) => ({
    sql,
    place: (offset) => locate(start + offset),
  }));
}
