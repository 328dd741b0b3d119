/** Whole processes in interleaved rounds: each tool once, then each once more. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectServer } from "../../src/database/server.ts";
import type { Server } from "../../test/servers/server.ts";
import { median } from "../median.ts";
import { runNode } from "../speed/process.ts";
import { childrenTime } from "./children-time.ts";
import type { SmallMigration } from "./small-migrations.ts";
import type { MigrationTool } from "./tool.ts";

export interface ToolTime {
  readonly tool: string;
  /** Of whole processes, in seconds; the middle of the rounds. */
  readonly seconds: number;
  /** What the processes worked on average, in seconds, their own children included and the server not; null where the system does not tell. */
  readonly cpu: number | null;
}

export interface Round {
  readonly server: Server;
  readonly tools: readonly MigrationTool[];
  readonly migrations: readonly SmallMigration[];
  readonly rounds: number;
  /** Each run finds an empty database; else it finds everything applied. */
  readonly fromEmpty: boolean;
}

/** So long after they were written files are trusted to be what they were: those of users are older too. */
const settle = 2200;

export async function measureTools(round: Round): Promise<readonly ToolTime[]> {
  const { server, tools, migrations, rounds, fromEmpty } = round;
  const folder = mkdtempSync(join(tmpdir(), "migrator-bench-"));
  const admin = await connectServer({ url: server.url() });
  const sites = tools.map((tool, index) => {
    const own = join(folder, String(index));
    mkdirSync(own);
    tool.write(own, migrations);
    return { tool, own, database: `bench_tool_${index}`, seconds: [] as number[], cpu: [] as number[] };
  });
  const run = async ({ tool, own, database }: (typeof sites)[number]) => {
    const { args, env } = tool.command(server.url(database));
    const before = childrenTime();
    const seconds = await runNode(args, own, env);
    const after = childrenTime();
    return { seconds, cpu: before === null || after === null ? null : after - before };
  };
  const fresh = async (database: string) => {
    await admin.query(`drop database if exists ${database} with (force)`);
    await admin.query(`create database ${database}`);
    // So that no run pays for the copy.
    await admin.query("checkpoint");
  };
  try {
    for (const { database } of sites) await fresh(database);
    await sleep(settle);
    // The second run finds what the first left to do about the files themselves.
    for (const site of [...sites, ...sites]) await run(site);
    await requireTables(round, sites);
    for (let i = 0; i < rounds; i++) {
      for (const site of sites) {
        if (fromEmpty) {
          await fresh(site.database);
          rmSync(join(site.own, ".migrator"), { recursive: true, force: true });
        }
        const { seconds, cpu } = await run(site);
        site.seconds.push(seconds);
        if (cpu !== null) site.cpu.push(cpu);
      }
    }
    for (const { database } of sites) await admin.query(`drop database ${database} with (force)`);
    return sites.map(({ tool, seconds, cpu }) => ({
      tool: tool.name,
      seconds: median(seconds),
      cpu: cpu.length === 0 ? null : cpu.reduce((sum, one) => sum + one, 0) / cpu.length,
    }));
  } finally {
    await admin.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A tool that does nothing would be the fastest. */
async function requireTables(
  { server, migrations }: Round,
  sites: readonly { readonly tool: MigrationTool; readonly database: string }[],
): Promise<void> {
  for (const { tool, database } of sites) {
    if (!tool.migrates) continue;
    const connection = await connectServer({ url: server.url(database) });
    try {
      const [row] = await connection.query<{ count: number }>(
        "select count(*)::int as count from pg_catalog.pg_class where relkind = 'r' and relname like 'item\\_%'",
      );
      if (row?.count !== migrations.length)
        throw new Error(`${tool.name} made ${row?.count} of ${migrations.length} tables`);
    } finally {
      await connection.close();
    }
  }
}
