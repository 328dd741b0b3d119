/** `history`: every version of an object, from the pins of migrations and from what the ledger says of runs. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { describeIdentity } from "../../graph/identity.ts";
import { quoteIdentifier } from "../../graph/quote.ts";
import { nearestPath } from "../config/nearest.ts";
import { isAbsent } from "../database/absent.ts";
import type { Database } from "../database/database.ts";
import { type RecordedMigration, readMigrationLedger } from "../database/migration-ledger.ts";
import { migrationKey, namesIn } from "../migrations/migration.ts";
import { readPin } from "../migrations/pin.ts";
import { readStored } from "../migrations/pin-store.ts";
import { namesOf } from "../report/graph.ts";
import { formatHistory, type HistoryEntry, historyJson } from "../report/history.ts";
import { unifiedDiff } from "../report/unified-diff.ts";
import { type OpenProject, withProjectAsItIs } from "./component-project.ts";
import type { CommandContext, CommonOptions } from "./context.ts";
import { migrationsOf } from "./migration-project.ts";

/** `wanted`: a name, schema.name, a whole description or a component's file. The newest comes first. */
export async function history(
  context: CommandContext,
  options: CommonOptions,
  wanted: string,
): Promise<number> {
  const { output } = context;
  return withProjectAsItIs(context, options, async (opened) => {
    const { database, desired, project } = opened;
    const objects = [...desired.objects.values()].filter(
      ({ identity, component }) =>
        component === wanted || namesOf({ ...identity, label: describeIdentity(identity) }).includes(wanted),
    );
    const components = new Set([wanted, ...objects.map(({ component }) => component)]);
    const recorded =
      database === null
        ? []
        : (await readMigrationLedger(database, project.config.ledgerSchema, project.config.project)).recorded;
    const entries = [
      ...pinnedVersions(opened, components, recorded),
      ...(database === null
        ? []
        : await runs(
            database,
            opened,
            wanted,
            objects.map(({ identity }) => describeIdentity(identity)),
          )),
    ].sort((a, b) => b.at.getTime() - a.at.getTime());
    if (entries.length === 0 && objects.length === 0) {
      const message = `nothing is known of ${wanted}`;
      const names = [...desired.objects.values()].flatMap(({ identity, component }) => [
        identity.name,
        `${identity.schema}.${identity.name}`,
        component,
      ]);
      const near = nearestPath(wanted, [...new Set(names)]);
      const fix =
        near === undefined
          ? "migrator graph lists the objects; name one, or a component's file"
          : `did you mean "${near}"?`;
      throw new MigratorError([{ code: "usage", message, fix }], 2);
    }
    if (output.json) output.result(JSON.stringify(historyJson(wanted, entries)));
    else output.say(formatHistory(entries, output.style));
    return 0;
  });
}

/** Each migration that has the component pinned otherwise than the one before. */
function pinnedVersions(
  { project }: OpenProject<Database | null>,
  components: ReadonlySet<string>,
  recorded: readonly RecordedMigration[],
): readonly HistoryEntry[] {
  const { config } = project;
  const byKey = new Map(recorded.map((one) => [migrationKey(one), one]));
  const last = new Map<string, { readonly sha256: string; readonly text: string }>();
  const entries: HistoryEntry[] = [];
  for (const migration of migrationsOf(project).migrations) {
    const pin = readPin(config, migration);
    const record = byKey.get(migrationKey(migration));
    for (const component of pin === null ? [] : components) {
      const before = last.get(component);
      const sha256 = pin?.files.get(component);
      const gone = pin?.removed.has(component) === true && before !== undefined;
      if (!gone && (sha256 === undefined || sha256 === before?.sha256)) continue;
      const text =
        sha256 === undefined
          ? ""
          : Buffer.from(readStored(config, migration.store, sha256, component)).toString();
      if (sha256 === undefined) last.delete(component);
      else last.set(component, { sha256, text });
      entries.push({
        at: record?.appliedAt ?? momentOf(migration.timestamp),
        what: record === undefined ? "written" : "applied",
        source: namesIn(config).migration(migration),
        by: record?.author ?? "",
        reason: gone ? "its component is gone" : before === undefined ? "new" : "",
        text: unifiedDiff(
          { name: before === undefined ? "/dev/null" : component, text: before?.text ?? "" },
          { name: sha256 === undefined ? "/dev/null" : component, text },
        ),
      });
    }
  }
  return entries;
}

function momentOf(timestamp: string): Date {
  return new Date(timestamp.replace(/^(....)(..)(..)(..)(..)(..)$/, "$1-$2-$3T$4:$5:$6Z"));
}

/** The steps of runs that were about one of the objects. */
async function runs(
  database: Database,
  { project }: OpenProject<Database | null>,
  wanted: string,
  labels: readonly string[],
): Promise<readonly HistoryEntry[]> {
  const { ledgerSchema, project: name } = project.config;
  try {
    const rows = await database.query<{
      at: Date;
      command: string;
      role: string;
      kind: string;
      reason: string;
      sql: readonly string[];
    }>(
      `select r.started_at as at, r.command, r.role, s.step->>'kind' as kind, s.step->>'reason' as reason, s.step->'sql' as sql
       from ${quoteIdentifier(ledgerSchema)}.run r cross join lateral pg_catalog.jsonb_array_elements(r.steps) as s(step)
       where r.project = $1 and (s.step->>'object' = any ($2) or s.step->>'object' like '% ' || $3)
       order by r.id`,
      [name, labels, wanted.replaceAll(/[\\%_]/g, "\\$&")],
    );
    return rows.map(({ at, command, role, kind, reason, sql }) => ({
      at,
      what: kind,
      source: command,
      by: role,
      reason,
      text: sql.map((statement) => `${statement};`).join("\n"),
    }));
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
