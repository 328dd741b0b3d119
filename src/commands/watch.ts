/** `migrator watch`: a sync, then one at each save. Ctrl-C ends it with exit code 0. */
import { performance } from "node:perf_hooks";
import { formatSentence } from "../report/sentence.ts";
import { startBatchLoop } from "../watch/batch-loop.ts";
import { keepConnection } from "../watch/connection.ts";
import { type FileEvents, type WatchedFiles, watchFiles } from "../watch/file-events.ts";
import { gitLock } from "../watch/git-lock.ts";
import { pollFiles } from "../watch/polled-files.ts";
import { createSaveQueue, type Timing } from "../watch/save-queue.ts";
import { endAtSecondInterrupt } from "../watch/second-interrupt.ts";
import type { ToldBatch } from "../watch/told-batch.ts";
import { createSession } from "../watch/watch-session.ts";
import { type WatchedProject, watchedProject } from "../watch/watched-project.ts";
import { allowedCosts } from "./allowed-costs.ts";
import { type CommandContext, connect, openProject } from "./context.ts";
import { untilInterrupted } from "./interrupt.ts";
import { requireLive } from "./run-sync.ts";
import type { SyncOptions } from "./sync-options.ts";
import { refreshMode, takesFiles } from "./sync-settings.ts";
import { watchScopes } from "./watch-scopes.ts";

export interface WatchOptions extends SyncOptions {
  readonly poll?: boolean;
}

/** A save is live well within 100 ms; a branch switch pauses between files, where git's own lock does not show it. */
const timing: Timing = { quiet: 20, burstQuiet: 100, few: 5, patience: 2000 };
/** In milliseconds. */
const heartbeat = 2000;
const cancelAgain = 50;

/** Runs until it is interrupted. */
export async function runWatch(
  context: CommandContext,
  options: WatchOptions,
  paths: readonly string[],
): Promise<number> {
  await untilInterrupted((stop) => watchProject(context, options, paths, stop));
  return 0;
}

/** Resolves when `stop` is raised and everything is closed. */
export async function watchProject(
  context: CommandContext,
  options: WatchOptions,
  paths: readonly string[],
  stop: AbortSignal,
  told?: (batch: ToldBatch) => Promise<void>,
): Promise<void> {
  const { output } = context;
  const takeFiles = takesFiles(options.take);
  const how = { takeFiles, refresh: refreshMode(options.refresh), fill: options.data !== false };
  const open = async (): Promise<WatchedProject> => {
    const project = await openProject(context, options);
    requireLive(project, { command: "sync", rehearsal: false, paths });
    return watchedProject(project, allowedCosts(project, options.allow));
  };
  const first = await open();
  const unguard = first.target.kind === "embedded" ? endAtSecondInterrupt() : () => {};
  const keep = async ({ target }: WatchedProject) =>
    keepConnection(
      await connect(target),
      () => connect(target),
      stop,
      (message) => output.note(message),
    );
  let connection = await keep(first);
  const hint = (path: string): void => loop.saw(path);
  const watch = (files: WatchedFiles): Promise<FileEvents> =>
    options.poll === true ? pollFiles(files, hint) : Promise.resolve(watchFiles(files, hint));
  let events: FileEvents | null = null;

  const session = createSession({
    first,
    connection: {
      database: () => connection.database(),
      lost: (database, error) => connection.lost(database, error),
      reconnected: (database, work) => connection.reconnected(database, work),
    },
    output,
    folder: context.folder,
    paths,
    ...how,
    ...(options.diff === true ? { diff: (await import("../report/unified-diff.ts")).unifiedDiff } : {}),
    scopes: watchScopes(context, options, how),
    shared: options.scope === undefined || options.scope === "shared",
    stop,
    now: () => performance.now(),
    open,
    ...(told === undefined ? {} : { told }),
    async moved(from, to) {
      if (JSON.stringify(from.target) !== JSON.stringify(to.target)) {
        const next = await keep(to);
        await connection.close();
        connection = next;
      }
      const next = await watch(to.watched);
      await events?.close();
      events = next;
    },
  });
  const clock = {
    now: () => performance.now(),
    after: (milliseconds: number, action: () => void) => {
      const timer = setTimeout(action, milliseconds);
      return () => clearTimeout(timer);
    },
  };
  const loop = startBatchLoop(createSaveQueue(timing), clock, gitLock(first.config.root), session.work);
  const lookAtAll = (): void => {
    session.lookAtAll();
    hint(first.config.componentsFolder);
  };
  let heart: NodeJS.Timeout | undefined;
  try {
    events = await watch(first.watched);
    const whom = (await connection.database()).description;
    const text = `watching ${first.config.componentsFolder} for ${whom}; Ctrl-C ends`;
    output.say(formatSentence([{ text }], output.style));
    hint(first.config.componentsFolder);
    let asking = false;
    heart = setInterval(async () => {
      if (asking) return;
      asking = true;
      if (!(await connection.isAlive())) lookAtAll();
      asking = false;
    }, heartbeat);
    await Promise.race([loop.failed, raised(stop)]);
  } finally {
    clearInterval(heart);
    const cancel = (): void => {
      connection.cancel().catch((error: unknown) => output.note(`cannot cancel: ${String(error)}`));
    };
    cancel();
    // What had not begun then is cancelled later.
    const again = setInterval(cancel, cancelAgain);
    await loop.stop();
    clearInterval(again);
    await events?.close();
    await connection.close();
    await session.save();
    unguard();
  }
}

function raised(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener("abort", () => resolve(), { once: true });
  });
}
