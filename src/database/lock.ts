/** Taking turns with other runs, and locking relations as their readers do, without waiting long for either. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Lock } from "../../graph/plan/pass.ts";
import { quoteIdentifier, quoteLiteral, quoteName } from "../../graph/quote.ts";
import { sharedScope } from "../tenants/scope.ts";
import { type Database, DatabaseError } from "./database.ts";
import { catalogPath } from "./search-path.ts";

/**
 * Opens the transaction and waits until no other run of the tool works on this database; with the scope of a value of a matrix,
 * until none works on that value or on what is shared.
 */
export async function takeTurn(
  database: Database,
  ledgerSchema: string,
  onWait: (message: string) => void,
  scope = sharedScope,
): Promise<void> {
  const opening = ["begin", catalogPath, ...lookForClient];
  const turns = turnsOf(ledgerSchema, scope);
  const tries = turns.map(({ key, mode }) => `pg_try_advisory_xact_lock${mode}(${key})`);
  const rows = await database.batch([...opening, `select array[${tries.join(", ")}] as mine`]);
  const mine = rows.at(-1)?.[0]?.mine;
  for (const [index, { key, mode }] of turns.entries()) {
    if (Array.isArray(mine) && mine[index] === true) continue;
    await tellHolder(database, key, onWait);
    await database.batch([`select pg_advisory_xact_lock${mode}(${key})`]);
  }
}

/** The same for the whole session, until `endTurn`: for work that is more than one transaction. */
export async function holdTurn(
  database: Database,
  ledgerSchema: string,
  onWait: (message: string) => void,
  scope = sharedScope,
): Promise<void> {
  for (const { key, mode } of turnsOf(ledgerSchema, scope)) {
    const tried = `pg_catalog.pg_try_advisory_lock${mode}(pg_catalog.${key})`;
    const [rows] = await database.batch([`select ${tried} as mine`]);
    if (rows?.[0]?.mine === true) continue;
    await database.batch(["begin", catalogPath]);
    await tellHolder(database, key, onWait);
    await database.batch(["rollback", `select pg_catalog.pg_advisory_lock${mode}(pg_catalog.${key})`]);
  }
}

/** Whatever transaction was left open ends, too. */
export async function endTurn(database: Database, ledgerSchema: string, scope = sharedScope): Promise<void> {
  await database.batch(["rollback"]);
  const turns = turnsOf(ledgerSchema, scope).reverse();
  const unlocks = turns.map(
    ({ key, mode }) => `select pg_catalog.pg_advisory_unlock${mode}(pg_catalog.${key})`,
  );
  await database.batch(unlocks);
}

interface Turn {
  readonly key: string;
  /** What the names of the functions end with. */
  readonly mode: "" | "_shared";
}

/** Runs for values of a matrix share the turn of the whole with each other, and take that of their value. */
function turnsOf(ledgerSchema: string, scope: string): Turn[] {
  const whole = turnKey(`migrator ${ledgerSchema}`);
  if (scope === sharedScope) return [{ key: whole, mode: "" }];
  return [
    { key: whole, mode: "_shared" },
    { key: turnKey(`migrator ${ledgerSchema} ${scope}`), mode: "" },
  ];
}

function turnKey(name: string): string {
  return `hashtextextended(${quoteLiteral(name)}, 0)`;
}

/** In a transaction whose search_path is pg_catalog. */
async function tellHolder(database: Database, key: string, onWait: (message: string) => void): Promise<void> {
  const holders = await database.batch([
    `select a.pid, a.application_name, a.usename from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database where datname = current_database())
       and l.classid::bigint = (${key} >> 32) & 4294967295 and l.objid::bigint = ${key} & 4294967295`,
  ]);
  const holder = holders[0]?.[0];
  const who = holder === undefined ? "" : ` (process ${holder.pid}, role ${holder.usename})`;
  onWait(`waiting for another run${who} to finish`);
}

