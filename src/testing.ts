/**
 * For tests of a project, with vitest, node:test or any other runner: a database with all its migrations and components for each
 * file of tests. The first one builds a template, which is kept until a file of the project changes; all others are copies of it.
 */
import { MigratorError } from "../graph/diagnostic.ts";
import { loadAhead } from "./database/embedded.ts";
import { formatDiagnostic } from "./report/code-frame.ts";
import { plainStyle } from "./report/style.ts";
import { embeddedDatabase } from "./testing/embedded-clone.ts";
import type { TestDatabaseOptions } from "./testing/options.ts";
import { serverDatabase } from "./testing/server-clone.ts";
import type { TestDatabase } from "./testing/test-database.ts";
import { openTestProject } from "./testing/test-project.ts";

export type { TestDatabaseOptions } from "./testing/options.ts";
export type { TestDatabase } from "./testing/test-database.ts";

/**
 * ```
 * const db = await createTestDatabase();
 * afterAll(() => db.close());
 * ```
 * On the embedded PostgreSQL unless a server is named. Throws an Error that tells each mistake of the project's files with
 * its place, and has the MigratorError as its cause.
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  try {
    if (options.databaseUrl === undefined && options.target === undefined) loadAhead();
    const test = await openTestProject(options);
    return await (test.serverUrl === null ? embeddedDatabase(test) : serverDatabase(test, test.serverUrl));
  } catch (error) {
    if (!(error instanceof MigratorError)) throw error;
    const told = error.diagnostics.map((one) => formatDiagnostic(one, plainStyle, () => null));
    throw new Error(told.join("\n\n"), { cause: error });
  }
}
