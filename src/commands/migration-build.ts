/** `migration build`: prints the SQL of a migration. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { buildScript } from "../migrations/build.ts";
import { findMigration } from "../migrations/find-migration.ts";
import { readPin } from "../migrations/pin.ts";
import { shownPath } from "../project/scan.ts";
import { loadParser } from "../sql/library.ts";
import { tellingErrors } from "./component-project.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import { openMigrations } from "./migration-project.ts";

export interface BuildOptions extends CommonOptions {
  readonly pinned?: string;
  readonly down?: boolean;
}

export async function buildCommand(
  context: CommandContext,
  options: BuildOptions,
  name: string,
): Promise<number> {
  const pinned = readPinned(options.pinned);
  const { output } = context;
  return tellingErrors(context, async () => {
    const { context: building, migrations, project } = await openMigrations(context, options);
    const migration = findMigration(migrations, name);
    const script = options.down === true ? migration.down : migration.up;
    const file = shownPath(project.config, migration.folder);
    if (script === null) {
      const fix = "write down.sql or down.sql.jinja in its folder";
      throw new MigratorError([{ code: "migration", message: "it has no down script", file, fix }]);
    }
    const pin = pinned ? readPin(project.config, migration) : null;
    if (pinned && pin === null) {
      const fix = `run migrator migration pin ${migration.id}, or build with --pinned=false`;
      throw new MigratorError([{ code: "pin", message: "the migration is not pinned", file, fix }]);
    }
    await loadParser();
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

/** There is no default: whoever builds for a deployment must say which files are meant. */
function readPinned(text: string | undefined): boolean {
  if (text === "true" || text === "false") return text === "true";
  const message =
    text === undefined ? "--pinned=true or --pinned=false is missing" : `--pinned=${text} is not known`;
  const fix = "--pinned=true builds from what is pinned alone, --pinned=false from the working tree";
  throw new MigratorError([{ code: "usage", message, fix }], 2);
}
