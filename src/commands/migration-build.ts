/** `migration build`: prints the SQL of a migration. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { DatabaseError } from "../database/database.ts";
import { componentsPath } from "../database/search-path.ts";
import { describeError } from "../live/describe-error.ts";
import { buildScript, loadTemplates } from "../migrations/build.ts";
import { findMigration } from "../migrations/find-migration.ts";
import type { Migration } from "../migrations/migration.ts";
import { readPin } from "../migrations/pin.ts";
import { takeApart } from "../migrations/prepare.ts";
import { replay, runMakingRoles, shadowSettings } from "../migrations/replay.ts";
import type { RunStatement } from "../migrations/run-script.ts";
import { undoScript, undoWhileRunning } from "../migrations/undo-statements.ts";
import { shownPath } from "../project/scan.ts";
import { loadParser } from "../sql/library.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import { built, type MigrationProject, openMigrations } from "./migration-project.ts";
import { shadowSource } from "./shadow-project.ts";
import { tellingErrors } from "./telling-errors.ts";

export interface BuildOptions extends CommonOptions {
  readonly pinned?: string;
  readonly down?: boolean;
  readonly write?: boolean;
  readonly shadow?: string;
}

export async function buildCommand(
  context: CommandContext,
  options: BuildOptions,
  name: string,
): Promise<number> {
  const pinned = readPinned(options.pinned);
  const { output } = context;
  return tellingErrors(context, async () => {
    const opened = await openMigrations(context, options);
    const { context: building, migrations, project } = opened;
    const migration = findMigration(migrations, name);
    const script = options.down === true ? migration.down : migration.up;
    const file = shownPath(project.config, migration.folder);
    if (script === null) return await derived(context, options, opened, migration);
    const pin = pinned ? readPin(project.config, migration) : null;
    if (pinned && pin === null) {
      const fix = `run migrator migration pin ${migration.id}, or build with --pinned=false`;
      throw new MigratorError([{ code: "pin", message: "the migration is not pinned", file, fix }]);
    }
    await loadParser();
    await loadTemplates([migration]);
    const built = buildScript(building, migration, script, pin);
    if (output.json) {
      const { text, checksum, files, variables } = built;
      const read = Object.fromEntries(files);
      output.result(
        JSON.stringify({
          version: 1,
          migration: migration.id,
          sql: text,
          checksum,
          files: read,
          variables,
          errors: [],
        }),
      );
    } else output.result(built.text.replace(/\n$/, ""));
    return 0;
  });
}

/** A way back of statements that have an evident one, found while they run in a shadow; with --write it becomes the down script. */
async function derived(
  context: CommandContext,
  options: BuildOptions,
  opened: MigrationProject,
  migration: Migration,
): Promise<number> {
  const { output, env } = context;
  const { config } = opened.project;
  const migrations = await built(opened);
  const at = migrations.findIndex((one) => one.migration.folder === migration.folder);
  const one = migrations[at];
  if (one === undefined) throw new Error(`${migration.id} is not among the migrations`);
  const [runnable] = await takeApart([one]);
  if (runnable?.statements.some(({ part }) => part === "components") === true)
    throw generated(config, migration);
  const source = shadowSource(opened.project, options.shadow, env);
  const shadow = await replay(config, source, migrations.slice(0, at), (message) => output.note(message));
  let text: string;
  try {
    const { resolve } = shadowSettings(config, shadow.database, one);
    const script = resolve(one.up.text);
    // Behind a secret the places in the script are others.
    const placed = (sql: string, offset: number): RunStatement => ({
      sql,
      place: script === one.up.text ? (at) => one.up.locate(offset + at) : null,
    });
    const path = componentsPath(config.searchPath).replace(/, true\)$/, ", false)");
    await shadow.database.batch([path]);
    const undone = await undoWhileRunning(shadow.database, config.searchPath, script, (sql, offset) =>
      runMakingRoles(shadow.database, (message) => output.note(message), placed(sql, offset)),
    );
    text = undoScript(undone);
  } catch (error) {
    throw error instanceof DatabaseError ? new MigratorError([describeError(error)]) : error;
  } finally {
    await shadow.close();
  }
  if (options.write === true) writeFileSync(join(migration.folder, "down.sql"), text, { flag: "wx" });
  if (output.json)
    output.result(JSON.stringify({ version: 1, migration: migration.id, sql: text, errors: [] }));
  else output.result(text.trimEnd());
  return 0;
}

function generated(config: Config, { folder }: Migration): MigratorError {
  return new MigratorError([
    {
      code: "migration",
      message: "it brings components along, and has no down script",
      file: shownPath(config, folder),
      fix: "migrator migration refresh writes both anew",
    },
  ]);
}

/** There is no default: whoever builds for a deployment must say which files are meant. */
function readPinned(text: string | undefined): boolean {
  if (text === "true" || text === "false") return text === "true";
  const message =
    text === undefined ? "--pinned=true or --pinned=false is missing" : `--pinned=${text} is not known`;
  const fix = "--pinned=true builds from what is pinned alone, --pinned=false from the working tree";
  throw new MigratorError([{ code: "usage", message, fix }], 2);
}
