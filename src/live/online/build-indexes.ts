/** Builds declared indexes of filled materialized views under scratch names, with CREATE INDEX CONCURRENTLY. */
import { describeIdentity, identityKey, type RelationIdentity } from "../../../graph/identity.ts";
import { type IndexToBuild, preparedPrefix } from "../../../graph/plan/beside.ts";
import { quoteIdentifier, quoteLiteral, quoteName } from "../../../graph/quote.ts";
import { transactionId } from "../../database/commit.ts";
import { takeTurn, withLockRetries } from "../../database/lock.ts";
import { type PreparedRow, rememberPrepared } from "../../database/prepared-rows.ts";
import { catalogPath } from "../../database/search-path.ts";
import type { SyncInput } from "../sync.ts";
import { ensureTable } from "./ensure-table.ts";
import type { Lesson } from "./learn.ts";
import { indexKey, indexText } from "./prepared-set.ts";
import { trustAgain } from "./trust.ts";

/** Those that have no row among `standing`. One that is interrupted is left invalid, and the next run drops it. */
export async function buildIndexes(
  input: SyncInput,
  lesson: Lesson,
  standing: readonly PreparedRow[],
): Promise<void> {
  const there = new Set(standing.map(({ key }) => key));
  for (const [i, index] of indexesToBuild(lesson).entries())
    if (!there.has(indexKey(index))) await buildIndex(input, index, i + 1);
}

/** An index of an object that is built side by side comes with it. */
export function indexesToBuild({ planned, built }: Lesson): readonly IndexToBuild[] {
  return (planned?.indexes ?? []).filter(({ identity }) => !built.has(identityKey(identity)));
}

async function buildIndex(input: SyncInput, index: IndexToBuild, number: number): Promise<void> {
  const { database, ledgerSchema, project } = input;
  const { identity, unique, definition, tablespace } = index;
  const { trusted, scratch } = await withLockRetries(database, input, async () => {
    await takeTurn(database, ledgerSchema, input.onWait);
    await ensureTable(input);
    const again = await trustAgain(input, [identity]);
    const [rows] = await database.batch([transactionId]);
    const name = `${preparedPrefix}${rows?.[0]?.xid}_i${number}`;
    const what = { key: indexKey(index), target: indexText(index), inputs: "" };
    const where = { catalog: "pg_class", oid: 0, schema: identity.schema, scratch: name, old: null };
    await database.batch([rememberPrepared(ledgerSchema, project, { ...what, ...where }), "commit"]);
    return { trusted: again, scratch: name };
  });
  input.onWait(`building index ${index.name} of ${describeIdentity(identity)}`);
  // TABLESPACE would stand in the middle of what PostgreSQL prints.
  if (tablespace !== null)
    await database.query("select pg_catalog.set_config('default_tablespace', $1, false)", [tablespace]);
  const create = `create ${unique ? "unique " : ""}index concurrently ${quoteIdentifier(scratch)}`;
  await database.batch([`${create} on ${nameOf(identity)} ${definition}`]);
  if (tablespace !== null) await database.batch(["reset default_tablespace"]);
  await database.batch([
    catalogPath,
    ...trusted,
    `update ${quoteIdentifier(ledgerSchema)}.prepared set filled_at = now() where scratch = ${quoteLiteral(scratch)}`,
  ]);
}

function nameOf({ schema, name }: RelationIdentity): string {
  return quoteName(schema, name);
}
