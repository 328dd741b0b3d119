/** The project of a test: its configuration with what the test says in place of it, and what names its state. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import { type CommandContext, openProject, type Project } from "../commands/context.ts";
import { built, migrationsOf } from "../commands/migration-project.ts";
import { createOutput } from "../commands/output.ts";
import { version } from "../commands/version.ts";
import type { Config } from "../config/config.ts";
import { suggestWord } from "../config/nearest.ts";
import { resolveTarget } from "../config/target.ts";
import { readFiles } from "../live/workspace.ts";
import { sha256 } from "../project/text-file.ts";
import { createMask } from "../report/mask.ts";
import type { TestDatabaseOptions } from "./options.ts";
import { fileOfSource } from "./source-file.ts";

export interface TestProject {
  readonly context: CommandContext;
  /** Its target is to be put in. */
  readonly project: Project;
  /** The server's URL; null for the embedded database. */
  readonly serverUrl: string | null;
  /** SQL that runs before everything else, and behind it. */
  readonly base: readonly string[];
  readonly seed: readonly string[];
  readonly roles: readonly string[];
  /** Matrices whose values the test gives. */
  readonly matrices: readonly string[];
  /** Different where anything differs that the database is made from. */
  readonly key: string;
}

/** Raised when a template is made in another way. */
const format = 2;

export async function openTestProject(options: TestDatabaseOptions): Promise<TestProject> {
  const folder = resolve(options.folder ?? process.cwd());
  const context = silentContext(folder);
  const named = { ...(options.config === undefined ? {} : { config: options.config }) };
  const opened = await openProject(
    { ...context, env: options.target === undefined ? withoutDatabase(process.env) : process.env },
    { ...named, ...(options.target === undefined ? {} : { target: options.target }) },
  );
  const { config, matrices } = withValues(opened.config, options.tenants);
  const variables = { ...opened.variables, ...options.variables };
  const project: Project = { ...opened, config, variables, env: process.env };
  const base = readScripts(config, options.base);
  const seed = readScripts(config, options.seed);
  const roles = options.roles ?? [];
  const parts = [format, version, ...config.searchPath, config.ledgerSchema, config.project];
  const key = sha256(JSON.stringify([parts, base, seed, roles, variables, ...(await contents(project))]));
  return { context, project, serverUrl: serverOf(config, options), base, seed, roles, matrices, key };
}

/** What is told is told by errors. */
function silentContext(folder: string): CommandContext {
  const silent = { write: () => true };
  const streams = { stdout: silent, stderr: silent, env: {} };
  return { folder, env: process.env, output: createOutput({ quiet: true }, streams), mask: createMask() };
}

/** Tests run where a server may be named for other purposes; a target that the test names may mean just that. */
function withoutDatabase(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => name !== "DATABASE_URL" && !name.startsWith("PG")),
  );
}

function serverOf(config: Config, { databaseUrl, target }: TestDatabaseOptions): string | null {
  if (databaseUrl === undefined && target === undefined) return null;
  const found = resolveTarget(config, { databaseUrl, target }, process.env);
  if (found.kind === "embedded" || found.url === null) return null;
  if (!found.protected) return found.url;
  const message = `${found.name ?? "the target"} is protected: no test databases are made on its server`;
  throw new MigratorError([{ code: "usage", message, fix: "name another server" }], 2);
}

function withValues(
  config: Config,
  tenants: TestDatabaseOptions["tenants"],
): { readonly config: Config; readonly matrices: readonly string[] } {
  if (tenants === undefined) return { config, matrices: [] };
  const names = Object.keys(config.matrices);
  const [only] = names.length === 1 ? names : ["tenant"];
  const given = Array.isArray(tenants) ? { [only ?? "tenant"]: tenants } : tenants;
  const changed = Object.entries(given).map(([name, values]) => {
    const matrix = config.matrices[name];
    if (matrix === undefined) {
      const fix = suggestWord(name, names);
      throw new MigratorError([{ code: "usage", message: `there is no matrix "${name}"`, fix }], 2);
    }
    return [name, { ...matrix, source: { kind: "values", values } }] as const;
  });
  const matrices = { ...config.matrices, ...Object.fromEntries(changed) } as Config["matrices"];
  return { config: { ...config, matrices }, matrices: changed.map(([name]) => name) };
}

function readScripts({ root }: Config, given: string | readonly string[] = []): readonly string[] {
  return [given].flat().map((one) => {
    if (!/^[^\n;]*\.sql$/.test(one)) return one;
    const path = resolve(root, one);
    if (existsSync(path)) return readFileSync(path, "utf8");
    const fix = "correct the path: it is relative to the project's root";
    throw new MigratorError([{ code: "file", message: `there is no file ${one}`, file: one, fix }], 2);
  });
}

/** All that components and migrations are made from: files by their hashes, variables of the environment, values of matrices. */
async function contents(project: Project): Promise<readonly unknown[]> {
  const { config, env } = project;
  const files = await readFiles(config, project);
  await files.save();
  const components = [...files.tree.files.keys()].sort().map((name) => [name, files.tree.hashOf(name)]);
  const migrations = migrationsOf(project);
  const scripts = (await built(migrations)).flatMap(({ up, down }) => [up, ...(down === null ? [] : [down])]);
  const read = [
    ...files.reads,
    ...scripts.flatMap((script) => [...script.files.keys()].map((name) => resolve(config.root, name))),
    ...Object.values(config.matrices).flatMap((matrix) => fileOfSource(config, matrix)),
    ...config.modules.flatMap(({ folder }) => filesBelow(folder)),
  ];
  const others = [...new Set(read)].sort().map((path) => [relative(config.root, path), hashOf(path)]);
  const pinned = scripts.flatMap((script) => [...script.files]);
  return [components, others, pinned, config.matrices, config.env.map((name) => [name, env[name] ?? null])];
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function hashOf(path: string): string | null {
  return existsSync(path) ? sha256(readFileSync(path)) : null;
}
