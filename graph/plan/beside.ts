/** What is built side by side with what readers still use, before a plan runs: what a plan is told of it. */
import { type Identity, identityKey, type RelationIdentity } from "../identity.ts";
import type { LiveObject } from "../live.ts";

/** What is built goes by names that begin so; a transaction id follows, so that no two runs take the same. */
export const preparedPrefix = "__migrator_new_";

export interface Prepared {
  readonly scratch: string;
  /** `comparablePart` of the object that it was built beside; null where there was none. */
  readonly old: string | null;
  /** What stands under the scratch name, as it is to be under its own. */
  readonly target: LiveObject;
}

export interface PreparedIndex {
  readonly schema: string;
  readonly scratch: string;
  readonly name: string;
}

export interface Beside {
  /** Keys of objects that are made anew even where PostgreSQL could change them in place. */
  readonly anew: ReadonlySet<string>;
  /** What stands ready, by key; empty while it is learnt what is to be built. */
  readonly prepared: ReadonlyMap<string, Prepared>;
  /** Indexes that stand ready, by `indexToBuildKey`. */
  readonly indexes: ReadonlyMap<string, PreparedIndex>;
}

/** A declared index that a filled materialized view does not have yet. */
export interface IndexToBuild {
  readonly identity: RelationIdentity;
  /** Of the attachment: `index public.m_a`. */
  readonly attachment: string;
  readonly name: string;
  /** pg_get_indexdef, from behind the relation's name on. */
  readonly definition: string;
  readonly unique: boolean;
  readonly tablespace: string | null;
}

export function indexToBuildKey(identity: Identity, attachment: string): string {
  return JSON.stringify([identityKey(identity), attachment]);
}

/** What was prepared does not fit any more: the work is taken back, and it is to be built anew. */
export class PreparedOutdated extends Error {
  constructor(what: string) {
    super(`${what} changed since it was built side by side`);
    this.name = "PreparedOutdated";
  }
}
