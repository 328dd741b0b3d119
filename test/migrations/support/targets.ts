/** Targets of a project's migrations: by the command on a server, by what the command calls in the embedded database. */
import { built, type MigrationProject, openMigrations } from "../../../src/commands/migration-project.ts";
import { createOutput } from "../../../src/commands/output.ts";
import { costKinds } from "../../../src/config/config.ts";
import type { Database } from "../../../src/database/database.ts";
import { readMigrationLedger } from "../../../src/database/migration-ledger.ts";
import { idempotentSchemas } from "../../../src/live/idempotent-schemas.ts";
import { type SyncResult, syncComponents } from "../../../src/live/sync.ts";
import { assembleSound, readFiles } from "../../../src/live/workspace.ts";
import { type ApplySettings, applyMigrations } from "../../../src/migrations/apply-migrations.ts";
import { buildScript, loadTemplates } from "../../../src/migrations/build.ts";
import { migrationKey } from "../../../src/migrations/migration.ts";
import { readPin } from "../../../src/migrations/pin.ts";
import { takeApart } from "../../../src/migrations/prepare.ts";
import { shadowSettings } from "../../../src/migrations/replay.ts";
import { readUndoing, revertMigrations } from "../../../src/migrations/revert-migrations.ts";
import { createMask } from "../../../src/report/mask.ts";
import { readAround } from "../../../src/sql/around-statements.ts";
import { loadParser } from "../../../src/sql/library.ts";

function open(folder: string): Promise<MigrationProject> {
  const streams = { stdout: process.stdout, stderr: process.stderr, env: {} };
  const output = createOutput({ quiet: true }, streams);
  return openMigrations({ folder, env: {}, output, mask: createMask() }, {});
}

/** What each script of a pinned migration builds to from its pin alone, by `id up` and `id down`. */
export async function pinnedBuilds(folder: string): Promise<ReadonlyMap<string, string>> {
  const { context, migrations } = await open(folder);
  const { config } = context;
  await loadParser();
  await loadTemplates(migrations);
  const builds = new Map<string, string>();
  for (const migration of migrations) {
    const pin = readPin(config, migration);
    if (pin === null) continue;
    for (const script of [migration.up, migration.down]) {
      if (script === null) continue;
      const { text } = buildScript(context, migration, script, pin);
      builds.set(`${migration.id} ${script.direction}`, text);
    }
  }
  return builds;
}

/** Applies what is pending to a database that migrations alone change. */
export async function applyPending(
  folder: string,
  database: Database,
  carrying?: ApplySettings["carrying"],
): Promise<void> {
  const opened = await open(folder);
  const { config } = opened.project;
  const scripts = await built(opened);
  const { recorded } = await readMigrationLedger(database, config.ledgerSchema, config.project);
  const known = new Set(recorded.map(migrationKey));
  for (const runnable of await takeApart(scripts.filter((one) => !known.has(migrationKey(one))))) {
    const settings = { ...shadowSettings(config, database, runnable), carrying };
    await applyMigrations(settings, [{ runnable, done: -1 }], {
      together: false,
      rehearsal: false,
    });
  }
}

/** Reverts the last one. */
export async function revertLast(folder: string, database: Database): Promise<void> {
  const { config } = (await open(folder)).project;
  const { recorded } = await readMigrationLedger(database, config.ledgerSchema, config.project);
  const settings = shadowSettings(config, database, {
    scope: "shared",
    searchPath: config.searchPath,
    up: { secrets: {} },
    down: null,
  });
  const undoing = await readUndoing(settings, recorded.slice(-1));
  await revertMigrations(settings, undoing, { together: false, rehearsal: false });
}

/** Brings a database to the state of the project's components, with statements that change tables around them. */
export async function syncProject(folder: string, database: Database, around = ""): Promise<SyncResult> {
  const { project } = await open(folder);
  const { config } = project;
  await loadParser();
  const files = await readFiles(config, project);
  return syncComponents({
    database,
    desired: await assembleSound(files, config, database),
    project: config.project,
    ledgerSchema: config.ledgerSchema,
    searchPath: config.searchPath,
    mode: "live",
    command: "sync",
    rehearsal: false,
    judged: null,
    untracked: () => false,
    takeFiles: true,
    allow: new Set(costKinds),
    around: around === "" ? [] : readAround(around, null),
    schemas: idempotentSchemas(files.components),
    lockTimeout: 2000,
    lockRetries: 5,
    onWait: () => {},
  });
}
