/** `migration refresh`: writes a generated block anew, and keeps what was written by hand around it. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { type BlockText, findBlock } from "../migrations/block-text.ts";
import { writeExpectations } from "../migrations/expectations.ts";
import { findMigration } from "../migrations/find-migration.ts";
import { aroundScript } from "../migrations/live-scripts.ts";
import type { Migration, Script } from "../migrations/migration.ts";
import { pinMigration } from "../migrations/pin-migration.ts";
import { isOpen, type RunnableMigration, takeApart } from "../migrations/prepare.ts";
import { shadowSettings } from "../migrations/replay.ts";
import { shownPath } from "../project/scan.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import { requirePinned } from "./migration-new.ts";
import { built, openMigrations } from "./migration-project.ts";
import { openShadowProject, shadowSource } from "./shadow-project.ts";
import { tellingErrors } from "./telling-errors.ts";
import { findWay, type WrittenWay } from "./write-migration.ts";

export interface RefreshOptions extends CommonOptions {
  readonly shadow?: string;
}

export async function refreshCommand(
  context: CommandContext,
  options: RefreshOptions,
  name: string,
): Promise<number> {
  const { output } = context;
  return tellingErrors(context, async () => {
    const opened = await openMigrations(context, options);
    const { project } = opened;
    const { config } = project;
    const migrations = await built(opened);
    const wanted = findMigration(migrations, name);
    const at = migrations.indexOf(wanted);
    const { migration } = wanted;
    const block = requireBlock(config, migration.up);
    requirePinned(opened, migrations.slice(0, at).filter(isOpen));
    const [runnable] = await takeApart([wanted]);
    if (runnable === undefined) throw new Error(`${wanted.id} was not taken apart`);
    const source = shadowSource(project, options.shadow, context.env);
    const shadow = await openShadowProject(context, project, migrations.slice(0, at), source);
    let way: WrittenWay;
    try {
      const { before, inside } = handWritten(runnable);
      const { resolve: resolved } = shadowSettings(config, shadow.database, runnable);
      await shadow.enter(before.map(({ sql }) => resolved(sql)));
      const script = { ...runnable, statements: inside, locate: runnable.up.locate, resolve: resolved };
      way = await findWay(
        context,
        project,
        shadow,
        {
          components:
            block.components?.map((path) =>
              // Written relative to the folder in which the command ran, or to components/.
              existsSync(resolve(context.folder, path)) ? path : join(config.componentsFolder, path),
            ) ?? null,
          around: aroundScript(script),
        },
        opened.context.tree(),
      );
    } finally {
      await shadow.close();
    }
    const files = write(config, migration, block, way);
    writeExpectations(migration.folder, way.expectations);
    const down = migration.down ?? (way.down === "" ? null : scriptOf(migration, "down"));
    await pinMigration([{ migration: { ...migration, down }, contexts: [opened.context] }], way.gone);
    if (output.json) output.result(JSON.stringify({ version: 1, files, warnings: way.warnings, errors: [] }));
    else output.say(files.map((file) => `wrote ${file}`).join("\n"));
    return 0;
  });
}

/** The statements before the block, and those inside of it that were written by hand. What follows needs what the block makes. */
function handWritten({ statements, up }: RunnableMigration) {
  const begin = up.text.search(/^[ \t]*-- migrator: components\b/m);
  const end = up.text.search(/^[ \t]*-- migrator: end components\b/m);
  const script = statements.filter(({ part }) => part === "script");
  return {
    before: script.filter(({ start }) => start < begin),
    inside: script.filter(({ start }) => start > begin && start < end),
  };
}

function requireBlock(config: Config, script: Script): BlockText {
  const file = shownPath(config, script.path);
  const block = findBlock(readFileSync(script.path, "utf8"), file);
  if (block !== null) return block;
  const fix = "migrator migration new NAME --changed writes one";
  throw new MigratorError([{ code: "migration", message: "it has no generated block", file, fix }]);
}

function write(config: Config, migration: Migration, block: BlockText, way: WrittenWay): readonly string[] {
  const { up } = migration;
  writeFileSync(up.path, block.before + way.up + block.after);
  const files = [shownPath(config, up.path)];
  const down = migration.down ?? scriptOf(migration, "down");
  const old = existsSync(down.path)
    ? findBlock(readFileSync(down.path, "utf8"), shownPath(config, down.path))
    : { before: "", after: "" };
  // A way back that somebody wrote without a block stays as it is.
  if (old !== null && (way.down !== "" || migration.down !== null)) {
    writeFileSync(down.path, old.before + way.down + old.after);
    files.push(shownPath(config, down.path));
  }
  return files;
}

function scriptOf({ folder }: Migration, direction: Script["direction"]): Script {
  const fileName = `${direction}.sql.jinja`;
  return { direction, label: "", fileName, path: join(folder, fileName), template: true };
}
