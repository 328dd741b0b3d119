/** `npm run bench -- --migrations`: how long it takes to apply migrations, beside other tools of the npm registry. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startServer } from "../test/servers/server.ts";
import { bareNode } from "./migrations/bare.ts";
import { installPeers } from "./migrations/install-peers.ts";
import { measureTools, type ToolTime } from "./migrations/measure.ts";
import { ownLiveTool, ownTool } from "./migrations/own-tool.ts";
import { type MigrationTable, migrationReport } from "./migrations/report.ts";
import { measureSecondNew } from "./migrations/second-new.ts";
import { smallMigrations } from "./migrations/small-migrations.ts";
import { builtTool } from "./speed/process.ts";

const rounds = { fromEmpty: 7, nothing: 11, second: 5 };

export async function benchMigrations(): Promise<void> {
  const main = builtTool();
  const peers = installPeers();
  const bare = bareNode(import.meta.resolve("pg"));
  const server = await startServer(18);
  try {
    const own = ownTool(main);
    const empty = await measureTools({
      server,
      tools: [own, ...peers],
      migrations: smallMigrations(100),
      rounds: rounds.fromEmpty,
      fromEmpty: true,
    });
    const tables: MigrationTable[] = [
      { title: "100 small migrations from an empty database", times: empty, goals: notSlower(empty) },
    ];
    console.log("from an empty database: measured");
    for (const count of [100, 1000]) {
      const times = await measureTools({
        server,
        tools: [bare, own, ownLiveTool(main, 0), ownLiveTool(main, 100), ...peers],
        migrations: smallMigrations(count),
        rounds: rounds.nothing,
        fromEmpty: false,
      });
      tables.push({ title: `Nothing to do with ${count} applied`, times, goals: within(times, 1.3) });
      console.log(`nothing to do with ${count} applied: measured`);
    }
    const second = await measureSecondNew(main, 200, rounds.second);
    const title = "migration new --changed with 200 migrations and 100 components, by a shadow";
    const met = (second[1]?.seconds ?? 0) < 1;
    tables.push({ title, times: second, goals: [{ text: "the second in less than a second", met }] });
    const report = migrationReport(tables);
    console.log(report);
    const folder = join(import.meta.dirname, "results");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "migrations.md"), report);
  } finally {
    await server.stop();
  }
}

function notSlower([own, ...peers]: readonly ToolTime[]): MigrationTable["goals"] {
  return peers.map(({ tool, seconds }) => ({
    text: `not slower than ${tool}`,
    met: (own?.seconds ?? 0) <= seconds,
  }));
}

function within([bare, ...others]: readonly ToolTime[], factor: number): MigrationTable["goals"] {
  return others
    .filter(({ tool }) => tool.startsWith("migrator"))
    .map(({ tool, seconds }) => ({
      text: `${tool} within ${factor} times bare node`,
      met: seconds <= factor * (bare?.seconds ?? 0),
    }));
}
