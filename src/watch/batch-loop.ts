/** Drives a save queue with a clock and a timer: runs each batch when it is due, one after the other. */
import type { Batch, SaveQueue } from "./save-queue.ts";

export interface Clock {
  /** In milliseconds; never goes back. */
  now(): number;
  /** Calls `action` after that many milliseconds, unless the returned function is called before. */
  after(milliseconds: number, action: () => void): () => void;
}

export type BatchOutcome =
  | { readonly kind: "done" }
  /** Too early to tell: the same paths come again at `until`, or with the next event. */
  | { readonly kind: "again"; readonly until: number };

export interface BatchLoop {
  saw(path: string): void;
  /** Takes nothing more; resolves when the batch that is being worked on is done. */
  stop(): Promise<void>;
  /** Rejects with the error that a batch could not deal with; nothing is taken after it. */
  readonly failed: Promise<never>;
}

export function startBatchLoop(
  queue: SaveQueue,
  clock: Clock,
  busy: () => boolean,
  /** `isWaiting`: more happened, and the next batch waits for this one. */
  work: (batch: Batch, isWaiting: () => boolean) => Promise<BatchOutcome>,
): BatchLoop {
  let stopped = false;
  let cancelTimer: () => void = () => {};
  let current: Promise<void> = Promise.resolve();
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });

  const run = async (batch: Batch): Promise<void> => {
    try {
      const outcome = await work(batch, queue.isPending);
      if (outcome.kind === "again") queue.putBack(outcome.until);
      else queue.finish();
    } catch (error) {
      stopped = true;
      fail(error);
    }
    look();
  };

  const look = (): void => {
    cancelTimer();
    if (stopped) return;
    const now = clock.now();
    const taken = queue.take(now, busy());
    if (taken.kind === "wait") cancelTimer = clock.after(taken.until - now, look);
    else if (taken.kind === "batch") current = run(taken.batch);
  };

  return {
    saw(path) {
      queue.saw(path, clock.now());
      look();
    },
    async stop() {
      stopped = true;
      cancelTimer();
      await current;
    },
    failed,
  };
}