/**
 * A machine that vanishes closes no connection: by default the server would keep the transaction, and its locks, for two
 * hours. With these it asks for the client after 10 s and gives up 15 s later. Nothing happens on a Unix socket.
 */
const looks = [
  ["tcp_keepalives_idle", 10],
  ["tcp_keepalives_interval", 5],
  ["tcp_keepalives_count", 3],
] as const;

const lookForClient = looks.map(([name, value]) => `set local ${name} = ${value}`);

/**
 * One statement for a transaction that is open: waits for the turn, where nobody is to be told of it and `ledgerSchema` is not
 * null, and sets for the transaction what the tool's own statements want, and `settings`.
 */
export function turnStatement(
  ledgerSchema: string | null,
  settings: readonly (readonly [name: string, value: number | string])[],
  scope = sharedScope,
): string {
  const turns = ledgerSchema === null ? [] : turnsOf(ledgerSchema, scope);
  const turn = turns.map(({ key, mode }) => `pg_catalog.pg_advisory_xact_lock${mode}(pg_catalog.${key})`);
  const set = [["search_path", "pg_catalog"] as const, ...looks, ...settings].map(
    ([name, value]) => `pg_catalog.set_config(${quoteLiteral(name)}, ${quoteLiteral(String(value))}, true)`,
  );
  return `select ${[...turn, ...set].join(", ")}`;
}

/**
 * For a transaction that is open: fails (22012, division_by_zero) where somebody else has the turn, so that what is sent behind it does
 * not run.
 */
export function turnOrFail(ledgerSchema: string, scope: string): string {
  const tries = turnsOf(ledgerSchema, scope).map(
    ({ key, mode }) => `pg_catalog.pg_try_advisory_xact_lock${mode}(pg_catalog.${key})`,
  );
  return `select 1 operator(pg_catalog./) (case when ${tries.join(" and ")} then 1 else 0 end)`;
}

/** While it holds one lock, the tool waits for the next only so long: a holder that waits for the tool never lets go. */
const innerLockTimeout = 20;

/**
 * An ALTER that changes nothing takes ACCESS EXCLUSIVE on a view alone: LOCK TABLE on a view would lock its tables
 * too, and it refuses materialized views. The first lock is waited for as long as `lockTimeout` (ms) says.
 */
export function lockStatements(locks: readonly Lock[], lockTimeout: number): readonly string[] {
  const [first, ...inner] = locks.map((lock) => {
    const name = quoteName(lock.schema, lock.name);
    if (lock.kind === "table") return `lock table ${name} in access exclusive mode`;
    return `alter ${lock.kind} ${name} owner to ${quoteIdentifier(lock.owner)}`;
  });
  if (first === undefined) return [];
  if (inner.length === 0) return [first];
  return [
    first,
    `set local lock_timeout = ${Math.min(innerLockTimeout, lockTimeout)}`,
    ...inner,
    `set local lock_timeout = ${lockTimeout}`,
  ];
}

/** Those that are there already: what a statement of --around makes or renames is locked by that statement. */
export async function presentLocks(database: Database, locks: readonly Lock[]): Promise<readonly Lock[]> {
  if (locks.length === 0) return [];
  const names = locks.map((lock) => quoteLiteral(quoteName(lock.schema, lock.name)));
  const [, rows] = await database.batch([
    catalogPath,
    `select to_regclass(w.name) is not null as present
     from unnest(array[${names.join(", ")}]) with ordinality as w(name, i) order by w.i`,
  ]);
  return locks.filter((_, i) => rows?.[i]?.present === true);
}

export interface LockPatience {
  /** In milliseconds. Below deadlock_timeout, so that the tool gives way before PostgreSQL picks a victim. */
  readonly lockTimeout: number;
  /** At least as many tries, and as long as they could take altogether. */
  readonly lockRetries: number;
  readonly onWait: (message: string) => void;
}

