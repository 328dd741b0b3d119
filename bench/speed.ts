/** `npm run bench`: how long the tool takes, beside psql. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startServer } from "../test/servers/server.ts";
import { type Measurement, measureSize, type SizePlan } from "./speed/measure.ts";
import { builtTool, hasPsql } from "./speed/process.ts";
import { speedReport } from "./speed/report.ts";

const everything = { proxy: true, shapeChange: true, nothingToDo: true, memory: true, floor: true };

const smokePlans: readonly SizePlan[] = [{ ...everything, views: 100, repetitions: 1 }];

const plans: readonly SizePlan[] = [
  { ...everything, views: 100, repetitions: 7, proxy: false, memory: false, floor: false },
  { ...everything, views: 1000, repetitions: 5 },
  { ...everything, views: 10_000, repetitions: 3, proxy: false, floor: false },
];

/** Locks for 10,000 new views in one transaction. */
const settings = { max_locks_per_transaction: "1024", shared_buffers: "256MB" };

/** `smoke`: once, with 100 views, for CI; bench/results/bench.md is then left alone. */
export async function benchSpeed(smoke: boolean): Promise<void> {
  const main = builtTool();
  const psql = hasPsql();
  if (!psql) console.log("psql is missing: the driver sends the statements one by one in its place");
  const server = await startServer(18, { settings });
  try {
    const measurements: Measurement[] = [];
    for (const plan of smoke ? smokePlans : plans) {
      measurements.push(...(await measureSize({ server, main, psql }, plan)));
      console.log(`${plan.views} views: measured`);
    }
    const report = speedReport(measurements, psql);
    console.log(report);
    if (smoke) return;
    const folder = join(import.meta.dirname, "results");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "bench.md"), report);
  } finally {
    await server.stop();
  }
}
