/** `npm run bench -- --tenants`: one change for many tenants, and nothing to do for them, beside psql. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { connectServer } from "../src/database/server.ts";
import { type Server, startServer } from "../test/servers/server.ts";
import { median } from "./median.ts";
import { builtTool, hasPsql, runTool, runToolForPeak } from "./speed/process.ts";
import { psqlEach, psqlReused } from "./tenants/psql-tenants.ts";
import {
  bareStatements,
  type TenantProject,
  tenantName,
  tenantProject,
  tenantTables,
  viewsOfEach,
} from "./tenants/tenant-project.ts";

const jobs = 4;
const sizes = [
  { tenants: 100, repetitions: 5 },
  { tenants: 1000, repetitions: 3 },
  { tenants: 3000, repetitions: 1 },
];
const smokeSizes = [{ tenants: 12, repetitions: 1 }];

interface Row {
  readonly tenants: number;
  /** In seconds. */
  readonly first: number;
  readonly nothing: number;
  readonly change: number;
  /** Null without psql. */
  readonly psql: { readonly plan: number; readonly each: number; readonly bare: number } | null;
  /** In megabytes. */
  readonly peaks: { readonly change: number; readonly nothing: number };
}

/**
 * `smoke`: a few tenants once, for CI; bench/results/tenants.md is then left alone. `only`: of the sizes these alone, where any is named.
 */
export async function benchTenants(smoke: boolean, only: readonly number[] = []): Promise<void> {
  const main = builtTool();
  const server = await startServer(18, {
    settings: { shared_buffers: "256MB", max_locks_per_transaction: "256" },
  });
  const project = tenantProject();
  try {
    const rows: Row[] = [];
    for (const size of smoke ? smokeSizes : sizes) {
      if (only.length > 0 && !only.includes(size.tenants)) continue;
      rows.push(await measure(server, main, project, size));
      console.log(`${size.tenants} tenants: measured`);
    }
    const report = tenantReport(rows);
    console.log(report);
    if (smoke) return;
    const folder = join(import.meta.dirname, "results");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "tenants.md"), report);
  } finally {
    rmSync(project.folder, { recursive: true });
    await server.stop();
  }
}

async function measure(
  server: Server,
  main: string,
  project: TenantProject,
  { tenants, repetitions }: (typeof sizes)[number],
): Promise<Row> {
  const admin = await connectServer({ url: server.url() });
  const fresh = async (): Promise<string> => {
    await admin.query("drop database if exists bench with (force)");
    await admin.query("create database bench template bench_tenants");
    await admin.query("checkpoint");
    return server.url("bench");
  };
  const names = Array.from({ length: tenants }, (_, i) => tenantName(i));
  const sync = (url: string) => ["sync", "--quiet", "--jobs", String(jobs), "--database-url", url];
  try {
    await admin.query("drop database if exists bench_tenants with (force)");
    await admin.query("create database bench_tenants");
    const base = await connectServer({ url: server.url("bench_tenants") });
    await base.batch(["begin", ...tenantTables(tenants), "commit"]);
    await base.close();
    project.write("text");
    const first = (await runTool(main, project.folder, sync(server.url("bench_tenants")))).seconds;
    const settling = await connectServer({ url: server.url("bench_tenants") });
    await settling.query("vacuum analyze");
    await settling.close();
    const nothing: number[] = [];
    for (let i = 0; i < repetitions; i++)
      nothing.push((await runTool(main, project.folder, sync(server.url("bench_tenants")))).seconds);
    const idle = await runToolForPeak(main, project.folder, sync(server.url("bench_tenants")));
    project.write("float8");
    const ready = plannedStatements(main, project.folder, await fresh());
    const planned = names.map((name) => ready.replaceAll(tenantName(0), name));
    const bare = names.map((name) => bareStatements(name, "float8"));
    const times = {
      change: [] as number[],
      plan: [] as number[],
      each: [] as number[],
      bare: [] as number[],
    };
    for (let i = 0; i < repetitions; i++) {
      times.change.push((await runTool(main, project.folder, sync(await fresh()))).seconds);
      if (!hasPsql()) continue;
      times.plan.push(await psqlReused(await fresh(), planned, jobs));
      times.each.push(await psqlEach(await fresh(), planned, jobs));
      times.bare.push(await psqlReused(await fresh(), bare, jobs));
    }
    const busy = await runToolForPeak(main, project.folder, sync(await fresh()));
    return {
      tenants,
      first,
      nothing: median(nothing),
      change: median(times.change),
      psql: hasPsql()
        ? { plan: median(times.plan), each: median(times.each), bare: median(times.bare) }
        : null,
      peaks: { change: busy.peak ?? 0, nothing: idle.peak ?? 0 },
    };
  } finally {
    for (const name of ["bench", "bench_tenants"])
      await admin.query(`drop database if exists ${name} with (force)`);
    await admin.close();
  }
}

/** What the tool says that psql may run for the first tenant, the ledger's statements among it. */
function plannedStatements(main: string, folder: string, url: string): string {
  const args = [main, "plan", "--sql", "--only", tenantName(0), "--database-url", url];
  return execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
}

function tenantReport(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ tenants, first, nothing, change, psql, peaks }) => {
    const line = (what: string, seconds: string, goal = "", met: boolean | null = null): string =>
      `| ${tenants} | ${what} | ${seconds} | ${goal} | ${met === null ? "" : met ? "yes" : "no"} |`;
    const times = (seconds: number): string => `${seconds.toFixed(2)} s`;
    const beside =
      psql === null
        ? []
        : [
            line(
              "psql, the same statements as the tool prints them, reused connections",
              times(psql.plan),
              "the tool within 1.1 times",
              change <= 1.1 * psql.plan,
            ),
            line(
              "psql, the same statements, one process a tenant",
              times(psql.each),
              "the tool in less",
              change < psql.each,
            ),
            line(
              "psql, DROP and CREATE VIEW alone: no ledger, nothing asked or kept; reused connections",
              times(psql.bare),
              "the tool within 1.1 times",
              change <= 1.1 * psql.bare,
            ),
          ];
    return [
      line("first build", times(first)),
      line(
        "nothing to do",
        times(nothing),
        tenants === 1000 ? "less than a second" : "",
        tenants === 1000 ? nothing < 1 : null,
      ),
      line("the change: `migrator sync`", times(change)),
      ...beside,
      line(
        "peak memory: the change, nothing to do",
        `${peaks.change.toFixed(0)} MB, ${peaks.nothing.toFixed(0)} MB`,
      ),
    ];
  });
  return `# Tenants

Medians of one run of whole processes (of 3,000 tenants one of each): tenants with ${viewsOfEach} views each, in a schema of their own. The change gives a column of a view that two others
read another type, which cannot be replaced: three views of each tenant are made anew. ${jobs} connections at once, for psql too. Node ${process.versions.node}, PostgreSQL 18
on the same machine with ${availableParallelism()} processors, nothing synced to disk. Written by \`npm run bench -- --tenants\`.

| tenants | work | time | goal | met |
|---|---|---|---|---|
${lines.join("\n")}
`;
}
