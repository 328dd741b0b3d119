/** `migration revert` and `downgrade`: undo migrations by what the database keeps of them. */
import { compareText } from "../../graph/compare.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import {
  type MigrationKey,
  type RecordedMigration,
  readRecordedNames,
  readRecordedParts,
} from "../database/migration-ledger.ts";
import type { AppliedMigration, ApplySettings } from "../migrations/apply-migrations.ts";
import type { MigrationStatus } from "../migrations/compare.ts";
import { findMigration } from "../migrations/find-migration.ts";
import { type MigrationName, migrationKey, type Names, namesIn } from "../migrations/migration.ts";
import { requiredKeys } from "../migrations/order.ts";
import { isBlockedByDependents } from "../migrations/refused.ts";
import { readUndoing, revertMigrations, type Undoing } from "../migrations/revert-migrations.ts";
import { type MigrationRunReport, runReport } from "../report/migrations.ts";
import { sharedScope } from "../tenants/scope.ts";
import { selectScopes } from "../tenants/select-scopes.ts";
import { confirmProtected } from "./confirm.ts";
import type { CommandContext } from "./context.ts";
import {
  applySettings,
  ledgerOf,
  type MigrationsAtTarget,
  type RunOptions,
  withMigrations,
} from "./migration-project.ts";
import { counted } from "./pending-migrations.ts";
import { projectScopes } from "./project-scopes.ts";
import type { ScopeOptions } from "./scope-options.ts";
import { knownHere } from "./stage-selection.ts";
import { requireDeclared } from "./stored-secrets.ts";
import { tellRun } from "./tell-run.ts";

export interface RevertOptions extends RunOptions, Pick<ScopeOptions, "only" | "except"> {
  readonly to?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly singleTransaction?: boolean;
}

/** The last one, one that is named, or all after the one of --to. */
export async function revertCommand(
  context: CommandContext,
  options: RevertOptions,
  name: string | undefined,
): Promise<number> {
  const report = await withMigrations(context, options, async (opened) => {
    const { ledgerSchema, project, matrices } = opened.project.config;
    const recorded =
      Object.keys(matrices).length === 0 || !opened.ledger.there
        ? opened.ledger.recorded
        : await readRecordedNames(opened.database, ledgerSchema, project);
    return undo(context, options, opened, chosen(recorded, options.to, name), "revert");
  });
  await tellRun(context.output, report, "migration revert");
  return 0;
}

function chosen<M extends MigrationName>(
  recorded: readonly M[],
  to: string | undefined,
  name: string | undefined,
): readonly M[] {
  const partsOf = (one: M | undefined) =>
    recorded.filter((other) => one !== undefined && migrationKey(other) === migrationKey(one));
  if (name !== undefined) return partsOf(findMigration(recorded, name, true)).toReversed();
  if (to === undefined) return partsOf(recorded.at(-1)).toReversed();
  const last = partsOf(findMigration(recorded, to, true)).at(-1);
  return recorded.slice(last === undefined ? 0 : recorded.indexOf(last) + 1).toReversed();
}

/** Undoes what components stand in the way of, and brings these along. All of it is of one scope. */
export type UndoAround = (undoing: readonly Undoing[], settings: ApplySettings) => Promise<void>;

