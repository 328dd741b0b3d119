/** A generated block that runs where there is more than it knows: what that is made of, for planning. */
import type { AroundStatement } from "./around.ts";
import type { Identity } from "./identity.ts";
import type { LiveChild, LiveObject } from "./live.ts";

export interface CarriedStatement {
  /** As it is sent. */
  readonly sql: string;
  /** What it changes of tables; null for a statement that brings components along. */
  readonly around: AroundStatement | null;
}

/** An object that the block makes anew, drops or replaces. */
export interface CarriedObject {
  readonly identity: Identity;
  /** `now`, made by the block, with what hung on `was` and the block did not know of. */
  readonly wanted: (was: LiveObject, now: LiveObject) => LiveObject;
  /** Whether the block does not know of a trigger or rule on it. */
  readonly isStrange: (child: LiveChild) => boolean;
}

export interface CarriedBlock {
  /** In messages: `migration 20240802030220-support-roles`. */
  readonly label: string;
  readonly statements: readonly CarriedStatement[];
  readonly objects: readonly CarriedObject[];
}
