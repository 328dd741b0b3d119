/** `migration build`: prints the SQL of a migration. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Config } from "../config/config.ts";
import { suggestWord } from "../config/nearest.ts";
import { DatabaseError } from "../database/database.ts";
import { sessionComponentsPath } from "../database/search-path.ts";
import { describeError } from "../live/describe-error.ts";
import { buildScript, loadTemplates } from "../migrations/build.ts";
import type { BuildContext } from "../migrations/build-context.ts";
import { findMigration } from "../migrations/find-migration.ts";
import { type Migration, type Names, namesIn } from "../migrations/migration.ts";
import { readPin } from "../migrations/pin.ts";
import { takeApart } from "../migrations/prepare.ts";
import { replay, runMakingRoles, shadowSettings } from "../migrations/replay.ts";
import type { RunStatement } from "../migrations/run-script.ts";
import { undoScript, undoWhileRunning } from "../migrations/undo-statements.ts";
import { shownPath } from "../project/scan.ts";
import { loadParser } from "../sql/library.ts";
import { scopedContext } from "../tenants/apply-scope.ts";
import { sharedScope } from "../tenants/scope.ts";
import { suggestKey } from "../tenants/select-scopes.ts";
import { splitScope } from "./choose-scopes.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import { built, type MigrationProject, openMigrations } from "./migration-project.ts";
import { knownScopes } from "./pinned-parts.ts";
import { hideScopeSecrets } from "./project-scopes.ts";
import { shadowSource } from "./shadow-project.ts";
import { tellingErrors } from "./telling-errors.ts";

export interface BuildOptions extends CommonOptions {
  readonly pinned?: string;
  readonly down?: boolean;
  readonly write?: boolean;
  readonly shadow?: string;
  /** `tenant=acme`: the parts that run for this value. */
  readonly scope?: string;
}

export async function buildCommand(
  context: CommandContext,
  options: BuildOptions,
  name: string,
): Promise<number> {
  const pinned = readPinned(options.pinned);
  const { output } = context;
  return tellingErrors(context, async () => {
    const opened = await openMigrations(context, options);
    const { all, project } = opened;
    const named = findMigration(all, name);
    const file = shownPath(project.config, named.folder);
    const chosen = await chosenParts(
      context,
      opened,
      all.filter(({ folder }) => folder === named.folder),
      options.scope,
    );
    const down = options.down === true;
    const [first] = chosen.parts;
    if (down && chosen.parts.length === 1 && first?.matrix === null && first.down === null)
      return await derived(context, options, opened, first);
    const scripts = (down ? chosen.parts.toReversed() : chosen.parts).map((migration) => {
      const script = down ? migration.down : migration.up;
      if (script === null) throw noWayBack(file, namesIn(project.config), migration);
      return { migration, script };
    });
    const pin = pinned ? readPin(project.config, named) : null;
    if (pinned && pin === null) {
      const fix = `run migrator migration pin ${namesIn(project.config).migration(named)}, or build with --pinned=false`;
      throw new MigratorError([{ code: "pin", message: "the migration is not pinned", file, fix }]);
    }
    await loadParser();
    await loadTemplates(chosen.parts);
    const scriptsBuilt = scripts.map(({ migration, script }) => ({
      script,
      built: buildScript(chosen.context, migration, script, pin),
    }));
    const text =
      scriptsBuilt.length === 1
        ? scriptsBuilt.map(({ built: one }) => one.text).join("")
        : scriptsBuilt
            .map(({ script, built: one }) => `-- ${script.fileName}\n${one.text.trimEnd()}\n`)
            .join("\n");
    if (output.json) {
      const [one] = scriptsBuilt;
      const read = Object.fromEntries(scriptsBuilt.flatMap(({ built: { files } }) => [...files]));
      const variables = Object.assign({}, ...scriptsBuilt.map(({ built: { variables: used } }) => used));
      const checksum = scriptsBuilt.length === 1 ? one?.built.checksum : null;
      const result = {
        version: 1,
        migration: named.id,
        sql: text,
        checksum,
        files: read,
        variables,
        errors: [],
      };
      output.result(JSON.stringify(result));
    } else output.result(text.replace(/\n$/, ""));
    return 0;
  });
}

interface ChosenParts {
  readonly parts: readonly Migration[];
  readonly context: BuildContext;
}

