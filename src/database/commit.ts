/** COMMIT, and what became of it where the connection was lost before its answer came. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { quoteLiteral } from "../../graph/quote.ts";
import { type Database, DatabaseError } from "./database.ts";

/** Runs work on a new connection to the same database; rejects as `connectServer` does. */
export type Reconnected = <T>(work: (database: Database) => Promise<T>) => Promise<T>;

/** Names the transaction for as long as the server remembers it; to be asked before its COMMIT is sent. */
export const transactionId = "select pg_catalog.pg_current_xact_id()::text as xid";

export interface LostCommit {
  /** What `transactionId` said. */
  readonly xid: string;
  /** Null where there is nothing to connect to anew: the embedded database lives in this process. */
  readonly reconnected: Reconnected | null;
  readonly onWait: (message: string) => void;
  /** How long to ask, in milliseconds. */
  readonly patience?: number;
}

const usualPatience = 15_000;
const pause = 100;

/**
 * Sends the last statements of a transaction, COMMIT among them. Where the connection is lost, the server is asked on a
 * new one: returns where the transaction is committed, throws the loss (DatabaseError) where it is not, and one that
 * says so where nobody can tell.
 */
export async function commitTransaction(
  database: Database,
  statements: readonly string[],
  lost: LostCommit,
): Promise<void> {
  try {
    await database.batch(statements);
  } catch (error) {
    const { reconnected } = lost;
    if (!(error instanceof DatabaseError) || !error.connectionLost || reconnected === null) throw error;
    lost.onWait(
      "the connection was lost while the work was being committed; asking the server whether it is done",
    );
    const fate = await askUntilKnown(reconnected, lost, error);
    if (fate === "aborted") throw error;
  }
}

type Fate = "committed" | "aborted" | "in progress";

async function askUntilKnown(
  reconnected: Reconnected,
  lost: LostCommit,
  error: DatabaseError,
): Promise<"committed" | "aborted"> {
  const deadline = Date.now() + (lost.patience ?? usualPatience);
  for (;;) {
    const fate = await reconnected((database) => askFate(database, lost.xid)).catch((failure: unknown) => {
      const away =
        failure instanceof MigratorError || (failure instanceof DatabaseError && failure.connectionLost);
      if (!away) throw failure;
      return "in progress" as const;
    });
    if (fate !== "in progress") return fate;
    if (Date.now() > deadline) throw unknownFate(error);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/**
 * pg_xact_status says "in progress" as long as the old session's transaction is open, the time in which it commits
 * included, so that its other two answers are final. A standby may lag behind, and says nothing.
 */
async function askFate(database: Database, xid: string): Promise<Fate> {
  try {
    const [row] = await database.query<{ fate: Fate | null; standby: boolean }>(
      `select pg_catalog.pg_is_in_recovery() as standby, pg_catalog.pg_xact_status(${quoteLiteral(xid)}::pg_catalog.xid8) as fate`,
    );
    return row === undefined || row.standby || row.fate === null ? "in progress" : row.fate;
  } catch (error) {
    // invalid_parameter_value: an id that this server has not given out yet. It lost what the other had.
    if (error instanceof DatabaseError && error.sqlstate === "22023") return "aborted";
    throw error;
  }
}

function unknownFate(error: DatabaseError): DatabaseError {
  const message = `${error.message}; whether the work is done is not known, and the next run will find it`;
  return new DatabaseError(message, { sqlstate: error.sqlstate, statement: error.statement });
}
