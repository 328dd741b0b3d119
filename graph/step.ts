/** What a plan consists of: steps in the order in which they run, each with its reason and its SQL. */

import type { AroundOrigin } from "./around.ts";
import type { Subject } from "./bystander.ts";
import type { DiagnosticCode } from "./diagnostic.ts";
import type { Identity } from "./identity.ts";

export type StepKind =
  | "create"
  | "replace"
  | "rename-column"
  | "alter"
  | "recreate"
  | "rebind"
  | "detach"
  | "drop"
  | "restore"
  | "refresh";

export interface Step {
  readonly kind: StepKind;
  readonly identity: Subject;
  /** The component that declares the object; null where no file does. */
  readonly component: string | null;
  readonly reason: string;
  /** Where it follows from another object's change: that object, and what `reason` then says of it first. */
  readonly because?: { readonly subject: Subject; readonly why: string };
  readonly sql: readonly string[];
  /** What hung on a recreated object and came back: `owner`, `2 grants`, `1 index`. */
  readonly kept?: readonly string[];
  /** The second half of another step (an old object is dropped at the end): part of the SQL, no change of its own. */
  readonly auxiliary?: boolean;
}

export interface Cost {
  readonly relation: Subject;
  readonly kind: "repopulate" | "rewrite" | "revalidate" | "rebuild-index";
  /** PostgreSQL's estimate. */
  readonly rows: number;
  readonly bytes: number;
  /** A migration says so itself: it is told, and not asked for. */
  readonly meant?: true;
  /** Told by a rehearsal: it is not allowed, so that the run itself would be refused. */
  readonly refused?: true;
}

/** A mistake or refusal, told of a place in a component. */
export interface Problem {
  readonly code: DiagnosticCode;
  readonly message: string;
  /** Null where no file is to blame. */
  readonly component: string | null;
  /** In UTF-16 units of the rendered component. */
  readonly offset: number | null;
  /** Where it stands, if that is no component. */
  readonly place?: AroundOrigin["place"];
  /** Of a statement around: PostgreSQL's SQLSTATE. */
  readonly sqlstate?: string;
  readonly detail?: string | undefined;
  readonly fix?: string | undefined;
  /** With code `drift`: what of which object was changed. */
  readonly drift?: Drift | undefined;
}

/** What somebody changed in the database. */
export interface Drift {
  readonly identity: Identity;
  readonly definition: boolean;
  /** Keys of declared attachments that stand no more as they were applied. */
  readonly attachments: readonly string[];
}

/** Planning cannot go on. */
export class PlanError extends Error {
  readonly problems: readonly Problem[];
  /** The key of the object that was being looked at; null where it is not one object's affair. */
  readonly about: string | null;

  constructor(problems: readonly Problem[], about: string | null = null) {
    super(problems.map((problem) => problem.message).join("\n"));
    this.name = "PlanError";
    this.problems = problems;
    this.about = about;
  }
}
