/** The measurements of one project size: the tool and psql do the same work in turns. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProxy } from "../../test/proxy.ts";
import type { Server } from "../../test/servers/server.ts";
import { type GeneratedProject, generateProject } from "../generate/project.ts";
import { type WrittenProject, writeComponent, writeProject } from "../generate/write-project.ts";
import { median } from "../median.ts";
import { type BenchDatabases, benchDatabases } from "./bench-databases.ts";
import { runPipelined, runStatements } from "./driver-stand-in.ts";
import { runPsql, runTool, runToolForPeak } from "./process.ts";

export interface SizePlan {
  readonly views: number;
  readonly repetitions: number;
  readonly proxy: boolean;
  readonly shapeChange: boolean;
  readonly nothingToDo: boolean;
  readonly memory: boolean;
  /** Beside the tool: the same statements through its driver, with nothing else. */
  readonly floor: boolean;
}

export interface Measurement {
  readonly what: string;
  /** In seconds, or megabytes where `unit` says so. */
  readonly tool: number;
  /** psql, or what stands in for it; null where psql cannot do the work. */
  readonly psql: number | null;
  readonly unit: "s" | "MB";
  readonly goal: string;
  readonly met: boolean | null;
}

export interface Bench {
  readonly server: Server;
  readonly main: string;
  readonly psql: boolean;
}

interface Site extends Bench {
  readonly project: GeneratedProject;
  readonly written: WrittenProject;
  readonly databases: BenchDatabases;
  readonly plan: SizePlan;
}

const seed = 1;
/** What the proxy adds to a round trip, in milliseconds. */
const roundTrip = 10;

export async function measureSize(bench: Bench, plan: SizePlan): Promise<readonly Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), "migrator-bench-"));
  const project = generateProject({ views: plan.views, seed });
  const written = writeProject(project, folder);
  const databases = await benchDatabases(bench.server, project.base);
  const site: Site = { ...bench, project, written, databases, plan };
  try {
    return [
      ...(await fromNothing(site)),
      ...(plan.proxy ? [await throughProxy(site)] : []),
      ...(plan.nothingToDo ? [await nothingToDo(site)] : []),
      ...(plan.shapeChange ? [await shapeChange(site)] : []),
      ...(plan.memory ? [await peakMemory(site)] : []),
    ];
  } finally {
    await databases.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fromNothing(site: Site): Promise<readonly Measurement[]> {
  const { plan } = site;
  const tool: number[] = [];
  const psql: number[] = [];
  const floor: number[] = [];
  const server: number[] = [];
  for (let i = 0; i < plan.repetitions; i++) {
    psql.push(await psqlFromNothing(site, await site.databases.fresh()));
    forget(site);
    tool.push(await sync(site, await site.databases.fresh()));
    if (!plan.floor) continue;
    const alone = await runPipelined(await site.databases.fresh(), site.project.statements);
    floor.push(alone.seconds);
    if (alone.server !== null) server.push(alone.server);
  }
  const what = `${plan.views} views from nothing`;
  const rows = [compared(what, median(tool), median(psql), plan.views === 1000 ? 0.8 : null)];
  if (floor.length > 0)
    rows.push(
      compared(`the same statements through the driver alone, connected`, median(floor), median(psql), null),
    );
  if (server.length > 0)
    rows.push(compared("of it the server's process at work", median(server), median(psql), null));
  return rows;
}

async function throughProxy(site: Site): Promise<Measurement> {
  const proxy = await startProxy({ port: site.server.port, roundTrip });
  try {
    const tool: number[] = [];
    const psql: number[] = [];
    for (let i = 0; i < Math.min(2, site.plan.repetitions); i++) {
      psql.push(await psqlFromNothing(site, proxy.through(await site.databases.fresh())));
      forget(site);
      tool.push(await sync(site, proxy.through(await site.databases.fresh())));
    }
    const what = `${site.plan.views} views from nothing, ${roundTrip} ms a round trip`;
    return compared(what, median(tool), median(psql), site.plan.views === 1000 ? 0.3 : null);
  } finally {
    await proxy.close();
  }
}

async function nothingToDo(site: Site): Promise<Measurement> {
  const url = await built(site);
  const times: number[] = [];
  for (let i = 0; i < site.plan.repetitions; i++) times.push(await sync(site, url));
  return alone(
    `nothing to do at ${site.plan.views} views`,
    median(times),
    "s",
    site.plan.views === 10_000 ? 1 : null,
  );
}

/** There and back: both are the same kind of change. */
async function shapeChange(site: Site): Promise<Measurement> {
  const { component, text, dependents } = site.project.shapeChange;
  const url = await built(site);
  const before = site.project.components.get(component) ?? "";
  const times: number[] = [];
  for (let i = 0; i < 2 * site.plan.repetitions; i++) {
    writeComponent(site.written.folder, component, i % 2 === 0 ? text : before);
    times.push(await sync(site, url));
  }
  const what = `a column into the middle of a view with ${dependents} direct dependents, at ${site.plan.views} views`;
  return alone(what, median(times), "s", site.plan.views === 1000 ? 0.4 : null);
}

async function peakMemory(site: Site): Promise<Measurement> {
  forget(site);
  const url = await site.databases.fresh();
  const { peak } = await runToolForPeak(site.main, site.written.folder, syncArguments(url));
  return alone(
    `peak memory, ${site.plan.views} views from nothing`,
    peak ?? Number.NaN,
    "MB",
    site.plan.views === 10_000 ? 400 : null,
  );
}

async function built(site: Site): Promise<string> {
  forget(site);
  const url = await site.databases.fresh();
  await sync(site, url);
  return url;
}

async function sync(site: Site, url: string): Promise<number> {
  return (await runTool(site.main, site.written.folder, syncArguments(url))).seconds;
}

function syncArguments(url: string): readonly string[] {
  return ["sync", "--quiet", "--database-url", url];
}

/** What the tool remembers of the files: from nothing means without. */
function forget(site: Site): void {
  rmSync(join(site.written.folder, ".migrator"), { recursive: true, force: true });
}

async function psqlFromNothing(site: Site, url: string): Promise<number> {
  if (!site.psql) return runStatements(url, site.project.statements);
  return (await runPsql(url, site.written.script, site.written.folder)).seconds;
}

function compared(what: string, tool: number, psql: number, goal: number | null): Measurement {
  const met = goal === null ? null : tool <= goal * psql;
  return { what, tool, psql, unit: "s", goal: goal === null ? "" : `<= ${goal} x psql`, met };
}

function alone(what: string, tool: number, unit: "s" | "MB", goal: number | null): Measurement {
  const met = goal === null ? null : tool <= goal;
  return { what, tool, psql: null, unit, goal: goal === null ? "" : `<= ${goal} ${unit}`, met };
}
