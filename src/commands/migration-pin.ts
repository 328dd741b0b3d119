/** `migration pin`: fixes migrations to what their builds read now. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { findMigration } from "../migrations/find-migration.ts";
import { namesIn } from "../migrations/migration.ts";
import { readPin } from "../migrations/pin.ts";
import { comparePins, type PinnedMigration, pinMigration } from "../migrations/pin-migration.ts";
import { loadParser } from "../sql/library.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import { openMigrations } from "./migration-project.ts";
import { pinnedParts } from "./pinned-parts.ts";
import { tellingErrors } from "./telling-errors.ts";

export interface PinOptions extends CommonOptions {
  readonly all?: boolean;
}

/** Those named, or with --all every one that has no pin. */
export async function pinCommand(
  context: CommandContext,
  options: PinOptions,
  names: readonly string[],
): Promise<number> {
  if (names.length === 0 && options.all !== true) {
    const fix = "name the migrations, or add --all for every one that is not pinned";
    throw new MigratorError([{ code: "usage", message: "no migration is named", fix }], 2);
  }
  const { output } = context;
  return tellingErrors(context, async () => {
    const opened = await openMigrations(context, options);
    const { all, project } = opened;
    const wanted =
      options.all === true
        ? all.filter((one) => readPin(project.config, one) === null)
        : names.map((name) => findMigration(all, name));
    await loadParser();
    const folders = new Set(wanted.map(({ folder }) => folder));
    const partsOf = await pinnedParts(context, opened);
    const pinned: PinnedMigration[] = [];
    for (const folder of folders) pinned.push(await pinMigration(partsOf(folder)));
    const shown = namesIn(project.config);
    const reports = pinned.map(({ migration, before, pin }) => {
      const files = Object.fromEntries(pin.files);
      const report = { migration: migration.id, files, ...comparePins(before, pin) };
      return { report, text: formatReport({ ...report, migration: shown.migration(migration) }) };
    });
    if (output.json)
      output.result(JSON.stringify({ version: 1, pinned: reports.map(({ report }) => report), errors: [] }));
    else
      output.say(
        reports.length === 0 ? "every migration is pinned" : reports.map(({ text }) => text).join("\n"),
      );
    return 0;
  });
}

function formatReport(report: {
  readonly migration: string;
  readonly files: Readonly<Record<string, string>>;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly gone: readonly string[];
}): string {
  const { migration, files, added, changed, gone } = report;
  const count = Object.keys(files).length;
  const lines = [`pinned ${migration}: ${count} ${count === 1 ? "file" : "files"}`];
  for (const name of added) lines.push(`  +  ${name}`);
  for (const name of changed) lines.push(`  ~  ${name}`);
  for (const name of gone) lines.push(`  -  ${name}`);
  return lines.join("\n");
}
