/**
 * The tool is killed, its connection is cut and its session ended by the server, at each statement of a large plan in
 * turn: everything is as before, or as after, and the next sync finishes the job. FAULTS=all tries each statement of the
 * pass that is kept and every tenth of those before it; otherwise a few of them.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../src/database/database.ts";
import { connectServer } from "../../src/database/server.ts";
import { runScript, syncTexts } from "../cases/support/sync-texts.ts";
import { temporaryFolder } from "../config/folder.ts";
import { type FreshDatabase, freshDatabase, serverUrl } from "../servers/database.ts";
import { largePlan, leastSteps } from "./large-plan.ts";
import { alone, until } from "./settle.ts";
import { type Fate, startStatementProxy } from "./statement-proxy.ts";
import { stateDifferences, type WholeState, wholeState } from "./whole-state.ts";

const everything = process.env.FAULTS === "all";
const timeout = everything ? 3_600_000 : 120_000;

/** From nothing, where the ledger is made too; or a change of everything. */
const works = ["a first sync", "a change"] as const;
type Work = (typeof works)[number];

interface Setting {
  /** The name of the database that each attempt gets a copy of. */
  readonly template: string;
  readonly before: WholeState;
  readonly after: WholeState;
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
  const dropped: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    for (const work of works) {
      const built = await freshDatabase(where);
      dropped.push(() => built.drop());
      await prepare(built, work);
      const [row] = await built.query("select current_database()::text as name");
      const template = String(row?.name);
      const before = await wholeState(built);
      await built.close();
      settings.set(work, { template, before, ...(await undisturbed(template, work)) });
    }
  }, 120_000);
  afterAll(async () => {
    for (const drop of dropped) await drop();
  });
  const setting = (work: Work): Setting => {
    const found = settings.get(work);
    if (found === undefined) throw new Error(`${work} is not prepared`);
    return found;
  };

  async function prepare(database: Database, work: Work): Promise<void> {
    await runScript(database, largePlan.base);
    if (work === "a first sync") return;
    await syncTexts(database, largePlan.before);
    await runScript(database, largePlan.strangers);
  }

  /** `changed`: the statements of --around ran. */
  function sync(database: Database, work: Work, changed: boolean, url: string | null = null) {
    if (work === "a first sync") return syncTexts(database, largePlan.before, reconnecting(url));
    return syncTexts(database, largePlan.after, {
      ...(changed ? {} : { around: largePlan.around }),
      ...reconnecting(url),
    });
  }

  async function undisturbed(
    template: string,
    work: Work,
  ): Promise<Pick<Setting, "after" | "statements" | "points">> {
    const copy = await freshDatabase(where, { template });
    const seen: string[] = [];
    const proxy = await startStatementProxy({
      port: port(),
      at: (sql) => {
        seen.push(sql);
        return "go on";
      },
    });
    const session = await connectServer({ url: proxy.through(copy.url ?? "") });
    try {
      const { result } = await sync(session, work, false);
      expect(result.steps.length).toBeGreaterThanOrEqual(leastSteps);
      const statements = seen.filter(writes);
      const lastPass = seen.slice(0, seen.lastIndexOf("savepoint migrator_pass")).filter(writes).length;
      return { after: await wholeState(copy), statements, points: choose(statements.length, lastPass) };
    } finally {
      await session.close();
      await proxy.close();
      await copy.drop();
    }
  }

  /** It is as before or as after, which `told` must agree with; and the next sync finishes the job. */
  async function settle(
    copy: FreshDatabase,
    work: Work,
    told: "failed" | "done" | "nothing",
    next: (changed: boolean) => Promise<unknown>,
  ): Promise<readonly string[]> {
    await until(copy, `select where ${alone}`);
    const { before, after } = setting(work);
    const now = await wholeState(copy);
    const fromBefore = stateDifferences(before, now, "copies");
    const fromAfter = stateDifferences(after, now, "separate");
    if (fromBefore.length > 0 && fromAfter.length > 0) {
      return fromBefore.length < fromAfter.length
        ? fromBefore.map((one) => `as before, but ${one}`)
        : fromAfter.map((one) => `as after, but ${one}`);
    }
    const changed = fromBefore.length > 0;
    if (told === (changed ? "failed" : "done")) return [`told as ${told}, which it is not`];
    await next(changed);
    const end = stateDifferences(after, await wholeState(copy), "separate");
    return end.map((one) => `after the next sync: ${one}`);
  }

  describe.each(works)("%s", (work) => {
    for (const fault of faults) {
      test(`E4: ${fault.name}`, { timeout }, async () => {
        const { template, statements, points } = setting(work);
        const wrong: string[] = [];
        for (const point of points) {
          const copy = await freshDatabase(where, { template });
          const counted = countTo(point, () => fault.strike(copy));
          const proxy = await startStatementProxy({ port: port(), at: counted.at });
          const session = await connectServer({ url: proxy.through(copy.url ?? "") });
          try {
            const outcome = await sync(session, work, false, copy.url).then(
              () => "done" as const,
              (error: unknown) => {
                expect(error).toMatchObject({ connectionLost: true });
                return "failed" as const;
              },
            );
            expect(counted.struck(), `statement ${point} of ${statements.length}`).toBe(true);
            await session.close();
            const found = await settle(copy, work, outcome, (changed) => sync(copy, work, changed));
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
      const { template, statements, points } = setting(work);
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
        const copy = await freshDatabase(where, { template });
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
          const found = await settle(copy, work, "nothing", async (changed) => {
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

function reconnecting(url: string | null) {
  if (url === null) return {};
  return {
    async reconnected<T>(ask: (database: Database) => Promise<T>): Promise<T> {
      const again = await connectServer({ url });
      try {
        return await ask(again);
      } finally {
        await again.close();
      }
    },
  };
}

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
