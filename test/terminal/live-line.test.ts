/** When progress is told, by a clock of the test's own. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createLiveLine, type LiveLine } from "../../src/commands/live-line.ts";
import { styleOf } from "../../src/report/style.ts";

const erase = "\r\u001b[2K";
let written: string[] = [];

beforeEach(() => {
  written = [];
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function line(interactive: boolean): LiveLine {
  const style = styleOf({ width: interactive ? 80 : null, color: false, unicode: false, interactive });
  return createLiveLine({ style, interactive, write: (text) => written.push(text), now: () => Date.now() });
}

test("nothing is said of what takes less than half a second", () => {
  const live = line(true);
  live.at({ stage: "reading" });
  vi.advanceTimersByTime(400);
  live.at({ stage: "connecting" });
  live.at(null);
  vi.advanceTimersByTime(5000);
  expect(written).toEqual([]);
});

test("after half a second there is a line, drawn again as time passes, and gone at the end", () => {
  const live = line(true);
  live.at({ stage: "reading" });
  vi.advanceTimersByTime(1300);
  expect(written.length).toBeGreaterThan(3);
  expect(written.at(-1)).toMatch(/[-|/\\] reading 1 s$/);
  live.at(null);
  expect(written.at(-1)).toBe(erase);
  const { length } = written;
  vi.advanceTimersByTime(5000);
  expect(written.length).toBe(length);
});

test("news that come fast are not all drawn, though no timer runs", () => {
  const live = line(true);
  live.at({ stage: "changing", done: 0, all: 1000 });
  vi.setSystemTime(Date.now() + 600);
  for (let done = 1; done < 1000; done++) live.at({ stage: "changing", done, all: 1000 });
  expect(written).toHaveLength(1);
});

test("before something else is written the line goes, and comes back", () => {
  const live = line(true);
  live.at({ stage: "reading" });
  vi.advanceTimersByTime(1000);
  live.clear();
  expect(written.at(-1)).toBe(erase);
  const { length } = written;
  live.clear();
  expect(written.length).toBe(length);
  vi.advanceTimersByTime(500);
  expect(written.at(-1)).toContain("reading");
  live.at(null);
});

test("a log has a line after a while, then ever more seldom", () => {
  const live = line(false);
  live.at({ stage: "changing", done: 1, all: 9, item: "view public.a" });
  vi.advanceTimersByTime(59_000);
  expect(written).toEqual([]);
  vi.advanceTimersByTime(2000);
  expect(written).toEqual(["changing 1/9: view public.a (1 min 0 s)\n"]);
  vi.advanceTimersByTime(60 * 60_000);
  expect(written.length).toBeLessThan(15);
  expect(written.join("")).not.toContain("\u001b");
  live.at(null);
});
