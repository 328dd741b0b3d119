/** `plan --markdown`, and what `--report` tells of `plan`, `sync` and `apply`. */
import { subjectKey } from "../../graph/bystander.ts";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { Database } from "../database/database.ts";
import type { MigrationRunReport } from "../report/migrations.ts";
import type { PlanPage } from "../report/plan-markdown.ts";
import type { DonePart } from "../report/plan-report.ts";
import type { TouchedEdge } from "../report/touched-graph.ts";
import { type CommandContext, type CommonOptions, openProject, type Project } from "./context.ts";
import type { SyncedPart } from "./scope-part.ts";

export type PagePart = DonePart & Pick<SyncedPart, "needs">;

interface PageSource {
  readonly command: PlanPage["command"];
  readonly project: Project;
  readonly database: Database;
  readonly parts: readonly PagePart[];
  readonly migrations: MigrationRunReport | null;
  readonly errors: readonly Diagnostic[];
}

interface PageOptions {
  readonly markdown?: boolean;
}

/** Prints the comment where it is wanted, and writes the summary. What a rehearsal did is rolled back by now. */
export async function tellPage(
  { output }: CommandContext,
  options: PageOptions,
  source: PageSource,
): Promise<void> {
  const { reporter } = output;
  if (reporter === null && options.markdown !== true) return;
  const { planComment, planMarkdown } = await import("../report/plan-markdown.ts");
  const { command, migrations, errors } = source;
  const parts = await withEdges(source);
  const page: PlanPage = { command, ...namesOf(source.project), parts, migrations, errors };
  if (options.markdown === true) output.result(planComment(page));
  if (reporter === null) return;
  reporter.warn(command, [
    ...(migrations?.warnings ?? []),
    ...new Set(parts.flatMap(({ result }) => result.warnings)),
  ]);
  // Mistakes come with those that end the run.
  reporter.summarize((limit) => planMarkdown({ ...page, errors: [] }, limit));
}

/** The comment for a plan that could not be made. */
export async function tellFailed(
  { output }: CommandContext,
  project: Project,
  errors: readonly Diagnostic[],
): Promise<void> {
  const { planComment } = await import("../report/plan-markdown.ts");
  output.result(planComment({ command: "plan", ...namesOf(project), parts: [], migrations: null, errors }));
}

/** The comment for a plan of migrations alone. */
export async function tellComment(
  context: CommandContext,
  options: CommonOptions,
  migrations: MigrationRunReport,
  errors: readonly Diagnostic[] = [],
): Promise<void> {
  const { planComment, planMarkdown } = await import("../report/plan-markdown.ts");
  const project = await openProject(context, options);
  const page: PlanPage = { command: "plan", ...namesOf(project), parts: [], migrations, errors };
  context.output.result(planComment(page));
  context.output.reporter?.warn("plan", migrations.warnings);
  context.output.reporter?.summarize((limit) => planMarkdown({ ...page, errors: [] }, limit));
}

/** Runs a plan of migrations alone; where that fails the comment says why. */
export async function commenting<T>(
  context: CommandContext,
  options: CommonOptions,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MigratorError)
      await tellFailed(context, await openProject(context, options), error.diagnostics);
    throw error;
  }
}

function namesOf({ config, target }: Project): Pick<PlanPage, "project" | "target"> {
  return { project: config.project, target: target.kind === "server" ? target.name : null };
}

/** Who needs whom among the touched: as the files say it, and as the catalog has it for what no file declares. */
async function withEdges({ parts, project, database }: PageSource): Promise<PlanPage["parts"]> {
  const touched = new Set(
    parts.flatMap(({ result }) => result.steps.map(({ identity }) => subjectKey(identity))),
  );
  if (touched.size < 2) return parts;
  const { catalogKey, readCatalogGraph } = await catalogReading();
  const { objects, edges } = await readCatalogGraph(database, project.config.ledgerSchema);
  const keys = new Map(objects.map((object) => [object.id, catalogKey(object)]));
  const recorded = edges.flatMap(([dependent, needed]): TouchedEdge[] => {
    const [from, to] = [keys.get(dependent), keys.get(needed)];
    const inside = from !== undefined && to !== undefined && touched.has(from) && touched.has(to);
    return inside ? [{ from, to, soft: false }] : [];
  });
  return parts.map((part, index) => {
    const own = part.result.steps
      .flatMap(({ identity }) => part.needs(subjectKey(identity)))
      .filter(({ to }) => touched.has(to))
      .map(({ from, to, strength }): TouchedEdge => ({ from, to, soft: strength !== "hard" }));
    return { ...part, edges: index === 0 ? [...own, ...recorded] : own };
  });
}

async function catalogReading() {
  const [{ catalogKey }, { readCatalogGraph }] = await Promise.all([
    import("./graph-build.ts"),
    import("../database/catalog-graph.ts"),
  ]);
  return { catalogKey, readCatalogGraph };
}
