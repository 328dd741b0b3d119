/** Targets of a project's migrations: by the command on a server, by what the command calls in the embedded database. */

import type { Config, Variables } from "../../../src/config/config.ts";
import { costKinds } from "../../../src/config/config.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { resolveVariables } from "../../../src/config/variables.ts";
import type { Database } from "../../../src/database/database.ts";
import { readMigrationLedger } from "../../../src/database/migration-ledger.ts";
import { idempotentSchemas } from "../../../src/live/idempotent-schemas.ts";
import { type SyncResult, syncComponents } from "../../../src/live/sync.ts";
import { assembleSound, readFiles } from "../../../src/live/workspace.ts";
import { applyMigrations } from "../../../src/migrations/apply-migrations.ts";
import { openBuildMemory } from "../../../src/migrations/build-memory.ts";
import { migrationKey } from "../../../src/migrations/migration.ts";
import { buildMigrations, takeApart } from "../../../src/migrations/prepare.ts";
import { readMigrations } from "../../../src/migrations/read-migrations.ts";
import { shadowSettings } from "../../../src/migrations/replay.ts";
import { readUndoing, revertMigrations } from "../../../src/migrations/revert-migrations.ts";
import { openWorkingTree } from "../../../src/project/working-tree.ts";
import { readAround } from "../../../src/sql/around-statements.ts";
import { loadParser } from "../../../src/sql/library.ts";

interface Opened {
  readonly config: Config;
  readonly variables: Variables;
}

async function open(folder: string): Promise<Opened> {
  const config = await loadConfig({ config: undefined, folder });
  const { variables } = resolveVariables(config, { vars: undefined, var: undefined, folder, target: null });
  return { config, variables };
}

/** Applies what is pending to a database that migrations alone change. */
export async function applyPending(folder: string, database: Database): Promise<void> {
  const { config, variables } = await open(folder);
  const read = readMigrations(config);
  const { migrations } = read;
  const tree = () => openWorkingTree(config, new Map());
  const built = await buildMigrations(
    { config, migrations, tree, variables, env: {} },
    migrations,
    openBuildMemory(config, variables, read, "test"),
  );
  const { recorded } = await readMigrationLedger(database, config.ledgerSchema, config.project);
  const known = new Set(recorded.map(migrationKey));
  for (const runnable of await takeApart(built.filter((one) => !known.has(migrationKey(one))))) {
    await applyMigrations(shadowSettings(config, database, runnable), [{ runnable, done: -1 }], {
      together: false,
      rehearsal: false,
    });
  }
}

/** Reverts the last one. */
export async function revertLast(folder: string, database: Database): Promise<void> {
  const { config } = await open(folder);
  const { recorded } = await readMigrationLedger(database, config.ledgerSchema, config.project);
  const settings = shadowSettings(config, database, { up: { secrets: {} }, down: null });
  const undoing = await readUndoing(settings, recorded.slice(-1));
  await revertMigrations(settings, undoing, { together: false, rehearsal: false });
}

/** Brings a database to the state of the project's components, with statements that change tables around them. */
export async function syncProject(folder: string, database: Database, around = ""): Promise<SyncResult> {
  const { config, variables } = await open(folder);
  await loadParser();
  const files = await readFiles(config, variables);
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
