/** `status`: how the migrations and the components stand to the database. */
import type { Database } from "../database/database.ts";
import { readMigrationLedger } from "../database/migration-ledger.ts";
import { compareMigrations, type MigrationStatus } from "../migrations/compare.ts";
import { lastVersions } from "../migrations/component-versions.ts";
import { type Migration, namesIn } from "../migrations/migration.ts";
import { formatMigrations, migrationsJson } from "../report/migrations.ts";
import { formatSummaries, type ScopeSummary } from "../report/scopes.ts";
import { countStates, formatStatus, joinStatuses, statusJson } from "../report/status.ts";
import { type OpenProject, withProjectAsItIs } from "./component-project.ts";
import { type CommandContext, type CommonOptions, throwMistakes } from "./context.ts";
import { built, migrationsOf } from "./migration-project.ts";
import { forEachPart } from "./open-parts.ts";
import type { ScopeOptions } from "./scope-options.ts";
import { isBehind, readScopeSummaries } from "./scope-summary.ts";
import { readStatus } from "./status-objects.ts";

export interface StatusOptions extends CommonOptions, ScopeOptions {
  readonly all?: boolean;
  readonly exitCode?: boolean;
}

interface MigrationPart {
  readonly migrations: readonly MigrationStatus[];
  /** Components that changed since a migration was pinned to them. */
  readonly stale: readonly { readonly component: string; readonly migration: Migration }[];
  readonly scopes: readonly ScopeSummary[];
}

async function migrationPart(
  context: CommandContext,
  { project, database }: OpenProject<Database | null>,
): Promise<MigrationPart> {
  const opened = migrationsOf(project);
  const scripts = await built(opened);
  const { ledgerSchema, project: name } = project.config;
  const recorded =
    database === null ? [] : (await readMigrationLedger(database, ledgerSchema, name)).recorded;
  const scopes = database === null ? [] : await readScopeSummaries(context, project, opened.all, database);
  if (scripts.length + recorded.length === 0) return { migrations: [], stale: [], scopes };
  const ordered = scripts.map(({ migration }) => migration);
  const tree = opened.context.tree();
  const stale = [...lastVersions(project.config, ordered)].flatMap(([component, { sha256, migration }]) =>
    tree.hashOf(component) === sha256 ? [] : [{ component, migration }],
  );
  return { migrations: compareMigrations(scripts, recorded), stale, scopes };
}

/** Returns 0; with --exit-code 4 where something drifted or a migration does not fit (`apply` would stop), else 3 where something is pending. */
export async function status(context: CommandContext, options: StatusOptions): Promise<number> {
  const { output } = context;
  const all = options.all === true;
  const onWait = (message: string) => output.note(message);
  const { parts, migrations, stale, scopes, project, names } = await withProjectAsItIs(
    context,
    options,
    async (opened) => ({
      parts: await forEachPart(context, opened, options, (part) =>
        readStatus(part, { unmanaged: all, onWait }),
      ),
      project: opened.project.config.project,
      names: namesIn(opened.project.config),
      ...(await migrationPart(context, opened)),
    }),
  );
  const nothing = { database: null, project, mode: null, objects: [], untracked: [], prepared: [] };
  const found = joinStatuses(parts.found) ?? nothing;
  if (output.json) {
    const json = {
      ...statusJson(found, all, parts.errors),
      migrations: migrationsJson(migrations),
      unpinned: stale.map(({ component, migration }) => ({ component, migration: migration.id })),
      ...(scopes.length === 0 ? {} : { scopes }),
    };
    output.result(JSON.stringify(json));
  } else {
    const lines = migrations.length === 0 ? [] : [...formatMigrations(migrations, names, all, output.style)];
    for (const { component, migration } of stale)
      lines.push(
        `  ${output.style.yellow("changed")}  ${component}  ${output.style.dim(`since it was pinned by ${names.migration(migration)}`)}`,
      );
    lines.push(...formatSummaries(scopes, output.style));
    output.say([...lines, formatStatus(found, all, output.style, output.elapsed())].join("\n"));
  }
  if (output.reporter !== null) {
    const { statusMarkdown } = await import("../report/summaries.ts");
    output.reporter.summarize((limit) => statusMarkdown(found, migrations, limit));
  }
  throwMistakes(parts.errors);
  if (options.exitCode !== true) return 0;
  const counts = countStates(found);
  const askew = migrations.some(({ state }) => ["altered", "missing", "undoing"].includes(state));
  if (askew || (counts.get("drifted") ?? 0) > 0) return 4;
  if (migrations.some(({ state }) => state === "pending" || state === "partial")) return 3;
  if (scopes.some(isBehind)) return 3;
  const pending = (["changed", "new", "moved", "vanished"] as const).some(
    (state) => (counts.get(state) ?? 0) > 0,
  );
  return pending ? 3 : 0;
}
