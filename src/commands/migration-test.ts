/** `migration test`: up, down and up again in a shadow, with the catalogs compared after each. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import type { Database } from "../database/database.ts";
import { componentsPath } from "../database/search-path.ts";
import type { BuiltMigration } from "../migrations/built-migration.ts";
import { findMigration } from "../migrations/find-migration.ts";
import { migrationKey, namesIn } from "../migrations/migration.ts";
import { isOpen, type RunnableMigration, takeApart } from "../migrations/prepare.ts";
import { applyToShadow, makeSchema, replay, shadowSettings } from "../migrations/replay.ts";
import { readUndoing, revertMigrations } from "../migrations/revert-migrations.ts";
import { shownPath } from "../project/scan.ts";
import { code } from "../report/markdown.ts";
import { listMarkdown } from "../report/summaries.ts";
import { stateDifferences, type WholeState, wholeState } from "../snapshot/whole-state.ts";
import { splitStatements } from "../sql/split-statements.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import { openMigrations } from "./migration-project.ts";
import { shadowParts } from "./shadow-parts.ts";
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
    const names = namesIn(project.config);
    const { migrations } = await shadowParts(context, opened);
    const first = options.all === true ? 0 : indexOf(migrations, name);
    const key = migrations[first] === undefined ? "" : migrationKey(migrations[first]);
    const wanted = options.all === true ? migrations : migrations.filter((one) => migrationKey(one) === key);
    if (options.all === true) requirePinned(project.config, migrations);
    const source = shadowSource(project, options.shadow, context.env);
    const shadow = await replay(project.config, source, migrations.slice(0, Math.max(0, first)), output);
    const tested: Tested[] = [];
    try {
      for (const parts of byMigration(await takeApart(wanted))) {
        const done = await testOne(project.config, shadow.database, parts, (message) => output.note(message));
        tested.push(done);
        const lacking = done.result === "no down" ? "  (no down script)" : "";
        output.say(`  ${output.style.green("passed")}  ${names.migration(parts[0])}${lacking}`);
      }
    } finally {
      await shadow.close();
    }
    if (output.json) output.result(JSON.stringify({ version: 1, tested, errors: [] }));
    else output.say(output.style.bold(`${tested.length} tested`));
    const lines = tested.map(({ migration, result }) => `- ${code(migration)} ${result}`);
    output.reporter?.summarize((limit) =>
      listMarkdown(`migration test: ${tested.length} tested`, lines, limit),
    );
    return 0;
  });
}

function indexOf(migrations: readonly BuiltMigration[], name: string | undefined): number {
  const wanted = name === undefined ? migrations.at(-1) : findMigration(migrations, name);
  if (wanted === undefined) return -1;
  return migrations.findIndex((one) => migrationKey(one) === migrationKey(wanted));
}

type Parts = readonly [RunnableMigration, ...RunnableMigration[]];

function byMigration(runnable: readonly RunnableMigration[]): readonly Parts[] {
  const groups = new Map<string, Parts>();
  for (const one of runnable) {
    const key = migrationKey(one);
    const same = groups.get(key);
    groups.set(key, same === undefined ? [one] : [...same, one]);
  }
  return [...groups.values()];
}

async function testOne(
  config: Config,
  database: Database,
  parts: Parts,
  onNote: (message: string) => void,
): Promise<Tested> {
  const [one] = parts;
  const { migration } = one;
  const id = migration.id;
  const scripts = parts.flatMap(({ up, down }) => [up.text, down?.text ?? ""]);
  const look = () => wholeState(database, config.ledgerSchema, scripts);
  // What tenant add makes is there before and after.
  for (const part of parts) await makeSchema(database, part, parts);
  await seed(config, database, migration.folder);
  const before = await look();
  for (const part of parts) await applyToShadow(config, database, part, onNote);
  if (parts.some(({ down }) => down === null)) return { migration: id, result: "no down" };
  const up = await look();
  for (const part of parts.toReversed()) {
    const settings = shadowSettings(config, database, part);
    const undoing = await readUndoing(settings, [part]);
    await revertMigrations(settings, undoing, { together: false, rehearsal: false });
  }
  requireSame(config, one, before, await look(), "after up and down it is not as before");
  for (const part of parts) await applyToShadow(config, database, part, onNote);
  requireSame(config, one, up, await look(), "up, after down, leads elsewhere than the first time");
  return { migration: id, result: "passed" };
}

function requireSame(
  config: Config,
  one: RunnableMigration,
  wanted: WholeState,
  found: WholeState,
  message: string,
): void {
  const lines = stateDifferences(wanted, found);
  if (lines.length === 0) return;
  const { file } = one.down?.locate(0) ?? one;
  throw new MigratorError([
    {
      code: "migration-state",
      message: `migration ${namesIn(config).migration(one)}: ${message}`,
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
      ({ module, id, migration }): Diagnostic => ({
        code: "pin",
        message: "the migration reads other files and is not pinned",
        file: shownPath(config, migration.folder),
        fix: `run migrator migration pin ${namesIn(config).migration({ module, id })}`,
      }),
    ),
  );
}
