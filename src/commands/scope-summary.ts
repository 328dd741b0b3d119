/** How far the values of matrices are along with the parts of migrations, in numbers: `tenant list` has the names. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Database } from "../database/database.ts";
import type { Migration } from "../migrations/migration.ts";
import type { ScopeSummary } from "../report/scopes.ts";
import { readScopeRecords } from "../tenants/scope-records.ts";
import type { CommandContext, Project } from "./context.ts";
import { projectScopes } from "./project-scopes.ts";

/** Of each matrix that migrations have parts for. `all`: the parts of all migrations. */
export async function readScopeSummaries(
  context: CommandContext,
  project: Project,
  all: readonly Migration[],
  database: Database,
): Promise<readonly ScopeSummary[]> {
  const matrices = [...new Set(all.flatMap(({ matrix }) => matrix ?? []))].sort();
  const summaries: ScopeSummary[] = [];
  for (const matrix of matrices) {
    const parts = all.filter((one) => one.matrix === matrix);
    summaries.push(await summary(context, project, matrix, parts, database));
  }
  return summaries;
}

async function summary(
  context: CommandContext,
  project: Project,
  matrix: string,
  parts: readonly Migration[],
  database: Database,
): Promise<ScopeSummary> {
  try {
    const scopes = await projectScopes(context, project, matrix, async () => database);
    const records = await readScopeRecords(database, project.config, matrix, parts);
    const here = scopes.filter(({ url }) => url === null);
    const known = new Set(scopes.map(({ name }) => name));
    return {
      matrix,
      values: scopes.length,
      behind: here.filter(({ name }) => (records.get(name)?.ran ?? 0) < parts.length).length,
      stopped: here.filter(({ name }) => (records.get(name)?.partial ?? 0) > 0).length,
      elsewhere: scopes.length - here.length,
      gone: [...records.keys()].filter((name) => !known.has(name)).length,
      problem: null,
    };
  } catch (error) {
    // The table that a query names may come with a migration that is pending.
    if (!(error instanceof MigratorError)) throw error;
    const [problem = null] = error.diagnostics;
    return { matrix, values: 0, behind: 0, stopped: 0, elsewhere: 0, gone: 0, problem };
  }
}

export function isBehind({ behind, stopped }: ScopeSummary): boolean {
  return behind + stopped > 0;
}
