/** What commands that work on many scopes share: which ones, how many at once, on which connections, and when to stop. */
import { resolve } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { SecretSource } from "../config/secret-source.ts";
import { resolveSecrets } from "../config/secret-value.ts";
import type { Database } from "../database/database.ts";
import type { ScopesRunning } from "../tenants/run-scopes.ts";
import { type CommandContext, connect, type Project } from "./context.ts";

export interface ScopeOptions {
  readonly only?: readonly string[];
  readonly except?: readonly string[];
  readonly shard?: string;
  readonly canary?: string;
  readonly jobs?: string;
  readonly maxFailures?: string;
}

/** `database`: the target, open; one that lives in this process has no second connection. */
export async function scopesRunning(
  context: CommandContext,
  options: ScopeOptions,
  project: Project,
  database: Database,
  isStopped: () => boolean,
): Promise<ScopesRunning> {
  const embedded = project.target.kind === "embedded";
  const borrowed: Database = { ...database, close: async () => {} };
  return {
    jobs: embedded ? 1 : (whole(options.jobs, "--jobs", 1) ?? (await defaultJobs(database))),
    maxFailures: whole(options.maxFailures, "--max-failures", 1),
    isStopped,
    sameDatabase: (one, other) => JSON.stringify(one.url) === JSON.stringify(other.url),
    connect: async ({ url }) => {
      if (url === null) return embedded ? borrowed : connect(project.target);
      const own = typeof url === "string" ? url : await secretUrl(context, project, url);
      const { connectServer } = await import("../database/server.ts");
      return connectServer({ url: own, applicationName: "migrator" });
    },
  };
}

async function secretUrl(
  { env, mask }: CommandContext,
  { config: { root } }: Project,
  source: SecretSource,
): Promise<string> {
  const values = await resolveSecrets(new Map([["url", source]]), { root: resolve(root), env });
  mask.hide(values.values());
  return values.get("url") ?? "";
}

/** A quarter of the connections that are free, at most eight. */
async function defaultJobs(database: Database): Promise<number> {
  const [row] = await database.query<{ free: number }>(
    `select pg_catalog.current_setting('max_connections')::int - (select pg_catalog.count(*)::int from pg_catalog.pg_stat_activity) as free`,
  );
  return Math.min(8, Math.max(1, Math.floor((row?.free ?? 4) / 4)));
}

export function whole(text: string | undefined, option: string, least: number): number | null {
  if (text === undefined) return null;
  if (/^\d{1,6}$/.test(text) && Number(text) >= least) return Number(text);
  const message = `${option} ${text} is no number of at least ${least}`;
  throw new MigratorError([{ code: "usage", message, fix: `write ${option} ${least} or more` }], 2);
}

/** Work that a first Ctrl-C ends after what is under way; a second ends the process at once. */
export async function stoppable<T>(work: (isStopped: () => boolean) => Promise<T>): Promise<T> {
  let stopped = false;
  const signals = ["SIGINT", "SIGTERM"] as const;
  const onSignal = (): void => {
    for (const signal of signals) process.removeListener(signal, onSignal);
    stopped = true;
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await work(() => stopped);
  } finally {
    for (const signal of signals) process.removeListener(signal, onSignal);
  }
}
