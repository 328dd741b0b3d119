/** `migration new`: makes the folder of a migration. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import { suggestWord } from "../config/nearest.ts";
import { timestampOf } from "../migrations/migration.ts";
import { shownPath } from "../project/scan.ts";
import { tellingErrors } from "./component-project.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import { type MigrationProject, openMigrations } from "./migration-project.ts";

export interface NewOptions extends CommonOptions {
  readonly module?: string;
}

export async function newCommand(
  context: CommandContext,
  options: NewOptions,
  name: string,
): Promise<number> {
  const { output } = context;
  return tellingErrors(context, async () => {
    const opened = await openMigrations(context, options);
    const folder = newFolder(opened, options.module, name, new Date());
    mkdirSync(folder, { recursive: true });
    const path = join(folder, "up.sql.jinja");
    writeFileSync(path, "", { flag: "wx" });
    const shown = shownPath(opened.project.config, path);
    if (output.json) output.result(JSON.stringify({ version: 1, files: [shown], errors: [] }));
    else output.say(`wrote ${shown}`);
    return 0;
  });
}

/** The folder of a new migration: later than every one of its module, so that it runs after them. */
function newFolder(
  { project: { config }, migrations }: MigrationProject,
  module: string | undefined,
  name: string,
  now: Date,
): string {
  const wanted = module ?? config.project;
  const found =
    config.modules.find((one) => one.name === wanted) ??
    (module === undefined ? config.modules[0] : undefined);
  if (found === undefined) {
    const fix = suggestWord(
      wanted,
      config.modules.map((one) => one.name),
    );
    throw new MigratorError([{ code: "usage", message: `there is no module "${wanted}"`, fix }], 2);
  }
  const taken = new Set(migrations.filter((one) => one.module === found.name).map((one) => one.timestamp));
  let moment = now;
  while (taken.has(timestampOf(moment))) moment = new Date(moment.getTime() + 1000);
  const folder = join(found.folder, `${timestampOf(moment)}-${folderName(name)}`);
  if (!existsSync(folder)) return folder;
  throw new MigratorError([
    {
      code: "migration",
      message: "the migration is there already",
      file: shownPath(config, folder),
      fix: "choose another name",
    },
  ]);
}

/** Words of any writing, joined by hyphens: a name that every file system and shell takes. */
function folderName(name: string): string {
  const words = name
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}._]+/gu, "-")
    .replace(/^[-.]+|[-.]+$/g, "");
  if (words !== "" && Buffer.byteLength(words) <= 200) return words;
  const message = words === "" ? "a migration needs a name of letters or digits" : "the name is too long";
  throw new MigratorError([{ code: "usage", message, fix: "name what it does: support-roles" }], 2);
}
