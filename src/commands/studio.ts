/** `studio`: a watch with a live page beside it, for browsers of this machine. The page only shows; the watch does what a watch does. */
import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { describeSubject, subjectKey } from "../../graph/bystander.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { LiveMessage, Pending, Save } from "../../graph/picture/save.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { formatDiagnostic } from "../report/code-frame.ts";
import { indexGraph } from "../report/graph.ts";
import { pageAssets } from "../report/page/assets.ts";
import { pageHtml } from "../report/page/html.ts";
import { partsJson } from "../report/plan-report.ts";
import { styleOf } from "../report/style.ts";
import { plainTerminal } from "../report/terminal.ts";
import { startStudioServer } from "../studio/server.ts";
import { sharedScope } from "../tenants/scope.ts";
import type { ToldBatch } from "../watch/watch-session.ts";
import { type CommandContext, connect, type Project } from "./context.ts";
import { buildGraph } from "./graph-build.ts";
import { readCatalogGraph } from "./graph-catalog.ts";
import { graphOwners } from "./graph-owners.ts";
import { type GraphPage, gatherPage, maskedPage, readStates } from "./graph-page-data.ts";
import { untilInterrupted } from "./interrupt.ts";
import { readPending } from "./studio-pending.ts";
import { type WatchOptions, watchProject } from "./watch.ts";

/** Further back the page does not remember; the ledger does. */
const mostSaves = 200;

/** As wide as the page's panel: a code frame is cut around its place, not broken. */
const errorStyle = styleOf({ ...plainTerminal, width: 44 });

/** Milliseconds between two looks for migrations that waited. */
const lookAgain = 2000;

/** Runs until it is interrupted. */
export async function runStudio(
  context: CommandContext,
  options: WatchOptions,
  paths: readonly string[],
): Promise<number> {
  await untilInterrupted((stop) => studio(context, options, paths, stop));
  return 0;
}

/** Resolves when `stop` is raised and everything is closed. `opened` is told the address. */
export async function studio(
  context: CommandContext,
  options: WatchOptions,
  paths: readonly string[],
  stop: AbortSignal,
  opened: (address: string) => void = () => {},
): Promise<void> {
  const { output } = context;
  const saves: Save[] = [];
  let page: GraphPage | null = null;
  let pending: Pending | null = null;
  let project: Project | null = null;
  let count = 0;
  const assets = await pageAssets();
  const server = await startStudioServer(async () => {
    const { data, texts } = page ?? emptyPage;
    return pageHtml({ data, texts, saves, pending }, assets, "'self'");
  });
  const tell = (message: LiveMessage): void => server.send(JSON.stringify(message));
  const lookForPending = async (database: Database): Promise<void> => {
    if (project === null) return;
    const now = masked(context, await readPending(project, options, database));
    if (JSON.stringify(now) === JSON.stringify(pending)) return;
    pending = now;
    tell({ kind: "pending", pending });
  };
  let asking = false;
  // Somebody else applies them: the page says so without a save.
  const timer = setInterval(async () => {
    if (asking || project?.target.kind !== "server" || pending?.migrations.length === 0) return;
    asking = true;
    await whileConnected(project, lookForPending);
    asking = false;
  }, lookAgain);
  try {
    output.note(`the page is at ${server.address}`);
    opened(server.address);
    await watchProject(context, options, paths, stop, async (batch) => {
      const { outcome } = batch;
      if (outcome.kind === "synced") {
        try {
          page = await pageBehind(context, batch, outcome);
        } catch (error) {
          // The save is done: a picture that cannot be drawn now does not make it a failure.
          const told = error instanceof MigratorError || error instanceof DatabaseError;
          if (!told || (error instanceof DatabaseError && error.connectionLost)) throw error;
          output.note(`the page shows the graph as it was: ${error.message}`);
        }
      }
      const save = saveOf(context, batch, count++, page);
      saves.push(save);
      if (saves.length > mostSaves) saves.shift();
      const steps = outcome.kind === "synced" ? outcome.parts.flatMap(({ result }) => result.steps) : [];
      tell({
        kind: "save",
        save,
        page: outcome.kind === "synced" ? page : null,
        changed: [...new Set(steps.map((step) => context.mask.apply(subjectKey(step.identity))))],
      });
      project = batch.project;
      if (outcome.kind === "synced") await lookForPending(outcome.database);
    });
  } finally {
    clearInterval(timer);
    await server.close();
  }
}

