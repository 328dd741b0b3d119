/**
 * A process of its own, as an application is: reads in loops, each statement on its own session, until its input ends, and
 * prints what it saw as JSON. Arguments: the URL, and the statements as JSON.
 */
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { connectServer } from "../../src/database/server.ts";
import type { Waits } from "./readers.ts";

const [url = "", list = "[]"] = process.argv.slice(2);
/** Waits for no lock. */
const unlocked = "select 1";
const statements = [...(JSON.parse(list) as readonly string[]), unlocked];
const longest: Record<string, number> = {};
const answers: Record<string, number> = {};
const errors: string[] = [];
let working = true;

const sessions = await Promise.all(statements.map(() => connectServer({ url })));
// What is compiled and planned once is no wait.
for (const [i, session] of sessions.entries())
  for (let n = 0; n < 20; n++) await session.query(statements[i] ?? "");
process.stdin.on("end", () => {
  working = false;
});
process.stdin.resume();
process.stdout.write("ready\n");
await Promise.all(
  sessions.map(async (session, i) => {
    const statement = statements[i] ?? "";
    while (working) {
      const asked = performance.now();
      try {
        await session.query(statement);
        longest[statement] = Math.max(longest[statement] ?? 0, performance.now() - asked);
        answers[statement] = (answers[statement] ?? 0) + 1;
      } catch (error) {
        errors.push(`${statement}: ${error instanceof Error ? error.message : String(error)}`);
      }
      await sleep(2);
    }
  }),
);
const { [unlocked]: machine = 0, ...waited } = longest;
const waits: Waits = { longest: waited, answers, errors, machine };
process.stdout.write(`${JSON.stringify(waits)}\n`);
await Promise.all(sessions.map((session) => session.close()));
