/**
 * Turns what happens to files into batches: a burst is one batch, one batch is worked on at a time, and what happens
 * meanwhile waits for the next one. It knows no clock and no timer: every call is told what time it is.
 */

/** In milliseconds. */
export interface Timing {
  /** How long nothing must happen before a few saves are a batch. */
  readonly quiet: number;
  /** The same once more than `few` paths wait: somebody is writing many files. */
  readonly burstQuiet: number;
  readonly few: number;
  /** After the first event of a batch it is handed out even if more keeps happening. */
  readonly patience: number;
}

/** By path: when something happened there last. */
export type Batch = ReadonlyMap<string, number>;

type Taken =
  | { readonly kind: "batch"; readonly batch: Batch }
  /** Ask again then, or when something happens. */
  | { readonly kind: "wait"; readonly until: number }
  /** There is nothing to do, or a batch is being worked on. */
  | { readonly kind: "idle" };

export interface SaveQueue {
  saw(path: string, now: number): void;
  /** Whether something happened that no batch holds. */
  isPending(): boolean;
  /**
   * `busy`: somebody is in the middle of changing many files (git holds its lock), and nothing is handed out. Nor is it for a
   * quiet time after that: the last of these files may be written and not yet told of.
   */
  take(now: number, busy: boolean): Taken;
  /** The batch that was taken is done with; the next one may be taken. */
  finish(): void;
  /** The batch that was taken cannot be judged yet: it comes again at `until`, or with the next event. */
  putBack(until: number): void;
}

export function createSaveQueue(timing: Timing): SaveQueue {
  let pending = new Map<string, number>();
  let first = 0;
  let last = 0;
  let notBefore: number | null = null;
  let running: Batch | null = null;
  let wasBusy = false;
  /** When it was seen that nobody is in the middle any more. */
  let freeSince = Number.NEGATIVE_INFINITY;

  const dueAt = (): number => {
    if (notBefore !== null) return notBefore;
    const quiet = pending.size > timing.few ? timing.burstQuiet : timing.quiet;
    return Math.min(last + quiet, first + timing.patience);
  };

  return {
    saw(path, now) {
      if (pending.size === 0 || notBefore !== null) first = now;
      pending.set(path, now);
      last = now;
      notBefore = null;
    },
    isPending: () => pending.size > 0,
    take(now, busy) {
      if (wasBusy && !busy) freeSince = now;
      wasBusy = busy;
      if (running !== null || pending.size === 0) return { kind: "idle" };
      if (busy) return { kind: "wait", until: Math.max(dueAt(), now + timing.quiet) };
      const due = Math.max(dueAt(), freeSince + timing.quiet);
      if (now < due) return { kind: "wait", until: due };
      running = pending;
      pending = new Map();
      notBefore = null;
      return { kind: "batch", batch: running };
    },
    finish() {
      running = null;
    },
    putBack(until) {
      const batch = running ?? new Map<string, number>();
      running = null;
      // What happened meanwhile decides when to look again.
      if (pending.size === 0) notBefore = until;
      for (const [path, at] of batch) if (!pending.has(path)) pending.set(path, at);
    },
  };
}