/** Before the first sync came to its end. */
const emptyPage: GraphPage = {
  data: { version: 1, project: "migrator", database: null, nodes: [], edges: [], layout: null },
  texts: [],
};

/** The graph as files and database are behind a save. */
async function pageBehind(
  { output, mask }: CommandContext,
  { project }: ToldBatch,
  { database, state }: Extract<ToldBatch["outcome"], { kind: "synced" }>,
): Promise<GraphPage> {
  const { files, desired } = state;
  const catalog = await readCatalogGraph(database, project.config.ledgerSchema);
  const asked = new Set([sharedScope]);
  const owners = await graphOwners({ project, database, asked, values: [], desired });
  const { graph } = indexGraph(buildGraph(desired, catalog, owners));
  const opened = { project, files, database, desired, untracked: project.untracked };
  const states = await readStates(opened, (message) => output.note(message));
  const page = await gatherPage(opened, graph, catalog, { objects: desired.objects, states });
  return maskedPage(page, mask);
}

/** On a connection of its own. Where there is none, the watch beside it says so. */
async function whileConnected(
  { target }: Project,
  work: (database: Database) => Promise<void>,
): Promise<void> {
  let database: Database | null = null;
  try {
    database = await connect(target);
    await work(database);
  } catch (error) {
    if (!(error instanceof MigratorError || error instanceof DatabaseError)) throw error;
  } finally {
    await database?.close();
  }
}

function masked({ mask }: CommandContext, pending: Pending): Pending {
  const { migrations, command, hint, problem } = pending;
  return {
    migrations: migrations.map(mask.apply),
    command: mask.apply(command),
    hint,
    problem: problem === null ? null : mask.apply(problem),
  };
}

/** `page`: the graph as the page has it, where mistakes are to be seen. */
function saveOf(
  { mask }: CommandContext,
  { saved, project, outcome }: ToldBatch,
  number: number,
  page: GraphPage | null,
): Save {
  const common = { number, at: new Date().toISOString(), files: saved };
  if (outcome.kind === "failed") {
    const { root, componentsFolder } = project.config;
    const frame = (file: string): string | null => readSource(root, file);
    const errors = outcome.diagnostics.map((one) => ({
      text: mask.apply(formatDiagnostic(one, errorStyle, frame)),
      nodes: nodesOf(page, one.file === undefined ? null : relative(componentsFolder, join(root, one.file))),
    }));
    return { ...common, took: null, steps: [], kept: 0, warnings: [], errors };
  }
  const { parts, took, state } = outcome;
  const { summary, warnings } = partsJson(parts, [], state.files.components.length);
  const all = parts.flatMap(({ result }) => result.steps);
  const steps = all.map(({ kind, identity, reason, sql, auxiliary }) => ({
    kind,
    object: describeSubject(identity),
    key: mask.apply(subjectKey(identity)),
    reason: mask.apply(reason),
    sql: sql.map(mask.apply),
    auxiliary: auxiliary === true,
  }));
  return { ...common, took: Math.round(took), steps, kept: summary.unchanged, warnings, errors: [] };
}

/** Keys of the nodes that a file of the components declares. */
function nodesOf(page: GraphPage | null, file: string | null): readonly string[] {
  const component = file?.split(sep).join("/");
  return (page?.data.nodes ?? []).filter((one) => one.component === component).map(({ key }) => key);
}

/** Null where the file went meanwhile: the message stands without its frame. */
function readSource(root: string, file: string): string | null {
  try {
    return readFileSync(join(root, file), "utf8");
  } catch {
    return null;
  }
}
