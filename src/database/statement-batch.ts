/**
 * Many statements in one round trip, as a query object of node-postgres. Each statement is a message of its own in the
 * extended protocol, with one Sync at the end: the server stops at the first error, which is then known to belong to
 * the statement after the last completed one, positions count from that statement's start, and an empty statement
 * answers too. A single text of all statements (the simple protocol) tells none of these.
 */

import type { Connection, Submittable } from "pg";
import type { Row } from "./database.ts";

interface FieldDescription {
  readonly name: string;
  readonly dataTypeID: number;
}

type ParseValue = (text: string) => unknown;

interface Column {
  readonly name: string;
  readonly parse: ParseValue;
}

export interface BatchOptions {
  readonly parserOf: (type: number) => ParseValue;
  /**
   * Sends a statement only when the one before it is done, and lets the event loop turn every 25 ms: for a database
   * that runs in this thread. `next` may put another statement in the place of the coming one.
   */
  readonly stepwise?: { readonly next: (statement: string) => string };
}

/**
 * What stopped a batch: the error as node-postgres gave it, and the index of the statement. When the connection broke,
 * the index is only that of the first statement not heard of: the server sends its answers in bundles.
 */
export class BatchFailure extends Error {
  readonly reason: unknown;
  readonly statement: number;

  constructor(reason: unknown, statement: number) {
    super("a statement of the batch failed");
    this.reason = reason;
    this.statement = statement;
  }
}

/** How long a stepwise batch may keep the event loop, in milliseconds. */
const TURN = 25;

export class StatementBatch implements Submittable {
  /** Settles with the rows of each statement, or a `BatchFailure`. */
  readonly result: Promise<readonly (readonly Row[])[]>;
  readonly #statements: readonly string[];
  readonly #options: BatchOptions;
  readonly #rows: Row[][] = [];
  #current: Row[] = [];
  #columns: readonly Column[] = [];
  #turnStarted = 0;
  #settled = false;
  #resolve: (rows: readonly (readonly Row[])[]) => void = () => {};
  #reject: (failure: BatchFailure) => void = () => {};

  constructor(statements: readonly string[], options: BatchOptions) {
    this.#statements = statements;
    this.#options = options;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: Connection): void {
    this.#turnStarted = Date.now();
    if (this.#options.stepwise) {
      this.#step(connection);
      return;
    }
    connection.stream.cork();
    for (const statement of this.#statements) send(connection, statement);
    connection.sync();
    connection.stream.uncork();
  }

  #step(connection: Connection): void {
    const statement = this.#statements[this.#rows.length];
    if (statement === undefined || this.#settled) {
      connection.sync();
      return;
    }
    if (Date.now() - this.#turnStarted > TURN) {
      setImmediate(() => {
        this.#turnStarted = Date.now();
        this.#step(connection);
      });
      return;
    }
    send(connection, this.#options.stepwise?.next(statement) ?? statement);
  }

  handleRowDescription(message: { readonly fields: readonly FieldDescription[] }): void {
    this.#columns = message.fields.map((field) => ({
      name: field.name,
      parse: this.#options.parserOf(field.dataTypeID),
    }));
  }

  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void {
    const row: Record<string, unknown> = {};
    this.#columns.forEach((column, index) => {
      const text = message.fields[index] ?? null;
      row[column.name] = text === null ? null : column.parse(text);
    });
    this.#current.push(row);
  }

  handleCommandComplete(_message: unknown, connection: Connection): void {
    this.#completed(connection);
  }

  handleEmptyQuery(connection: Connection): void {
    this.#completed(connection);
  }

  #completed(connection: Connection): void {
    this.#rows.push(this.#current);
    this.#current = [];
    this.#columns = [];
    if (this.#options.stepwise) this.#step(connection);
  }

  handleError(reason: unknown, connection: Connection): void {
    if (this.#settled) return;
    this.#settled = true;
    // The server skips everything up to a Sync; a stepwise batch has not sent its own yet.
    if (this.#options.stepwise) connection.sync();
    this.#reject(new BatchFailure(reason, this.#rows.length));
  }

  handleReadyForQuery(): void {
    this.#settled = true;
    this.#resolve(this.#rows);
  }

  /** Never reached: no row limit is set. */
  handlePortalSuspended(): void {}

  /** The server waits for data and reads what follows as such: the session cannot be brought back in step. */
  handleCopyInResponse(connection: Connection): void {
    connection.stream.destroy(new Error("COPY … FROM STDIN has no data to read here"));
  }

  /** The data of COPY … TO STDOUT is not kept. */
  handleCopyData(): void {}
}

function send(connection: Connection, statement: string): void {
  connection.parse({ name: "", text: statement, types: [] }, true);
  connection.bind({ portal: "", statement: "", values: [] }, true);
  connection.describe({ type: "P", name: "" }, true);
  connection.execute({ portal: "" }, true);
}
