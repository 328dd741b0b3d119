/** Builds the objects that do not stand yet in one short transaction, without data; then fills each by itself. */
import { subjectKey } from "../../../graph/bystander.ts";
import { describeIdentity, type Identity, identityKey, isRoutine } from "../../../graph/identity.ts";
import { PreparedOutdated, preparedPrefix } from "../../../graph/plan/beside.ts";
import { type Built, makeBeside, nameApart, type Preparation } from "../../../graph/plan/prepare.ts";
import { refreshStatement } from "../../../graph/plan/stale.ts";
import { quoteIdentifier, quoteName } from "../../../graph/quote.ts";
import { PlanError } from "../../../graph/step.ts";
import { transactionId } from "../../database/commit.ts";
import { drive, StatementRefused } from "../../database/drive.ts";
import { lockStatements, takeTurn, withLockRetries } from "../../database/lock.ts";
import { dropPrepared, type PreparedRow, rememberPrepared } from "../../database/prepared-rows.ts";
import { readReached } from "../../database/reached.ts";
import { catalogPath, componentsPath } from "../../database/search-path.ts";
import type { SyncInput } from "../sync.ts";
import { ensureTable } from "./ensure-table.ts";
import type { Lesson } from "./learn.ts";
import { groupsOf, meaningOf, targetText } from "./prepared-set.ts";
import { trustAgain } from "./trust.ts";

/** Takes away what fits no more. */
export async function dropOutdated(
  input: SyncInput,
  { planned }: Lesson,
  rows: readonly PreparedRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const { database, ledgerSchema, lockTimeout } = input;
  await withLockRetries(database, input, async () => {
    await takeTurn(database, ledgerSchema, input.onWait);
    const indexed = (planned?.indexes ?? []).map(({ identity }) => identity);
    const trusted = await trustAgain(input, indexed);
    const drops = dropPrepared(ledgerSchema, rows);
    await database.batch([`set local lock_timeout = ${lockTimeout}`, ...drops, ...trusted, "commit"]);
  });
}

/** Makes the objects that have no row among `standing` under scratch names. */
export async function buildObjects(
  input: SyncInput,
  lesson: Lesson,
  standing: readonly PreparedRow[],
): Promise<void> {
  const there = new Set(standing.map(({ key }) => key));
  const steps = lesson.preparation.steps.filter(({ identity }) => !there.has(subjectKey(identity)));
  if (steps.length === 0) return;
  await withLockRetries(input.database, input, async () => {
    const { database, lockTimeout, searchPath } = input;
    await takeTurn(database, input.ledgerSchema, input.onWait);
    await ensureTable(input);
    const { setAside, gone } = lesson.preparation;
    const replaced = setAside.map(({ live }) => live.identity);
    const olds = [...replaced.filter((old) => lesson.built.has(identityKey(old))), ...gone];
    // As their readers do.
    const locks = lesson.learnt.locks.filter(({ key }) => olds.some((old) => identityKey(old) === key));
    const trusted = await trustAgain(input, olds);
    const rows = await database.batch([
      `set local lock_timeout = ${lockTimeout}`,
      transactionId,
      ...lockStatements(locks, lockTimeout),
    ]);
    const prefix = `${preparedPrefix}${rows[1]?.[0]?.xid}`;
    const preparation: Preparation = { ...lesson.preparation, steps, prefix };
    const driving = { searchPath, rehearsal: false };
    const made = await drive(database, makeBeside(preparation), driving).catch((error: unknown) => {
      throw error instanceof StatementRefused ? missingBeside(lesson, error) : error;
    });
    await requireSameNeeds(input, lesson, made.built);
    await drive(database, nameApart(preparation, made), driving);
    await database.batch([catalogPath, ...(await remember(input, lesson, made.built)), ...trusted, "commit"]);
  });
}

/**
 * PostgreSQL prints a cast and an overload alike whichever function it means: what the objects are bound to must be the same by
 * name as in the rehearsal, while all go by their own names.
 */
