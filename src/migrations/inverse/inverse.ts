/**
 * What undoes a script, from the syntax trees of its statements. Where the trees do not say what was there before, the catalog is
 * asked, and the caller brings the answers: it runs the script statement by statement in a throw-away database.
 */
import { MigratorError } from "../../../graph/diagnostic.ts";
import type { Row } from "../../database/database.ts";
import { parseSql } from "../../sql/parser.ts";
import { lineAndColumn } from "../../sql/position.ts";
import { type Answer, mapAnswer, nothing, type Question } from "./answer.ts";
import { needlessUndos } from "./made.ts";
import { undoStatement } from "./rules.ts";
import { settingsOf } from "./setting.ts";

/** What undoes one statement. */
export type Inverse =
  | {
      readonly kind: "inverse";
      /** The original, and where it begins in the script, in UTF-16 units. */
      readonly statement: string;
      readonly offset: number;
      /** Statements without semicolons in the order in which they run; none where nothing is to be undone. */
      readonly sql: readonly string[];
      /** What is lost when they run, for a comment in the down script; null where nothing is. */
      readonly loses: string | null;
    }
  | {
      readonly kind: "needs";
      readonly statement: string;
      readonly offset: number;
      /**
       * A question to the catalog as it is before or after the statement runs. Questions follow one another: all those with
       * `before` are asked, then the statement runs, then come those with `after`.
       */
      readonly question: Question;
      readonly complete: (rows: readonly Row[]) => Inverse;
    }
  | {
      readonly kind: "none";
      readonly statement: string;
      readonly offset: number;
      /** Why there is no evident inverse. */
      readonly reason: string;
    };

/**
 * One for each statement of the script, the last statement first: run in this order they bring back what was before it.
 * `loadParser` must have been awaited. @throws MigratorError `syntax-error`
 */
export function inverseScript(script: string): readonly Inverse[] {
  const outcome = parseSql(script);
  if (outcome.kind === "refused") {
    const { line, column } = lineAndColumn(script, outcome.offset);
    throw new MigratorError([
      { code: "syntax-error", message: `line ${line}, column ${column}: ${outcome.message}` },
    ]);
  }
  const statements = outcome.statements.map(({ node, start, end }) => ({
    node,
    text: script.slice(start, end),
    offset: start,
  }));
  const settings = settingsOf(statements);
  const needless = needlessUndos(statements);
  const answers = statements
    .map(({ node }, index) =>
      needless.has(index) ? nothing : (settings.back.get(index) ?? undoStatement(node)),
    )
    .map((answer, index) => ({
      answer,
      statement: statements[index]?.text ?? "",
      offset: statements[index]?.offset ?? 0,
    }))
    .reverse();
  const first = answers.findIndex(({ answer }) => answer.kind !== "none");
  return answers.map(({ answer, statement, offset }, index) =>
    about(
      index === first ? mapAnswer(answer, (sql) => [...settings.atEnd, ...sql]) : answer,
      statement,
      offset,
    ),
  );
}

function about(answer: Answer, statement: string, offset: number): Inverse {
  return answer.kind === "needs"
    ? { ...answer, statement, offset, complete: (rows) => about(answer.complete(rows), statement, offset) }
    : { ...answer, statement, offset };
}
