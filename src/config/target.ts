/** Which database a command works on. */
import { join, relative } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import { type Config, isConnectionUrl, type TargetConfig, type UrlSource } from "./config.ts";
import { suggestWord } from "./nearest.ts";

export type Target =
  | {
      readonly kind: "server";
      /** null: as the PG* variables say. It may hold a password: never print it. */
      readonly url: string | null;
      /** Its name in migrator.json; null for a database that stands in no target. */
      readonly name: string | null;
      readonly components: "live" | "migrated";
      readonly protected: boolean;
    }
  | { readonly kind: "embedded"; readonly folder: string };

export interface TargetOptions {
  readonly databaseUrl?: string | undefined;
  readonly target?: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const connectionVariables = ["PGHOST", "PGDATABASE", "PGUSER", "PGPORT", "PGSERVICE"];

/**
 * The target: --database-url, else --target, else DATABASE_URL, else the PG* variables, else the default target, else
 * the embedded database. A URL that equals that of a target in migrator.json is that target, so that a protected
 * or migrated database stays so whichever way it is named; with --target beside --database-url, the named target's
 * rules hold for that URL. Throws a MigratorError with exit code 2.
 */
export function resolveTarget(config: Config, options: TargetOptions, env: Environment): Target {
  if (options.target !== undefined) {
    const target = namedTarget(config, options.target);
    const url =
      options.databaseUrl === undefined
        ? targetUrl(options.target, target.url, config, env)
        : checkUrl(options.databaseUrl, "--database-url");
    return { kind: "server", url, name: options.target, ...modeOf(target) };
  }
  if (options.databaseUrl !== undefined)
    return byUrl(checkUrl(options.databaseUrl, "--database-url"), config, env);
  if (env.DATABASE_URL) return byUrl(checkUrl(env.DATABASE_URL, "DATABASE_URL"), config, env);
  if (connectionVariables.some((name) => env[name])) {
    return { kind: "server", url: null, name: null, components: "live", protected: false };
  }
  if (config.defaultTarget !== null) {
    const target = namedTarget(config, config.defaultTarget);
    const url = targetUrl(config.defaultTarget, target.url, config, env);
    return { kind: "server", url, name: config.defaultTarget, ...modeOf(target) };
  }
  return { kind: "embedded", folder: join(config.stateFolder, "database") };
}

function modeOf(target: TargetConfig): Pick<TargetConfig, "components" | "protected"> {
  return { components: target.components, protected: target.protected };
}

function namedTarget(config: Config, name: string): TargetConfig {
  const target = Object.hasOwn(config.targets, name) ? config.targets[name] : undefined;
  if (target !== undefined) return target;
  const known = Object.keys(config.targets);
  throw new MigratorError(
    [
      {
        code: "usage",
        message: `there is no target "${name}"`,
        fix: known.length === 0 ? 'add it under "targets" in migrator.json' : suggestWord(name, known),
      },
    ],
    2,
  );
}

function targetUrl(name: string, source: UrlSource, config: Config, env: Environment): string {
  if (typeof source === "string") return source;
  const url = env[source.env];
  if (url) return checkUrl(url, source.env);
  throw new MigratorError(
    [
      {
        code: "usage",
        message: `target "${name}": the environment variable ${source.env} is not set`,
        ...(config.file === null ? {} : { file: relative(config.root, config.file) }),
        fix: `set ${source.env} to the database's URL, or choose another target`,
      },
    ],
    2,
  );
}

/** The target whose URL this is: a protected one first, then the default. */
function byUrl(url: string, config: Config, env: Environment): Target {
  const same = Object.entries(config.targets).filter(
    ([, target]) => (typeof target.url === "string" ? target.url : env[target.url.env]) === url,
  );
  const found =
    same.find(([, target]) => target.protected) ??
    same.find(([name]) => name === config.defaultTarget) ??
    same[0];
  if (found === undefined) return { kind: "server", url, name: null, components: "live", protected: false };
  return { kind: "server", url, name: found[0], ...modeOf(found[1]) };
}

function checkUrl(url: string, origin: string): string {
  if (isConnectionUrl(url)) return url;
  throw new MigratorError(
    [
      {
        code: "usage",
        message: `${origin} is no connection URL`,
        fix: "it must begin with postgres:// or postgresql://",
      },
    ],
    2,
  );
}
