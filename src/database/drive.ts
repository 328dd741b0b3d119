/**
 * Answers planning's requests with a database, inside a transaction that the caller has opened. Statements that must
 * work wait in a buffer and travel with the next question, so that a plan costs few round trips.
 */
import type { Identity } from "../../graph/identity.ts";
import type { LiveObject } from "../../graph/live.ts";
import type { Answer, Planning, Refusal, Request } from "../../graph/request.ts";
import { type Asking, type Database, DatabaseError } from "./database.ts";
import {
  inspectIdentities,
  readCaptured,
  readDependents,
  readNamesakes,
  readOperatorUsers,
} from "./introspect.ts";
import { isLockFailure, outOfSharedMemory } from "./lock.ts";
import { catalogPath, componentsPath } from "./search-path.ts";
import { concernsServer, readOnly } from "./server-conditions.ts";
import { readMaterializedReaders, readOnlyAppended } from "./stale.ts";
import { readUsers, rewritesTable } from "./users.ts";
import { readVersions } from "./versions.ts";

export interface DriveOptions {
  readonly searchPath: readonly string[];
  /** All schemas in which a text of the plan may mean a bare name; left out: those of `searchPath`. */
  readonly named?: readonly string[];
  /** Materialized views are not filled. */
  readonly rehearsal: boolean;
  /** Told which object is looked at, and which materialized view will be filled. */
  readonly onObject?: (identity: Identity, what: "planned" | "filled") => void;
}

/** A statement that had to work did not. */
export class StatementRefused extends Error {
  readonly blame: Identity | null;
  readonly statement: string;
  readonly refusal: Refusal;

  constructor(blame: Identity | null, statement: string, refusal: Refusal) {
    super(refusal.message);
    this.name = "StatementRefused";
    this.blame = blame;
    this.statement = statement;
    this.refusal = refusal;
  }
}

interface Buffered {
  readonly sql: string;
  readonly blame: Identity | null;
}

const savepoint = "migrator_attempt";
/** Enough to make round trips cheap; the first few go early, so that the server works while the rest is prepared. */
const bufferLimit = 200;
const firstBufferLimit = 20;

/** Runs the planning to its end and returns what it returns. All statements have run when the promise resolves. */
export async function drive<T>(database: Database, planning: Planning<T>, options: DriveOptions): Promise<T> {
  const session = newSession(database, options);
  let next = planning.next();
  while (next.done !== true) next = planning.next(await answer(session, next.value));
  await flush(session);
  return next.value;
}

interface Session {
  readonly database: Database;
  readonly options: DriveOptions;
  buffer: Buffered[];
  /** What is on its way to the server; settles to its error, and is asked before anything else is sent for an answer. */
  sent: Promise<Error | null> | null;
  /** Which search_path is in force once the buffer has run: the statement that sets it, `catalog` or `unknown`. */
  path: string;
  /** The path at the open savepoint: taking the attempt back restores it. */
  pathAtSavepoint: Session["path"];
}

function newSession(database: Database, options: DriveOptions): Session {
  return { database, options, buffer: [], sent: null, path: "unknown", pathAtSavepoint: "unknown" };
}

async function answer(session: Session, request: Request): Promise<Answer> {
  const { onObject, rehearsal } = session.options;
  if (onObject !== undefined) {
    const about = request.kind === "attempt" ? request.inspect[0] : "blame" in request ? request.blame : null;
    const filled = request.kind === "fill";
    if (about !== undefined && about !== null && !(filled && rehearsal))
      onObject(about, filled ? "filled" : "planned");
  }
  switch (request.kind) {
    case "run":
      usePath(session, "components", request.searchPath);
      for (const sql of request.statements) session.buffer.push({ sql, blame: request.blame });
      if (session.buffer.length >= (session.sent === null ? firstBufferLimit : bufferLimit)) send(session);
      return { kind: "done" };
    case "fill":
      if (session.options.rehearsal) return { kind: "done" };
      session.buffer.push({ sql: request.statement, blame: request.blame });
      return { kind: "done" };
    case "settle":
      if (!request.keep) {
        session.buffer.push({ sql: `rollback to savepoint ${savepoint}`, blame: null });
        session.path = session.pathAtSavepoint;
      }
      session.buffer.push({ sql: `release savepoint ${savepoint}`, blame: null });
      return { kind: "done" };
    case "find":
      return { kind: "found", objects: await findLive(session, request.identities) };
    case "versions":
      session.path = "catalog";
      return { kind: "versions", versions: await readVersions(asking(session), request.identities) };
    case "materialized readers":
      session.path = "catalog";
      return {
        kind: "materialized readers",
        views: await readMaterializedReaders(asking(session), request.of),
      };
    case "only appended":
      session.path = "catalog";
      return { kind: "only appended", appended: await readOnlyAppended(asking(session), request.pairs) };
    case "dependents":
      session.path = "catalog";
      return { kind: "dependents", dependents: await readDependents(asking(session), request.of) };
    case "operator users":
      session.path = "catalog";
      return { kind: "dependents", dependents: await readOperatorUsers(asking(session), request.oid) };
    case "namesakes":
      session.path = "catalog";
      return {
        kind: "namesakes",
        identities: await readNamesakes(asking(session), request.identities, namedPath(session)),
      };
    case "users":
      usePath(session, "components");
      session.path = "unknown";
      return { kind: "users", ...(await readUsers(asking(session), request.targets)) };
    case "rewrites":
      usePath(session, "components");
      await flush(session);
      return {
        kind: "rewrites",
        rewrites: await rewritesTable(session.database, request.table, request.onTable),
      };
    case "captured":
      return { kind: "dependents", dependents: await captured(session, request.identity) };
    case "attempt":
      return attempt(
        session,
        session.options.rehearsal ? (request.rehearse ?? request.statements) : request.statements,
        request.inspect,
        request.searchPath,
      );
  }
}

