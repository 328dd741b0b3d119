/** `migration test`: up, down and up again in a shadow, with the catalogs compared after each. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import type { Database } from "../database/database.ts";
import { componentsPath } from "../database/search-path.ts";
import { applyMigrations } from "../migrations/apply-migrations.ts";
import { findMigration } from "../migrations/find-migration.ts";
import { type BuiltMigration, isOpen, type RunnableMigration, takeApart } from "../migrations/prepare.ts";
import { applyToShadow, replay, shadowSettings } from "../migrations/replay.ts";
import { readUndoing, revertMigrations } from "../migrations/revert-migrations.ts";
import { shownPath } from "../project/scan.ts";
import { code } from "../report/markdown.ts";
import { listMarkdown } from "../report/summaries.ts";
import { stateDifferences, type WholeState, wholeState } from "../snapshot/whole-state.ts";
import { splitStatements } from "../sql/split-statements.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import { built, openMigrations } from "./migration-project.ts";
import { shadowSource } from "./shadow-project.ts";
import { tellingErrors } from "./telling-errors.ts";

export interface TestOptions extends CommonOptions {
  readonly all?: boolean;
  readonly shadow?: string;
}

interface Tested {
  readonly migration: string;
  /** `no down`: up works, and there is no way back to try. */
  readonly result: "passed" | "no down";
}

/** One migration, or the last; with --all each one from nothing, pinned. */
export async function testCommand(
  context: CommandContext,
  options: TestOptions,
  name: string | undefined,
): Promise<number> {
  const { output } = context;
  return tellingErrors(context, async () => {
    const opened = await openMigrations(context, options);
    const { project } = opened;
    const migrations = await built(opened);
    const first = options.all === true ? 0 : indexOf(migrations, name);
    const wanted = options.all === true ? migrations : migrations.slice(first, first + 1);
    if (options.all === true) requirePinned(project.config, migrations);
    const source = shadowSource(project, options.shadow, context.env);
    const shadow = await replay(project.config, source, migrations.slice(0, Math.max(0, first)), (message) =>
      output.note(message),
    );
    const tested: Tested[] = [];
    try {
      for (const one of await takeApart(wanted)) {
        tested.push(await testOne(project.config, shadow.database, one, (message) => output.note(message)));
        output.say(
          `  ${output.colors.green("passed")}  ${one.id}${one.down === null ? "  (no down script)" : ""}`,
        );
      }
    } finally {
      await shadow.close();
    }
    if (output.json) output.result(JSON.stringify({ version: 1, tested, errors: [] }));
    else output.say(output.colors.bold(`${tested.length} tested`));
    const lines = tested.map(({ migration, result }) => `- ${code(migration)} ${result}`);
    output.reporter?.summarize((limit) =>
      listMarkdown(`migration test: ${tested.length} tested`, lines, limit),
    );
    return 0;
  });
}

function indexOf(migrations: readonly BuiltMigration[], name: string | undefined): number {
  return name === undefined ? migrations.length - 1 : migrations.indexOf(findMigration(migrations, name));
}

async function testOne(
  config: Config,
  database: Database,
  one: RunnableMigration,
  onNote: (message: string) => void,
): Promise<Tested> {
  const { id, down, migration } = one;
  await seed(config, database, migration.folder);
  const before = await look(database, config);
  await applyToShadow(config, database, one, onNote);
  if (down === null) return { migration: id, result: "no down" };
  const up = await look(database, config);
  const settings = shadowSettings(config, database, one);
  await revertMigrations(settings, await readUndoing(settings, [one]), { together: false, rehearsal: false });
  requireSame(one, before, await look(database, config), "after up and down it is not as before");
  await applyMigrations(settings, [{ runnable: one, done: -1 }], { together: false, rehearsal: false });
  requireSame(one, up, await look(database, config), "up, after down, leads elsewhere than the first time");
  return { migration: id, result: "passed" };
}

function look(database: Database, { ledgerSchema }: Config): Promise<WholeState> {
  return wholeState(database, ledgerSchema);
}

function requireSame(one: RunnableMigration, wanted: WholeState, found: WholeState, message: string): void {
  const lines = stateDifferences(wanted, found);
  if (lines.length === 0) return;
  const { file } = one.down?.locate(0) ?? one;
  throw new MigratorError([
    {
      code: "migration-state",
      message: `migration ${one.id}: ${message}`,
      file,
      detail: lines.slice(0, 40).join("\n"),
      fix: "correct the down script: it must bring back exactly what was there",
    },
  ]);
}

/** Rows to try it with: seed.sql beside the script. */
async function seed(config: Config, database: Database, folder: string): Promise<void> {
  const path = join(folder, "seed.sql");
  if (!existsSync(path)) return;
  const statements = splitStatements(readFileSync(path, "utf8"));
  await database.batch(["begin", componentsPath(config.searchPath), ...statements, "commit"]);
}

function requirePinned(config: Config, migrations: readonly BuiltMigration[]): void {
  const open = migrations.filter(isOpen);
  if (open.length === 0) return;
  throw new MigratorError(
    open.map(
      ({ id, migration }): Diagnostic => ({
        code: "pin",
        message: "the migration reads other files and is not pinned",
        file: shownPath(config, migration.folder),
        fix: `run migrator migration pin ${id}`,
      }),
    ),
  );
}
