/** What a test works with. */
import type { Client, QueryResultRow } from "pg";

export interface TestDatabase {
  /** To connect to it from elsewhere; null for the embedded database, which has this one session. */
  readonly url: string | null;
  /** The session, of node-postgres. */
  readonly client: Client;
  /** The rows of one statement, with `$1` and so on for its values. */
  query<R extends QueryResultRow = QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<R[]>;
  /** Ends the session and removes the database; a second call does nothing. */
  close(): Promise<void>;
  /** `await using` closes it, too. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** `end`: what goes with it once the session is closed. */
export function testDatabase(client: Client, url: string | null, end: () => Promise<void>): TestDatabase {
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= client.end().then(end, end);
    return closed;
  };
  return {
    url,
    client,
    query: async <R extends QueryResultRow>(sql: string, values: readonly unknown[] = []) =>
      (await client.query<R>(sql, [...values])).rows,
    close,
    [Symbol.asyncDispose]: close,
  };
}
