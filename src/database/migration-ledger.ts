/** The part of the ledger that knows migrations: what ran, as it ran, and the way back. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import type { JsonValue } from "../config/json.ts";
import type { SecretSource } from "../config/secret-source.ts";
import { sharedScope } from "../tenants/scope.ts";
import { isAbsent } from "./absent.ts";
import { type Database, DatabaseError, type Row } from "./database.ts";
import { refuseNewerLedger } from "./ledger-shape.ts";

/** `partial`: statements of a script without transaction ran, and not all of them. `adopted`: recorded, not run. */
export type RecordedState = "applied" | "adopted" | "partial";

export interface RecordedMigration {
  readonly module: string;
  readonly id: string;
  readonly part: string;
  /** The value of a matrix that it ran for, or `shared`. */
  readonly scope: string;
  readonly state: RecordedState;
  readonly checksum: string;
  /** As in `MigrationRecord`. */
  readonly source: string | null;
  /** Statements that ran, of a `partial` one. */
  readonly done: number;
  /** Statements of its way back that ran; more than none: it is partly undone. */
  readonly undone: number;
  /** Whether a way back is stored. */
  readonly reversible: boolean;
  readonly appliedAt: Date;
  readonly role: string;
  readonly author: string;
  /** Milliseconds. */
  readonly duration: number;
}

/** What is written when a migration runs. */
export interface MigrationRecord {
  readonly module: string;
  readonly id: string;
  readonly part: string;
  readonly scope: string;
  /** Tells a change of what it is built from, for one of a matrix. */
  readonly source: string | null;
  readonly state: RecordedState;
  readonly up: StoredScript;
  readonly down: StoredScript | null;
  /** The variables that were used, secrets by their declaration. */
  readonly variables: Readonly<Record<string, JsonValue>>;
  /** The sha256 of each file that the build read. */
  readonly pins: Readonly<Record<string, string>>;
  readonly author: string;
  /** The tool's version. */
  readonly tool: string;
}

export interface StoredScript {
  /** Secrets stand in it as psql variables. */
  readonly sql: string;
  readonly checksum: string;
  readonly transaction: boolean;
  /** What each psql variable stands for: its declaration, never its value. */
  readonly secrets: Readonly<Record<string, SecretSource>>;
  readonly searchPath: readonly string[];
  /** What its generated block expects to hang on the objects that it makes anew; absent where it has none. */
  readonly expects?: readonly unknown[];
}

export function migrationTable(schema: string): string {
  return `create table if not exists ${quoteIdentifier(schema)}.migration (
  project text not null,
  module text not null,
  migration text not null,
  part text not null default 'up',
  scope text not null default 'shared',
  state text not null check (state in ('applied', 'adopted', 'partial')),
  up jsonb not null,
  down jsonb,
  checksum text not null,
  source text,
  variables jsonb not null,
  pins jsonb not null,
  done int not null default 0,
  undone int not null default 0,
  role text not null default session_user,
  author text not null,
  tool text not null,
  applied_at timestamptz not null default clock_timestamp(),
  duration double precision not null default 0,
  number bigint generated always as identity,
  primary key (project, module, migration, part, scope))`;
}

export interface MigrationLedger {
  readonly there: boolean;
  /** In the order in which they were recorded. */
  readonly recorded: readonly RecordedMigration[];
  /** Whether the schema that was asked about is there; null where that was not answered. */
  readonly hasSchema: boolean | null;
}

/**
 * Of what is no matrix's. One round trip. Not in a transaction: where there is no ledger, the question is an error that would end it.
 * Throws a MigratorError for a ledger that a later version of the tool wrote.
 */
export async function readMigrationLedger(
  database: Database,
  schema: string,
  project: string,
): Promise<MigrationLedger> {
  return readRecorded(database, schema, project, sharedScope);
}

