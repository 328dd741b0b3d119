/** Builds what does not stand yet: the objects in one short transaction, then their rows and indexes, each by itself. */

import { subjectKey } from "../../../graph/bystander.ts";
import { describeIdentity, identityKey, isRoutine } from "../../../graph/identity.ts";
import type { IndexToBuild } from "../../../graph/plan/beside.ts";
import { PreparedOutdated } from "../../../graph/plan/beside.ts";
import { type Built, makeBeside, nameApart, type Preparation } from "../../../graph/plan/prepare.ts";
import { refreshStatement } from "../../../graph/plan/stale.ts";
import { quoteIdentifier, quoteLiteral, quoteName } from "../../../graph/quote.ts";
import { transactionId } from "../../database/commit.ts";
import { drive } from "../../database/drive.ts";
import { catalogPath } from "../../database/introspect.ts";
import { columnsOf, ledgerTables } from "../../database/ledger.ts";
import { takeTurn, withLockRetries } from "../../database/lock.ts";
import { dropPrepared, type PreparedRow, rememberPrepared } from "../../database/prepared-rows.ts";
import { readReached } from "../../database/reached.ts";
import { versionOfOne } from "../../database/row-versions.ts";
import { componentsPath } from "../../database/search-path.ts";
import { missingSchemas } from "../idempotent-schemas.ts";
import type { SyncInput } from "../sync.ts";
import type { Lesson } from "./learn.ts";
import { groupsOf, indexKey, indexText, isFilled, meaningOf, targetText } from "./prepared-set.ts";

/** Takes away what fits no more. */
export async function dropOutdated(input: SyncInput, rows: readonly PreparedRow[]): Promise<void> {
  if (rows.length === 0) return;
  const { database, ledgerSchema, lockTimeout } = input;
  await withLockRetries(database, input, async () => {
    await takeTurn(database, ledgerSchema, input.onWait);
    await database.batch([
      `set local lock_timeout = ${lockTimeout}`,
      ...dropPrepared(ledgerSchema, rows),
      "commit",
    ]);
  });
}

/** Makes the objects whose rows are not there, without data, under scratch names. */
export async function buildObjects(
  input: SyncInput,
  lesson: Lesson,
  standing: readonly PreparedRow[],
): Promise<void> {
  const there = new Set(standing.map(({ key }) => key));
  const steps = lesson.preparation.steps.filter(({ identity }) => !there.has(subjectKey(identity)));
  if (steps.length === 0) return;
  await withLockRetries(input.database, input, async () => {
    const { database, ledgerSchema, project, searchPath } = input;
    await takeTurn(database, ledgerSchema, input.onWait);
    await ensureTables(input);
    const rows = await database.batch([`set local lock_timeout = ${input.lockTimeout}`, transactionId]);
    const prefix = `__migrator_new_${rows[1]?.[0]?.xid}`;
    const preparation: Preparation = { ...lesson.preparation, steps, prefix };
    const trusted = await trustedRows(input, preparation);
    const driving = { searchPath, rehearsal: false };
    const built = await drive(database, makeBeside(preparation), driving);
    const reached = await readReached(
      database,
      built.map(({ identity }) => identity),
    );
    for (const { identity } of built)
      requireSameNeeds(lesson, identityKey(identity), reached.needs, describeIdentity(identity));
    await drive(database, nameApart(preparation, built), driving);
    await database.batch([catalogPath, ...remember(input, lesson, built), ...trusted]);
    for (const keys of groupsOf(
      new Set(built.map(({ identity }) => identityKey(identity))),
      lesson.reached,
    )) {
      const group = built.filter(({ identity }) => keys.includes(identityKey(identity)));
      const inputs = await meaningOf(
        database,
        group.map(({ live, identity }) => ({ catalog: catalogOf(identity), oid: live.oid })),
      );
      const oids = group.map(({ live }) => live.oid).join(", ");
      await database.batch([
        `update ${quoteIdentifier(ledgerSchema)}.prepared set inputs = ${quoteLiteral(inputs)} where project = ${quoteLiteral(project)} and oid in (${oids})`,
      ]);
    }
    await database.batch(["commit"]);
  });
}

function catalogOf(identity: Built["identity"]): string {
  return isRoutine(identity) ? "pg_proc" : "pg_class";
}

function remember(
  { ledgerSchema, project }: SyncInput,
  { reached }: Lesson,
  built: readonly Built[],
): readonly string[] {
  return built.map(({ identity, scratch, old, live }) => {
    const key = identityKey(identity);
    const target = targetText(live, reached.needs.get(key) ?? []);
    const row = {
      key,
      catalog: catalogOf(identity),
      oid: live.oid,
      schema: identity.schema,
      scratch,
      old,
      target,
    };
    return rememberPrepared(ledgerSchema, project, row);
  });
}

