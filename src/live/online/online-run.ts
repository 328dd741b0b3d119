/** What one transaction of an online sequence wants beside a sync's own, and what becomes of what was built for it. */
import type { Identity } from "../../../graph/identity.ts";
import type { Beside } from "../../../graph/plan/beside.ts";
import { quoteName } from "../../../graph/quote.ts";
import { dropPrepared, forgetPrepared, type PreparedRow } from "../../database/prepared-rows.ts";
import type { Learnt, Planned } from "../plan-with-locks.ts";

export interface OnlineRun {
  readonly beside: Beside;
  /** The rows of what the plan puts in its place. */
  readonly taken: readonly PreparedRow[];
  /** Relations to lock that an earlier transaction came to know of; those of this one are added. */
  readonly learnt: SyncLearnt;
  /** Asked in the transaction before anything is planned. */
  readonly verify?: () => Promise<void>;
  /** Told in the transaction when the plan has run. */
  readonly inspect?: (planned: Planned) => Promise<void>;
}

export interface BuiltBeside {
  readonly identity: Identity;
  /** `made` has no rows of its own; an index is one of the materialized view. */
  readonly what: "filled" | "made" | "indexed";
  /** When a materialized view was filled, as the server prints it. */
  readonly filledAt: string | null;
}

/** Beside the relations to lock at the start of the next transaction. */
export interface SyncLearnt extends Learnt {
  /** What the plan is about. */
  changed: readonly Identity[];
}

/** What an interrupted online sequence left goes; what is taken is no leftover any more. */
export function staleBuilds(
  ledgerSchema: string,
  prepared: readonly PreparedRow[],
  online: OnlineRun | undefined,
): { readonly sql: readonly string[]; readonly warnings: readonly string[] } {
  const taken = online?.taken ?? [];
  const left = prepared.filter((row) => !taken.some(({ id }) => id === row.id));
  const sql = dropPrepared(ledgerSchema, left);
  if (taken.length > 0) sql.push(forgetPrepared(ledgerSchema, taken));
  const names = left.map(({ schema, scratch }) => quoteName(schema, scratch)).join(", ");
  const warning = `what an interrupted --online run left behind goes: ${names}`;
  return { sql, warnings: online === undefined && left.length > 0 ? [warning] : [] };
}
