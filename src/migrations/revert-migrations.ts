/** Undoes migrations by the way back that the database keeps. */
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { ledgerStatements } from "../database/ledger.ts";
import {
  forgetStatement,
  type MigrationKey,
  readStoredMigration,
  type StoredMigration,
  type StoredScript,
  stillAppliedStatement,
  undoneStatement,
} from "../database/migration-ledger.ts";
import { loadParser } from "../sql/library.ts";
import { lineAndColumn } from "../sql/position.ts";
import type { SourcePosition } from "../template/renderer.ts";
import { sharedScope } from "../tenants/scope.ts";
import type { AppliedMigration, ApplySettings } from "./apply-migrations.ts";
import { blockCheck } from "./block-check.ts";
import type { Expectation } from "./expectations.ts";
import { type Names, partKey } from "./migration.ts";
import { runInTransaction, schemaStatement } from "./run-script.ts";
import { resume } from "./run-statements.ts";
import { runStatements, type ScriptStatement, scriptStatements } from "./script-statements.ts";

export interface Undoing extends MigrationKey {
  readonly down: StoredScript;
  readonly statements: readonly ScriptStatement[];
  readonly locate: (offset: number) => SourcePosition;
  readonly undone: number;
}

/** Reads the ways back of these migrations. Throws a MigratorError where one has none: nothing has run then. */
export async function readUndoing(
  {
    database,
    ledgerSchema,
    project,
    names,
  }: Pick<ApplySettings, "database" | "ledgerSchema" | "project" | "names">,
  wanted: readonly MigrationKey[],
): Promise<readonly Undoing[]> {
  await loadParser();
  const mistakes: Diagnostic[] = [];
  const undoing: Undoing[] = [];
  for (const name of wanted) {
    const found = await readStoredMigration(database, ledgerSchema, project, name);
    if (found?.down == null) mistakes.push(noWayBack(names.migration(name)));
    else undoing.push(undoingOf(found, found.down, names));
  }
  if (mistakes.length > 0) throw new MigratorError(mistakes);
  return undoing;
}

function undoingOf(
  { module, id, part, scope, undone }: StoredMigration,
  down: StoredScript,
  names: Names,
): Undoing {
  const file = `the stored down script of ${names.part({ module, id, part })}`;
  const locate = (offset: number) => ({ file, ...lineAndColumn(down.sql, offset) });
  return {
    module,
    id,
    part,
    scope,
    down,
    undone,
    locate,
    statements: scriptStatements({ text: down.sql, locate }),
  };
}

/** The statement that forgets a migration whose undoing somebody else does in the same transaction. */
export function forgetMigrations(
  { ledgerSchema, project }: ApplySettings,
  names: readonly MigrationKey[],
): readonly string[] {
  return names.map((name) => forgetStatement(ledgerSchema, project, name));
}

/** One after the other, each in its own transaction unless `together`. */
export async function revertMigrations(
  settings: ApplySettings,
  undoing: readonly Undoing[],
  way: { readonly together: boolean; readonly rehearsal: boolean },
): Promise<readonly AppliedMigration[]> {
  const { ledgerSchema, project, resolve } = settings;
  const reverted: AppliedMigration[] = [];
  const done = (one: Undoing, started: number) => {
    const { module, id, part, scope } = one;
    const applied = { module, id, part, scope, duration: performance.now() - started };
    reverted.push(applied);
    settings.onApplied(applied);
  };
  const stillApplied = (one: Undoing) =>
    stillAppliedStatement(ledgerSchema, project, one, one.undone, settings.names.migration(one));
  const blockOf = (one: Undoing) => ({
    ...one,
    id: settings.names.migration(one),
    // Stored by `stored`, from what the block was written with.
    expected: (one.down.expects ?? []) as readonly Expectation[],
    searchPath: one.down.searchPath,
    resolve,
  });
  const partOf = (one: Undoing) => ({
    statements: undoStatements(settings, one),
    before: [stillApplied(one), ...schemaOf(one)],
    after: afterStatements(settings, one),
    searchPath: one.down.searchPath,
    resolve,
    ...blockCheck(settings, blockOf(one)),
  });
  const checkAlone = async (one: Undoing): Promise<void> => {
    const { check } = blockCheck(settings, { ...blockOf(one), alone: true });
    if (check === undefined || one.undone > 0) return;
    const { searchPath } = one.down;
    const part = { statements: [], before: [stillApplied(one)], after: [], searchPath, resolve, check };
    await runInTransaction(settings, [part], false);
  };
  if (way.together) refuseAlone(undoing, settings.names);
  if (way.together || way.rehearsal) {
    const started = performance.now();
    // Statements that run one by one cannot be rehearsed.
    const inside = undoing.filter(({ down }) => down.transaction);
    if (inside.length > 0) await runInTransaction(settings, inside.map(partOf), way.rehearsal);
    for (const one of inside) done(one, started);
    return reverted;
  }
  for (const one of undoing) {
    const started = performance.now();
    if (one.down.transaction) await runInTransaction(settings, [partOf(one)], false);
    else {
      await checkAlone(one);
      await resume(settings, {
        statements: undoStatements(settings, one),
        first: [stillApplied(one), ...schemaOf(one)],
        from: one.undone,
        searchPath: one.down.searchPath,
        resolve,
        progress: (undone) => undoneStatement(ledgerSchema, project, one, undone),
        afterwards: afterStatements(settings, one),
      });
    }
    done(one, started);
  }
  return reverted;
}

/** What runs for a value whose schema is gone would run in the next one of its search path. */
function schemaOf({ scope, down }: Undoing): readonly string[] {
  const [schema] = down.searchPath;
  return scope === sharedScope || schema === undefined ? [] : [schemaStatement(schema)];
}

/** What is stored cannot be corrected in a file. */
function undoStatements({ mode, names }: ApplySettings, one: Undoing) {
  const { statements, locate, down } = one;
  const fix = `correct the down script, store it with migrator migration adopt ${names.migration(one)}, and revert again`;
  const goesOn = (done: number) =>
    down.transaction || done === 0
      ? ""
      : `: ${done === 1 ? "the statement before it ran and stays as it is" : `the ${done} statements before it ran and stay as they are`}, the script goes on here`;
  return runStatements(mode, statements, locate).map((statement, index) => ({
    ...statement,
    fix: `${fix}${goesOn(index)}`,
  }));
}

function refuseAlone(undoing: readonly Undoing[], names: Names): void {
  const alone = undoing.filter(({ down }) => !down.transaction);
  if (alone.length === 0) return;
  throw new MigratorError(
    alone.map((one) => ({
      code: "usage",
      message: `the way back of ${names.migration(one)} runs statement by statement: it cannot share a transaction`,
      fix: "revert without --single-transaction, or that one alone",
    })),
    2,
  );
}

function afterStatements(
  { ledgerSchema, project, mode, command }: ApplySettings,
  name: MigrationKey,
): readonly string[] {
  const step = { kind: "revert", object: partKey(name), reason: "", sql: [] };
  const changes = { mode, keepSnapshot: true, applied: [], forgotten: [], command, steps: [step] };
  return [forgetStatement(ledgerSchema, project, name), ...ledgerStatements(ledgerSchema, project, changes)];
}

function noWayBack(name: string): Diagnostic {
  return {
    code: "migration-state",
    message: `migration ${name} was applied without a down script: the database keeps no way back`,
    fix: `write a new migration that undoes it; or give it a down script (an empty one, if it is undone by hand already), store that with migrator migration adopt ${name}, and revert again`,
  };
}
