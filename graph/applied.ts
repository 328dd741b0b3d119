/** What the ledger remembers of an object: what was applied last, and from which file. */
import type { AttachmentKind } from "./declared.ts";
import type { Definition } from "./definition.ts";
import type { Identity } from "./identity.ts";

export interface AppliedAttachment {
  readonly kind: AttachmentKind;
  readonly key: string;
  readonly hash: string;
  readonly undo: string | null;
  readonly inline: boolean;
}

export interface AppliedObject {
  readonly identity: Identity;
  readonly component: string;
  /** DeclaredObject.hash at the last apply. */
  readonly hash: string;
  /** The CREATE statement that was applied. */
  readonly definition: Definition;
  readonly attachments: readonly AppliedAttachment[];
  /** How the live object stands to what was applied: `changed` where its catalog rows are others since. */
  readonly live: "same" | "changed" | "missing";
}
