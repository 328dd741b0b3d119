/** Attachments before it is known which object they belong to. */
import type { Attachment, AttachmentKind, LooseTarget, NameSpan } from "../../graph/declared.ts";
import type { Reference } from "../../graph/reference.ts";
import type { TargetName } from "../../graph/syntax/retarget.ts";
import { hashMeaning, hashText } from "./hash.ts";
import type { Source } from "./source.ts";

/** A text around the object's name, or around its schema alone. */
export interface NameFrame {
  readonly before: string;
  readonly of: "object" | "schema";
  readonly after: string;
}

/** A text that may name the object. */
export type FramedText = string | NameFrame;

export interface AttachmentDraft {
  readonly kind: AttachmentKind;
  readonly key: FramedText;
  readonly sql: FramedText;
  readonly undo: FramedText | null;
  /** What the statement means, for its hash; the text of `sql` where there is no more to it. */
  readonly meaning?: unknown;
  /** Units of the source's text. */
  readonly offset: number;
  readonly inline?: boolean;
  readonly references?: readonly Reference[];
}

/** What a statement attaches, and to what. */
export interface PendingAttachment {
  readonly target: LooseTarget;
  readonly draft: AttachmentDraft;
}

export function objectFrame(before: string, after = ""): NameFrame {
  return { before, of: "object", after };
}

/** `text` with something before and behind it. */
export function surround(before: string, text: FramedText, after = ""): FramedText {
  if (typeof text === "string") return before + text + after;
  return { before: before + text.before, of: text.of, after: text.after + after };
}

/** The draft written out with its object's name. */
export function finishAttachment(draft: AttachmentDraft, name: TargetName, source: Source): Attachment {
  const { kind, key, sql, undo, offset } = draft;
  return {
    kind,
    key: fill(key, name),
    sql: fill(sql, name),
    undo: undo === null ? null : fill(undo, name),
    hash: draft.meaning === undefined ? hashText(withoutName(sql)) : hashMeaning(draft.meaning),
    offset: offset + source.shift,
    component: source.component,
    inline: draft.inline ?? false,
    references: draft.references ?? [],
    target: {
      key: spanOf(key, name),
      sql: spanOf(sql, name),
      undo: undo === null ? null : spanOf(undo, name),
    },
  };
}

/** Equal however the object is qualified. */
function withoutName(text: FramedText): string {
  return typeof text === "string" ? text : `${text.before}\0${text.after}`;
}

function fill(text: FramedText, name: TargetName): string {
  return typeof text === "string" ? text : text.before + name[text.of] + text.after;
}

function spanOf(text: FramedText, name: TargetName): NameSpan | null {
  if (typeof text === "string") return null;
  const start = text.before.length;
  return { start, end: start + name[text.of].length, of: text.of };
}
