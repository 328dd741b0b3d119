/** `tenant remove NAME`: a value's schema with all that is in it, what the ledger knows of it, and the value itself. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { quoteIdentifier } from "../../graph/quote.ts";
import type { Database } from "../database/database.ts";
import { takeTurn, withLockRetries } from "../database/lock.ts";
import { componentsPath } from "../database/search-path.ts";
import { formatSentence } from "../report/sentence.ts";
import { tookPhrases } from "../report/took.ts";
import { readScopes } from "../tenants/read-scopes.ts";
import {
  readOutsideDependents,
  readSchemaContents,
  type SchemaContents,
} from "../tenants/schema-contents.ts";
import { schemaProblem } from "../tenants/schema-problem.ts";
import { type MatrixScope, scopeName } from "../tenants/scope.ts";
import { forgetScope, othersInSchema, readScopeRows, type ScopeRows } from "../tenants/scope-rows.ts";
import { shownKey } from "../tenants/shown-key.ts";
import { changeToRemove, type SourceChange, writeChange } from "../tenants/source-change.ts";
import type { CommandContext } from "./context.ts";
import { hideScopeSecrets } from "./project-scopes.ts";
import { type OpenTenants, scopeNamed, type TenantOptions, withTenants } from "./tenant-project.ts";

export interface TenantRemoveOptions extends TenantOptions {
  readonly yes?: boolean;
  /** The name once more, for a protected target. */
  readonly confirm?: string;
  /** The schema of a value that its source gives no more. */
  readonly schema?: string;
}

interface Leaving {
  readonly matrix: string;
  readonly key: string;
  readonly schema: string | null;
  /** Null where there is no such schema. */
  readonly contents: SchemaContents | null;
  readonly rows: ScopeRows;
}

export async function removeTenant(
  context: CommandContext,
  options: TenantRemoveOptions,
  name: string,
): Promise<number> {
  const { output } = context;
  return withTenants(context, options, async (opened) => {
    const { config } = opened.project;
    const found = opened.scopes.find(({ key }) => key === name) ?? null;
    if (found !== null && options.schema !== undefined) {
      const message = `the schema of ${opened.matrix} ${shownKey(name)} is said by its source`;
      throw new MigratorError([{ code: "usage", message, fix: "leave out --schema" }], 2);
    }
    const scope = found ?? (await goneScope(opened, name, options.schema ?? null));
    const change = found === null ? null : changeToRemove(config, opened.matrix, name);
    const target = await opened.target();
    const { database, close } = await opened.open(scope);
    try {
      const { leaving, said } = await remove(context, options, opened, { scope, change, database, target });
      const left = found !== null && change === null ? [stays(opened, name)] : [];
      for (const line of left) output.note(line);
      if (output.json) {
        const { contents, rows, schema } = leaving;
        output.result(
          JSON.stringify({
            version: 1,
            key: name,
            schema,
            removed: { ...contents, ledger: rows },
            done: said,
            warnings: left,
            errors: [],
          }),
        );
      } else {
        const [last = ""] = said.slice(-1);
        const sum = [
          { text: last, paint: output.style.bold },
          ...tookPhrases(output.elapsed(), output.style),
        ];
        output.say([...said.slice(0, -1), formatSentence(sum, output.style)].join("\n"));
      }
      return 0;
    } finally {
      await close();
    }
  });
}

interface Removing {
  readonly scope: MatrixScope;
  readonly change: SourceChange | null;
  /** Where the scope lives. */
  readonly database: Database;
  readonly target: Database;
}

async function remove(
  context: CommandContext,
  options: TenantRemoveOptions,
  opened: OpenTenants,
  { scope, change, database, target }: Removing,
): Promise<{ readonly leaving: Leaving; readonly said: readonly string[] }> {
  const { project, matrix } = opened;
  const { lockTimeout, lockRetries, ledgerSchema, project: owner, searchPath } = project.config;
  const onWait = context.output.note;
  const { schema, key, name } = scope;
  return withLockRetries(database, { lockTimeout, lockRetries, onWait }, async () => {
    await takeTurn(database, ledgerSchema, onWait, name);
    await database.batch([`set local lock_timeout = ${lockTimeout}`]);
    const contents = schema === null ? null : await readSchemaContents(database, schema);
    const rows = await readScopeRows(database, { ledgerSchema, project: owner }, name);
    if (schema !== null && contents !== null) await refuseShared(context, opened, scope);
    const leaving: Leaving = { matrix, key, schema, contents, rows };
    if (schema !== null && contents !== null) {
      await refuseOthers(database, schema, { ledgerSchema, project: owner, scope: name });
      await refuseOutside(database, schema);
    }
    context.output.note(describe(leaving));
    confirm(project.target, options, key);
    let restore = (): void => {};
    try {
      const said: string[] = [];
      if (schema !== null && contents !== null) {
        await database.batch([`drop schema ${quoteIdentifier(schema)} cascade`]);
        said.push(`schema ${shownKey(schema)} dropped`);
      }
      await forgetScope(database, { ledgerSchema, project: owner }, name);
      if (change?.kind === "statement") {
        // A scope in a database of its own is gone there before its row is: what fails here can be run again.
        if (database !== target) {
          await database.batch(["commit"]);
          await target.batch(["begin"]);
        }
        await target.batch([componentsPath(searchPath)]);
        await target.query(change.sql, change.parameters);
        said.push(`taken out of its source by the "delete" of the matrix`);
      }
      if (change?.kind === "file") {
        restore = writeChange(change);
        said.push(`taken out of ${change.shown}`);
      }
      await (change?.kind === "statement" ? target : database).batch(["commit"]);
      said.push(`${matrix} ${shownKey(key)} is gone`);
      return { leaving, said };
    } catch (error) {
      restore();
      throw error;
    }
  });
}

