/** `tenant add NAME`: a value, its schema and what is pending for it. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { quoteIdentifier } from "../../graph/quote.ts";
import type { JsonValue } from "../config/json.ts";
import { loadConfig } from "../config/load.ts";
import { assignedValue } from "../config/variables.ts";
import type { Database } from "../database/database.ts";
import { takeTurn, withLockRetries } from "../database/lock.ts";
import { catalogPath, componentsPath } from "../database/search-path.ts";
import { readMigrations } from "../migrations/read-migrations.ts";
import { isMadeByScript } from "../tenants/made-by-script.ts";
import { isVariableName } from "../tenants/matrix-config.ts";
import { readScopes } from "../tenants/read-scopes.ts";
import { type MatrixScope, scopeName } from "../tenants/scope.ts";
import { shownKey } from "../tenants/shown-key.ts";
import { changeToAdd, type SourceChange, writeChange } from "../tenants/source-change.ts";
import { confirmProtected } from "./confirm.ts";
import type { CommandContext } from "./context.ts";
import { hideScopeSecrets } from "./project-scopes.ts";
import { type OpenTenants, type TenantOptions, withTenants } from "./tenant-project.ts";

export interface TenantAddOptions extends TenantOptions {
  readonly role?: string;
  readonly yes?: boolean;
}

/** What was done for scopes that were brought along. */
interface Brought {
  readonly exitCode: number;
  /** For a person. */
  readonly text: string;
  /** More members of what --json prints. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** Applies what is pending for these scopes, and for them alone, on connections of its own. */
export type Bring = (scopes: readonly MatrixScope[]) => Promise<Brought>;

interface Added {
  readonly scope: MatrixScope;
  /** What was made or written, for a person. */
  readonly done: readonly string[];
}

export async function addTenant(
  context: CommandContext,
  options: TenantAddOptions,
  name: string,
  bring: Bring,
): Promise<number> {
  const { output } = context;
  // Here --var says what the value is, not what templates see.
  const { var: assignments, ...others } = options;
  const { scope, done } = await withTenants(context, others, (opened) =>
    add(context, options, opened, name, membersOf(assignments ?? [])),
  );
  for (const line of done) output.note(line);
  const brought = await bring([scope]);
  const result = { version: 1, key: scope.key, schema: scope.schema, done, ...brought.json, errors: [] };
  if (output.json) output.result(JSON.stringify(result));
  else output.say(brought.text);
  return brought.exitCode;
}

async function add(
  context: CommandContext,
  options: TenantAddOptions,
  opened: OpenTenants,
  name: string,
  members: Readonly<Record<string, JsonValue>>,
): Promise<Added> {
  const { project, matrix, scopes } = opened;
  const { config } = project;
  const there = scopes.some(({ key }) => key === name);
  if (there && Object.keys(members).length > 0) {
    const message = `${matrix} ${JSON.stringify(name)} is there already: --var changes nothing of it`;
    throw new MigratorError([{ code: "usage", message, fix: "leave it out, or change the source" }], 2);
  }
  const change = there ? null : changeToAdd(config, matrix, name, members);
  await confirmProtected(context, project.target, options.yes === true, `add ${matrix} ${shownKey(name)}`);
  const database = await opened.target();
  const { lockTimeout, lockRetries, ledgerSchema } = config;
  const onWait = context.output.note;
  return withLockRetries(database, { lockTimeout, lockRetries, onWait }, async () => {
    await takeTurn(database, ledgerSchema, onWait, scopeName(matrix, name));
    await database.batch([`set local lock_timeout = ${lockTimeout}`]);
    let restore = (): void => {};
    try {
      const done: string[] = [];
      if (change?.kind === "file") {
        restore = writeChange(change);
        done.push(`written into ${change.shown}`);
      }
      if (change !== null) await inDatabase(database, change, name, config.searchPath, done);
      const scope = await findScope(context, options, opened, name);
      done.push(...(await makeSchema(scope, opened, database, options.role ?? null)));
      await database.batch(["commit"]);
      return { scope, done };
    } catch (error) {
      restore();
      throw error;
    }
  });
}

async function inDatabase(
  database: Database,
  change: SourceChange,
  name: string,
  searchPath: readonly string[],
  done: string[],
): Promise<void> {
  if (change.kind === "schema") {
    await database.batch([`create schema ${quoteIdentifier(name)}`]);
    done.push(`schema ${shownKey(name)} made`);
  }
  if (change.kind !== "statement") return;
  await database.batch([componentsPath(searchPath)]);
  await database.query(change.sql, change.parameters);
  await database.batch([catalogPath]);
  done.push('written by the "insert" of the matrix');
}

/** As the source gives it now; migrator.json itself may be it. */
async function findScope(
  context: CommandContext,
  options: TenantAddOptions,
  { matrix, reading }: OpenTenants,
  name: string,
): Promise<MatrixScope> {
  const config = await loadConfig({ config: options.config, folder: context.folder });
  const scopes = await readScopes({ config }, matrix, { ...reading, inTransaction: true });
  hideScopeSecrets(context, scopes, config);
  const scope = scopes.find(({ key }) => key === name);
  if (scope !== undefined) return scope;
  const message = `the source of ${matrix} does not give ${JSON.stringify(name)}, also with what was written`;
  const fix = "see that its query gives what its insert writes, and by the same key";
  throw new MigratorError([{ code: "usage", message, fix }], 2);
}

/** The schema and the role, where they are missing; what was made. */
async function makeSchema(
  scope: MatrixScope,
  opened: OpenTenants,
  target: Database,
  role: string | null,
): Promise<readonly string[]> {
  const { all } = readMigrations(opened.project.config);
  const schema = isMadeByScript(all, opened.matrix) ? null : scope.schema;
  if (schema === null && role === null) return [];
  if (scope.url === null) return makeIn(target, schema, role);
  const { database, close } = await opened.open(scope);
  try {
    await database.batch(["begin", catalogPath]);
    const done = await makeIn(database, schema, role);
    await database.batch(["commit"]);
    return done;
  } finally {
    await close();
  }
}

async function makeIn(
  database: Database,
  schema: string | null,
  role: string | null,
): Promise<readonly string[]> {
  const done: string[] = [];
  const [there] = await database.query<{ schema: boolean; role: boolean }>(
    `select exists (select from pg_namespace where nspname = $1) as schema,
       exists (select from pg_roles where rolname = $2) as role`,
    [schema, role],
  );
  if (role !== null && there?.role !== true) {
    await database.batch([`create role ${quoteIdentifier(role)} nologin`]);
    done.push(`role ${shownKey(role)} made, without login`);
  }
  if (schema !== null && there?.schema !== true) {
    await database.batch([`create schema ${quoteIdentifier(schema)}`]);
    done.push(`schema ${shownKey(schema)} made`);
  }
  if (schema !== null && role !== null) {
    await database.batch([`grant usage on schema ${quoteIdentifier(schema)} to ${quoteIdentifier(role)}`]);
  }
  return done;
}

function membersOf(assignments: readonly string[]): Readonly<Record<string, JsonValue>> {
  const members = assignments.map((assignment) => {
    const [, name, text] = /^([^=]*)=([\s\S]*)$/.exec(assignment) ?? [];
    if (name !== undefined && text !== undefined && isVariableName(name)) {
      return [name, assignedValue(text, name, null)] as const;
    }
    const message = `--var ${assignment.split("=", 1)[0] ?? ""} is not NAME=VALUE`;
    const fix = "write --var region=eu; the name has letters, digits and underscores alone";
    throw new MigratorError([{ code: "usage", message, fix }], 2);
  });
  return Object.fromEntries(members);
}
