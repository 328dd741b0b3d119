/** `migration new`: makes the folder of a migration, and writes what brings changed components along. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import { suggestWord } from "../config/nearest.ts";
import { lastVersions } from "../migrations/component-versions.ts";
import { writeExpectations } from "../migrations/expectations.ts";
import { parseId, timestampOf } from "../migrations/migration.ts";
import { pinMigration } from "../migrations/pin-migration.ts";
import { storeOf } from "../migrations/pin-store.ts";
import { isOpen } from "../migrations/prepare.ts";
import { shownPath } from "../project/scan.ts";
import { aroundStatements } from "./around.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import { built, type MigrationProject, openMigrations } from "./migration-project.ts";
import { openShadowProject, shadowSource } from "./shadow-project.ts";
import { tellingErrors } from "./telling-errors.ts";
import { findWay, type WrittenWay } from "./write-migration.ts";

export interface NewOptions extends CommonOptions {
  readonly module?: string;
  readonly changed?: boolean;
  readonly component?: readonly string[];
  readonly around?: readonly string[];
  readonly shadow?: string;
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
    if (options.changed === true) tellScoped(context, opened);
    if (way !== null && way.steps.length === 0) {
      if (output.json) output.result(JSON.stringify({ version: 1, files: [], steps: [], errors: [] }));
      else output.say("the migrations lead to the components as they are: nothing to write");
      return 0;
    }
    const files = write(opened, place, way);
    if (output.json) {
      const steps = (way?.steps ?? []).map(({ kind, reason, sql }) => ({ kind, reason, sql }));
      output.result(JSON.stringify({ version: 1, files, steps, warnings: way?.warnings ?? [], errors: [] }));
    } else output.say(files.map((file) => `wrote ${file}`).join("\n"));
    return 0;
  });
}

/** The block is for what there is once; parts for the values of matrices are written by hand. */
function tellScoped({ output }: CommandContext, { all, project, context }: MigrationProject): void {
  const tree = context.tree();
  const versions = lastVersions(project.config, all);
  const changed = [...tree.files.values()].filter(
    ({ name, placement }) => placement.kind === "scoped" && versions.get(name)?.sha256 !== tree.hashOf(name),
  );
  for (const { name, placement } of changed) {
    const part = placement.kind === "scoped" ? `up.${placement.matrix}.sql.jinja` : "";
    output.note(
      `${name} changed since it was pinned: write {% include "${name}" %} into ${part} of a migration`,
    );
  }
}

async function wayTo(
  context: CommandContext,
  options: NewOptions,
  opened: MigrationProject,
): Promise<WrittenWay> {
  const { project } = opened;
  const migrations = await built(opened);
  requirePinned(opened, migrations.filter(isOpen));
  const around = await aroundStatements(context.folder, options.around ?? []);
  const source = shadowSource(project, options.shadow, context.env);
  const shadow = await openShadowProject(context, project, migrations, source);
  try {
    const wanted = {
      components: options.changed === true ? null : (options.component ?? []),
      around,
    };
    return await findWay(context, project, shadow, wanted, opened.context.tree());
  } finally {
    await shadow.close();
  }
}

/** What they built to when they ran cannot be known any more. */
export function requirePinned(
  { project: { config } }: MigrationProject,
  open: readonly { readonly id: string; readonly migration: { readonly folder: string } }[],
): void {
  if (open.length === 0) return;
  throw new MigratorError(
    open.map(({ id, migration }) => ({
      code: "pin",
      message: "the migration reads other files and is not pinned: where it leads is not known",
      file: shownPath(config, migration.folder),
      fix: `run migrator migration pin ${id}`,
    })),
  );
}

interface Place {
  readonly module: string;
  readonly id: string;
  readonly folder: string;
  readonly store: string;
}

/** Returns the files as messages show them. Where pinning fails nothing stays. */
function write(
  { project: { config }, context }: MigrationProject,
  place: Place,
  way: WrittenWay | null,
): readonly string[] {
  const { module, id, folder, store } = place;
  mkdirSync(folder, { recursive: true });
  const texts = [
    ["up.sql.jinja", way?.up ?? ""],
    ...(way !== null && way.down !== "" ? [["down.sql.jinja", way.down]] : []),
  ] as const;
  for (const [fileName, text] of texts)
    writeFileSync(join(folder, fileName ?? ""), text ?? "", { flag: "wx" });
  const files = texts.map(([fileName]) => shownPath(config, join(folder, fileName ?? "")));
  if (way === null) return files;
  writeExpectations(folder, way.expectations);
  try {
    const script = (direction: "up" | "down") => {
      const fileName = `${direction}.sql.jinja`;
      return { direction, label: "", fileName, path: join(folder, fileName), template: true };
    };
    const down = way.down === "" ? null : script("down");
    const { timestamp = "", name = "" } = parseId(id) ?? {};
    const part = { part: "up", matrix: null, number: 0, up: script("up"), down };
    const migration = { module, id, timestamp, name, folder, store, ...part, replaces: [] };
    pinMigration([{ migration, contexts: [context] }], way.gone);
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
): Place {
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