/** The same of one scope. */
export async function readRecorded(
  database: Database,
  schema: string,
  project: string,
  scope: string,
  asked: string | null = null,
): Promise<MigrationLedger> {
  const ledger = quoteIdentifier(schema);
  const list = `select coalesce(pg_catalog.json_agg(pg_catalog.json_build_array(module, migration, part, scope, state, checksum, source, done, undone,
       down is not null, pg_catalog.date_part('epoch', applied_at), role, author, duration) order by number), '[]') as rows
     from ${ledger}.migration where project = ${quoteLiteral(project)} and scope = ${quoteLiteral(scope)}`;
  const named =
    asked === null
      ? ""
      : `, exists (select from pg_catalog.pg_namespace where nspname = ${quoteLiteral(asked)}) as named`;
  const format = `select pg_catalog.max(schema_version) as format${named} from ${ledger}.project`;
  try {
    const [rows = [], formats = []] = await database.batch([list, format]);
    refuseNewerLedger(schema, formats[0]?.format);
    // As the query says it.
    const recorded = (rows[0]?.rows ?? []) as readonly LedgerRow[];
    const hasSchema = asked === null ? null : formats[0]?.named === true;
    return { there: true, recorded: recorded.map(recordedOf), hasSchema };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    if (isAbsent(error) && error.statement === 0) {
      // Components may have been applied, and no migration yet.
      refuseNewerLedger(schema, await formatAlone(database, format));
      return { there: false, recorded: [], hasSchema: null };
    }
    if (isAbsent(error) || error.sqlstate === undefinedColumn) throw strangeTables(schema, error);
    throw error;
  }
}

