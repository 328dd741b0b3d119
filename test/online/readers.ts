/** An application that reads in loops while something is changed under it, and the longest time that it waited. */
import { spawn } from "node:child_process";

export interface Waits {
  /** In milliseconds, by statement: the longest time from asking to the answer. */
  readonly longest: Readonly<Record<string, number>>;
  /** How often each was answered. */
  readonly answers: Readonly<Record<string, number>>;
  readonly errors: readonly string[];
  /** In milliseconds: the longest time of a statement that waits for no lock, which is what the machine itself took. */
  readonly machine: number;
}

/** Each statement has a session and a loop of its own, from before `work` begins until it has ended. */
export async function whileReading(
  url: string,
  statements: readonly string[],
  work: () => Promise<void>,
): Promise<Waits> {
  const script = new URL("read-in-loops.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--import", "tsx", script, url, JSON.stringify(statements)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  let said = "";
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.startsWith("ready\n")) resolve();
    });
    void ended.then((code) => reject(new Error(`the readers ended with ${code}`)));
  });
  await ready;
  try {
    await work();
  } finally {
    child.stdin.end();
    await ended;
  }
  return JSON.parse(said.slice("ready\n".length)) as Waits;
}

export function longestOf({ longest }: Waits): number {
  return Math.max(...Object.values(longest));
}