/** `names`: in the order in which they are undone. `around`: on a live target; left out: what components block is refused. */
export async function undo(
  context: CommandContext,
  options: RevertOptions,
  opened: MigrationsAtTarget,
  names: readonly MigrationName[],
  command: "revert" | "downgrade",
  around: UndoAround | null = null,
): Promise<MigrationRunReport> {
  refuseNeeded(opened.statuses, names, namesIn(opened.project.config));
  const ledger = ledgerOf(opened);
  const parts = await onlyChosen(context, options, opened, await partsToUndo(context, opened, names));
  const undoing = await readUndoing(ledger, parts);
  await requireDeclared(context, opened, undoing);
  const rehearsal = options.dryRun === true;
  if (!rehearsal && parts.length > 0) {
    const what = `${command === "revert" ? "revert" : "undo"} ${counted(new Set(names.map(migrationKey)).size)}`;
    await confirmProtected(context, opened.project.target, options.yes === true, what);
  }
  const together = options.singleTransaction === true;
  const reverted: AppliedMigration[] = [];
  const carried: NonNullable<Parameters<typeof runReport>[3]["carried"]> = new Map();
  const groups = sameScope(around === null ? undoing : byScope(undoing));
  if (groups.length > 1 && (together || rehearsal)) throw apart();
  for (const group of groups) {
    // Secrets of the same name differ by value of a matrix.
    context.output.working({ stage: "reverting", done: reverted.length, all: undoing.length });
    const scripts = group.map(({ down }) => down);
    const settings = await applySettings(
      context,
      opened,
      options,
      command,
      scripts,
      (one) => void reverted.push(one),
    );
    const before = reverted.length;
    try {
      await revertMigrations(settings, group, { together, rehearsal });
    } catch (error) {
      const rest = group.slice(reverted.length - before);
      if (around === null || rehearsal || !isBlockedByDependents(error)) throw error;
      const started = performance.now();
      await around(rest, settings);
      const duration = performance.now() - started;
      for (const { module, id, part, scope } of rest) reverted.push({ module, id, part, scope, duration });
    }
    for (const [migration, one] of settings.carrying?.carried ?? []) carried.set(migration, one);
  }
  return runReport("reverted", opened.database, namesIn(opened.project.config), {
    rehearsal,
    migrations: reverted,
    skipped: rehearsal ? undoing.filter(({ down }) => !down.transaction) : [],
    carried,
  });
}

/** Of these migrations what ran for any scope, the last first. */
async function partsToUndo(
  context: CommandContext,
  opened: MigrationsAtTarget,
  names: readonly MigrationName[],
): Promise<readonly MigrationKey[]> {
  const {
    database,
    ledger,
    project: { config },
  } = opened;
  if (names.length === 0) return [];
  await refuseElsewhere(context, opened, names);
  const keys = new Set(names.map(migrationKey));
  if (Object.keys(config.matrices).length > 0) {
    const { ledgerSchema, project } = config;
    const parts = await readRecordedParts(database, ledgerSchema, project, names);
    // A value that came later has its own records behind all others: the order is that of the parts.
    const order = [...keys];
    return parts
      .toReversed()
      .sort(
        (a, b) =>
          order.indexOf(migrationKey(a)) - order.indexOf(migrationKey(b)) ||
          partNumber(b) - partNumber(a) ||
          compareText(matrixOf(b), matrixOf(a)),
      );
  }
  const byKey = new Map<string, RecordedMigration[]>();
  for (const one of ledger.recorded) {
    const key = migrationKey(one);
    if (keys.has(key)) byKey.set(key, [one, ...(byKey.get(key) ?? [])]);
  }
  return [...new Set(names.map(migrationKey))].flatMap((key) => byKey.get(key) ?? []);
}

/** With --only or --except the parts of these values alone, as long as nothing that ran once stands behind them. */
async function onlyChosen(
  context: CommandContext,
  { only, except }: RevertOptions,
  { project, database }: MigrationsAtTarget,
  parts: readonly MigrationKey[],
): Promise<readonly MigrationKey[]> {
  if (only === undefined && except === undefined) return parts;
  const chosen = new Set<string>();
  for (const matrix of new Set(parts.map(matrixOf))) {
    if (matrix === "") continue;
    const scopes = await projectScopes(context, project, matrix, async () => database);
    const selection = knownHere(scopes, { only, except, shard: undefined, canary: undefined });
    const { canary, others } = selectScopes(scopes, selection);
    for (const { name } of [...canary, ...others]) chosen.add(name);
  }
  const wanted = parts.filter(({ scope }) => chosen.has(scope));
  const last = wanted.at(-1);
  const behind = parts
    .slice(0, last === undefined ? 0 : parts.indexOf(last))
    .find(({ scope }) => scope === sharedScope);
  if (wanted.length > 0 && behind === undefined) return wanted;
  const message =
    behind === undefined
      ? "nothing of these values is there to undo"
      : `${namesIn(project.config).part(behind)} ran once, behind the parts of these values`;
  const fix =
    behind === undefined
      ? "see migrator tenant list and migrator migration status"
      : "revert all of it, without --only and --except";
  throw new MigratorError([{ code: "usage", message, fix }], 2);
}

