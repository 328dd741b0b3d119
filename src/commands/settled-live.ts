/**
 * The most frequent `apply` on a live target: no migration is pending, and every component is as its file says. Where no file was
 * touched since a run found that, and the database stands as it did then, it is so again; what plans a sync is not even loaded.
 */
import { readCatalogState } from "../database/catalog-state.ts";
import type { Database } from "../database/database.ts";
import {
  hasSettledComponents,
  recallComponents,
  rememberComponents,
  type SettledState,
} from "../live/settled-components.ts";
import type { SyncResult } from "../live/sync.ts";
import type { Files } from "../live/workspace.ts";
import { namesIn } from "../migrations/migration.ts";
import { isSettled } from "../migrations/settled.ts";
import { formatRun, type MigrationRunReport, runReport } from "../report/migrations.ts";
import { type DonePart, partsJson } from "../report/plan-report.ts";
import { formatPlan } from "../report/plan-text.ts";
import { sharedScope } from "../tenants/scope.ts";
import {
  beginConnecting,
  type CommandContext,
  type CommonOptions,
  type Connecting,
  type Project,
} from "./context.ts";
import { isHarmless, recallMigrations } from "./settled.ts";
import { version } from "./version.ts";

/** What may bring something about, or is to be told elsewhere, where no file and nothing in the database changed. */
const working: ReadonlySet<string> = new Set(["around", "refresh", "report", "take"]);

export interface LiveBegun {
  /** Null where nobody connects yet. */
  readonly connecting: Connecting | null;
  /** Told of what the run did; it remembers that there was nothing to do. Null where that cannot be known. */
  readonly settle: ((run: LiveRun) => Promise<void>) | null;
}

interface LiveRun {
  readonly database: Database;
  readonly files: Files;
  readonly migrations: MigrationRunReport | null;
  readonly parts: readonly DonePart[];
}

/** How everything stood when a run began, its components' files being as they were. */
interface Before {
  readonly state: string;
  readonly migrations: string;
}

/** Tells that there is nothing to do and returns null; else what was opened for a closer look. */
export async function tellSettledLive(
  context: CommandContext,
  options: CommonOptions,
  project: Project,
): Promise<LiveBegun | null> {
  const { config, target } = project;
  const lookedAt = Date.now();
  const started = performance.now();
  const known =
    target.kind === "server" &&
    // A summary is told of a run that looked.
    context.output.reporter === null &&
    Object.keys(config.matrices).length === 0 &&
    isHarmless(options) &&
    !Object.keys(options).some((name) => working.has(name));
  if (!known) return { connecting: null, settle: null };
  const closerLook = (connecting: Connecting | null, before: Before | null): LiveBegun => ({
    connecting,
    settle: (run) => settle(project, options, run, before, lookedAt),
  });
  if (!isSettled(config) || !hasSettledComponents(config)) return closerLook(null, null);
  const connecting = beginConnecting(target);
  // The files are looked at while the server lets us in, and while it answers.
  const recalled = connecting.begun.then(() => recallMigrations(options, project));
  // A failure is told below.
  recalled.catch(() => {});
  const database = await connecting.database;
  const asked = readCatalogState(database, config.ledgerSchema);
  asked.catch(() => {});
  const migrations = (await recalled)?.digest;
  const components = migrations === undefined ? null : recallComponents(config, project, version);
  const state = await asked;
  if (migrations === undefined || components === null || state === null) return closerLook(connecting, null);
  const same = components.states.find((one) => one.state === state && one.migrations === migrations);
  if (same === undefined) return closerLook(connecting, { state, migrations });
  await database.close();
  const took = performance.now() - started;
  const report = runReport("applied", database, namesIn(project.config), {});
  tellNothing(context, report, components.components, same, took);
  return null;
}

async function settle(
  project: Project,
  options: CommonOptions,
  { database, files, migrations, parts }: LiveRun,
  before: Before | null,
  lookedAt: number,
): Promise<void> {
  const { config } = project;
  const [part] = parts;
  const result = parts.length === 1 && part?.scope === sharedScope ? part.result : null;
  let state: SettledState | null = null;
  if (result !== null && before !== null && isIdle(result) && hasNothing(migrations)) {
    // What others changed meanwhile, in files or in the database, may not have been looked at.
    const same =
      (await recallMigrations(options, project))?.digest === before.migrations &&
      (await readCatalogState(database, config.ledgerSchema)) === before.state;
    if (same) state = { ...before, unchanged: result.unchanged };
  }
  const { components, reads } = files;
  rememberComponents(config, project, version, { components: components.length, reads, state, lookedAt });
}

function isIdle({ steps, changes, costs, warnings, sql, beside = [] }: SyncResult): boolean {
  return [steps, changes, costs, warnings, sql, beside].every((list) => list.length === 0);
}

function hasNothing(report: MigrationRunReport | null): boolean {
  return (
    report === null || [report.migrations, report.skipped, report.warnings].every((list) => list.length === 0)
  );
}

/** As a run tells it that looked at everything. */
function tellNothing(
  { output }: CommandContext,
  report: MigrationRunReport,
  components: number,
  { unchanged }: SettledState,
  took: number,
): void {
  const result: SyncResult = {
    changes: [],
    steps: [],
    costs: [],
    warnings: [],
    unchanged,
    sql: [],
    applied: true,
  };
  if (output.json) {
    const json = partsJson([{ scope: sharedScope, components, result }], []);
    output.result(JSON.stringify({ ...json, migrations: report.migrations }));
    return;
  }
  output.say(formatRun(report, output.style));
  output.say(formatPlan(result, components, output.style, { took }));
}
