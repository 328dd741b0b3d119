/** The boundary to PostgreSQL: four methods, the same for a server and for the embedded database. */

export type Row = Readonly<Record<string, unknown>>;

export interface Database {
  /** `server_version_num`, 180004 for example. */
  readonly version: number;
  /** What to call it in messages: host, port and database name, never a password. */
  readonly description: string;
  readonly embedded: boolean;
  /** One statement with bound parameters (`$1`). Columns come back as node-postgres parses them. */
  query<R extends Row>(sql: string, parameters?: readonly unknown[]): Promise<readonly R[]>;
  /**
   * Runs statements in order in as few round trips as there can be, and returns the rows of each. Each text is one
   * statement without its semicolon. On an error nothing after it runs, and the error's `statement` is the index of
   * the one that failed. Does not open a transaction; outside one, the statements are one implicit transaction.
   * `onNotice` hears what the server says meanwhile.
   */
  batch(
    statements: readonly string[],
    paced?: Paced,
    onNotice?: (notice: Notice) => void,
  ): Promise<readonly (readonly Row[])[]>;
  /** Asks the server to cancel what is running; resolves when the request was sent. */
  cancel(): Promise<void>;
  close(): Promise<void>;
}

/** A NOTICE, WARNING or INFO. */
export interface Notice {
  readonly severity: string;
  readonly sqlstate: string;
  readonly message: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly where: string | undefined;
  /** The function of PostgreSQL's source that said so. */
  readonly routine: string | undefined;
}

/** A batch of stretches, of which no more is sent ahead of the answers than may run on when the tool is killed. */
export interface Paced {
  /** How many statements each stretch has, in order; all of the batch together. */
  readonly lengths: readonly number[];
  /** So many stretches, and bytes of them, are under way at once. */
  readonly ahead: number;
  readonly bytes: number;
  /** Told of the answers of each stretch when it is done, in order. */
  readonly answered: (answers: readonly (readonly Row[])[]) => void;
}

/** Whatever only asks, and needs nothing else of a database. */
export type Asking = Pick<Database, "batch">;

/** What PostgreSQL, or the connection to it, said. */
export class DatabaseError extends Error {
  /** SQLSTATE; `08006` for a lost connection. */
  readonly sqlstate: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** CONTEXT: the function or trigger in which it happened. */
  readonly where: string | undefined;
  /** Where in the failing statement's text, in UTF-16 units from 0. */
  readonly offset: number | undefined;
  /** Which statement of the batch, from 0; 0 for a query. */
  readonly statement: number;
  readonly schema: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly constraint: string | undefined;

  constructor(message: string, fields: DatabaseErrorFields) {
    super(message);
    this.name = "DatabaseError";
    this.sqlstate = fields.sqlstate;
    this.detail = fields.detail;
    this.hint = fields.hint;
    this.where = fields.where;
    this.offset = fields.offset;
    this.statement = fields.statement;
    this.schema = fields.schema;
    this.table = fields.table;
    this.column = fields.column;
    this.constraint = fields.constraint;
  }

  /** True where the session is gone and nothing more can be asked of it. */
  get connectionLost(): boolean {
    return (
      this.sqlstate.startsWith("08") ||
      this.sqlstate === "57P01" ||
      this.sqlstate === "57P02" ||
      this.sqlstate === "57P03"
    );
  }
}

export interface DatabaseErrorFields {
  readonly sqlstate: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly where?: string | undefined;
  readonly offset?: number | undefined;
  readonly statement: number;
  readonly schema?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly constraint?: string | undefined;
}
