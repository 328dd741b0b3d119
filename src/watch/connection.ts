/** The connection of a watch: one that was lost is made anew, however long it takes. */
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { type Database, DatabaseError } from "../database/database.ts";

export interface Connection {
  /** Waits for a new connection where the old one was lost; rejects when the watch is stopped meanwhile. */
  database(): Promise<Database>;
  /** Asks the server for an answer; false where the connection turned out to be lost. */
  isAlive(): Promise<boolean>;
  /** Says so once, and has the next call of `database` connect anew. */
  lost(database: Database, error: DatabaseError): Promise<void>;
  /** Runs work on the connection that takes the place of `database`, which was lost; tries once. */
  reconnected<T>(database: Database, work: (database: Database) => Promise<T>): Promise<T>;
  /** Cancels the running statement. */
  cancel(): Promise<void>;
  close(): Promise<void>;
}

/** In milliseconds. */
const firstPause = 100;
const longestPause = 5000;

/** `note` tells a person; `open` throws a MigratorError "connection" where there is no connection to be had. */
export function keepConnection(
  first: Database,
  open: () => Promise<Database>,
  stop: AbortSignal,
  note: (message: string) => void,
): Connection {
  let current: Database | null = first;
  const lost = async (database: Database, error: DatabaseError): Promise<void> => {
    // It may be replaced already.
    if (current !== database) return;
    current = null;
    note(`${error.message}; connecting anew`);
    await database.close();
  };
  return {
    async database() {
      let told = "";
      for (let pause = firstPause; current === null; pause = Math.min(longestPause, pause * 2)) {
        stop.throwIfAborted();
        try {
          current = await open();
          note(`connected to ${current.description} again`);
        } catch (error) {
          if (!(error instanceof MigratorError)) throw error;
          if (error.message !== told) note(describe(error.diagnostics));
          told = error.message;
          await sleep(pause, stop);
        }
      }
      return current;
    },
    async isAlive() {
      const database = current;
      if (database === null) return false;
      try {
        await database.query("select 1");
        return true;
      } catch (error) {
        if (!(error instanceof DatabaseError)) throw error;
        // Whatever else it says: it answers.
        if (!error.connectionLost) return true;
        await lost(database, error);
        return false;
      }
    },
    lost,
    async reconnected(database, work) {
      stop.throwIfAborted();
      if (current === database) {
        current = null;
        await database.close();
      }
      current ??= await open();
      const present = current;
      try {
        return await work(present);
      } catch (error) {
        if (error instanceof DatabaseError && error.connectionLost) {
          current = null;
          await present.close();
        }
        throw error;
      }
    },
    cancel: async () => current?.cancel(),
    close: async () => {
      const last = current;
      current = null;
      await last?.close();
    },
  };
}

function describe(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .map(({ message, fix }) => (fix === undefined ? message : `${message}. ${fix}`))
    .join("\n");
}

/** Ends early when the watch is stopped. */
function sleep(milliseconds: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    stop.addEventListener("abort", done);
    if (stop.aborted) done();
  });
}
