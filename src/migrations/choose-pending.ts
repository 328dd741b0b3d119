/** Which migrations a command applies, and what stands in the way. */
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { MigrationStatus } from "./compare.ts";
import { migrationKey, type Names } from "./migration.ts";
import { requiredKeys } from "./order.ts";
import { isOpen } from "./prepare.ts";
import { allReplaced, lackingError } from "./replaced.ts";

export interface Choice {
  /** The last one to apply; null: all. */
  readonly to: MigrationStatus | null;
  /** This one alone; null: all. */
  readonly only: MigrationStatus | null;
  /** A protected or migrated target: what is doubtful stops. Elsewhere it is told. */
  readonly strict: boolean;
  readonly outOfOrder: boolean;
  readonly ignoreMissing: boolean;
  readonly names: Names;
}

export interface Chosen {
  readonly pending: readonly MigrationStatus[];
  readonly warnings: readonly string[];
}

/**
 * Throws a MigratorError with everything that stands in the way. `others`: what else may be required, of another scope; `before`: what
 * will have run by then.
 */
export function choosePending(
  statuses: readonly MigrationStatus[],
  choice: Choice,
  others: readonly MigrationStatus[] = [],
  before: readonly MigrationStatus[] = [],
): Chosen {
  const waiting = statuses.filter(({ state }) => state === "pending" || state === "partial");
  const pending =
    choice.only !== null
      ? waiting.filter((one) => sameMigration(one, choice.only))
      : upTo(waiting, statuses, choice);
  const { names } = choice;
  const mistakes: Diagnostic[] = [
    ...statuses.filter(({ state }) => state === "altered").map((one) => altered(one, names)),
    ...statuses.filter(({ state }) => state === "undoing").map((one) => undoing(one, names)),
    ...pending.filter(isRejoined).map((one) => rejoined(one, names)),
  ];
  const warnings: string[] = [];
  const doubt = (problem: Diagnostic, allowed: boolean) => {
    if (choice.strict && !allowed) mistakes.push(problem);
    else warnings.push(problem.message);
  };
  for (const one of statuses) if (one.state === "missing") doubt(missing(one, names), choice.ignoreMissing);
  for (const one of pending) {
    if (one.lacking.length > 0) mistakes.push({ ...lackingError(one, one.lacking, names), ...fileOf(one) });
    if (one.built?.adopts === true)
      warnings.push(`${names.part(one)} stands for what the database has: it is recorded, and nothing runs`);
    if (one.outOfOrder) doubt(late(one, names), choice.outOfOrder);
    if (one.built !== null && isOpen(one.built)) doubt(unpinned(one, names), false);
  }
  mistakes.push(...unmet(pending, [...others, ...statuses], before, names));
  if (mistakes.length > 0) throw new MigratorError(mistakes);
  return { pending, warnings };
}

function upTo(
  waiting: readonly MigrationStatus[],
  statuses: readonly MigrationStatus[],
  { to }: Choice,
): readonly MigrationStatus[] {
  if (to === null) return waiting;
  const last = statuses.findLastIndex((one) => sameMigration(one, to));
  return waiting.filter((one) => statuses.indexOf(one) <= last);
}

/** Whether they are parts of one migration. */
function sameMigration(one: MigrationStatus, other: MigrationStatus | null): boolean {
  return other !== null && migrationKey(one) === migrationKey(other);
}

/** One that is applied alone may need others that are not applied. */
function unmet(
  pending: readonly MigrationStatus[],
  statuses: readonly MigrationStatus[],
  before: readonly MigrationStatus[],
  names: Names,
): readonly Diagnostic[] {
  const ready = new Set<string>();
  const add = (one: MigrationStatus) => {
    ready.add(migrationKey(one));
    for (const other of allReplaced(one.built?.migration.replaces ?? [])) ready.add(migrationKey(other));
  };
  for (const one of before) add(one);
  for (const one of statuses) if (one.recorded !== null && one.state !== "partial") add(one);
  return pending.flatMap((one): readonly Diagnostic[] => {
    const lacking = (one.built?.requires ?? []).filter(
      (text) => !requiredKeys(one, text).some((key) => ready.has(key)),
    );
    add(one);
    if (lacking.length === 0) return [];
    return [
      {
        code: "migration-state",
        message: `migration ${names.part(one)} requires ${lacking.join(", ")}, which is not applied`,
        ...fileOf(one),
        fix: "apply that one first, or all that is pending",
      },
    ];
  });
}

function altered(one: MigrationStatus, names: Names): Diagnostic {
  return {
    code: "migration-state",
    message: `migration ${names.part(one)} was altered after it was applied: its SQL is no longer what ran`,
    ...fileOf(one),
    fix: "bring back the file as it was and write a new migration; or, if the database is as the new text says, run migrator migration adopt for it",
  };
}

function undoing(one: MigrationStatus, names: Names): Diagnostic {
  const done = one.recorded?.undone ?? 0;
  return {
    code: "migration-state",
    message: `migration ${names.part(one)} is partly undone: its down script stopped behind ${done === 1 ? "its first statement" : `${done} statements`}`,
    ...fileOf(one),
    fix: `run migrator migration revert ${names.migration(one)}, which goes on there; to go on with a corrected down script, store it first with migrator migration adopt ${names.migration(one)}`,
  };
}

/** Stopped in the middle, and its script no longer runs statement by statement. */
function isRejoined({ state, built }: MigrationStatus): boolean {
  return state === "partial" && built?.up.directives.transaction === true;
}

function rejoined(one: MigrationStatus, names: Names): Diagnostic {
  return {
    code: "migration-state",
    message: `migration ${names.part(one)} stopped behind statement ${one.recorded?.done ?? 0} when it ran statement by statement, and its script has no "-- migrator: no-transaction" any more`,
    ...fileOf(one),
    fix: `begin the script with that line again: it goes on where it stopped; or finish it by hand and run migrator migration adopt ${names.migration(one)}`,
  };
}

function missing(one: MigrationStatus, names: Names): Diagnostic {
  return {
    code: "migration-state",
    message: `migration ${names.part(one)} is applied, and there is no file of it here`,
    fix: "use the checkout that has it; or run migrator downgrade to undo it; or add --ignore-missing",
  };
}

function late(one: MigrationStatus, names: Names): Diagnostic {
  return {
    code: "migration-state",
    message: `migration ${names.part(one)} is older than one that is applied already`,
    ...fileOf(one),
    fix: "give it a new timestamp (rename its folder); or, if the order does not matter, add --out-of-order",
  };
}

function unpinned(one: MigrationStatus, names: Names): Diagnostic {
  return {
    code: "pin",
    message: `migration ${names.part(one)} reads other files and is not pinned: what it builds to changes with them`,
    ...fileOf(one),
    fix: `run migrator migration pin ${names.migration(one)}, and commit what it writes`,
  };
}

function fileOf({ built }: MigrationStatus): Pick<Diagnostic, "file"> {
  return built === null ? {} : { file: built.file };
}
