/** Turns what node-postgres rejects with into `DatabaseError`: the offset in the statement, lost connections told apart. */
import { DatabaseError } from "./database.ts";

/** An ErrorResponse as node-postgres and PGlite hand it over. Its severity is translated, so nothing relies on it. */
interface ErrorResponse extends Error {
  readonly code: string;
  readonly severity: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  /** 1-based, in code points of the statement's text. */
  readonly position?: string | undefined;
  readonly where?: string | undefined;
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly constraint?: string | undefined;
  readonly routine?: string | undefined;
}

export interface FailedStatement {
  /** Its index in the batch. */
  readonly statement: number;
  /** Its text, where it is known. */
  readonly text: string | undefined;
  /** The database's description, for the message of a lost connection. */
  readonly description: string;
}

/** Timeouts after which the server ends the session: for the caller the connection is gone. */
const SESSION_ENDING = new Set(["25P03", "25P04", "57P05"]);

export function isErrorResponse(error: unknown): error is ErrorResponse {
  return (
    error instanceof Error &&
    "severity" in error &&
    typeof error.severity === "string" &&
    "code" in error &&
    typeof error.code === "string"
  );
}

/** The error of a failed statement; whatever did not come from PostgreSQL itself is a lost connection (08006). */
export function toDatabaseError(error: unknown, failed: FailedStatement): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const { statement, text } = failed;
  if (!isErrorResponse(error)) return lostConnection(reason(error), failed);
  if (SESSION_ENDING.has(error.code)) return lostConnection(error.message, failed);
  // A `$1` that nobody bound: the protocol calls it a violation (08P01), which would read as a lost connection.
  if (error.code === "08P01" && error.routine === "exec_bind_message") {
    return new DatabaseError("the statement has parameters ($1, …) that were given no value", {
      sqlstate: "42P02",
      detail: error.message,
      statement,
    });
  }
  return new DatabaseError(error.message, {
    sqlstate: error.code,
    detail: error.detail,
    hint: error.hint,
    where: error.where,
    offset:
      error.position === undefined || text === undefined
        ? undefined
        : utf16Offset(text, Number(error.position) - 1),
    statement,
    schema: error.schema,
    table: error.table,
    column: error.column,
    constraint: error.constraint,
  });
}

/** A connection that ended, or never answered; the transaction that was open is rolled back by the server. */
function lostConnection(why: string, failed: FailedStatement): DatabaseError {
  return new DatabaseError(`the connection to ${failed.description} was lost: ${why}`, {
    sqlstate: "08006",
    statement: failed.statement,
  });
}

/** The message of an error that may be several in one (a host name with two addresses). */
export function reason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  if (error instanceof Error && error.message !== "") return error.message;
  return String(error);
}

/** UTF-16 units before the given code point, never beyond the text. */
function utf16Offset(text: string, codePoints: number): number {
  let offset = 0;
  for (let seen = 0; seen < codePoints && offset < text.length; seen++) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}
