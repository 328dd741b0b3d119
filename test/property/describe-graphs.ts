/** Random graphs with random edits on one server. GRAPHS sets how many, SEED where they begin; a failure names its seed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ServerVersion, VERSIONS } from "../servers/binaries.ts";
import { type FreshDatabase, freshDatabase } from "../servers/database.ts";
import { checkGraph } from "./check-graph.ts";

const graphs = Number(process.env.GRAPHS ?? 500);
const first = Number(process.env.SEED ?? Math.floor(Date.now() / 1000) % 1_000_000);
/** The servers take the seeds in turns. */
const share = Math.ceil(graphs / VERSIONS.length);

export function describeGraphs(where: ServerVersion): void {
  const turn = VERSIONS.indexOf(where);
  describe(`random graphs on ${where}`, () => {
    let live: FreshDatabase;
    let fresh: FreshDatabase;
    beforeAll(async () => {
      live = await freshDatabase(where);
      fresh = await freshDatabase(where);
    });
    afterAll(async () => {
      await live.drop();
      await fresh.drop();
    });

    test(`${share} graphs from seed ${first}`, { timeout: 3_600_000 }, async () => {
      console.log(`random graphs on ${where}: SEED=${first}`);
      const failures: string[] = [];
      const seen = new Map<string, number>();
      for (let i = 0; i < share && failures.length < 5; i++) {
        const seed = first + i * VERSIONS.length + turn;
        try {
          await checkGraph(seed, i % 4 === 0 ? 2 : 1, { live, fresh }, seen);
        } catch (error) {
          failures.push(error instanceof Error ? error.message : String(error));
        }
      }
      console.log(`steps planned: ${JSON.stringify(Object.fromEntries(seen))}`);
      expect(failures.join("\n\n")).toBe("");
    });
  });
}