/** What a ledger remembers of a value that its source gives no more; its schema must be named. */
async function goneScope(opened: OpenTenants, key: string, schema: string | null): Promise<MatrixScope> {
  const { matrix, project } = opened;
  const { ledgerSchema, project: owner, searchPath } = project.config;
  const name = scopeName(matrix, key);
  const rows = await readScopeRows(await opened.target(), { ledgerSchema, project: owner }, name);
  if (rows.object + rows.migration === 0) return scopeNamed(opened, key);
  const problem = schema === null ? undefined : schemaProblem(schema, ledgerSchema);
  if (problem !== undefined) {
    const [message, fix] = problem;
    throw new MigratorError([{ code: "usage", message: `--schema: ${message}`, fix }], 2);
  }
  return { matrix, key, name, variables: {}, schema, searchPath, url: null };
}

/** A schema that is not this value's alone by what is configured: the project's own, or that of another value of any matrix. */
async function refuseShared(
  context: CommandContext,
  { project, reading }: OpenTenants,
  { schema, name, url }: MatrixScope,
): Promise<void> {
  const { searchPath, matrices, file } = project.config;
  const whose: string[] = [];
  if (schema === "public" || searchPath.includes(schema ?? "")) whose.push("what is shared");
  for (const matrix of Object.keys(matrices)) {
    const scopes = await readScopes({ config: project.config }, matrix, { ...reading, inTransaction: true });
    hideScopeSecrets(context, scopes, project.config);
    for (const other of scopes)
      if (other.name !== name && other.schema === schema && JSON.stringify(other.url) === JSON.stringify(url))
        whose.push(other.name);
  }
  if (whose.length === 0) return;
  throw new MigratorError([
    {
      code: "dependent-blocks",
      message: `schema ${shownKey(schema ?? "")} is not this value's alone`,
      detail: whose.join("\n"),
      fix: `drop by hand what is to go${file === null ? "" : ", or correct migrator.json"}`,
    },
  ]);
}

async function refuseOutside(database: Database, schema: string): Promise<void> {
  const outside = await readOutsideDependents(database, schema);
  if (outside.length === 0) return;
  const count = outside.length === 1 ? "one thing outside" : `${outside.length} things outside`;
  throw new MigratorError([
    {
      code: "dependent-blocks",
      message: `schema ${shownKey(schema)} cannot go: ${count} of it would go along`,
      detail: outside.join("\n"),
      fix: "drop or change these first",
    },
  ]);
}

async function refuseOthers(
  database: Database,
  schema: string,
  owner: { readonly ledgerSchema: string; readonly project: string; readonly scope: string },
): Promise<void> {
  const others = await othersInSchema(database, schema, owner);
  if (others.length === 0) return;
  throw new MigratorError([
    {
      code: "dependent-blocks",
      message: `schema ${shownKey(schema)} holds objects that are not this value's alone`,
      detail: others.map(({ project, scope }) => `project ${project}, ${scope}`).join("\n"),
      fix: "move them to another schema, or untrack and drop them, first",
    },
  ]);
}

/** Throws a MigratorError (exit code 2) where nobody said that it may go. */
function confirm(target: OpenTenants["project"]["target"], options: TenantRemoveOptions, key: string): void {
  const isProtected = target.kind === "server" && target.protected;
  const repeated = options.confirm === key;
  if (options.yes === true && (repeated || (!isProtected && options.confirm === undefined))) return;
  const needed = [
    ...(options.yes === true ? [] : ["--yes"]),
    ...(repeated || !(isProtected || options.confirm !== undefined) ? [] : [`--confirm ${shownKey(key)}`]),
  ];
  const message =
    options.confirm !== undefined && !repeated
      ? `--confirm ${JSON.stringify(options.confirm)} is not the name: nothing was changed`
      : "not confirmed: nothing was changed";
  throw new MigratorError([{ code: "usage", message, fix: `add ${needed.join(" and ")}` }], 2);
}

function stays({ matrix }: OpenTenants, key: string): string {
  return `the source of ${matrix} still gives ${JSON.stringify(key)}, and the tool cannot write it: take it out, or the next apply makes it anew`;
}

function describe({ matrix, key, schema, contents, rows }: Leaving): string {
  const lines = [`${matrix} ${shownKey(key)}:`];
  if (schema === null) lines.push("  its database stays; drop it yourself");
  else if (contents === null) lines.push(`  schema ${shownKey(schema)} is not there`);
  else {
    const kinds = contents.objects.map(({ kind, count }) => `${count} ${kind}${count === 1 ? "" : "s"}`);
    const held = contents.rows === null ? "rows not counted (no ANALYZE yet)" : `about ${contents.rows} rows`;
    lines.push(
      `  schema ${shownKey(schema)} with ${kinds.length === 0 ? "nothing in it" : kinds.join(", ")}`,
    );
    lines.push(`  ${held}, ${size(contents.bytes)}`);
  }
  lines.push(`  in the ledger: ${rows.object} objects, ${rows.migration} parts of migrations`);
  return lines.join("\n");
}

function size(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ""}`;
}
