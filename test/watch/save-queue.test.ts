/** The queue of saves under any order of events: nothing is lost, nothing overlaps, a burst is one batch. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { startBatchLoop } from "../../src/watch/batch-loop.ts";
import { createSaveQueue, type Timing } from "../../src/watch/save-queue.ts";

const timing: Timing = { quiet: 20, burstQuiet: 100, few: 5, patience: 2000 };

type Move =
  | { readonly kind: "saw"; readonly path: string; readonly after: number }
  | { readonly kind: "busy"; readonly on: boolean; readonly after: number };

const moves = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("saw" as const),
      path: fc.constantFrom("a", "b", "c", "d", "e", "f", "g"),
      after: fc.nat(150),
    }),
    fc.record({ kind: fc.constant("busy" as const), on: fc.boolean(), after: fc.nat(150) }),
  ),
  { maxLength: 60 },
);
/** How long each batch takes, and whether it is put back and for how long. */
const works = fc.array(fc.record({ takes: fc.nat(300), again: fc.option(fc.nat(300)) }), { maxLength: 40 });

interface Ran {
  readonly paths: ReadonlyMap<string, number>;
  readonly from: number;
  readonly to: number;
  readonly putBack: boolean;
}

/** A world in which time is a number: timers fire in order, and nothing else happens in between. */
function createWorld() {
  let now = 0;
  let timers: { readonly at: number; readonly action: () => void }[] = [];
  return {
    now: () => now,
    after: (milliseconds: number, action: () => void) => {
      const timer = { at: now + Math.max(0, milliseconds), action };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    /** Fires what is due until then; promises settle after each step. */
    async run(until: number): Promise<void> {
      for (;;) {
        for (let i = 0; i < 10; i++) await Promise.resolve();
        const next = timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        now = Math.max(now, next.at);
        next.action();
      }
      now = until;
    },
  };
}

async function play(script: readonly Move[], work: readonly { takes: number; again: number | null }[]) {
  const world = createWorld();
  const ran: Ran[] = [];
  let busy = false;
  const loop = startBatchLoop(
    createSaveQueue(timing),
    world,
    () => busy,
    async (batch) => {
      const from = world.now();
      expect(busy).toBe(false);
      const { takes, again } = work[ran.length] ?? { takes: 5, again: null };
      ran.push({ paths: new Map(batch), from, to: from + takes, putBack: again !== null });
      await new Promise<void>((resolve) => world.after(takes, resolve));
      return again === null ? { kind: "done" } : { kind: "again", until: world.now() + again };
    },
  );
  const seen: { readonly path: string; readonly at: number }[] = [];
  for (const move of script) {
    await world.run(world.now() + move.after);
    if (move.kind === "busy") busy = move.on;
    else {
      seen.push({ path: move.path, at: world.now() });
      loop.saw(move.path);
    }
  }
  busy = false;
  await world.run(world.now() + 100_000);
  return { ran, seen };
}

describe("the save queue", () => {
  it("loses nothing and never overlaps (E3)", async () => {
    await fc.assert(
      fc.asyncProperty(moves, works, async (script, work) => {
        const { ran, seen } = await play(script, work);
        // Each event is in a batch that begins after it and is not put back.
        for (const { path, at } of seen) {
          expect(
            ran.some((batch) => !batch.putBack && batch.from >= at && (batch.paths.get(path) ?? -1) >= at),
          ).toBe(true);
        }
        for (const [i, batch] of ran.entries()) {
          expect(batch.from).toBeGreaterThanOrEqual(ran[i - 1]?.to ?? 0);
          expect(batch.paths.size).toBeGreaterThan(0);
        }
      }),
      { verbose: true, numRuns: 300 },
    );
  });

  it("makes one batch of a burst (E3)", async () => {
    const gaps = fc.array(fc.nat(timing.quiet - 1), { minLength: 1, maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(gaps, async (list) => {
        const script = list.map((after, i): Move => ({ kind: "saw", path: `file ${i}`, after }));
        const { ran } = await play(script, []);
        expect(ran.map(({ paths }) => paths.size)).toEqual([list.length]);
      }),
      { verbose: true },
    );
  });

  it("hands out a batch when the quiet time is over, and not before", () => {
    const queue = createSaveQueue(timing);
    queue.saw("a", 0);
    queue.saw("a", 10);
    expect(queue.take(29, false)).toEqual({ kind: "wait", until: 30 });
    expect(queue.take(30, false)).toEqual({ kind: "batch", batch: new Map([["a", 10]]) });
    expect(queue.take(30, false)).toEqual({ kind: "idle" });
  });

  it("does not wait for ever where something is written without a pause", () => {
    const queue = createSaveQueue(timing);
    let at = 0;
    for (; at < timing.patience; at += 10) {
      queue.saw("log", at);
      expect(queue.take(at, false).kind).toBe("wait");
    }
    expect(queue.take(at, false).kind).toBe("batch");
  });

  it("waits for what is told late when somebody was in the middle of changing many files", () => {
    const queue = createSaveQueue(timing);
    const both = {
      kind: "batch",
      batch: new Map([
        ["a", 0],
        ["b", 41],
      ]),
    };
    queue.saw("a", 0);
    expect(queue.take(20, true)).toEqual({ kind: "wait", until: 40 });
    // The last file is written, the lock is gone, and the timer fires before the event of the file is read.
    expect(queue.take(40, false)).toEqual({ kind: "wait", until: 60 });
    queue.saw("b", 41);
    expect(queue.take(61, false)).toEqual(both);
    queue.finish();

    // The same where a batch is being worked on meanwhile.
    queue.saw("c", 100);
    expect(queue.take(120, false).kind).toBe("batch");
    queue.saw("a", 130);
    expect(queue.take(130, true)).toEqual({ kind: "idle" });
    queue.finish();
    expect(queue.take(300, false)).toEqual({ kind: "wait", until: 320 });
    expect(queue.take(320, false)).toEqual({ kind: "batch", batch: new Map([["a", 130]]) });
  });

  it("looks at a batch that was put back when it is time, or at the next event", () => {
    const queue = createSaveQueue(timing);
    queue.saw("a", 0);
    queue.take(20, false);
    queue.putBack(250);
    expect(queue.take(100, false)).toEqual({ kind: "wait", until: 250 });
    queue.saw("b", 110);
    expect(queue.take(110, false)).toEqual({ kind: "wait", until: 130 });
    expect(queue.take(130, false)).toEqual({
      kind: "batch",
      batch: new Map([
        ["b", 110],
        ["a", 0],
      ]),
    });
  });
});