/** Values with a database of their own have a ledger there. */
async function refuseElsewhere(
  context: CommandContext,
  { all, project, database }: MigrationsAtTarget,
  names: readonly MigrationName[],
): Promise<void> {
  const keys = new Set(names.map(migrationKey));
  const matrices = new Set(
    all.filter((one) => keys.has(migrationKey(one))).flatMap(({ matrix }) => matrix ?? []),
  );
  for (const matrix of matrices) {
    const scopes = await projectScopes(context, project, matrix, async () => database);
    const elsewhere = scopes.filter(({ url }) => url !== null);
    if (elsewhere.length === 0) continue;
    throw new MigratorError([
      {
        code: "usage",
        message: `${elsewhere.length} values of ${matrix} have databases of their own, which a revert here does not reach`,
        detail: elsewhere.map(({ name }) => name).join("\n"),
        fix: "revert there first, with --database-url for each, and write a migration that undoes what runs once",
      },
    ]);
  }
}

function partNumber({ part }: MigrationKey): number {
  return Number(/^up\.(\d+)/.exec(part)?.[1] ?? 0);
}

/** Empty for what ran once. */
function matrixOf({ part }: MigrationKey): string {
  return /^up(?:\.\d+)?(?:\.(\D.*))?$/.exec(part)?.[1] ?? "";
}

/** Between what ran once the ways back of each value of a matrix come together: its components follow them all at once. */
function byScope(undoing: readonly Undoing[]): readonly Undoing[] {
  const done: Undoing[] = [];
  let stretch: Undoing[] = [];
  const close = (): void => {
    // Another matrix's may stand on them.
    const one = new Set(stretch.map(matrixOf)).size === 1;
    const scopes = [...new Set(stretch.map(({ scope }) => scope))];
    done.push(...(one ? scopes.flatMap((scope) => stretch.filter((each) => each.scope === scope)) : stretch));
    stretch = [];
  };
  for (const each of undoing) {
    if (each.scope !== sharedScope) {
      stretch.push(each);
      continue;
    }
    close();
    done.push(each);
  }
  close();
  return done;
}

function sameScope(undoing: readonly Undoing[]): readonly (readonly Undoing[])[] {
  const groups: Undoing[][] = [];
  for (const one of undoing) {
    const last = groups.at(-1);
    if (last !== undefined && last[0]?.scope === one.scope) last.push(one);
    else groups.push([one]);
  }
  return groups;
}

function apart(): MigratorError {
  const message = "ways back of several values of a matrix have a transaction each";
  const fix = "leave out --single-transaction and --dry-run, or revert a migration that ran once";
  return new MigratorError([{ code: "usage", message, fix }], 2);
}

/** One that another applied migration requires stays. */
export function refuseNeeded(
  statuses: readonly MigrationStatus[],
  undone: readonly MigrationName[],
  names: Names,
): void {
  const going = new Set(undone.map(migrationKey));
  const mistakes = statuses.flatMap((one) => {
    if (one.recorded === null || one.built === null || going.has(migrationKey(one))) return [];
    const name = names.migration(one);
    return one.built.requires
      .filter((text) => requiredKeys(one, text).some((key) => going.has(key)))
      .map((text) => ({
        code: "migration-state" as const,
        message: `migration ${name} requires ${text}, which would be undone`,
        fix: `revert ${name} first`,
      }));
  });
  if (mistakes.length > 0) throw new MigratorError(mistakes);
}
