/**
 * Stops an embedded database that went out of order. PGlite goes on after any exception of the WebAssembly, above all
 * after the JavaScript stack is used up, which PostgreSQL's own check of its depth cannot see: it then repeats the same
 * message for ever, or works on with what the exception left half done.
 */
import type { PGlite } from "@electric-sql/pglite";

/** PGlite's own signals, which are no failures: an error that PostgreSQL handles, and its orderly end. */
const LONGJMP = 100;
const ALIVE = 99;

/** The functions of the WebAssembly module that PGlite's loop over messages calls. */
interface MessageLoop {
  _PostgresMainLoopOnce(): void;
  stackRestore(pointer: number): void;
  _emscripten_force_exit(status: number): void;
}

export interface EmbeddedGuard {
  /** Closes the database; one that went out of order is left as a killed one is, and recovers when it is opened. */
  close(): Promise<void>;
}

/** Watches over a database: at the first failure the message in flight is rejected, and so is every later one. */
export function guardEmbedded(pglite: PGlite): EmbeddedGuard {
  const loop = pglite.Module as unknown as MessageLoop;
  const once = loop._PostgresMainLoopOnce;
  const restore = loop.stackRestore;
  let failure: Error | undefined;
  loop._PostgresMainLoopOnce = () => {
    if (failure) throw failure;
    try {
      once();
    } catch (error) {
      if (!isSignal(error)) failure = explain(error);
      throw error;
    }
  };
  // The loop swallows what the function above throws, but calls this one outside of any `try`.
  loop.stackRestore = (pointer) => {
    restore(pointer);
    if (failure) throw failure;
  };
  return {
    close: async () => {
      if (!failure) return pglite.close();
      try {
        loop._emscripten_force_exit(1);
      } catch (error) {
        if (!(error instanceof Object && "status" in error)) throw error;
      }
    },
  };
}

/**
 * How deep PostgreSQL may recurse before it says so itself (54001), in kilobytes of its own stack, which is a quarter
 * of what the same recursion takes of JavaScript's or less. `node --stack-size` makes room for more.
 */
export function stackDepth(): string {
  const DEFAULT_STACK = 984;
  const sizes = process.execArgv.map((argument) => /^--stack[-_]size=(\d+)$/.exec(argument)?.[1]);
  const size = Number(sizes.findLast((one) => one !== undefined) ?? DEFAULT_STACK);
  return `${Math.min(2048, Math.max(100, Math.floor(size / 4)))}kB`;
}

function isSignal(error: unknown): boolean {
  return error instanceof Object && "status" in error && (error.status === LONGJMP || error.status === ALIVE);
}

function explain(error: unknown): Error {
  if (error instanceof RangeError) {
    return new Error(
      "it ran out of stack: a statement or a chain of views is nested too deeply for it (a server goes deeper, and so does node --stack-size=3900)",
      { cause: error },
    );
  }
  return error instanceof Error ? error : new Error(`it stopped: ${JSON.stringify(error)}`);
}