/** Runs a transaction; one that met a lock is rolled back and tried again after a pause. Always ends the transaction. */
export async function withLockRetries<T>(
  database: Database,
  patience: LockPatience,
  transaction: () => Promise<T>,
): Promise<T> {
  const patienceEnds = Date.now() + patience.lockTimeout * patience.lockRetries;
  for (let tries = 0; ; tries++) {
    try {
      return await transaction();
    } catch (error) {
      if (error instanceof DatabaseError && error.connectionLost) throw error;
      const blocked = error instanceof DatabaseError && isLockFailure(error);
      const last = tries >= patience.lockRetries && Date.now() > patienceEnds;
      const holders = blocked && last ? await describeHolders(database) : "";
      await database.batch(["rollback"]);
      if (!blocked) throw error;
      if (last) throw lockedByOthers(patience, holders, error);
      if (tries === 0)
        patience.onWait(
          metAnother(error)
            ? "another session changed the same object: trying again"
            : "waiting for locks that other sessions hold",
        );
      // Readers come and go within milliseconds; a long transaction is waited for by the lock timeout itself.
      await pause(5 + Math.random() * Math.min(100, 10 * (tries + 1)));
    }
  }
}

/** The lock table is full: what the server says of it names no cure that fits a plan. */
export const outOfSharedMemory = "53200";

/** lock_not_available, deadlock_detected, serialization_failure. */
const lockFailures: ReadonlySet<string> = new Set(["55P03", "40P01", "40001"]);

/** What another session did at the same time is to blame: the same transaction may well succeed when it is tried again. */
export function isLockFailure(error: Pick<DatabaseError, "sqlstate" | "message" | "schema">): boolean {
  return lockFailures.has(error.sqlstate) || metAnother(error);
}

/**
 * Two sessions wrote the same row of a catalog: GRANT, CREATE OR REPLACE FUNCTION and the like lock no more than that row, and who
 * waited for it fails (simple_heap_update in src/backend/access/heap/heapam.c; its message is never translated). Where both
 * make the row, the later one meets a catalog's unique index.
 */
function metAnother({
  sqlstate,
  message,
  schema,
}: Pick<DatabaseError, "sqlstate" | "message" | "schema">): boolean {
  return (
    (sqlstate === "XX000" && /^tuple concurrently (updated|deleted)$/.test(message)) ||
    (sqlstate === "23505" && schema === "pg_catalog")
  );
}

function lockedByOthers(patience: LockPatience, holders: string, error: DatabaseError): MigratorError {
  if (metAnother(error))
    return new MigratorError([
      {
        code: "lock-timeout",
        message: `other sessions keep changing the same objects (${error.message})`,
        ...(holders === "" ? {} : { detail: holders }),
        fix: `run it again when they are done, or raise lockRetries (${patience.lockRetries}) in migrator.json`,
      },
    ]);
  return new MigratorError([
    {
      code: "lock-timeout",
      message: `a relation stayed locked by another session (${error.message})`,
      ...(holders === "" ? {} : { detail: holders }),
      fix: `end that transaction, or raise lockTimeout (${patience.lockTimeout} ms) or lockRetries (${patience.lockRetries}) in migrator.json`,
    },
  ]);
}

/** Who holds locks on relations that are not the catalog's; the transaction that failed is rolled back first. */
async function describeHolders(database: Database): Promise<string> {
  const [, , rows] = await database.batch([
    "rollback",
    "begin",
    `select a.pid, a.usename, a.state, pg_catalog.left(a.query, 80) as query,
       pg_catalog.string_agg(distinct l.relation::regclass::text, ', ') as relations
     from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a on a.pid = l.pid
     where l.granted and l.relation >= 16384 and l.pid <> pg_catalog.pg_backend_pid()
     group by 1, 2, 3, 4 order by 1`,
  ]);
  return (rows ?? [])
    .map(
      (row) => `process ${row.pid} (role ${row.usename}, ${row.state}) holds ${row.relations}: ${row.query}`,
    )
    .join("\n");
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
