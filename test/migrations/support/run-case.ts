/** Runs one case of a migration in one place and gives back what was written; every promise on the way is checked. */
import { expect } from "vitest";
import { costKinds } from "../../../src/config/config.ts";
import type { Database } from "../../../src/database/database.ts";
import { differences } from "../../../src/snapshot/differences.ts";
import { type Snapshot, takeSnapshot } from "../../../src/snapshot/snapshot.ts";
import { runScript } from "../../cases/support/sync-texts.ts";
import type { FreshDatabase } from "../../servers/database.ts";
import { serverUrl, type Where } from "../../servers/database.ts";
import type { MigrationCase } from "./case-folder.ts";
import { MigrationsProject, type ProjectSettings } from "./project.ts";
import { applyPending, pinnedBuilds, revertLast, syncProject } from "./targets.ts";

export interface CaseDatabases {
  readonly migrated: FreshDatabase;
  readonly live: FreshDatabase;
  /** Built from nothing. */
  readonly built: FreshDatabase;
}

export interface Written {
  readonly up: string;
  readonly down: string;
}

/** The databases are empty. */
export async function runMigrationCase(
  test: MigrationCase,
  where: Where,
  { migrated, live, built }: CaseDatabases,
): Promise<Written> {
  const { settings } = test;
  const configuration: ProjectSettings = {
    searchPath: settings.searchPath ?? ["public"],
    variables: settings.variables ?? {},
    targets: {
      migrated: { url: migrated.url ?? "postgres://nobody@127.0.0.1/nothing", components: "migrated" },
      live: { url: live.url ?? "postgres://nobody@127.0.0.1/nothing" },
    },
    shadow: where === "embedded" ? "embedded" : serverUrl(where),
  };
  const project = new MigrationsProject(configuration);
  const { folder } = project;
  const onServer = where !== "embedded";
  const applyMigrated = async () => {
    if (onServer) await project.run("apply", "--target", "migrated");
    else await applyPending(folder, migrated);
  };
  const applyLive = async (change: string) => {
    if (onServer)
      await project.run("apply", "--target", "live", "--allow", costKinds.join(","), "--take", "files");
    else await syncProject(folder, live, change);
  };

  project.writeMigration("base", test.base);
  if (!onServer) await runScript(live, test.base);
  await applyMigrated();
  project.writeComponents(test.before);
  const first = await project.newMigration("before", "--changed");
  expect(first === null, "a migration is written where there are components").toBe(test.before.size === 0);
  await applyMigrated();
  await applyLive("");
  await runScript(migrated, test.kept);
  await runScript(live, test.kept);
  const before = await takeSnapshot(migrated);
  same(before, await takeSnapshot(live), "migrated and live are the same before");

  project.writeComponents(test.after);
  project.configure({ ...configuration, variables: settings.variablesAfter ?? settings.variables ?? {} });
  const around = test.around === "" ? [] : ["--around", test.around];
  const id = await project.newMigration("after", "--changed", ...around);
  if (id === null) throw new Error("nothing was written for the change");
  const written = { up: project.textOf(id, "up.sql.jinja"), down: project.textOf(id, "down.sql.jinja") };
  const spoken = written.up + written.down;
  expect(spoken, "what is written does not speak of the role of the shadow").not.toMatch(/postgres/);
  expect(
    await project.newMigration("again", "--changed"),
    "a second migration has nothing to write",
  ).toBeNull();
  await applyMigrated();
  await applyLive(test.around);
  const after = await takeSnapshot(migrated);
  same(after, await takeSnapshot(live), "migrated and live are the same after");
  if (settings.noRebuild === undefined) {
    await runScript(built, test.base);
    await runScript(built, test.around);
    await syncProject(folder, built);
    await runScript(built, test.kept);
    same(after, await takeSnapshot(built), "migrated and built from nothing are the same");
  }
  expect(await leftBehind(migrated), "nothing is left under a scratch name").toEqual([]);

  if (onServer) await project.run("migration", "revert", "--target", "migrated");
  else await revertLast(folder, migrated);
  const back = differences(before, await takeSnapshot(migrated));
  expect(back, "the way back leads to what was there").toEqual(settings.notBack?.lines ?? []);
  expect(await leftBehind(migrated), "nothing is left under a scratch name").toEqual([]);
  await applyMigrated();
  same(after, await takeSnapshot(migrated), "up again leads to the same");

  const builds = await pinnedBuilds(project.folder);
  project.writeComponents(new Map([["other.sql", "create view other as select 1 as a;"]]));
  expect(await pinnedBuilds(project.folder), "pinned builds do not see the files").toEqual(builds);
  await project.run("pin", "check");
  return written;
}

function same(a: Snapshot, b: Snapshot, what: string): void {
  expect(differences(a, b), what).toEqual([]);
}

async function leftBehind(database: Database): Promise<readonly unknown[]> {
  return database.query(
    `select relname::text as name from pg_catalog.pg_class where relname like '\\_\\_migrator%'
     union all select proname from pg_catalog.pg_proc where proname like '\\_\\_migrator%'`,
  );
}
