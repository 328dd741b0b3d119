/** What every command that works on a database needs: configuration, target, variables, and the connection. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { readableSecrets } from "../config/secret-value.ts";
import { type Environment, resolveTarget, type Target } from "../config/target.ts";
import { resolveVariables } from "../config/variables.ts";
import type { Reconnected } from "../database/commit.ts";
import type { Database } from "../database/database.ts";
import { connectServer } from "../database/server.ts";
import type { TemplateValues } from "../project/template-services.ts";
import type { Mask } from "../report/mask.ts";
import type { Output } from "./output.ts";

/** The common options of the command line. */
export interface CommonOptions {
  readonly databaseUrl?: string;
  readonly target?: string;
  readonly config?: string;
  readonly var?: readonly string[];
  readonly vars?: readonly string[];
}

export interface CommandContext {
  readonly folder: string;
  readonly env: Environment;
  readonly output: Output;
  /** What is hidden in all that `output` prints. */
  readonly mask: Mask;
}

export interface Project extends TemplateValues {
  readonly config: Config;
  readonly target: Target;
  /** Absolute paths whose change changes the variables. */
  readonly variableFiles: readonly string[];
}

export async function openProject(context: CommandContext, options: CommonOptions): Promise<Project> {
  const config = await loadConfig({ config: options.config, folder: context.folder });
  const target = resolveTarget(config, options, context.env);
  const { variables, files } = resolveVariables(config, {
    vars: options.vars,
    var: options.var,
    folder: context.folder,
    target: target.kind === "server" ? target.name : null,
  });
  context.mask.hide(readableSecrets(variables, { root: config.root, env: context.env }));
  return { config, target, variables, env: context.env, variableFiles: files };
}

/** True for an embedded database that does not exist yet. */
export function isMissing(target: Target): boolean {
  return target.kind === "embedded" && !existsSync(join(target.folder, "PG_VERSION"));
}

/** The database drivers are loaded only now: `--help` does without them. `onBegun` as `connectServer` calls it. */
export async function connect(target: Target, onBegun?: () => void): Promise<Database> {
  if (target.kind === "embedded") {
    const { openEmbedded } = await import("../database/embedded.ts");
    return openEmbedded(target.folder);
  }
  const told = onBegun === undefined ? {} : { onBegun };
  return connectServer({ url: target.url, applicationName: "migrator", ...told });
}

export interface Connecting {
  readonly database: Promise<Database>;
  /** Settles when this process has time for other work: the server is busy with the login, or there is nothing to wait for. */
  readonly begun: Promise<void>;
}

/** Its failure need not be awaited. */
export function beginConnecting(target: Target): Connecting {
  if (target.kind === "embedded") {
    const database = connect(target);
    database.catch(() => {});
    return { database, begun: Promise.resolve() };
  }
  const { promise, resolve } = withResolver();
  const database = connect(target, resolve);
  database.then(resolve, resolve);
  return { database, begun: promise };
}

function withResolver(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let settle: () => void = () => {};
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: () => settle() };
}

/** For a commit whose answer was lost; the embedded database, which lives in this process, has no second connection. */
export function reconnectedTo(target: Target): { readonly reconnected?: Reconnected } {
  if (target.kind === "embedded") return {};
  return {
    reconnected: async (work) => {
      const database = await connect(target);
      try {
        return await work(database);
      } finally {
        await database.close();
      }
    },
  };
}

export function throwMistakes(mistakes: readonly Diagnostic[]): void {
  if (mistakes.length > 0) throw new MigratorError(mistakes);
}
