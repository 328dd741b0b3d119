/**
 * The tool is killed, its connection is cut and its session ended by the server, at each statement of a large plan in
 * turn: everything is as before, or as after, and the next sync finishes the job. FAULTS=all tries each statement of the
 * pass that is kept and every tenth of those before it; otherwise a few of them.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectServer } from "../../src/database/server.ts";
import type { TextsSynced } from "../cases/support/sync-texts.ts";
import { temporaryFolder } from "../config/folder.ts";
import { type FreshDatabase, serverUrl } from "../servers/database.ts";
import { largePlan } from "./large-plan.ts";
import {
  type Prepared,
  prepare,
  reconnectingTo,
  runWork,
  type Work,
  whatIsWrong,
  works,
} from "./prepared.ts";
import { alone, until } from "./settle.ts";
import { type Fate, startStatementProxy } from "./statement-proxy.ts";

const everything = process.env.FAULTS === "all";
const timeout = everything ? 3_600_000 : 120_000;

interface Setting {
  readonly prepared: Prepared;
  /** The writing statements, in their order, and which of them to stop at. */
  readonly statements: readonly string[];
  readonly points: readonly number[];
}

/** What happens at a statement, once everything before it has reached the server. */
interface Fault {
  readonly name: string;
  strike(copy: FreshDatabase): Promise<Fate>;
}

const faults: readonly Fault[] = [
  { name: "the network fails in the middle of it", strike: async () => "cut" },
  { name: "the network fails before its answer", strike: async () => "lose the answer" },
  {
    name: "the server ends the session",
    async strike(copy) {
      await copy.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
      );
      await until(copy, `select where ${alone}`);
      return "go on";
    },
  },
];

describe.each([15, 18] as const)("on %s", (where) => {
  const port = (): number => Number(new URL(serverUrl(where)).port);
  const settings = new Map<Work, Setting>();

  beforeAll(async () => {
    for (const work of works) {
      const seen: string[] = [];
      const prepared = await prepare(where, work, (copy) => watched(copy, work, seen));
      const statements = seen.filter(writes);
      const lastPass = seen.slice(0, seen.lastIndexOf("savepoint migrator_pass")).filter(writes).length;
      const points = choose(statements.length, lastPass);
      settings.set(work, { prepared, statements, points });
      console.log(`${work}: faults at ${points.length} of ${statements.length} statements`);
    }
  }, 120_000);
  afterAll(async () => {
    for (const { prepared } of settings.values()) await prepared.drop();
  });
  const setting = (work: Work): Setting => {
    const found = settings.get(work);
    if (found === undefined) throw new Error(`${work} is not prepared`);
    return found;
  };

  async function watched(copy: FreshDatabase, work: Work, seen: string[]): Promise<TextsSynced> {
    const proxy = await startStatementProxy({
      port: port(),
      at: (sql) => {
        seen.push(sql);
        return "go on";
      },
    });
    const session = await connectServer({ url: proxy.through(copy.url ?? "") });
    try {
      return await runWork(session, work);
    } finally {
      await session.close();
      await proxy.close();
    }
  }

  describe.each(works)("%s", (work) => {
    for (const fault of faults) {
      test(`E4: ${fault.name}`, { timeout }, async () => {
        const { prepared, statements, points } = setting(work);
        const wrong: string[] = [];
        for (const point of points) {
          const copy = await prepared.copy();
          const counted = countTo(point, () => fault.strike(copy));
          const proxy = await startStatementProxy({ port: port(), at: counted.at });
          const session = await connectServer({ url: proxy.through(copy.url ?? "") });
          try {
            const outcome = await runWork(session, work, reconnectingTo(copy.url)).then(
              () => "done" as const,
              (error: unknown) => {
                expect(error).toMatchObject({ connectionLost: true });
                return "failed" as const;
              },
            );
            expect(counted.struck(), `statement ${point} of ${statements.length}`).toBe(true);
            await session.close();
            await until(copy, `select where ${alone}`);
            const again = (changed: boolean) => runWork(copy, work, { changed });
            const found = await whatIsWrong(prepared, copy, outcome, again);
            wrong.push(...found.map((one) => `at ${point}, ${statements[point]}: ${one}`));
          } finally {
            await session.close();
            await proxy.close();
            await copy.drop();
          }
        }
        expect(wrong).toEqual([]);
      });
    }

    test("E4: the tool is killed", { timeout }, async () => {
      const { prepared, statements, points } = setting(work);
      const wrong: string[] = [];
      // Before each statement; and before the answer to the last, which is COMMIT.
      const moments = [
        ...(everything ? points : points.slice(1, 2)).map((point) => ({
          point,
          after: false,
        })),
        { point: statements.length - 1, after: true },
      ];
      for (const { point, after } of moments) {
        const copy = await prepared.copy();
        const folder = projectFolder(work);
        const counted = countTo(point, async () => {
          running.kill("SIGKILL");
          await once(running, "exit");
          return after ? "lose the answer" : "cut";
        });
        const proxy = await startStatementProxy({ port: port(), at: counted.at });
        const running = startTool(folder, proxy.through(copy.url ?? ""), work, false);
        try {
          await running.ended;
          expect(counted.struck(), `statement ${point} of ${statements.length}`).toBe(true);
          await until(copy, `select where ${alone}`);
          const found = await whatIsWrong(prepared, copy, "nothing", async (changed) => {
            const { ended } = startTool(folder, copy.url ?? "", work, changed);
            expect(await ended).toMatchObject({ code: 0 });
          });
          wrong.push(...found.map((one) => `at ${point}, ${statements[point]}: ${one}`));
        } finally {
          await proxy.close();
          await copy.drop();
        }
      }
      expect(wrong).toEqual([]);
    });
  });
});

/** Catalogs are read, and attempts tried and taken back, all the time in between: nothing is lost there. */
function writes(sql: string): boolean {
  return !/^\s*(select|with|show|set|begin|savepoint|release|rollback)\b/i.test(sql);
}

function choose(count: number, lastPass: number): readonly number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  if (everything) return all.filter((i) => i >= lastPass || i % 10 === 0);
  const kept = count - lastPass;
  return [...new Set([lastPass, lastPass + (kept >> 1), count - 1])];
}

/** Strikes at the writing statement of that number; from then on everything passes. */
function countTo(point: number, strike: () => Promise<Fate>) {
  let seen = 0;
  let struck = false;
  const at = async (sql: string): Promise<Fate> => {
    if (struck || !writes(sql) || seen++ < point) return "go on";
    struck = true;
    return strike();
  };
  return { at, struck: () => struck };
}

function projectFolder(work: Work): string {
  const components = work === "a first sync" ? largePlan.before : largePlan.after;
  return temporaryFolder({
    "migrator.json": JSON.stringify({ project: "test", searchPath: ["public"] }),
    ...Object.fromEntries([...components].map(([name, text]) => [`migrator/components/${name}`, text])),
  });
}

/** The real process. */
function startTool(folder: string, url: string, work: Work, changed: boolean) {
  const main = join(import.meta.dirname, "../../src/main.ts");
  const around = work === "a change" && !changed ? ["--around", largePlan.around] : [];
  const allow = ["rewrite", "revalidate", "repopulate", "rebuild-index"].flatMap((one) => ["--allow", one]);
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), main, "sync", ...around, ...allow],
    { cwd: folder, env: { PATH, HOME, DATABASE_URL: url }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let told = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      told += text;
    });
  const ended = once(child, "close").then(([code, signal]: unknown[]) => ({ code, signal, told }));
  return Object.assign(child, { ended });
}