/** PostgreSQL prints a cast and an overload alike whichever function it means: what they are bound to must be the same by name. */
function requireSameNeeds(
  lesson: Lesson,
  key: string,
  needs: ReadonlyMap<string, readonly string[]>,
  name: string,
): void {
  if (JSON.stringify(needs.get(key)) !== JSON.stringify(lesson.reached.needs.get(key)))
    throw new PreparedOutdated(name);
}

async function ensureTables({ database, ledgerSchema }: SyncInput): Promise<void> {
  const [rows] = await database.batch([
    `select to_regclass(${quoteLiteral(quoteName(ledgerSchema, "prepared"))}) is null as missing`,
  ]);
  if (rows?.[0]?.missing !== true) return;
  const schemas = await missingSchemas(database, [ledgerSchema]);
  await database.batch([
    ...schemas.map((schema) => `create schema ${quoteIdentifier(schema)}`),
    ...ledgerTables(ledgerSchema),
  ]);
}

/**
 * The old ones are renamed there and back, which writes their catalog rows anew: the ledger goes on to trust those that it
 * trusts now. Run behind the renames.
 */
async function trustedRows(
  { database, ledgerSchema, project }: SyncInput,
  { setAside }: Preparation,
): Promise<readonly string[]> {
  const wanted = JSON.stringify(setAside.map(({ live }) => columnsOf(live.identity)));
  if (setAside.length === 0) return [];
  const table = `${quoteIdentifier(ledgerSchema)}.object`;
  const same = `o.kind = w.kind and o.schema = w.schema and o.relation = w.relation and o.name = w.name and o.arguments = w.arguments`;
  const of = (json: string) =>
    `jsonb_to_recordset(${quoteLiteral(json)}::jsonb) as w(kind text, schema text, relation text, name text, arguments text[])`;
  const mine = `o.project = ${quoteLiteral(project)} and o.scope = 'shared'`;
  const [, rows] = await database.batch([
    catalogPath,
    `select o.kind, o.schema, o.relation, o.name, o.arguments from ${table} o join ${of(wanted)} on ${same} where ${mine} and o.version = ${versionOfOne}`,
  ]);
  if ((rows ?? []).length === 0) return [];
  return [
    `update ${table} o set version = ${versionOfOne} from ${of(JSON.stringify(rows))} where ${mine} and ${same}`,
  ];
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
    if (row === undefined || row.complete || !isFilled(lesson, row)) continue;
    const scratch = { kind: "materialized view" as const, schema: row.schema, name: row.scratch };
    input.onWait(`filling ${describeIdentity(identity)} beside the old one`);
    await database.batch([
      componentsPath(searchPath),
      refreshStatement(scratch, false),
      `analyze ${quoteName(row.schema, row.scratch)}`,
      `update ${quoteIdentifier(ledgerSchema)}.prepared set filled_at = pg_catalog.now() where id = ${row.id}`,
    ]);
  }
}

/** CREATE INDEX CONCURRENTLY locks out no reader; one that is interrupted leaves an invalid index, which the next run drops. */
export async function buildIndexes(
  input: SyncInput,
  lesson: Lesson,
  standing: readonly PreparedRow[],
): Promise<void> {
  const { database, ledgerSchema, project } = input;
  const there = new Set(standing.map(({ key }) => key));
  for (const [i, index] of (lesson.planned?.indexes ?? []).entries()) {
    const key = indexKey(index);
    if (there.has(key) || lesson.built.has(identityKey(index.identity))) continue;
    await withLockRetries(database, input, async () => {
      await takeTurn(database, ledgerSchema, input.onWait);
      await ensureTables(input);
      const [rows] = await database.batch([transactionId]);
      const scratch = `__migrator_new_${rows?.[0]?.xid}_i${i + 1}`;
      const { schema } = index.identity;
      const row = { key, catalog: "pg_class", oid: 0, schema, scratch, old: null, target: indexText(index) };
      await database.batch([rememberPrepared(ledgerSchema, project, row), "commit"]);
      input.onWait(`building index ${index.name} of ${describeIdentity(index.identity)}`);
      await buildIndex(input, index, scratch);
    });
  }
}

async function buildIndex(
  { database, ledgerSchema }: SyncInput,
  index: IndexToBuild,
  scratch: string,
): Promise<void> {
  const { schema, name } = index.identity;
  // The clause would stand in the middle of what PostgreSQL prints.
  const tablespace = `select pg_catalog.set_config('default_tablespace', ${quoteLiteral(index.tablespace ?? "")}, false)`;
  if (index.tablespace !== null) await database.batch([tablespace]);
  await database.batch([
    `create ${index.unique ? "unique " : ""}index concurrently ${quoteIdentifier(scratch)} on ${quoteName(schema, name)} ${index.definition}`,
  ]);
  if (index.tablespace !== null) await database.batch(["reset default_tablespace"]);
  await database.batch([
    `update ${quoteIdentifier(ledgerSchema)}.prepared set filled_at = pg_catalog.now() where scratch = ${quoteLiteral(scratch)}`,
  ]);
}
