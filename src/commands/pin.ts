/** `pin check`, `pin prune`, `pin diff` and `pin checkout`: the stores of pinned files. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import { checkPins } from "../migrations/check-pins.ts";
import { lastVersions } from "../migrations/component-versions.ts";
import { findMigration } from "../migrations/find-migration.ts";
import { type Migration, namesIn } from "../migrations/migration.ts";
import { readPin } from "../migrations/pin.ts";
import { readStored } from "../migrations/pin-store.ts";
import { shownPath } from "../project/scan.ts";
import { colorDiff } from "../report/color-diff.ts";
import { listMarkdown } from "../report/summaries.ts";
import { unifiedDiff } from "../report/unified-diff.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import { type MigrationProject, openMigrations } from "./migration-project.ts";
import { tellingErrors } from "./telling-errors.ts";

/** Returns 1 where something is missing, altered or orphaned. */
export async function checkPinsCommand(context: CommandContext, options: CommonOptions): Promise<number> {
  const { output } = context;
  return tellingErrors(context, async () => {
    const { project, all } = await openMigrations(context, options);
    const { pinned, stored, mistakes, orphans } = checkPins(project.config, all);
    const lost = orphans.map((path) => ({
      code: "pin" as const,
      message: "no migration is pinned to it",
      file: shownPath(project.config, path),
      fix: "run migrator pin prune",
    }));
    if (mistakes.length + lost.length > 0) throw new MigratorError([...mistakes, ...lost]);
    if (output.json) output.result(JSON.stringify({ version: 1, pinned, stored, errors: [] }));
    else output.say(`${pinned} pinned migrations, ${stored} stored files: all whole`);
    const line = `pin check: ${pinned} pinned migrations, ${stored} stored files: all whole`;
    output.reporter?.summarize((limit) => listMarkdown(line, [], limit));
    return 0;
  });
}

export interface PruneOptions extends CommonOptions {
  readonly dryRun?: boolean;
}

/** Removes what no migration is pinned to. Refuses while a pin cannot be read: what it names would look orphaned. */
export async function prunePinsCommand(context: CommandContext, options: PruneOptions): Promise<number> {
  const { output } = context;
  return tellingErrors(context, async () => {
    const { project, all } = await openMigrations(context, options);
    for (const migration of all) readPin(project.config, migration);
    const { orphans } = checkPins(project.config, all);
    if (options.dryRun !== true) for (const path of orphans) rmSync(path);
    const removed = orphans.map((path) => shownPath(project.config, path));
    if (output.json)
      output.result(JSON.stringify({ version: 1, removed, dryRun: options.dryRun === true, errors: [] }));
    else {
      const verb = options.dryRun === true ? "would remove" : "removed";
      output.say(
        removed.length === 0 ? "nothing to remove" : removed.map((file) => `${verb} ${file}`).join("\n"),
      );
    }
    return 0;
  });
}

/** From what one migration is pinned to, to what another is, or to the working tree. */
export async function diffPinsCommand(
  context: CommandContext,
  options: CommonOptions,
  [first = "", second]: readonly string[],
): Promise<number> {
  const { output } = context;
  return tellingErrors(context, async () => {
    const opened = await openMigrations(context, options);
    const before = pinnedTexts(opened, findMigration(opened.migrations, first));
    const after =
      second === undefined
        ? presentTexts(opened, before.keys())
        : pinnedTexts(opened, findMigration(opened.migrations, second));
    const files = [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name) => {
      const side = (text: string | undefined) => ({
        name: text === undefined ? "/dev/null" : name,
        text: text ?? "",
      });
      const diff = unifiedDiff(side(before.get(name)), side(after.get(name)));
      return diff === "" ? [] : [{ file: name, diff }];
    });
    if (output.json) output.result(JSON.stringify({ version: 1, files, errors: [] }));
    else if (files.length === 0) output.say("the same");
    else
      output.say(
        files.map(({ diff }) => colorDiff(diff.trimEnd(), output.style, output.style.width)).join("\n"),
      );
    return 0;
  });
}

function pinnedTexts({ project }: MigrationProject, migration: Migration): ReadonlyMap<string, string> {
  const pin = readPin(project.config, migration);
  if (pin === null) {
    const file = shownPath(project.config, migration.folder);
    const fix = `run migrator migration pin ${namesIn(project.config).migration(migration)}`;
    throw new MigratorError([{ code: "pin", message: "the migration is not pinned", file, fix }]);
  }
  return new Map(
    [...pin.files].map(([name, hash]) => [
      name,
      textOf(readStored(project.config, migration.store, hash, name)),
    ]),
  );
}

function presentTexts({ context }: MigrationProject, names: Iterable<string>): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const name of names) {
    const path = context.tree().files.get(name)?.path;
    if (path !== undefined) texts.set(name, textOf(readFileSync(path)));
  }
  return texts;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

export interface CheckoutOptions extends CommonOptions {
  readonly into?: string;
}

/** Writes the components as they were when a migration was pinned into a folder that is not there yet. */
export async function checkoutPinsCommand(
  context: CommandContext,
  options: CheckoutOptions,
  name: string,
): Promise<number> {
  const { output } = context;
  return tellingErrors(context, async () => {
    const { project, migrations } = await openMigrations(context, options);
    const migration = findMigration(migrations, name);
    const upTo = migrations.slice(0, migrations.indexOf(migration) + 1);
    const versions = lastVersions(project.config, upTo);
    const contents = [...versions].map(([component, { sha256, migration: owner }]) => ({
      component,
      bytes: readStored(project.config, owner.store, sha256, component),
    }));
    const folder = resolve(context.folder, options.into ?? `components-${migration.id}`);
    makeNew(folder, shownPath(project.config, folder));
    for (const { component, bytes } of contents) {
      const path = join(folder, component);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
    }
    const shown = shownPath(project.config, folder);
    if (output.json) {
      const components = contents.map(({ component }) => component);
      output.result(JSON.stringify({ version: 1, folder: shown, components, errors: [] }));
    } else output.say(`wrote ${contents.length} components into ${shown}`);
    return 0;
  });
}

function makeNew(folder: string, shown: string): void {
  try {
    mkdirSync(dirname(folder), { recursive: true });
    mkdirSync(folder);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    const fix = "name a folder that is not there with --into";
    throw new MigratorError([{ code: "usage", message: `${shown} is there already`, fix }], 2);
  }
}
