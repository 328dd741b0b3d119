/** Migrations as plain SQL that psql runs with the same result, what the ledger is told included. Secrets are psql variables. */
import { catalogPath, sessionComponentsPath } from "../database/search-path.ts";
import { sharedScope } from "../tenants/scope.ts";
import { describeScope } from "../tenants/scoped-name.ts";
import {
  type Afterwards,
  beginsAlone,
  type MigrationRun,
  marking,
  partsOf,
  renewsAlone,
} from "./run-migration.ts";
import { freshSession, type RunSettings, sentOf } from "./run-script.ts";

/** Each migration is a transaction of its own; `prepare` and `afterwards` as where they are applied. */
export function runsAsSql(
  settings: RunSettings,
  runs: readonly MigrationRun[],
  prepare: readonly string[],
  afterwards: Afterwards,
): string {
  const unresolved = runs.map((run): MigrationRun => ({ ...run, resolve: (sql) => sql }));
  const parts = partsOf(settings, unresolved, prepare, afterwards);
  return unresolved
    .map((run, index) => {
      const { runnable } = run;
      const scope = runnable.scope === sharedScope ? "" : `, ${describeScope(runnable.scope)}`;
      const alone = runnable.up.directives.transaction
        ? ""
        : " (its statements run one by one: not rehearsed)";
      const head = `-- migration ${settings.names.part(runnable)}${scope}${alone}`;
      const part = parts[index];
      if (part === undefined) throw new Error(`no part for migration ${settings.names.migration(runnable)}`);
      const lines = runnable.up.directives.transaction
        ? transaction(sentOf(settings, part, true).map(({ sql }) => sql))
        : aloneAsSql(
            settings,
            run,
            part.statements,
            index === 0 ? prepare : [],
            afterwards(runnable, index === 0),
          );
      return [head, ...lines].join("\n");
    })
    .join("\n\n");
}

function transaction(statements: readonly string[]): readonly string[] {
  return ["BEGIN;", ...statements.map(ended), "COMMIT;"];
}

/** The statement may end with a comment. */
function ended(sql: string): string {
  return `${sql}\n;`;
}

/** Each statement outside of a transaction, and then how far it came. */
function aloneAsSql(
  settings: RunSettings,
  run: MigrationRun,
  statements: readonly { readonly sql: string }[],
  prepare: readonly string[],
  afterwards: readonly string[],
): readonly string[] {
  const { runnable } = run;
  const from = Math.max(0, run.done);
  const mark = marking(settings, runnable, statements.length);
  const begin =
    run.done < 0
      ? sentOf(settings, beginsAlone(settings, run, prepare), true).map(({ sql }) => sql)
      : [catalogPath, renewsAlone(settings, run)];
  const path = sessionComponentsPath(runnable.searchPath);
  const told = statements.slice(from).flatMap(({ sql }, index) => {
    const done = from + index + 1;
    const last = done === statements.length ? afterwards : [];
    return [
      ...[...freshSession, path, sql].map(ended),
      ...transaction([...freshSession, catalogPath, mark(done), ...last]),
    ];
  });
  const nothingLeft = statements.length === from ? transaction([catalogPath, mark(from), ...afterwards]) : [];
  return [...transaction(begin), ...told, ...nothingLeft, "reset all;"];
}
