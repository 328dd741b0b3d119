/** Projects with matrices, read without and with a database. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Database } from "../../src/database/database.ts";
import { readScopes } from "../../src/tenants/read-scopes.ts";
import type { MatrixScope } from "../../src/tenants/scope.ts";
import { temporaryFolder } from "../config/folder.ts";

export interface MatrixProject {
  /** `matrices` of migrator.json. */
  readonly matrices: Readonly<Record<string, object>>;
  readonly config?: object;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** `tenant` unless given. */
  readonly matrix?: string;
  readonly database?: Database;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Where no database is given, to ask for one is an error. */
export async function scopesOf(project: MatrixProject): Promise<readonly MatrixScope[]> {
  const { matrices, config = {}, files = {}, matrix = "tenant", database, env = process.env } = project;
  const text = JSON.stringify({ matrices, ...config }, null, 2);
  const folder = temporaryFolder({ "migrator.json": text, ...files });
  const loaded = await loadConfig({ folder });
  const connect = async (): Promise<Database> => {
    if (database === undefined) throw new Error("a database was asked for");
    return database;
  };
  return readScopes({ config: loaded }, matrix, { connect, env, onNote: () => {} });
}

/** `file:line:column message` of each mistake. */
export async function mistakesOf(project: MatrixProject): Promise<readonly string[]> {
  try {
    await scopesOf(project);
  } catch (error) {
    if (!(error instanceof MigratorError) || error.exitCode !== 2) throw error;
    return error.diagnostics.map(({ file, line, column, message, fix }) => {
      if (!fix) throw new Error(`there is nothing to do about: ${message}`);
      const place = file === undefined ? "" : `${file}:${line ?? ""}:${column ?? ""} `;
      return place + message;
    });
  }
  throw new Error("it was accepted");
}
