/** Syncs a database with components given as texts, the way the command does with files. */
import { costKinds } from "../../../src/config/config.ts";
import { type Diagnostic, MigratorError } from "../../../graph/diagnostic.ts";
import type { Desired } from "../../../graph/desired.ts";
import { type Problem, PlanError } from "../../../graph/step.ts";
import type { Reconnected } from "../../../src/database/commit.ts";
import type { Database } from "../../../src/database/database.ts";
import { assemble, unsettledTypes } from "../../../src/live/assemble.ts";
import { readMeanings } from "../../../src/live/meanings.ts";
import { syncOnline } from "../../../src/live/online/sync-online.ts";
import { type SyncResult, syncComponents } from "../../../src/live/sync.ts";
import { readAround } from "../../../src/sql/around-statements.ts";
import { splitStatements } from "../../../src/sql/split-statements.ts";
import { loadParser, parseComponent } from "../../../src/sql/parse-component.ts";
import { lineAndColumn } from "../../../src/sql/position.ts";

export interface SyncTexts {
  readonly searchPath?: readonly string[];
  readonly rehearsal?: boolean;
  readonly takeFiles?: boolean;
  readonly refresh?: "affected" | "none" | "all";
  readonly fill?: boolean;
  /** Statements that change tables. */
  readonly around?: string;
  readonly project?: string;
  readonly ledgerSchema?: string;
  readonly lockTimeout?: number;
  readonly lockRetries?: number;
  readonly reconnected?: Reconnected;
  readonly online?: boolean;
  readonly onWait?: (message: string) => void;
}

export interface TextsSynced {
  readonly desired: Desired;
  readonly result: SyncResult;
}

/** Throws a MigratorError with the place of each mistake in the components. */
export async function syncTexts(
  database: Database,
  components: ReadonlyMap<string, string>,
  options: SyncTexts = {},
): Promise<TextsSynced> {
  await loadParser();
  const searchPath = options.searchPath ?? ["public"];
  const mistakes: Diagnostic[] = [];
  const parsed = [...components].map(([component, text]) => {
    const outcome = parseComponent(component, text, { searchPath });
    for (const { offset, ...mistake } of outcome.mistakes) {
      mistakes.push({ ...mistake, file: component, ...lineAndColumn(text, offset) });
    }
    return outcome.parsed;
  });
  if (mistakes.length > 0) throw new MigratorError(mistakes);
  const project = options.project ?? "test";
  const { types, relations } = await readMeanings({
    database,
    searchPath,
    project,
    ledgerSchema: options.ledgerSchema ?? "migrator",
    components: parsed,
    asking: parsed,
    types: unsettledTypes(parsed),
    untracked: () => false,
    whole: true,
  });
  const { desired, problems } = assemble(parsed, searchPath, types, relations);
  if (problems.length > 0) throw placed(problems, components);
  try {
    const bring = options.online === true ? syncOnline : syncComponents;
    const result = await bring({
      database,
      desired,
      project,
      ledgerSchema: options.ledgerSchema ?? "migrator",
      searchPath,
      mode: "live",
      command: "sync",
      rehearsal: options.rehearsal === true,
      judged: null,
      untracked: () => false,
      takeFiles: options.takeFiles === true,
      allow: new Set(costKinds),
      refresh: options.refresh ?? "none",
      fill: options.fill !== false,
      ...(options.around === undefined ? {} : { around: readAround(options.around, "around.sql") }),
      lockTimeout: options.lockTimeout ?? 200,
      lockRetries: options.lockRetries ?? 5,
      onWait: options.onWait ?? (() => {}),
      ...(options.reconnected === undefined ? {} : { reconnected: options.reconnected }),
    });
    return { desired, result };
  } catch (error) {
    if (error instanceof PlanError) throw placed(error.problems, components);
    throw error;
  }
}

function placed(problems: readonly Problem[], components: ReadonlyMap<string, string>): MigratorError {
  const drift = problems.some((problem) => problem.code === "drift");
  return new MigratorError(
    problems.map(({ code, message, component, offset, detail, fix }) => ({
      code,
      message,
      ...(component === null ? {} : { file: component }),
      ...(component === null || offset === null ? {} : lineAndColumn(components.get(component) ?? "", offset)),
      ...(detail === undefined ? {} : { detail }),
      ...(fix === undefined ? {} : { fix }),
    })),
    drift ? 4 : 1,
  );
}

/** Runs a script statement by statement. */
export async function runScript(database: Database, sql: string): Promise<void> {
  await loadParser();
  await database.batch(splitStatements(sql));
}
