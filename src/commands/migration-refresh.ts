/** `migration refresh`: writes a generated block anew, and keeps what was written by hand around it. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { AroundStatement } from "../../graph/around.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { type BlockText, findBlock } from "../migrations/block-text.ts";
import { type Expectations, writeExpectations } from "../migrations/expectations.ts";
import { findMigration } from "../migrations/find-migration.ts";
import { aroundScript } from "../migrations/live-scripts.ts";
import { type Migration, type Names, namesIn } from "../migrations/migration.ts";
import { pinMigration } from "../migrations/pin-migration.ts";
import { isOpen, type RunnableMigration, takeApart } from "../migrations/prepare.ts";
import { makeSchema, shadowSecrets } from "../migrations/replay.ts";
import { shownPath } from "../project/scan.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import { requirePinned } from "./migration-new.ts";
import { migrationsOf, openMigrations } from "./migration-project.ts";
import { pinnedParts } from "./pinned-parts.ts";
import { requireNotApplied } from "./require-not-applied.ts";
import { shadowParts } from "./shadow-parts.ts";
import { openShadowProject, type ShadowProject, shadowSource } from "./shadow-project.ts";
import { tellingErrors } from "./telling-errors.ts";
import { findWay, type WrittenPart } from "./write-parts.ts";
import { migrationOf } from "./written-migration.ts";

export interface RefreshOptions extends CommonOptions {
  readonly shadow?: string;
  readonly ignoreApplied?: boolean;
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
    const all = await shadowParts(context, opened);
    const { migration } = findMigration(all.migrations, name);
    const unasked =
      options.ignoreApplied === true ? [] : await requireNotApplied(context, project, migration);
    const own = await takeApart(all.migrations.filter((one) => one.migration.folder === migration.folder));
    const blocks = own.flatMap((one): readonly Block[] => {
      const file = shownPath(config, one.migration.up.path);
      const text = findBlock(readFileSync(one.migration.up.path, "utf8"), file);
      return text === null ? [] : [{ one, text }];
    });
    if (blocks.length === 0) throw withoutBlock(config, migration);
    const at = all.migrations.findIndex((one) => one.migration.folder === migration.folder);
    const before = all.migrations.slice(0, at);
    requirePinned(opened, before.filter(isOpen));
    const source = shadowSource(project, options.shadow, context.env);
    const open = async (): Promise<ShadowProject> => {
      const parts = { migrations: before, scopes: all.scopes };
      const shadow = await openShadowProject(context, project, parts, source);
      await enterHandWritten(shadow, own, blocks);
      return shadow;
    };
    const components = blocks.every(({ text }) => text.components === null)
      ? null
      : blocks.flatMap(({ text }) => text.components ?? []);
    const way = await findWay(
      context,
      project,
      open,
      {
        components:
          components?.map((path) =>
            // Written relative to the folder in which the command ran, or to components/.
            existsSync(resolve(context.folder, path)) ? path : join(config.componentsFolder, path),
          ) ?? null,
        around: (matrix) => aroundOf(blocks, matrix, namesIn(config)),
      },
      opened.context.tree(),
    );
    const files = write(config, migration, blocks, own, way.parts);
    const partsOf = await pinnedParts(context, migrationsOf(project));
    await pinMigration(partsOf(migration.folder), way.gone);
    if (output.json)
      output.result(
        JSON.stringify({ version: 1, files, warnings: [...unasked, ...way.warnings], errors: [] }),
      );
    else output.say(files.map((file) => `wrote ${file}`).join("\n"));
    return 0;
  });
}

/** A part that has a generated block, and what stands around it. */
interface Block {
  readonly one: RunnableMigration;
  readonly text: BlockText;
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

/** What runs before the blocks, and parts that have none as far as a block comes behind them. */
async function enterHandWritten(
  shadow: ShadowProject,
  own: readonly RunnableMigration[],
  blocks: readonly Block[],
): Promise<void> {
  const ofBlocks = new Set(blocks.map(({ one }) => one));
  const last = own.findLastIndex((one) => ofBlocks.has(one));
  for (const [index, one] of own.slice(0, last + 1).entries()) {
    await makeSchema(shadow.database, one, own.slice(index));
    const resolved = shadowSecrets(one);
    const statements = blocks.some((block) => block.one === one) ? handWritten(one).before : one.statements;
    await shadow.enter(
      one.searchPath,
      statements.map(({ sql }) => resolved(sql)),
    );
  }
}

function aroundOf(blocks: readonly Block[], matrix: string | null, names: Names): readonly AroundStatement[] {
  return blocks
    .filter(({ one }) => one.migration.matrix === matrix)
    .flatMap(({ one }) => {
      const statements = handWritten(one).inside;
      return aroundScript({
        label: names.part(one),
        statements,
        locate: one.up.locate,
        resolve: shadowSecrets(one),
      });
    });
}

function withoutBlock(config: Config, { up }: Migration): MigratorError {
  const fix = "migrator migration new NAME --changed writes one";
  const file = shownPath(config, up.path);
  return new MigratorError([{ code: "migration", message: "it has no generated block", file, fix }]);
}

/** Writes each part's block in the place of the old one. A part that is needed no more goes, unless something was written beside its block. */
function write(
  config: Config,
  migration: Migration,
  blocks: readonly Block[],
  own: readonly RunnableMigration[],
  parts: readonly WrittenPart[],
): readonly string[] {
  const files: string[] = [];
  const kept = new Set<Block>();
  for (const part of parts) {
    const [single] = blocks;
    const alone = parts.length === 1 && blocks.length === 1 && single?.one.migration.matrix === part.matrix;
    const made = migrationOf(migration, part);
    const old = alone ? single : blocks.find(({ one }) => one.part === made.part);
    if (old !== undefined) kept.add(old);
    else refuseTaken(config, own, made);
    files.push(...writePart(config, old?.one.migration ?? made, made, old?.text ?? noText, part));
  }
  for (const block of blocks) {
    if (kept.has(block)) continue;
    const { migration: old } = block.one;
    const { before, after } = block.text;
    if (parts.length > 0 && `${before}${after}`.trim() === "") {
      for (const script of [old.up, old.down]) if (script !== null) rmSync(script.path);
      writeExpectations(old, noExpectations);
    } else
      files.push(
        ...writePart(config, old, old, block.text, { up: "", down: "", expectations: noExpectations }),
      );
  }
  return files;
}

const noText = { before: "", after: "" };
const noExpectations: Expectations = { up: [], down: [] };

function refuseTaken(config: Config, own: readonly RunnableMigration[], made: Migration): void {
  const taken = own.find(({ part }) => part === made.part);
  if (taken === undefined) return;
  throw new MigratorError([
    {
      code: "migration",
      message: "the block needs this part, which was written by hand",
      file: shownPath(config, taken.migration.up.path),
      fix: "write the components' change as a migration of its own: migrator migration new NAME --changed",
    },
  ]);
}

function writePart(
  config: Config,
  old: Migration,
  made: Migration,
  text: Pick<BlockText, "before" | "after">,
  { up, down, expectations }: Pick<WrittenPart, "up" | "down" | "expectations">,
): readonly string[] {
  writeFileSync(old.up.path, text.before + up + text.after);
  const files = [shownPath(config, old.up.path)];
  writeExpectations(old, expectations);
  const back = old.down ?? made.down;
  if (back === null) return files;
  const shown = shownPath(config, back.path);
  const before = existsSync(back.path) ? findBlock(readFileSync(back.path, "utf8"), shown) : noText;
  // A way back that somebody wrote without a block stays as it is.
  if (before === null || (down === "" && old.down === null)) return files;
  writeFileSync(back.path, before.before + down + before.after);
  return [...files, shown];
}