/** What runs once or, with --scope, what runs for one value of a matrix. */
async function chosenParts(
  context: CommandContext,
  { context: building, project }: MigrationProject,
  parts: readonly Migration[],
  given: string | undefined,
): Promise<ChosenParts> {
  const { matrix = sharedScope, key } = splitScope(given);
  const usage = (message: string, fix: string) => new MigratorError([{ code: "usage", message, fix }], 2);
  if (matrix === sharedScope) {
    const shared = parts.filter((one) => one.matrix === null);
    if (shared.length > 0) return { parts: shared, context: building };
    const [first] = parts;
    throw usage(
      "nothing of the migration runs once",
      `add --scope ${first?.matrix ?? "tenant"}=KEY for what runs for one value`,
    );
  }
  const own = parts.filter((one) => one.matrix === matrix);
  if (own.length === 0)
    throw usage(
      `the migration has no part of ${matrix}`,
      suggestWord(matrix, [sharedScope, ...parts.flatMap((one) => one.matrix ?? [])]),
    );
  if (key === undefined)
    throw usage("a part of a matrix is built for one value", `write --scope ${matrix}=KEY`);
  const scopes = await knownScopes(context, project, matrix);
  const scope = scopes.find((one) => one.key === key);
  if (scope === undefined) {
    const known = scopes.map((one) => one.key);
    throw usage(`there is no ${matrix} ${JSON.stringify(key)}`, suggestKey(key, known));
  }
  hideScopeSecrets(context, [scope], project.config);
  return { parts: own, context: scopedContext(building, scope) };
}

function noWayBack(file: string, names: Names, migration: Migration): MigratorError {
  const message = `${names.part(migration)} has no way back`;
  const fix = `write ${migration.up.fileName.replace(/^up/, "down")} beside it`;
  return new MigratorError([{ code: "migration", message, file, fix }]);
}

/** A way back of statements that have an evident one, found while they run in a shadow; with --write it becomes the down script. */
async function derived(
  context: CommandContext,
  options: BuildOptions,
  opened: MigrationProject,
  migration: Migration,
): Promise<number> {
  const { output, env } = context;
  const { config } = opened.project;
  const migrations = await built(opened);
  const at = migrations.findIndex((one) => one.migration.folder === migration.folder);
  const one = migrations[at];
  if (one === undefined) throw new Error(`${migration.id} is not among the migrations`);
  const [runnable] = await takeApart([one]);
  if (runnable?.statements.some(({ part }) => part === "components") === true)
    throw generated(config, migration);
  const source = shadowSource(opened.project, options.shadow, env);
  const shadow = await replay(config, source, migrations.slice(0, at), output);
  let text: string;
  try {
    const { resolve } = shadowSettings(config, shadow.database, one);
    const script = resolve(one.up.text);
    // Behind a secret the places in the script are others.
    const placed = (sql: string, offset: number): RunStatement => ({
      sql,
      place: script === one.up.text ? (at) => one.up.locate(offset + at) : null,
    });
    const path = sessionComponentsPath(config.searchPath);
    await shadow.database.batch([path]);
    const undone = await undoWhileRunning(shadow.database, config.searchPath, script, (sql, offset) =>
      runMakingRoles(shadow.database, (message) => output.note(message), placed(sql, offset)),
    );
    text = undoScript(undone);
  } catch (error) {
    throw error instanceof DatabaseError ? new MigratorError([describeError(error)]) : error;
  } finally {
    await shadow.close();
  }
  if (options.write === true) writeFileSync(join(migration.folder, "down.sql"), text, { flag: "wx" });
  if (output.json)
    output.result(JSON.stringify({ version: 1, migration: migration.id, sql: text, errors: [] }));
  else output.result(text.trimEnd());
  return 0;
}

function generated(config: Config, { folder }: Migration): MigratorError {
  return new MigratorError([
    {
      code: "migration",
      message: "it brings components along, and has no down script",
      file: shownPath(config, folder),
      fix: "migrator migration refresh writes both anew",
    },
  ]);
}

/** There is no default: whoever builds for a deployment must say which files are meant. */
function readPinned(text: string | undefined): boolean {
  if (text === "true" || text === "false") return text === "true";
  const message =
    text === undefined ? "--pinned=true or --pinned=false is missing" : `--pinned=${text} is not known`;
  const fix = "--pinned=true builds from what is pinned alone, --pinned=false from the working tree";
  throw new MigratorError([{ code: "usage", message, fix }], 2);
}
