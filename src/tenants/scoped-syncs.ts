/** The shared part and then each scope of matrices, one after another: a scope that fails stops no other. */
import { type Diagnostic, type ExitCode, MigratorError } from "../../graph/diagnostic.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { isLockFailure, type LockPatience, takeTurn, withLockRetries } from "../database/lock.ts";
import { forgetScope } from "../live/sync.ts";
import { runScopes, type ScopesRunning } from "./run-scopes.ts";
import { type MatrixScope, sharedScope } from "./scope.ts";
import { describeScope } from "./scoped-name.ts";

/**
 * What one scope's part does, on a connection to the target. `within`: a transaction is open there and stays so, in which all
 * is rehearsed.
 */
export type PartOf<T> = (scope: MatrixScope, database: Database, within: boolean) => Promise<T>;

/** Those of the scopes that need nothing, all in the database of the connection, and what is told of them. */
export type SettledOf<T> = (
  scopes: readonly MatrixScope[],
  database: Database,
  within: boolean,
) => Promise<ReadonlyMap<MatrixScope, T>>;

/** The connections that scopes are worked on with, at the same time. */
export interface Workers {
  /** The run's own. */
  readonly database: Database;
  /** How many there are beside it. */
  readonly more: number;
  readonly connect: () => Promise<Database>;
  /** Asked before a scope is begun; left out: all are. */
  readonly isStopped?: () => boolean;
  /** No scope is begun once so many failed; left out: all are tried. */
  readonly maxFailures?: number | null;
  /** These go first; where one of them fails, the others are not begun. */
  readonly canary?: ReadonlySet<MatrixScope>;
  /** Told of those that were not begun. */
  readonly left?: (scope: string) => void;
}

export interface ScopedParts<T> {
  /** Null: the shared part is left out. Where it fails, so does everything. */
  readonly shared: ((within: boolean) => Promise<T>) | null;
  readonly scopes: readonly MatrixScope[];
  readonly part: PartOf<T>;
  /** Asked once, behind the shared part. */
  readonly settled: SettledOf<T>;
  /** Told as they are done, the name of the scope with it. */
  readonly done: (scope: string, result: T) => void;
}

export interface FailedScope {
  readonly scope: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly exitCode: ExitCode;
}

/** Each in a transaction of its own. Failures are told in the order of the scopes. */
export async function syncParts<T>(
  workers: Workers,
  { shared, scopes, part, settled, done }: ScopedParts<T>,
): Promise<readonly FailedScope[]> {
  if (shared !== null) done(sharedScope, await shared(false));
  const same = await settled(scopes.filter(isHere), workers.database, false);
  for (const [scope, result] of same) done(scope.name, result);
  const failed = new Map<MatrixScope, FailedScope>();
  /** The run's own, while none works on it. */
  let own: Database[] = [];
  const running: ScopesRunning = {
    jobs: workers.more + 1,
    maxFailures: workers.maxFailures ?? null,
    isStopped: workers.isStopped ?? (() => false),
    // A scope with a database of its own opens that itself.
    sameDatabase: () => true,
    connect: async () => {
      const first = own.pop();
      if (first !== undefined) return { database: first, close: async () => {} };
      const database = await workers.connect();
      return { database, close: () => database.close() };
    },
  };
  const { canary = new Set(), left = () => {} } = workers;
  const due = scopes.filter((scope) => !same.has(scope));
  for (const first of [true, false]) {
    own = [workers.database];
    const how = failed.size > 0 ? { ...running, isStopped: () => true } : running;
    await runScopes(
      due.filter((scope) => canary.has(scope) === first),
      how,
      (scope, database) => part(scope, database, false),
      (outcome) => {
        const { scope } = outcome;
        if (outcome.kind === "done") done(scope.name, outcome.value);
        if (outcome.kind === "failed") failed.set(scope, failureOf(scope, outcome.error));
        if (outcome.kind === "not begun") left(scope.name);
      },
    );
  }
  return scopes.flatMap((scope) => failed.get(scope) ?? []);
}

/** What became of values before the shared part: these are not looked at behind it. */
export interface BeforeParts {
  readonly failed: readonly FailedScope[];
  readonly left: ReadonlySet<string>;
}

/**
 * All in one transaction that is rolled back: a scope's part sees what the shared one would change. Scopes with a database of
 * their own are rehearsed there.
 */
export async function rehearseParts<T>(
  database: Database,
  ledgerSchema: string,
  patience: LockPatience,
  { shared, scopes, part, settled, done }: ScopedParts<T>,
  before: () => Promise<BeforeParts> = async () => ({ failed: [], left: new Set() }),
): Promise<readonly FailedScope[]> {
  const all = scopes.filter(isHere);
  const elsewhere = scopes.filter((scope) => !isHere(scope));
  let failed: FailedScope[] = [];
  const found = await withLockRetries(database, patience, async () => {
    failed = [];
    const results: [string, T][] = [];
    await takeTurn(database, ledgerSchema, patience.onWait);
    const early = await before();
    failed.push(...early.failed);
    const behind = new Set([...early.left, ...early.failed.map(({ scope }) => scope)]);
    const here = all.filter(({ name }) => !behind.has(name));
    if (shared !== null) results.push([sharedScope, await shared(true)]);
    const same = await settled(here, database, true);
    for (const scope of here) {
      const told = same.get(scope);
      if (told !== undefined) {
        results.push([scope.name, told]);
        continue;
      }
      try {
        results.push([scope.name, await part(scope, database, true)]);
        // Nobody else's part looks at what it did, and its locks are let go.
        await database.batch(forgetScope);
      } catch (error) {
        if (error instanceof DatabaseError && isLockFailure(error)) throw error;
        failed.push(failureOf(scope, error));
      }
    }
    await database.batch(["rollback"]);
    return results;
  });
  for (const [scope, result] of found) done(scope, result);
  const alone: Workers = { database, more: 0, connect: async () => database };
  return [...failed, ...(await syncParts(alone, { shared: null, scopes: elsewhere, part, settled, done }))];
}

/** In the target itself. */
function isHere({ url }: MatrixScope): boolean {
  return url === null;
}

/** What is no mistake of the scope's own, a lost connection of the target for one, ends the run. */
function failureOf(scope: MatrixScope, error: unknown): FailedScope {
  if (!(error instanceof MigratorError)) throw error;
  const { exitCode } = error;
  const diagnostics = error.diagnostics.map((one) => ({ ...one, scope: describeScope(scope.name) }));
  return { scope: scope.name, diagnostics, exitCode };
}

/** 4 where all that failed was drift. */
export function exitCodeOf(failed: readonly FailedScope[]): ExitCode {
  return failed.every(({ exitCode }) => exitCode === 4) ? 4 : 1;
}
