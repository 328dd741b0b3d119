/** What commands that work on many scopes share: how many at once, and on which connections. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Database } from "../database/database.ts";
import type { OpenDatabase, ScopesRunning } from "../tenants/run-scopes.ts";
import { jobsOf } from "./choose-scopes.ts";
import { type CommandContext, connect, type Project } from "./context.ts";
import { openScopeDatabase } from "./scope-database.ts";
import type { StagedOptions } from "./scope-options.ts";

/** `database`: the target, open; one that lives in this process has no second connection. */
export async function scopesRunning(
  context: CommandContext,
  options: StagedOptions,
  project: Project,
  database: Database,
  isStopped: () => boolean,
): Promise<ScopesRunning> {
  const embedded = project.target.kind === "embedded";
  return {
    jobs: await jobsOf(project, database, options),
    maxFailures: mostFailures(options),
    isStopped,
    sameDatabase: (one, other) => JSON.stringify(one.url) === JSON.stringify(other.url),
    connect: async (scope) => {
      if (scope.url === null)
        return embedded ? { database, close: async () => {} } : opened(await connect(project.target));
      return openScopeDatabase(context, project, async () => database, scope);
    },
  };
}

/** Null: all are tried. */
export function mostFailures({ maxFailures }: StagedOptions): number | null {
  return whole(maxFailures, "--max-failures", 1);
}

function opened(database: Database): OpenDatabase {
  return { database, close: () => database.close() };
}

function whole(text: string | undefined, option: string, least: number): number | null {
  if (text === undefined) return null;
  if (/^\d{1,6}$/.test(text) && Number(text) >= least) return Number(text);
  const message = `${option} ${text} is no number of at least ${least}`;
  throw new MigratorError([{ code: "usage", message, fix: `write ${option} ${least} or more` }], 2);
}
