/** Whether scripts for one value of a matrix stay within its schema and the shared ones, found by rehearsing them. */
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { type ApplySettings, ledgerOf } from "../migrations/apply-migrations.ts";
import { type MigrationRun, runTogether } from "../migrations/run-migration.ts";
import type { MatrixScope } from "./scope.ts";

/** Of no class that PostgreSQL uses. */
const told = "ZMI01";

const ownLocks = `l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation'
      and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())`;

/**
 * Fails always, and tells which relations the transaction has locked: those that exist by name, those that it dropped by their oids,
 * which mean something again once it is rolled back. PostgreSQL keeps each lock, a reader's too, until the transaction ends.
 * https://www.postgresql.org/docs/current/explicit-locking.html
 */
const tellTouched = `do ${quoteLiteral(`begin
  raise exception using errcode = '${told}', message = 'touched', detail = (
    select pg_catalog.json_build_object(
      'there', pg_catalog.json_agg(distinct pg_catalog.json_build_array(n.nspname, c.relname, c.oid::text)::text) filter (where c.oid is not null),
      'dropped', pg_catalog.json_agg(distinct l.relation::text) filter (where c.oid is null))::text
    from pg_catalog.pg_locks l left join pg_catalog.pg_class c on c.oid = l.relation
    left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where ${ownLocks});
end`)}`;

/**
 * Throws a MigratorError where they touch a relation of another schema than the value's own, those of the project's search path, and the
 * ledger's. A function elsewhere that touches no relation is not seen.
 */
export async function requireIsolated(
  settings: ApplySettings,
  runs: readonly MigrationRun[],
  scope: MatrixScope,
): Promise<void> {
  const mistakes: Diagnostic[] = runs
    .filter(({ runnable }) => !runnable.up.directives.transaction)
    .map(({ runnable }) => ({
      code: "usage",
      message: `migration ${settings.names.part(runnable)} runs statement by statement: it cannot be tried first`,
      file: runnable.file,
      fix: "apply it without --isolated",
    }));
  if (mistakes.length > 0) throw new MigratorError(mistakes);
  refuseOutside(await touched(settings, runs), scope, settings.ledgerSchema, runs[0]?.runnable.file);
}

/**
 * The same for statements that run around components. `run` does it all, with further statements at its end, and takes it back when these
 * fail, their error being thrown as it is. Locks that the transaction has before are not theirs.
 */
export async function requireIsolatedAround(
  database: Database,
  run: (last: readonly string[]) => Promise<void>,
  scope: MatrixScope,
  { ledgerSchema, file }: { readonly ledgerSchema: string; readonly file: string | undefined },
): Promise<void> {
  const rows = await database.query<{ oid: string }>(
    `select distinct l.relation::pg_catalog.text as oid from pg_catalog.pg_locks l where ${ownLocks}`,
  );
  const before = new Set(rows.map(({ oid }) => oid));
  const relations = await touchedBy(database, () => run([tellTouched]), before);
  refuseOutside(relations, scope, ledgerSchema, file);
}

/** For whoever runs the statements: the error that tells them is no failure. */
export function isToldTouched(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && error.sqlstate === told;
}

function refuseOutside(
  relations: readonly Relation[],
  scope: MatrixScope,
  ledgerSchema: string,
  file: string | undefined,
): void {
  const allowed = new Set(["pg_catalog", "information_schema", ledgerSchema, ...scope.searchPath]);
  const outside = relations
    .filter(({ schema }) => !allowed.has(schema) && !/^pg_(toast|temp)/.test(schema))
    .map(({ schema, name }) => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`);
  if (outside.length === 0) return;
  throw new MigratorError([
    {
      code: "migration",
      message: `${scope.name} would touch what is neither its own nor shared: ${outside.sort().join(", ")}`,
      ...(file === undefined ? {} : { file }),
      fix: 'name the schema in "searchPath" of migrator.json if it is shared; or apply without --isolated',
    },
  ]);
}

interface Relation {
  readonly schema: string;
  readonly name: string;
}

async function touched(settings: ApplySettings, runs: readonly MigrationRun[]): Promise<readonly Relation[]> {
  const last = runs.at(-1)?.runnable;
  const prepare = settings.hasLedger === true ? [] : ledgerOf(settings.ledgerSchema);
  const tell = (runnable: unknown): readonly string[] => (runnable === last ? [tellTouched] : []);
  return touchedBy(settings.database, () => runTogether(settings, runs, prepare, tell, true), new Set());
}

/** `run` ends with what tells. `before`: the oids of relations that are left out. */
async function touchedBy(
  database: Database,
  run: () => Promise<unknown>,
  before: ReadonlySet<string>,
): Promise<readonly Relation[]> {
  let detail: string | undefined;
  try {
    await run();
  } catch (error) {
    if (!isToldTouched(error)) throw error;
    detail = error.detail;
  }
  const { there, dropped } = JSON.parse(detail ?? "{}") as {
    readonly there?: readonly string[] | null;
    readonly dropped?: readonly string[] | null;
  };
  const relations = (there ?? []).flatMap((text): readonly Relation[] => {
    const [schema = "", name = "", oid = ""] = JSON.parse(text) as readonly string[];
    return before.has(oid) ? [] : [{ schema, name }];
  });
  const gone = (dropped ?? []).filter((oid) => !before.has(oid));
  return [...relations, ...(await namesOf(database, gone))];
}

/** What was made and dropped again within the transaction never was. */
async function namesOf(database: Database, oids: readonly string[]): Promise<readonly Relation[]> {
  if (oids.length === 0) return [];
  const rows = await database.query<{ schema: string; name: string }>(
    `select n.nspname::pg_catalog.text as schema, c.relname::pg_catalog.text as name
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = any ($1::pg_catalog.oid[])`,
    [oids],
  );
  return rows;
}
