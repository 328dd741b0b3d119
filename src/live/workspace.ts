/** The project's files as a whole: read, rendered, parsed and joined, with every mistake told of its place. */
import { compareText } from "../../graph/compare.ts";
import type { Desired } from "../../graph/desired.ts";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { rankObjects } from "../../graph/plan/rank.ts";
import { PlanError, type Problem } from "../../graph/step.ts";
import type { Config } from "../config/config.ts";
import type { Database } from "../database/database.ts";
import { type Component, type Components, readComponents } from "../project/components.ts";
import { factsContext } from "../project/facts-context.ts";
import { openMemory } from "../project/memory.ts";
import { placementOf } from "../project/placement.ts";
import type { TemplateValues } from "../project/template-services.ts";
import { type MatrixScope, sharedScope } from "../tenants/scope.ts";
import { describeScope, fileOfComponent, scopeOfComponent } from "../tenants/scoped-name.ts";
import { assemble, type NamedRelation, unsettledTypes } from "./assemble.ts";
import type { Facts } from "./facts.ts";
import { readMeanings } from "./meanings.ts";
import { type ComponentOutline, componentOf, outlineOf } from "./outline.ts";
import { standInPath } from "./relocate.ts";
import { readUntracked } from "./tracking.ts";

export type Files = Components<Facts>;

/** The components of the shared scope or of another one. */
export type FileSet = Pick<Files, "components" | "mistakes">;

export async function readFiles(config: Config, values: TemplateValues): Promise<Files> {
  const { searchPath } = config;
  return readComponents<Facts>(
    config,
    values,
    openMemory(config.stateFolder, factsContext(searchPath)),
    matrixParser(searchPath),
    {
      of: ({ parsed, mistakes }) => (mistakes.length > 0 ? null : outlineOf(parsed)),
      restore: (component, outline, whole) => ({
        // Written by `of`, under the same context.
        parsed: componentOf(component, outline as ComponentOutline, () => whole().parsed),
        mistakes: [],
      }),
    },
  );
}

/** Files of a matrix are read once for all of its values, with a schema that stands for each. */
function matrixParser(searchPath: readonly string[]): (component: string, text: string) => Promise<Facts> {
  const parse = lazyParser();
  const scopedPath = standInPath(searchPath);
  return (component, text) =>
    parse(component, text, placementOf(component).kind === "scoped" ? scopedPath : searchPath);
}

export type ParseText = (component: string, text: string, searchPath: readonly string[]) => Promise<Facts>;

/** The parser is loaded when there is something to parse. */
export function lazyParser(): ParseText {
  let loading: Promise<typeof import("../sql/parse-component.ts")> | undefined;
  const load = async () => {
    const parser = await import("../sql/parse-component.ts");
    await parser.loadParser();
    return parser;
  };
  return async (component, text, searchPath) => {
    loading ??= load();
    const { parseComponent } = await loading;
    return parseComponent(component, text, { searchPath });
  };
}

/** Every mistake that the files alone show. */
export function fileMistakes(files: FileSet): readonly Diagnostic[] {
  return [...files.mistakes, ...parsingMistakes(files.components)];
}

/** Those that the parser found. */
export function parsingMistakes(components: readonly Component<Facts>[]): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const component of components) {
    for (const mistake of component.facts.mistakes) {
      found.push({
        code: mistake.code,
        message: mistake.message,
        ...component.locate(mistake.offset),
        ...(mistake.detail === undefined ? {} : { detail: mistake.detail }),
        ...(mistake.fix === undefined ? {} : { fix: mistake.fix }),
      });
    }
  }
  return found;
}

export interface Assembly {
  readonly desired: Desired;
  /** Of the database, in the schemas of the search path. */
  readonly relations: readonly NamedRelation[];
  readonly mistakes: readonly Diagnostic[];
}

/** The scope that components belong to. */
export interface ComponentScope extends Pick<MatrixScope, "name" | "searchPath"> {
  /** True where a transaction is open. */
  readonly within?: boolean;
}

/**
 * Joins what the files declare; the database says which types unqualified names mean. `whole` says that views which
 * vanished from the files will be dropped, so that the names mean what stands behind them.
 */
export async function assembleFiles(
  files: FileSet,
  config: Config,
  database: Database,
  whole = true,
  scope: ComponentScope = { name: sharedScope, searchPath: config.searchPath },
): Promise<Assembly> {
  const components = files.components.map((component) => component.facts.parsed);
  const { project, ledgerSchema } = config;
  const { searchPath } = scope;
  const untracked = readUntracked(config);
  const { types, relations } = await readMeanings({
    database,
    searchPath,
    project,
    ledgerSchema,
    components,
    asking: components,
    types: unsettledTypes(components),
    untracked: (component) => untracked.has(fileOfComponent(component)),
    scopes: [scope.name],
    within: scope.within === true,
    whole,
  });
  const { desired, problems } = assemble(components, searchPath, types, relations);
  return { desired, relations, mistakes: problems.map((problem) => placeProblem(problem, files)) };
}

/**
 * The same where nothing is wrong; else a MigratorError with all that can be told at once: the mistakes of the files, of
 * what they declare together, and the circles among it. Where a file cannot be read, what only it may declare is not missed.
 */
export async function assembleSound(
  files: FileSet,
  config: Config,
  database: Database,
  whole = true,
  scope?: ComponentScope,
): Promise<Desired> {
  const own = fileMistakes(files);
  const { desired, mistakes } = await assembleFiles(files, config, database, whole, scope);
  if (own.length === 0 && mistakes.length === 0) return desired;
  const certain = own.length === 0 ? mistakes : mistakes.filter((one) => one.code !== "foreign-attachment");
  const told = new Set(
    [...own, ...certain].filter((one) => one.code === "dependency-cycle").map(({ file }) => file),
  );
  const circles = circlesAmong(desired)
    .map((problem) => placeProblem(problem, files))
    .filter(({ file }) => !told.has(file));
  throw new MigratorError([...own, ...certain, ...circles].sort(byPlace));
}

/** Planning would find one when it comes to order them. */
function circlesAmong(desired: Desired): readonly Problem[] {
  try {
    rankObjects(desired, desired.objects.keys());
    return [];
  } catch (error) {
    if (error instanceof PlanError) return error.problems;
    throw error;
  }
}

/** The mistakes of one file together; otherwise in the order in which they were found. */
function byPlace(a: Diagnostic, b: Diagnostic): number {
  return compareText(a.file ?? "", b.file ?? "");
}

/** A problem of planning at its place in the source file. */
export function placeProblem(problem: Problem, files: FileSet): Diagnostic {
  const { code, message, detail, fix, place: elsewhere = null } = problem;
  const component = problem.component === null ? undefined : findComponent(files, problem.component);
  const place =
    component === undefined
      ? (elsewhere ?? {})
      : problem.offset === null
        ? { file: component.file }
        : component.locate(problem.offset);
  const scope = problem.component === null ? sharedScope : scopeOfComponent(problem.component);
  return {
    code,
    message,
    ...place,
    ...(scope === sharedScope ? {} : { scope: describeScope(scope) }),
    ...(detail === undefined ? {} : { detail }),
    ...(fix === undefined ? {} : { fix }),
  };
}

function findComponent(files: FileSet, name: string): Component<Facts> | undefined {
  return files.components.find((component) => component.component === name);
}
