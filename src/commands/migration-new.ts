/** `migration new`: makes the folder of a migration, and writes what brings changed components along. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { suggestWord } from "../config/nearest.ts";
import { writeExpectations } from "../migrations/expectations.ts";
import { type MigrationName, namesIn, timestampOf } from "../migrations/migration.ts";
import { pinMigration } from "../migrations/pin-migration.ts";
import { storeOf } from "../migrations/pin-store.ts";
import { isOpen } from "../migrations/prepare.ts";
import { shownPath } from "../project/scan.ts";
import { sharedScope } from "../tenants/scope.ts";
import { aroundStatements } from "./around.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import { type MigrationProject, openMigrations } from "./migration-project.ts";
import { pinningContexts } from "./pinned-parts.ts";
import { shadowParts } from "./shadow-parts.ts";
import { openShadowProject, shadowSource } from "./shadow-project.ts";
import { tellingErrors } from "./telling-errors.ts";
import { findWay, type WantedParts, type WrittenWay } from "./write-parts.ts";
import { type MigrationPlace, migrationOf } from "./written-migration.ts";

export interface NewOptions extends CommonOptions {
  readonly module?: string;
  readonly changed?: boolean;
  readonly component?: readonly string[];
  readonly around?: readonly string[];
  readonly shadow?: string;
  /** Whose tables `around` changes: `shared`, or those of the values of a matrix. */
  readonly scope?: string;
}

export async function newCommand(
  context: CommandContext,
  options: NewOptions,
  name: string,
): Promise<number> {
  const { output } = context;
  return tellingErrors(context, async () => {
    const opened = await openMigrations(context, options);
    const place = newPlace(opened, options.module, name, new Date());
    const writes =
      options.changed === true || options.component !== undefined || options.around !== undefined;
    const way = writes ? await wayTo(context, options, opened) : null;
    if (way !== null && way.parts.length === 0) {
      if (output.json) output.result(JSON.stringify({ version: 1, files: [], steps: [], errors: [] }));
      else output.say("the migrations lead to the components as they are: nothing to write");
      return 0;
    }
    const files = await write(context, opened, place, way);
    if (output.json) {
      const steps = (way?.steps ?? []).map(({ kind, reason, sql }) => ({ kind, reason, sql }));
      output.result(JSON.stringify({ version: 1, files, steps, warnings: way?.warnings ?? [], errors: [] }));
    } else output.say(files.map((file) => `wrote ${file}`).join("\n"));
    return 0;
  });
}

async function wayTo(
  context: CommandContext,
  options: NewOptions,
  opened: MigrationProject,
): Promise<WrittenWay> {
  const { project } = opened;
  const parts = await shadowParts(context, opened);
  requirePinned(opened, parts.migrations.filter(isOpen));
  const around = await aroundStatements(context.folder, options.around ?? []);
  const matrix = aroundMatrix(project.config, options.scope);
  const source = shadowSource(project, options.shadow, context.env);
  const wanted: WantedParts = {
    components: options.changed === true ? null : (options.component ?? []),
    around: (place) => (place === matrix ? around : []),
  };
  const open = () => openShadowProject(context, project, parts, source);
  return findWay(context, project, open, wanted, opened.context.tree());
}

/** Whose tables `--around` changes: those of the values of this matrix; null: shared ones. */
function aroundMatrix({ matrices }: Config, given: string | undefined): string | null {
  if (given === undefined || given === sharedScope) return null;
  if (Object.hasOwn(matrices, given)) return given;
  const fix = suggestWord(given, [sharedScope, ...Object.keys(matrices)]);
  throw new MigratorError([{ code: "usage", message: `--scope ${given} is not known`, fix }], 2);
}

/** What they built to when they ran cannot be known any more. */
export function requirePinned(
  { project: { config } }: MigrationProject,
  open: readonly (MigrationName & { readonly migration: { readonly folder: string } })[],
): void {
  if (open.length === 0) return;
  throw new MigratorError(
    open.map((one) => ({
      code: "pin",
      message: "the migration reads other files and is not pinned: where it leads is not known",
      file: shownPath(config, one.migration.folder),
      fix: `run migrator migration pin ${namesIn(config).migration(one)}`,
    })),
  );
}

/** Returns the files as messages show them. Where pinning fails nothing stays. */
async function write(
  context: CommandContext,
  opened: MigrationProject,
  place: MigrationPlace,
  way: WrittenWay | null,
): Promise<readonly string[]> {
  const { config } = opened.project;
  const { folder } = place;
  mkdirSync(folder, { recursive: true });
  if (way === null) {
    const path = join(folder, "up.sql.jinja");
    writeFileSync(path, "", { flag: "wx" });
    return [shownPath(config, path)];
  }
  const parts = way.parts.map((part) => ({ ...part, migration: migrationOf(place, part) }));
  const files: string[] = [];
  for (const { migration, up, down, expectations } of parts) {
    writeFileSync(migration.up.path, up, { flag: "wx" });
    files.push(shownPath(config, migration.up.path));
    if (migration.down !== null) {
      writeFileSync(migration.down.path, down, { flag: "wx" });
      files.push(shownPath(config, migration.down.path));
    }
    writeExpectations(migration, expectations);
  }
  try {
    const matrices = new Set(parts.flatMap(({ matrix }) => matrix ?? []));
    const contextsOf = await pinningContexts(context, opened, matrices);
    const [first, ...others] = parts.map(({ migration, matrix }) => ({
      migration,
      contexts: contextsOf(matrix),
    }));
    if (first !== undefined) await pinMigration([first, ...others], way.gone);
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  return [...files, shownPath(config, join(folder, "pinned_files"))];
}

/** Where a new migration goes: its time differs from that of every other one of its module. */
function newPlace(
  { project: { config }, migrations }: MigrationProject,
  module: string | undefined,
  name: string,
  now: Date,
): MigrationPlace {
  const wanted = module ?? config.project;
  const found =
    config.modules.find((one) => one.name === wanted) ??
    (module === undefined ? config.modules[0] : undefined);
  if (found === undefined) {
    const names = config.modules.map((one) => one.name);
    const message = `there is no module "${wanted}"`;
    throw new MigratorError([{ code: "usage", message, fix: suggestWord(wanted, names) }], 2);
  }
  const taken = new Set(migrations.filter((one) => one.module === found.name).map((one) => one.timestamp));
  let moment = now;
  while (taken.has(timestampOf(moment))) moment = new Date(moment.getTime() + 1000);
  const id = `${timestampOf(moment)}-${folderName(name)}`;
  const folder = join(found.folder, id);
  if (!existsSync(folder)) return { module: found.name, id, folder, store: storeOf(found.folder) };
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
