/** `component import`: writes component files from the objects that a database has. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import { describeIdentity, type Identity, identityKey } from "../../graph/identity.ts";
import { isLiveRoutine } from "../../graph/live.ts";
import type { Config } from "../config/config.ts";
import { suggestWord } from "../config/nearest.ts";
import type { Database } from "../database/database.ts";
import { type Existing, readExisting, readSchemas } from "../import/existing-objects.ts";
import { type ImportedFile, importedFiles } from "../import/imported-files.ts";
import { fileMistake, shownPath } from "../project/scan.ts";
import { formatImport, type ImportReport, importJson } from "../report/import.ts";
import { type OpenProject, withProject } from "./component-project.ts";
import type { CommandContext, CommonOptions } from "./context.ts";

export interface ImportOptions extends CommonOptions {
  /** Write OWNER TO. */
  readonly owners?: boolean;
  /** False for --no-grants. */
  readonly grants?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

/** Returns 0; files that exist and were kept are told. */
export async function importComponents(
  context: CommandContext,
  options: ImportOptions,
  schemas: readonly string[],
): Promise<number> {
  const { output } = context;
  const report = await withProject(context, options, (opened) => importInto(opened, options, schemas));
  if (output.json) output.result(JSON.stringify(importJson(report)));
  else output.say(formatImport(report, output.style));
  return 0;
}

async function importInto(
  opened: OpenProject<Database>,
  options: ImportOptions,
  schemas: readonly string[],
): Promise<ImportReport> {
  const { database, project } = opened;
  const { config } = project;
  await requireSchemas(database, config, schemas);
  const existing = await readExisting(
    database,
    { schema: config.ledgerSchema, project: config.project },
    schemas.length === 0 ? null : new Set(schemas),
  );
  const declared = declaredIn(opened);
  const elsewhere: { identity: Identity; component: string }[] = [];
  const { files, omitted } = importedFiles(
    existing.objects,
    { owners: options.owners === true, grants: options.grants !== false, defaults: existing.defaults },
    (identity, component) => {
      const home = declared.get(identityKey(identity));
      if (home === undefined || home === component) return true;
      elsewhere.push({ identity, component: home });
      return false;
    },
  );
  const dryRun = options.dryRun === true;
  const force = options.force === true;
  const done = files.map((file) => {
    const path = join(config.componentsFolder, file.component);
    const change = changeOf(file, path, force);
    if (!dryRun && (change === "written" || change === "overwritten"))
      writeComponent(config, file, path, force);
    return { component: file.component, objects: file.identities.map(describeIdentity), change };
  });
  return {
    dryRun,
    folder: shownPath(config, config.componentsFolder),
    files: done,
    declared: elsewhere.map(({ identity, component }) => ({ object: describeIdentity(identity), component })),
    warnings: [
      ...warningsOf(existing, options, config.searchPath),
      ...omitted.map((what) => `not written: ${what}`),
    ],
  };
}

async function requireSchemas(database: Database, config: Config, wanted: readonly string[]): Promise<void> {
  if (wanted.length === 0) return;
  const names = await readSchemas(database);
  const usable = names.filter((name) => !isSystem(name) && name !== config.ledgerSchema);
  const mistakes = wanted
    .filter((name) => !usable.includes(name))
    .map((name) => {
      if (name === config.ledgerSchema)
        return {
          code: "usage" as const,
          message: `schema ${name} holds the tool's own tables`,
          fix: "leave it out",
        };
      if (isSystem(name))
        return { code: "usage" as const, message: `schema ${name} is PostgreSQL's own`, fix: "leave it out" };
      const message = `there is no schema ${name} in ${database.description}`;
      return { code: "usage" as const, message, fix: suggestWord(name, usable) };
    });
  if (mistakes.length > 0) throw new MigratorError(mistakes, 2);
}

function isSystem(schema: string): boolean {
  return schema.startsWith("pg_") || schema === "information_schema";
}

/** Keys of all that files declare, untracked ones too, and where. */
function declaredIn({ desired, files }: OpenProject<Database>): ReadonlyMap<string, string> {
  const declared = new Map<string, string>();
  for (const { facts } of files.components) {
    for (const { identity, component } of facts.parsed.objects)
      declared.set(identityKey(identity), component);
  }
  for (const [key, { component }] of desired.objects) declared.set(key, component);
  return declared;
}

function changeOf(
  file: ImportedFile,
  path: string,
  force: boolean,
): "written" | "overwritten" | "unchanged" | "kept" {
  if (!existsSync(path)) return "written";
  if (readFileSync(path, "utf8") === file.text) return "unchanged";
  return force ? "overwritten" : "kept";
}

function writeComponent(config: Config, file: ImportedFile, path: string, force: boolean): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.text, { flag: force ? "w" : "wx" });
  } catch (error) {
    const { file: shown = "" } = fileMistake(config, path, error);
    const message = `it cannot be written: ${error instanceof Error ? error.message : String(error)}`;
    throw new MigratorError([
      { code: "file", message, file: shown, fix: "make the folder writable, and run the command again" },
    ]);
  }
}

function warningsOf(
  existing: Existing,
  options: ImportOptions,
  searchPath: readonly string[],
): readonly string[] {
  const warnings = existing.ofOthers.map(
    ({ identity, owner }) => `not written: ${describeIdentity(identity)} is managed by ${owner}`,
  );
  const strange = existing.objects.filter(({ owner }) => owner !== existing.role).length;
  if (options.owners !== true && strange > 0)
    warnings.push(
      `${strange} of the objects belong to other roles than ${existing.role}, which the files do not say: --owners writes it`,
    );
  const routines = existing.objects.some(isLiveRoutine);
  // Whoever wrote another path than the one that every project begins with knows what the bodies are read with.
  const begins = searchPath.length === 1 && searchPath[0] === "public";
  if (routines && begins && !existing.searchPath.every((schema, i) => schema === searchPath[i]))
    warnings.push(
      `bodies of functions are read with the search_path ${existing.searchPath.join(", ")} in this database and with ${searchPath.join(", ")} in the project: set searchPath in migrator.json to the same`,
    );
  return warnings;
}
