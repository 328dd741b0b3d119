/** A project with its files read and its database open, for the commands that compare the two. */
import type { Desired } from "../../graph/desired.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Target } from "../config/target.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { StatementRefused } from "../database/drive.ts";
import { explainLackingRight } from "../database/rights/preflight.ts";
import type { LedgerScope } from "../database/scope-snapshots.ts";
import { assemble } from "../live/assemble.ts";
import { describeError } from "../live/describe-error.ts";
import { explainRefusal } from "../live/explain.ts";
import { readUntracked, trackedOnly } from "../live/tracking.ts";
import {
  assembleSound,
  type ComponentScope,
  type FileSet,
  type Files,
  fileMistakes,
  placeProblem,
  readFiles,
} from "../live/workspace.ts";
import {
  type CommandContext,
  type CommonOptions,
  connect,
  isMissing,
  openProject,
  type Project,
  throwMistakes,
} from "./context.ts";
import { explain } from "./explain-problems.ts";
import { tellingErrors } from "./telling-errors.ts";

/** What one scope of a project has. */
export interface OpenPart<D extends Database | null> {
  /** Its search path is the scope's. */
  readonly project: Project;
  readonly files: FileSet;
  readonly database: D;
  /** Left out: the shared one. */
  readonly scope?: LedgerScope;
  /** Without the objects of untracked components. */
  readonly desired: Desired;
  readonly untracked: ReadonlySet<string>;
}

export interface OpenProject<D extends Database | null> extends OpenPart<D> {
  readonly files: Files;
}

/**
 * Reads the files while the connection is made, runs `work` and closes the connection. Mistakes are thrown as a
 * MigratorError; with --json an object that lists them is printed first.
 */
export async function withProject<T>(
  context: CommandContext,
  options: CommonOptions,
  work: (opened: OpenProject<Database>) => Promise<T>,
): Promise<T> {
  return openAnd(context, options, connect, work);
}

/** The same, but an embedded database that was never used is not made: `database` is null then. */
export async function withProjectAsItIs<T>(
  context: CommandContext,
  options: CommonOptions,
  work: (opened: OpenProject<Database | null>) => Promise<T>,
): Promise<T> {
  return openAnd(
    context,
    options,
    (target) => (isMissing(target) ? Promise.resolve(null) : connect(target)),
    work,
  );
}

async function openAnd<T, D extends Database | null>(
  context: CommandContext,
  options: CommonOptions,
  open: (target: Target) => Promise<D>,
  work: (opened: OpenProject<D>) => Promise<T>,
): Promise<T> {
  return tellingErrors(context, async () => {
    const project = await openProject(context, options);
    const { working } = context.output;
    working({ stage: "reading the components" });
    const reading = readFiles(project.config, project);
    reading.then(
      () => working({ stage: "connecting" }),
      () => {},
    );
    const [files, database] = await Promise.allSettled([reading, open(project.target)]);
    if (database.status === "rejected") throw database.reason;
    try {
      if (files.status === "rejected") throw files.reason;
      working({ stage: "asking the database" });
      const opened = await assembled(project, files.value, database.value);
      const result = await explainedPart(opened, () => work(opened));
      await files.value.save();
      return result;
    } finally {
      await database.value?.close();
    }
  });
}

async function assembled<D extends Database | null>(
  project: Project,
  files: Files,
  database: D,
): Promise<OpenProject<D>> {
  const { config } = project;
  const desired = await assemblePart(project, files, database);
  const untracked = readUntracked(config);
  return {
    project,
    files,
    database,
    desired: trackedOnly(desired, untracked),
    untracked,
  };
}

export async function assemblePart(
  project: Project,
  files: FileSet,
  database: Database | null,
  scope?: ComponentScope,
): Promise<Desired> {
  if (database === null) return assembleAlone(project, files);
  return assembleSound(files, project.config, database, true, scope);
}

/** Without a database the types of arguments stay as the files write them. */
function assembleAlone({ config }: Project, files: FileSet): Desired {
  throwMistakes(fileMistakes(files));
  const components = files.components.map((component) => component.facts.parsed);
  const { desired, problems } = assemble(components, config.searchPath, new Map());
  throwMistakes(problems.map((problem) => placeProblem(problem, files)));
  return desired;
}

export async function explainedPart<T>(
  opened: OpenPart<Database | null>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw await explainError(error, opened);
  }
}

async function explainError(
  error: unknown,
  { project, files, desired, database }: OpenPart<Database | null>,
): Promise<unknown> {
  try {
    const { ledgerSchema } = project.config;
    if (database !== null)
      await explainLackingRight(database, error, { ledgerSchema, writes: false, identities: [] });
    if (error instanceof StatementRefused && database !== null)
      return explain(await explainRefusal(error, desired.objects, database), files);
    return error instanceof DatabaseError ? new MigratorError([describeError(error)]) : explain(error, files);
  } catch (lacking) {
    return explain(lacking, files);
  }
}