async function requireSameNeeds(
  { database }: SyncInput,
  lesson: Lesson,
  built: readonly Built[],
): Promise<void> {
  const identities = built.map(({ identity }) => identity);
  const { needs } = await readReached(database, identities);
  for (const identity of identities) {
    const key = identityKey(identity);
    const present = needs.get(key) ?? [];
    if (JSON.stringify(present) === JSON.stringify(lesson.reached.needs.get(key) ?? [])) continue;
    if (present.some((one) => one.includes("__migrator_old_"))) throw boundToOld(lesson, identity);
    throw new PreparedOutdated(describeIdentity(identity));
  }
}

/** undefined_function, cannot_coerce and ambiguous_function: https://www.postgresql.org/docs/18/errcodes-appendix.html */
const noSuchOperation: ReadonlySet<string> = new Set(["42883", "42846", "42725"]);

/** The rehearsal made the operators and casts over what is made anew before their readers; beside the old one there are none. */
function missingBeside(lesson: Lesson, error: StatementRefused): Error {
  const { blame, refusal } = error;
  if (blame === null || !noSuchOperation.has(refusal.sqlstate)) return error;
  return notBeforehand(
    lesson,
    blame,
    `it reaches something that is made anew by a cast or operator (${refusal.message})`,
  );
}

/** A cast or the like leads to a function that is made anew, and cannot stand in two versions itself. */
function boundToOld(lesson: Lesson, identity: Identity): PlanError {
  return notBeforehand(
    lesson,
    identity,
    "it reaches something that is made anew by a cast or operator, which means the old one until then",
  );
}

function notBeforehand({ preparation }: Lesson, identity: Identity, why: string): PlanError {
  const step = preparation.steps.find((one) => subjectKey(one.identity) === identityKey(identity));
  return new PlanError([
    {
      code: "dependent-blocks",
      message: `${describeIdentity(identity)} cannot be filled beforehand: ${why}`,
      component: step?.component ?? null,
      offset: null,
      fix: "run it without --online",
    },
  ]);
}

/** What the ledger keeps of them. */
async function remember(
  { database, ledgerSchema, project }: SyncInput,
  { reached }: Lesson,
  built: readonly Built[],
): Promise<readonly string[]> {
  const statements: string[] = [];
  const keys = new Set(built.map(({ identity }) => identityKey(identity)));
  for (const group of groupsOf(keys, reached)) {
    const members = built.filter(({ identity }) => group.includes(identityKey(identity)));
    const oids = members.map(({ live, identity }) => ({ catalog: catalogOf(identity), oid: live.oid }));
    const inputs = await meaningOf(database, oids);
    for (const { identity, scratch, old, live } of members) {
      const key = identityKey(identity);
      const target = targetText(live, reached.needs.get(key) ?? []);
      const { schema } = identity;
      const catalog = catalogOf(identity);
      const row = { key, catalog, oid: live.oid, schema, scratch, old, target, inputs };
      statements.push(rememberPrepared(ledgerSchema, project, row));
    }
  }
  return statements;
}

function catalogOf(identity: Built["identity"]): string {
  return isRoutine(identity) ? "pg_proc" : "pg_class";
}

/** Fills those that are not filled, as their owners would, with statistics for the planner. */
export async function fillObjects(
  input: SyncInput,
  lesson: Lesson,
  rows: readonly PreparedRow[],
): Promise<void> {
  const { database, ledgerSchema, searchPath } = input;
  for (const identity of lesson.filled) {
    const row = rows.find(({ key }) => key === identityKey(identity));
    if (row === undefined || row.complete) continue;
    const { schema, scratch } = row;
    input.onWait(`filling ${describeIdentity(identity)} beside the old one`);
    await database.batch([
      componentsPath(searchPath),
      refreshStatement({ kind: "materialized view", schema, name: scratch }, false),
      `analyze ${quoteName(schema, scratch)}`,
      `update ${quoteIdentifier(ledgerSchema)}.prepared set filled_at = pg_catalog.now() where id = ${row.id}`,
    ]);
  }
}