async function findLive(
  session: Session,
  identities: readonly Identity[],
): Promise<readonly (LiveObject | null)[]> {
  if (identities.length === 0) return [];
  const inspection = inspectIdentities(identities);
  session.path = "catalog";
  return inspection.read(await asking(session).batch(inspection.statements));
}

async function captured(session: Session, identity: Identity) {
  session.path = "catalog";
  return readCaptured(asking(session), identity, namedPath(session));
}

/** The schemas that a text may mean by a bare name. */
function namedPath({ options: { searchPath, named = searchPath } }: Session): readonly string[] {
  return named;
}

async function attempt(
  session: Session,
  statements: readonly string[],
  inspect: readonly Identity[],
  searchPath: readonly string[] | undefined,
): Promise<Answer> {
  usePath(session, "components", searchPath);
  const failed = await session.sent;
  if (failed !== null) throw failed;
  const before = session.buffer.map((entry) => entry.sql);
  const inspection = inspect.length > 0 ? inspectIdentities(inspect) : null;
  session.pathAtSavepoint = session.path;
  const all = [...before, `savepoint ${savepoint}`, ...statements, ...(inspection?.statements ?? [])];
  const first = before.length + 1;
  try {
    const cascaded: string[] = [];
    const rows = await session.database.batch(all, undefined, ({ routine, message, detail }) => {
      if (routine === "reportDependentObjects") cascaded.push(...(detail ?? message).split("\n"));
    });
    session.buffer = [];
    if (inspection !== null) session.path = "catalog";
    return {
      kind: "worked",
      live: inspection === null ? [] : inspection.read(rows.slice(first + statements.length)),
      cascaded,
    };
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.connectionLost) throw error;
    // For a lock that others hold the whole transaction is tried again.
    if (isLockFailure(error) || error.sqlstate === outOfSharedMemory) throw error;
    if (error.statement < first) throw bufferError(session.buffer, error);
    if (error.statement >= first + statements.length) throw error;
    if (concernsServer(error)) {
      const refusal = refusalOf(error, 0);
      throw new StatementRefused(null, all[error.statement] ?? "", refusal);
    }
    session.buffer = [
      { sql: `rollback to savepoint ${savepoint}`, blame: null },
      { sql: `release savepoint ${savepoint}`, blame: null },
    ];
    return { kind: "refused", refusal: refusalOf(error, error.statement - first) };
  }
}

/** A question takes what waits in the buffer along: one round trip for both. */
function asking(session: Session): Asking {
  return {
    batch: async (statements) => {
      const failed = await session.sent;
      if (failed !== null) throw failed;
      const { buffer } = session;
      session.buffer = [];
      try {
        const rows = await session.database.batch([...buffer.map((entry) => entry.sql), ...statements]);
        return rows.slice(buffer.length);
      } catch (error) {
        const own = error instanceof DatabaseError && error.statement < buffer.length;
        throw own ? bufferError(buffer, error) : error;
      }
    },
  };
}

/** Sends the buffer without waiting: what must work needs no answer. */
function send(session: Session): void {
  const { buffer, sent: before } = session;
  if (buffer.length === 0) return;
  session.buffer = [];
  session.sent = (async () => {
    const failed = await before;
    if (failed !== null) return failed;
    try {
      await session.database.batch(buffer.map((entry) => entry.sql));
      return null;
    } catch (error) {
      return error instanceof DatabaseError ? bufferError(buffer, error) : toError(error);
    }
  })();
}

async function flush(session: Session): Promise<void> {
  send(session);
  const failed = await session.sent;
  if (failed !== null) throw failed;
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function bufferError(buffer: readonly Buffered[], error: DatabaseError): Error {
  if (error.connectionLost || isLockFailure(error) || error.sqlstate === outOfSharedMemory) return error;
  const entry = buffer[error.statement];
  // No component is to blame where nothing can be changed at all.
  const blame = error.sqlstate === readOnly ? null : (entry?.blame ?? null);
  return new StatementRefused(blame, entry?.sql ?? "", refusalOf(error, 0));
}

function refusalOf(error: DatabaseError, statement: number): Refusal {
  const { sqlstate, message, detail, hint, where, offset } = error;
  return { sqlstate, message, detail, hint, where, statement, offset };
}

function usePath(
  session: Session,
  path: "components" | "catalog",
  searchPath: readonly string[] = session.options.searchPath,
): void {
  const sql = path === "catalog" ? catalogPath : componentsPath(searchPath);
  const wanted = path === "catalog" ? path : sql;
  if (session.path === wanted) return;
  session.buffer.push({ sql, blame: null });
  session.path = wanted;
}