async function formatAlone(database: Database, query: string): Promise<unknown> {
  try {
    const [row] = await database.query(query);
    return row?.format;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

const undefinedColumn = "42703";

function strangeTables(schema: string, { message }: DatabaseError): MigratorError {
  return new MigratorError([
    {
      code: "ledger",
      message: `schema ${schema} holds something else than this tool's ledger of migrations`,
      detail: message,
      fix: 'choose another "ledgerSchema" in migrator.json; or, if it was the ledger and is damaged, restore it from a backup',
    },
  ]);
}

type LedgerRow = readonly [
  module: string,
  id: string,
  part: string,
  scope: string,
  state: RecordedState,
  checksum: string,
  source: string | null,
  done: number,
  undone: number,
  reversible: boolean,
  appliedAt: number,
  role: string,
  author: string,
  duration: number,
];

function recordedOf([
  module,
  id,
  part,
  scope,
  state,
  checksum,
  source,
  done,
  undone,
  reversible,
  appliedAt,
  role,
  author,
  duration,
]: LedgerRow): RecordedMigration {
  return {
    module,
    id,
    part,
    scope,
    state,
    checksum,
    source,
    done,
    undone,
    reversible,
    appliedAt: new Date(appliedAt * 1000),
    role,
    author,
    duration,
  };
}

/** The migrations of which anything ran, for whatever scope, by when something of them ran first: a tenant may have come later. */
export async function readRecordedNames(
  database: Database,
  schema: string,
  project: string,
): Promise<readonly Pick<MigrationKey, "module" | "id">[]> {
  return database.query<Pick<MigrationKey, "module" | "id"> & Row>(
    `select module, migration as id from ${quoteIdentifier(schema)}.migration where project = $1
     group by module, migration order by pg_catalog.min(number)`,
    [project],
  );
}

/** Fails where its undoing did not come as far as `undone`, or the migration is not recorded any more: another run was faster. */
export function stillAppliedStatement(
  schema: string,
  project: string,
  name: MigrationKey,
  undone: number,
  shown: string,
): string {
  const message = `migration ${shown} was reverted by another run in the meantime`.replaceAll("%", "%%");
  return `do ${quoteLiteral(`begin
  if not exists (select from ${quoteIdentifier(schema)}.migration where ${where(project, name)} and undone = ${undone}) then
    raise exception ${quoteLiteral(message)};
  end if;
end`)}`;
}

/** What ran of these migrations, for all scopes, in the order in which it was recorded. */
export async function readRecordedParts(
  database: Database,
  schema: string,
  project: string,
  migrations: readonly Pick<MigrationKey, "module" | "id">[],
): Promise<readonly MigrationKey[]> {
  const wanted = migrations.map(({ module, id }) => ({ module, migration: id }));
  return database.query<MigrationKey & Row>(
    `select module, migration as id, part, scope from ${quoteIdentifier(schema)}.migration m
     join pg_catalog.json_to_recordset($2::pg_catalog.json) as w(module text, migration text) using (module, migration)
     where m.project = $1 order by number`,
    [project, JSON.stringify(wanted)],
  );
}

export interface StoredMigration extends MigrationKey {
  /** Statements of a way back without transaction that ran. */
  readonly undone: number;
  readonly up: StoredScript;
  readonly down: StoredScript | null;
}

/** The scripts as they are stored; empty where the migration is not recorded. */
export async function readStoredMigration(
  database: Database,
  schema: string,
  project: string,
  name: MigrationKey,
): Promise<StoredMigration | null> {
  const [row] = await database.query<{ up: StoredScript; down: StoredScript | null; undone: number }>(
    `select up, down, undone from ${quoteIdentifier(schema)}.migration
     where project = $1 and module = $2 and migration = $3 and part = $4 and scope = $5`,
    [project, name.module, name.id, name.part, name.scope],
  );
  return row === undefined ? null : { ...name, ...row };
}

/** Records a migration. A second record of the same one is an error of PostgreSQL (unique_violation). */
export function recordStatement(schema: string, project: string, record: MigrationRecord): string {
  const values = [
    project,
    record.module,
    record.id,
    record.part,
    record.scope,
    record.source,
    record.state,
    JSON.stringify(record.up),
    record.down === null ? null : JSON.stringify(record.down),
    record.up.checksum,
    JSON.stringify(record.variables),
    JSON.stringify(record.pins),
    record.author,
    record.tool,
  ].map((value) => (value === null ? "null" : quoteLiteral(value)));
  return `insert into ${quoteIdentifier(schema)}.migration
  (project, module, migration, part, scope, source, state, up, down, checksum, variables, pins, author, tool)
  values (${values.join(", ")})`;
}

/** Renews what is stored of one that is recorded; how far it came, its state and its time stay. */
export function renewStatement(schema: string, project: string, record: MigrationRecord): string {
  const values: readonly (readonly [column: string, value: string | null])[] = [
    ["source", record.source],
    ["up", JSON.stringify(record.up)],
    ["down", record.down === null ? null : JSON.stringify(record.down)],
    ["checksum", record.up.checksum],
    ["variables", JSON.stringify(record.variables)],
    ["pins", JSON.stringify(record.pins)],
    ["author", record.author],
    ["tool", record.tool],
  ];
  const set = values.map(([column, value]) => `${column} = ${value === null ? "null" : quoteLiteral(value)}`);
  return `update ${quoteIdentifier(schema)}.migration set ${set.join(", ")} where ${where(project, record)}`;
}

/** Fails like a second record of the same migration where it did not stop behind `done` statements: another run goes on with it. */
export function stillPartialStatement(
  schema: string,
  project: string,
  name: MigrationKey,
  done: number,
  shown: string,
): string {
  const message = `migration ${shown} was continued by another run in the meantime`.replaceAll("%", "%%");
  return `do ${quoteLiteral(`begin
  if not exists (select from ${quoteIdentifier(schema)}.migration where ${where(project, name)} and state = 'partial' and done = ${done}) then
    raise exception ${quoteLiteral(message)} using errcode = 'unique_violation', table = 'migration';
  end if;
end`)}`;
}

/** Says how long it took, and answers it (`duration`, milliseconds); the record was made when it began. */
export function timeStatement(schema: string, project: string, name: MigrationKey): string {
  return `update ${quoteIdentifier(schema)}.migration
  set duration = pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - applied_at) * 1000 where ${where(project, name)}
  returning duration`;
}

/** How many statements of a script without transaction are done. */
export function progressStatement(
  schema: string,
  project: string,
  name: MigrationKey,
  done: number,
  state: RecordedState,
): string {
  return `update ${quoteIdentifier(schema)}.migration
  set done = ${done}, state = ${quoteLiteral(state)}, duration = pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - applied_at) * 1000
  where ${where(project, name)}`;
}

/** The same of its way back. */
export function undoneStatement(schema: string, project: string, name: MigrationKey, undone: number): string {
  return `update ${quoteIdentifier(schema)}.migration set undone = ${undone} where ${where(project, name)}`;
}

export function forgetStatement(schema: string, project: string, name: MigrationKey): string {
  return `delete from ${quoteIdentifier(schema)}.migration where ${where(project, name)}`;
}

/** One part in one scope. */
export type MigrationKey = Pick<RecordedMigration, "module" | "id" | "part" | "scope">;

function where(project: string, { module, id, part, scope }: MigrationKey): string {
  return `project = ${quoteLiteral(project)} and module = ${quoteLiteral(module)} and migration = ${quoteLiteral(id)}
    and part = ${quoteLiteral(part)} and scope = ${quoteLiteral(scope)}`;
}
