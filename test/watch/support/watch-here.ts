/** A watch in the process of the test, with what it says kept. */
import type { Diagnostic } from "../../../graph/diagnostic.ts";
import type { Output } from "../../../src/commands/output.ts";
import { type WatchOptions, watchProject } from "../../../src/commands/watch.ts";
import { createMask } from "../../../src/report/mask.ts";
import type { PlanJson } from "../../../src/report/plan-report.ts";
import { plainStyle } from "../../../src/report/style.ts";
import type { ProjectFolder } from "./project-folder.ts";

export interface WatchHere {
  /** The next batch that was not asked for yet. */
  next(): Promise<PlanJson>;
  /** Batches that nobody asked for after this many milliseconds. */
  rest(milliseconds: number): Promise<readonly PlanJson[]>;
  readonly notes: readonly string[];
  readonly failures: readonly Diagnostic[];
  /** As Ctrl-C does; rejects with the error that ended the watch. */
  stop(): Promise<void>;
  /** Rejects with the error that ended the watch. */
  readonly ended: Promise<void>;
}

/** `url` null: the embedded database of the project. */
export function watchHere(
  folder: ProjectFolder,
  url: string | null,
  options: WatchOptions = {},
  paths: readonly string[] = [],
): WatchHere {
  const batches: PlanJson[] = [];
  const notes: string[] = [];
  const failures: Diagnostic[] = [];
  let arrived: () => void = () => {};
  const output: Output = {
    json: true,
    quiet: false,
    style: plainStyle,
    result: (text) => {
      batches.push(JSON.parse(text));
      arrived();
    },
    say: () => {},
    working: () => {},
    elapsed: () => 0,
    note: (text) => notes.push(text),
    reporter: null,
    fail: (diagnostics) => failures.push(...diagnostics),
  };
  const stop = new AbortController();
  const context = { folder: folder.root, env: {}, output, mask: createMask() };
  const given = url === null ? options : { ...options, databaseUrl: url };
  const ended = watchProject(context, given, paths, stop.signal);
  // Whoever waits for a batch or for the end hears of it.
  ended.catch(() => {});
  const next = async (): Promise<PlanJson> => {
    for (;;) {
      const batch = batches.shift();
      if (batch !== undefined) return batch;
      const arrival = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      await Promise.race([
        arrival,
        ended.then(() => {
          throw new Error(`the watch ended: ${notes.join("\n")}`);
        }),
      ]);
    }
  };
  return {
    next,
    rest: async (milliseconds) => {
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      return batches.splice(0);
    },
    notes,
    failures,
    stop: async () => {
      stop.abort();
      await ended;
    },
    ended,
  };
}

/** `replace view public.a`, … */
export function stepsOf(batch: PlanJson): readonly string[] {
  return batch.steps.map((step) => `${step.kind} ${step.object}`);
}
