/** One object that a plan has to look at, and why. */
import type { AppliedObject } from "../applied.ts";
import type { DeclaredObject } from "../declared.ts";
import type { Definition } from "../definition.ts";
import type { Identity } from "../identity.ts";
import type { LiveObject } from "../live.ts";
import type { Step } from "../step.ts";

/** Why an object is looked at; several can hold. */
export interface Reasons {
  /** Its file says something else than the ledger, or the ledger does not know it. */
  readonly changed: boolean;
  /** What it hangs on was made anew: its own definition must be bound again. */
  readonly rebind: boolean;
  /** It stood on a relation that was made anew, and went with the old one. */
  readonly remake: boolean;
  /** What its text names changed: the text may mean something else now. */
  readonly analyse: boolean;
  /** Its attachments differ from the ledger's. */
  readonly attachments: boolean;
}

export interface Work {
  readonly key: string;
  readonly identity: Identity;
  /** Null for an object that no file declares. */
  readonly declared: DeclaredObject | null;
  readonly applied: AppliedObject | null;
  readonly definition: Definition;
  readonly reasons: Reasons;
  /** For a person: what led here. */
  readonly why: string;
  /** The object whose change led here; absent where it is the file's own, or nobody's. */
  readonly because?: Identity | null;
  /** The component whose change led here, for what no file declares. */
  readonly cause?: string | null;
  /** The object as it was when the pass began; null where it does not exist. */
  readonly live: LiveObject | null;
}

export const noReasons: Reasons = {
  changed: false,
  rebind: false,
  remake: false,
  analyse: false,
  attachments: false,
};

/** For a step of the work: what it follows from; nothing where its own file changed. */
export function becauseOf({ reasons, because, why }: Work): Pick<Step, "because"> {
  return reasons.changed || because === undefined || because === null
    ? {}
    : { because: { subject: because, why } };
}

export function joinReasons(a: Reasons, b: Reasons): Reasons {
  return {
    changed: a.changed || b.changed,
    rebind: a.rebind || b.rebind,
    remake: a.remake || b.remake,
    analyse: a.analyse || b.analyse,
    attachments: a.attachments || b.attachments,
  };
}
