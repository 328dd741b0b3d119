/** Work on many scopes at once: a bounded number of connections, each used for one scope after the other. */
import { type Database, DatabaseError } from "../database/database.ts";
import type { MatrixScope } from "./scope.ts";

export interface OpenDatabase {
  readonly database: Database;
  close(): Promise<void>;
}

export interface ScopesRunning {
  /** Connections at once. */
  readonly jobs: number;
  /** No scope is begun once so many failed; null: all are tried. */
  readonly maxFailures: number | null;
  /** Asked before a scope is begun: those under way are finished. */
  readonly isStopped: () => boolean;
  readonly connect: (scope: MatrixScope) => Promise<OpenDatabase>;
  /** Whether a connection of one does for the other. */
  readonly sameDatabase: (one: MatrixScope, other: MatrixScope) => boolean;
}

export type ScopeOutcome<T> =
  | { readonly kind: "done"; readonly scope: MatrixScope; readonly value: T }
  | { readonly kind: "failed"; readonly scope: MatrixScope; readonly error: unknown }
  | { readonly kind: "not begun"; readonly scope: MatrixScope };

/**
 * One scope that fails does not stop the others. `told` of each as it ends; the rest were not begun. What `told` throws ends the
 * run.
 */
export async function runScopes<T>(
  scopes: readonly MatrixScope[],
  running: ScopesRunning,
  work: (scope: MatrixScope, database: Database) => Promise<T>,
  told: (outcome: ScopeOutcome<T>) => void,
): Promise<void> {
  let next = 0;
  let failures = 0;
  let broken = false;
  const mayBegin = (): boolean =>
    !broken && !running.isStopped() && (running.maxFailures === null || failures < running.maxFailures);
  const worker = async (): Promise<void> => {
    let open: { readonly scope: MatrixScope; readonly at: OpenDatabase } | null = null;
    const close = async (): Promise<void> => {
      const closing = open;
      open = null;
      await closing?.at.close();
    };
    try {
      while (mayBegin()) {
        const scope = scopes[next++];
        if (scope === undefined) break;
        try {
          if (open !== null && !running.sameDatabase(open.scope, scope)) await close();
          open ??= { scope, at: await running.connect(scope) };
          told({ kind: "done", scope, value: await work(scope, open.at.database) });
        } catch (error) {
          failures++;
          told({ kind: "failed", scope, error });
          if (error instanceof DatabaseError && error.connectionLost) await close();
        }
      }
    } catch (error) {
      broken = true;
      throw error;
    } finally {
      await close();
    }
  };
  const workers = Array.from({ length: Math.min(running.jobs, scopes.length) }, worker);
  // Whatever ends the run, no work goes on behind it.
  for (const one of await Promise.allSettled(workers)) if (one.status === "rejected") throw one.reason;
  for (const scope of scopes.slice(next)) told({ kind: "not begun", scope });
}
