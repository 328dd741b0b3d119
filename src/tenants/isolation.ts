/** Whether scripts for one value of a matrix stay within its schema and the shared ones, found by rehearsing them. */
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { type ApplySettings, ledgerOf } from "../migrations/apply-migrations.ts";
import { type MigrationRun, runTogether } from "../migrations/run-migration.ts";
import type { MatrixScope } from "./scope.ts";

/** Of no class that PostgreSQL uses. */
const told = "ZMI01";

/**
 * Fails always, and tells which relations the transaction has locked: those that exist by name, those that it dropped by their oids,
 * which mean something again once it is rolled back. PostgreSQL keeps each lock, a reader's too, until the transaction ends.
 * https://www.postgresql.org/docs/current/explicit-locking.html
 */
const tellTouched = `do ${quoteLiteral(`begin
  raise exception using errcode = '${told}', message = 'touched', detail = (
    select pg_catalog.json_build_object(
      'there', pg_catalog.json_agg(distinct pg_catalog.json_build_array(n.nspname, c.relname)::text) filter (where c.oid is not null),
      'dropped', pg_catalog.json_agg(distinct l.relation::text) filter (where c.oid is null))::text
    from pg_catalog.pg_locks l left join pg_catalog.pg_class c on c.oid = l.relation
    left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where l.pid = pg_catalog.pg_backend_pid() and l.locktype = 'relation'
      and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()));
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
  const allowed = new Set(["pg_catalog", "information_schema", settings.ledgerSchema, ...scope.searchPath]);
  const outside = (await touched(settings, runs))
    .filter(({ schema }) => !allowed.has(schema) && !/^pg_(toast|temp)/.test(schema))
    .map(({ schema, name }) => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`);
  if (outside.length === 0) return;
  throw new MigratorError([
    {
      code: "migration",
      message: `${scope.name} would touch what is neither its own nor shared: ${outside.sort().join(", ")}`,
      ...(runs[0] === undefined ? {} : { file: runs[0].runnable.file }),
      fix: 'name the schema in "searchPath" of migrator.json if it is shared; or apply without --isolated',
    },
  ]);
}

interface Relation {
  readonly schema: string;
  readonly name: string;
}

async function touched(settings: ApplySettings, runs: readonly MigrationRun[]): Promise<readonly Relation[]> {
  const { database } = settings;
  let detail: string | undefined;
  try {
    const last = runs.at(-1)?.runnable;
    const prepare = settings.hasLedger === true ? [] : ledgerOf(settings.ledgerSchema);
    await runTogether(settings, runs, prepare, (runnable) => (runnable === last ? [tellTouched] : []), true);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.sqlstate !== told) throw error;
    detail = error.detail;
  }
  const { there, dropped } = JSON.parse(detail ?? "{}") as {
    readonly there?: readonly string[] | null;
    readonly dropped?: readonly string[] | null;
  };
  const relations = (there ?? []).map((text): Relation => {
    const [schema = "", name = ""] = JSON.parse(text) as readonly string[];
    return { schema, name };
  });
  return [...relations, ...(await namesOf(database, dropped ?? []))];
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
