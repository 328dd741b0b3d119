/** Takes a script apart into its statements. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { parseSql } from "./parser.ts";
import { lineAndColumn } from "./position.ts";

/** `loadParser` must have been awaited. A syntax error is a MigratorError with its line. */
export function splitStatements(script: string): readonly string[] {
  const outcome = parseSql(script);
  if (outcome.kind === "refused") {
    const { line, column } = lineAndColumn(script, outcome.offset);
    throw new MigratorError([
      { code: "syntax-error", message: `line ${line}, column ${column}: ${outcome.message}` },
    ]);
  }
  return outcome.statements.map((statement) => script.slice(statement.start, statement.end));
}
