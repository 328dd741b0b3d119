/** `studio`: a watch with a live page beside it, for browsers of this machine. The page only shows; the watch does what a watch does. */
import { subjectKey } from "../../graph/bystander.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { LiveMessage, Pending, Save } from "../../graph/picture/save.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { pageAssets } from "../report/page/assets.ts";
import { pageHtml } from "../report/page/html.ts";
import { startStudioServer } from "../studio/server.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { type CommandContext, connect, type Project } from "./context.ts";
import type { GraphPage } from "./graph-page-data.ts";
import { untilInterrupted } from "./interrupt.ts";
import { pageBehind } from "./studio-page.ts";
import { isWaiting, readPending } from "./studio-pending.ts";
import { saveOf } from "./studio-save.ts";
import { type WatchOptions, watchProject } from "./watch.ts";

/** Further back the page does not remember; the ledger does. */
const mostSaves = 200;

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
  let values: readonly MatrixScope[] = [];
  let count = 0;
  /** The save that the watch is not through with. */
  let begun: Save | null = null;
  const assets = await pageAssets();
  const server = await startStudioServer(async () => {
    const { data, texts } = page ?? emptyPage;
    return pageHtml({ data, texts, saves, pending }, assets, "'self'");
  });
  const tell = (message: LiveMessage): void => server.send(JSON.stringify(message));
  const lookForPending = async (database: Database): Promise<void> => {
    if (project === null) return;
    const now = masked(context, await readPending(project, options, database, values));
    if (JSON.stringify(now) === JSON.stringify(pending)) return;
    pending = now;
    tell({ kind: "pending", pending });
  };
  let asking = false;
  // Somebody else applies them: the page says so without a save.
  const timer = setInterval(async () => {
    if (asking || project?.target.kind !== "server" || pending === null || !isWaiting(pending)) return;
    asking = true;
    await whileConnected(project, lookForPending);
    asking = false;
  }, lookAgain);
  try {
    output.note(`the page is at ${server.address}`);
    opened(server.address);
    await watchProject(context, options, paths, stop, async (batch) => {
      const { outcome } = batch;
      // Of a save that it knows, a page is told again what became of the other values: they are not in the picture.
      const again = outcome.kind === "synced" && begun !== null ? begun : null;
      if (outcome.kind === "synced" && again === null) {
        try {
          page = await pageBehind(context, options, batch, outcome);
        } catch (error) {
          // The save is done: a picture that cannot be drawn now does not make it a failure.
          const told = error instanceof MigratorError || error instanceof DatabaseError;
          if (!told || (error instanceof DatabaseError && error.connectionLost)) throw error;
          output.note(`the page shows the graph as it was: ${error.message}`);
        }
      }
      const now = saveOf(context, batch, again?.number ?? count++, page);
      const save = again === null ? now : { ...now, at: again.at, took: again.took };
      const late = outcome.kind === "synced" && outcome.others !== null && outcome.others.done === null;
      begun = late ? save : null;
      if (again !== null) saves.pop();
      saves.push(save);
      if (saves.length > mostSaves) saves.shift();
      const news = outcome.kind === "synced" && again === null ? outcome : null;
      const steps = news?.parts.flatMap(({ result }) => result.steps) ?? [];
      tell({
        kind: "save",
        save,
        page: news === null ? null : page,
        changed: [...new Set(steps.map((step) => context.mask.apply(subjectKey(step.identity))))],
      });
      project = batch.project;
      if (outcome.kind !== "synced") return;
      values = outcome.values.all;
      await lookForPending(outcome.database);
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
  const { migrations, behind, command, hint, problem } = pending;
  return {
    migrations: migrations.map(mask.apply),
    command: mask.apply(command),
    hint,
    problem: problem === null ? null : mask.apply(problem),
    behind,
  };
}
