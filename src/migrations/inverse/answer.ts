/** What a rule answers: how one statement is undone, or what the catalog has to be asked for that. */
import { type AclTarget, aclStatements } from "../../../graph/acl.ts";
import type { Grant } from "../../../graph/live.ts";
import type { Row } from "../../database/database.ts";

export interface Question {
  /** One statement without parameters; run in the session of the script, so that names mean there what the script means. */
  readonly sql: string;
  /** `before`: as the catalog is before the statement runs, `after`: once it ran. */
  readonly when: "before" | "after";
}

export type Answer =
  | {
      readonly kind: "inverse";
      /** Statements without semicolons, in the order in which they run. */
      readonly sql: readonly string[];
      /** What is lost when they run; null where nothing is. */
      readonly loses: string | null;
    }
  | {
      readonly kind: "needs";
      readonly question: Question;
      readonly complete: (rows: readonly Row[]) => Answer;
    }
  | { readonly kind: "none"; readonly reason: string };

export const nothing: Answer = { kind: "inverse", sql: [], loses: null };

export function undo(...sql: readonly string[]): Answer {
  return { kind: "inverse", sql, loses: null };
}

export function undoLosing(loses: string, ...sql: readonly string[]): Answer {
  return { kind: "inverse", sql, loses };
}

export function none(reason: string): Answer {
  return { kind: "none", reason };
}

export function ask(
  when: Question["when"],
  sql: string,
  complete: (rows: readonly Row[]) => Answer = fromRows,
): Answer {
  return { kind: "needs", question: { sql, when }, complete };
}

/** `sql` selects statements, see `fromRows`. */
export function askBefore(sql: string, complete: (rows: readonly Row[]) => Answer = fromRows): Answer {
  return ask("before", sql, complete);
}

/** First what was there, then what is there now: `complete` gets both. */
export function compareAround(
  sql: string,
  complete: (before: readonly Row[], after: readonly Row[]) => Answer,
): Answer {
  return ask("before", sql, (before) => ask("after", sql, (after) => complete(before, after)));
}

/**
 * Rows of which each is a statement (`sql`), an access control list (`acl`, see `AclRow`) or a reason why there is no inverse
 * (`reason`); `loses` says what the statement loses. No rows: there is nothing to undo.
 */
export function fromRows(rows: readonly Row[]): Answer {
  const reasons = texts(rows, "reason");
  if (reasons.length > 0) return none([...new Set(reasons)].join("; "));
  const losses = [...new Set(texts(rows, "loses"))];
  return {
    kind: "inverse",
    sql: rows.flatMap((row) => [...(typeof row.sql === "string" ? [row.sql] : []), ...aclOf(row)]),
    loses: losses.length === 0 ? null : losses.join("; "),
  };
}

/** What stands in the column `acl` of such a row: the list that is wanted, and the one that will be there. */
interface AclRow extends AclTarget {
  readonly wanted: readonly Grant[];
  readonly present: readonly Grant[];
}

function aclOf({ acl }: Row): readonly string[] {
  if (acl === null || acl === undefined) return [];
  const { wanted, present, ...target } = acl as AclRow;
  return aclStatements(target, wanted, present);
}

export function texts(rows: readonly Row[], column: string): readonly string[] {
  return rows.flatMap((row) => {
    const value = row[column];
    return typeof value === "string" ? [value] : [];
  });
}

/** The first row's text in this column; null where there is none. */
export function firstText(rows: readonly Row[], column: string): string | null {
  return texts(rows.slice(0, 1), column)[0] ?? null;
}

/**
 * One answer from those of the parts of a statement, in the order in which the parts take effect: the last one is undone first.
 * What has to be asked before the statement is asked before what has to be asked after it.
 */
export function inReverse(parts: readonly Answer[]): Answer {
  for (const when of ["before", "after"] as const) {
    const index = parts.findIndex((part) => part.kind === "needs" && part.question.when === when);
    const part = parts[index];
    if (part?.kind !== "needs") continue;
    return ask(when, part.question.sql, (rows) => inReverse(parts.with(index, part.complete(rows))));
  }
  const reasons = parts.flatMap((part) => (part.kind === "none" ? [part.reason] : []));
  if (reasons.length > 0) return none([...new Set(reasons)].join("; "));
  const done = parts.flatMap((part) => (part.kind === "inverse" ? [part] : [])).reverse();
  const losses = [...new Set(done.flatMap(({ loses }) => (loses === null ? [] : [loses])))];
  return {
    kind: "inverse",
    sql: done.flatMap(({ sql }) => sql),
    loses: losses.length === 0 ? null : losses.join("; "),
  };
}

/** `change` applied to the answer, once it is known. */
export function mapAnswer(answer: Answer, change: (sql: readonly string[]) => readonly string[]): Answer {
  switch (answer.kind) {
    case "inverse":
      return { ...answer, sql: change(answer.sql) };
    case "needs":
      return { ...answer, complete: (rows) => mapAnswer(answer.complete(rows), change) };
    case "none":
      return answer;
  }
}
