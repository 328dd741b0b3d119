/** `Database` over one node-postgres client, whatever carries it: a socket or the embedded database. */
import type { Client, Submittable, types } from "pg";
import { type Database, DatabaseError, type Notice, type Paced, type Row } from "./database.ts";
import { toDatabaseError } from "./server-error.ts";
import { BatchFailure, StatementBatch } from "./statement-batch.ts";

export interface SessionOptions {
  readonly description: string;
  readonly embedded: boolean;
  readonly onNotice?: ((notice: Notice) => void) | undefined;
  /** Asks for the running statement to be cancelled; unless given, the batch in flight stops at its next statement. */
  readonly cancel?: () => Promise<void>;
  /** What is to be closed after the client. */
  readonly release?: () => Promise<void>;
}

/** Says so in place of the statement that a cancelled batch would have run next. */
const CANCELLED = `DO $cancel$ BEGIN
RAISE EXCEPTION USING ERRCODE = 'query_canceled', MESSAGE = 'canceling statement due to user request';
END $cancel$`;

export class Session implements Database {
  readonly version: number;
  readonly description: string;
  readonly embedded: boolean;
  readonly #client: Client;
  readonly #options: SessionOptions;
  /** Ends when all that was asked for is answered: one request is in flight at a time. */
  #idle: Promise<void> = Promise.resolve();
  #lost: unknown;
  #batchRunning = false;
  #onNotice: ((notice: Notice) => void) | undefined;
  #cancelRequested = false;
  #closed: Promise<void> | undefined;

  private constructor(client: Client, version: number, options: SessionOptions) {
    this.#client = client;
    this.#options = options;
    this.version = version;
    this.description = options.description;
    this.embedded = options.embedded;
    // Without a listener Node ends the process when the server goes away.
    client.on("error", (error) => {
      this.#lost ??= error;
    });
    client.on("notice", ({ severity = "NOTICE", code = "00000", message = "", ...notice }) => {
      const { detail, hint, where, routine } = notice;
      const told: Notice = { severity, sqlstate: code, message, detail, hint, where, routine };
      options.onNotice?.(told);
      this.#onNotice?.(told);
    });
  }

  /** Takes over a connected client. `version`: what it told of itself; null asks it, and throws the client's own error. */
  static async of(client: Client, version: number | null, options: SessionOptions): Promise<Session> {
    return new Session(client, version ?? (await askVersion(client)), options);
  }

  query<R extends Row>(sql: string, parameters: readonly unknown[] = []): Promise<readonly R[]> {
    return this.#exclusively(async () => {
      refuse(sql, 0);
      try {
        // The extended protocol even with no parameters: two statements in one text are an error, not a surprise.
        const query = { text: sql, values: [...parameters], queryMode: "extended" };
        return (await this.#client.query<R>(query)).rows;
      } catch (error) {
        throw this.#failure(error, 0, sql);
      }
    });
  }

  batch(
    statements: readonly string[],
    paced?: Paced,
    onNotice?: (notice: Notice) => void,
  ): Promise<readonly (readonly Row[])[]> {
    return this.#exclusively(async () => {
      statements.forEach(refuse);
      if (statements.length === 0) return [];
      const batch = new StatementBatch(statements, {
        parserOf: (type) => this.#client.getTypeParser(type, "text"),
        paced,
        ...(this.#options.cancel
          ? {}
          : { stepwise: { next: (statement) => this.#unlessCancelled(statement) } }),
      });
      this.#batchRunning = true;
      this.#onNotice = onNotice;
      try {
        this.#client.query<Submittable>(batch);
        return await batch.result;
      } catch (error) {
        if (!(error instanceof BatchFailure)) throw error;
        throw this.#failure(error.reason, error.statement, statements[error.statement]);
      } finally {
        this.#batchRunning = false;
        this.#onNotice = undefined;
        this.#cancelRequested = false;
      }
    });
  }

  async cancel(): Promise<void> {
    if (this.#options.cancel) await this.#options.cancel();
    else this.#cancelRequested = this.#batchRunning;
  }

  /** Ends the session; a second call waits for the first. What is in flight on a server is abandoned. */
  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    // The embedded client would drop what is in flight without an answer.
    if (this.embedded) await this.#idle;
    await this.#client.end();
    await this.#options.release?.();
  }

  #unlessCancelled(statement: string): string {
    if (!this.#cancelRequested) return statement;
    this.#cancelRequested = false;
    return CANCELLED;
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#idle.then(work);
    this.#idle = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /** The loss is named by the error that was its cause; later calls only say that the client cannot be used. */
  #failure(error: unknown, statement: number, text: string | undefined): DatabaseError {
    const failed = { statement, text, description: this.description };
    const own = toDatabaseError(error, failed);
    if (own.sqlstate !== "08006" || this.#lost === undefined) return own;
    const cause = toDatabaseError(this.#lost, { ...failed, text: undefined });
    return cause.connectionLost ? cause : own;
  }
}

async function askVersion(client: Client): Promise<number> {
  const { rows } = await client.query<{ version: number }>(
    "SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4 AS version",
  );
  return rows[0]?.version ?? 0;
}

/** Numbers and lists where node-postgres has text: `name[]` and `"char"[]`. Everything else as it parses. */
export function catalogTypes(defaults: typeof types): { getTypeParser: typeof types.getTypeParser } {
  const TEXT_ARRAY = 1009;
  const LISTS = new Map<number, number>([
    [1002, TEXT_ARRAY],
    [1003, TEXT_ARRAY],
  ]);
  return { getTypeParser: (type, format) => defaults.getTypeParser(LISTS.get(type) ?? type, format) };
}

/** What cannot be sent: the protocol would cut the text, or the server would wait for data and end the session. */
function refuse(statement: string, index: number): void {
  const zero = statement.indexOf("\0");
  if (zero >= 0) {
    throw new DatabaseError("the statement contains a zero character", {
      sqlstate: "22021",
      offset: zero,
      statement: index,
    });
  }
  const start = afterComments(statement);
  if (/^copy$/i.test(statement.slice(start, start + 4)) && /\bfrom\s+stdin\b/i.test(statement)) {
    throw new DatabaseError("COPY … FROM STDIN is not supported: there is no data stream to read", {
      sqlstate: "0A000",
      hint: "Use INSERT, or run the file with psql.",
      offset: start,
      statement: index,
    });
  }
}

/** Where the first word of a statement begins. */
function afterComments(statement: string): number {
  let at = 0;
  for (;;) {
    while (/\s/.test(statement.charAt(at))) at++;
    if (statement.startsWith("--", at)) {
      const end = statement.indexOf("\n", at);
      if (end < 0) return statement.length;
      at = end + 1;
    } else if (statement.startsWith("/*", at)) {
      at = afterBlockComment(statement, at);
    } else {
      return at;
    }
  }
}

/** Block comments nest. */
function afterBlockComment(statement: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let match = mark.exec(statement); match !== null; match = mark.exec(statement)) {
    depth += match[0] === "/*" ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return statement.length;
}
