/**
 * Many statements in one round trip, as a query object of node-postgres. Each statement is a message of its own in the
 * extended protocol, with one Sync at the end: the server stops at the first error, which is then known to belong to
 * the statement after the last completed one, positions count from that statement's start, and an empty statement
 * answers too. A single text of all statements (the simple protocol) tells none of these.
 */
import type { Connection, Submittable } from "pg";
import type { Paced, Row } from "./database.ts";
import { statementFrames } from "./statement-frames.ts";

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
  readonly paced?: Paced | undefined;
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
  readonly #stretches: Stretches;
  /** How many stretches were sent, their sizes, and how many are answered in full. */
  #sent = 0;
  readonly #lengths: number[] = [];
  #answered = 0;
  #synced = false;
  #resolve: (rows: readonly (readonly Row[])[]) => void = () => {};
  #reject: (failure: BatchFailure) => void = () => {};

  constructor(statements: readonly string[], options: BatchOptions) {
    this.#statements = statements;
    this.#options = options;
    const { paced } = options;
    this.#stretches = stretchesOf(statements, paced);
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
    this.#sendAhead(connection);
  }

  /**
   * Sends as many stretches as may be under way, once half of them are answered: each answer that is waited for wakes this process
   * up. A Flush keeps answers from waiting in the server. The Sync follows the last stretch alone: until there the server skips
   * everything behind an error, also what it has not read yet.
   */
  #sendAhead(connection: Connection): void {
    const { ends, ahead, bytes } = this.#stretches;
    if (this.#synced || this.#settled || this.#isUnderWay(ahead / 2, bytes / 2)) return;
    connection.stream.cork();
    while (this.#sent < ends.length && !this.#isUnderWay(ahead - 1, bytes)) {
      const start = ends[this.#sent - 1] ?? 0;
      const frames = statementFrames(this.#statements.slice(start, ends[this.#sent]));
      connection.stream.write(frames);
      this.#lengths.push(frames.length);
      this.#sent++;
      if (this.#sent % Math.ceil(ahead / 2) === 0) connection.stream.write(flush);
    }
    if (this.#sent === ends.length) this.#sync(connection);
    else connection.stream.write(flush);
    connection.stream.uncork();
  }

  /** Whether more than so many stretches, or more than so many bytes of them, wait for their answers. */
  #isUnderWay(stretches: number, bytes: number): boolean {
    const lengths = this.#lengths.slice(this.#answered);
    return lengths.length > stretches || lengths.reduce((sum, length) => sum + length, 0) > bytes;
  }

  #sync(connection: Connection): void {
    this.#synced = true;
    connection.sync();
  }

  #step(connection: Connection): void {
    const statement = this.#statements[this.#rows.length];
    if (statement === undefined || this.#settled) {
      this.#sync(connection);
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
    const { ends } = this.#stretches;
    if (this.#rows.length === ends[this.#answered]) {
      const answers = this.#rows.slice(ends[this.#answered - 1] ?? 0);
      this.#answered++;
      this.#options.paced?.answered(answers);
      if (!this.#options.stepwise) this.#sendAhead(connection);
    }
    if (this.#options.stepwise) this.#step(connection);
  }

  handleError(reason: unknown, connection: Connection): void {
    if (this.#settled) return;
    this.#settled = true;
    // The server skips everything up to a Sync, which is not sent yet where more was to come.
    if (!this.#synced) this.#sync(connection);
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

const flush = Buffer.from([0x48, 0, 0, 0, 4]);

interface Stretches {
  /** The index behind each one's last statement. */
  readonly ends: readonly number[];
  readonly ahead: number;
  readonly bytes: number;
}

/** Without a pace the whole batch is one. */
function stretchesOf(statements: readonly string[], paced: Paced | undefined): Stretches {
  if (paced === undefined) return { ends: [statements.length], ahead: 1, bytes: 0 };
  const ends: number[] = [];
  for (const length of paced.lengths) ends.push((ends.at(-1) ?? 0) + length);
  return { ends, ahead: paced.ahead, bytes: paced.bytes };
}
