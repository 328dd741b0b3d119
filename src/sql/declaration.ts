/** A CREATE statement read as an object, before its attachments are joined to it. */
import type { DeclaredObject, Span, StatementParts } from "../../graph/declared.ts";
import type { Identity } from "../../graph/identity.ts";
import type { Reference } from "../../graph/reference.ts";
import type { AttachmentDraft } from "./attachment-draft.ts";
import { hashMeaning } from "./hash.ts";
import type { SourceStatement } from "./source.ts";
import type { CreateHead } from "./spans.ts";

export interface Declaration {
  readonly object: Omit<DeclaredObject, "attachments">;
  /** Attachments whose text stands inside the statement. */
  readonly inline: readonly AttachmentDraft[];
}

export interface DeclarationParts {
  readonly identity: Identity;
  readonly head: CreateHead;
  readonly parts: StatementParts;
  /** What of the tree the hash is taken over. */
  readonly meaning: unknown;
  readonly references: readonly Reference[];
  readonly inline?: readonly AttachmentDraft[];
}

export function declaration(statement: SourceStatement, given: DeclarationParts): Declaration {
  const { source, start, sql } = statement;
  const name: Span = given.head.name;
  return {
    object: {
      identity: given.identity,
      component: source.component,
      sql,
      offset: start + source.shift,
      name,
      orReplace: given.head.orReplace,
      parts: given.parts,
      hash: hashMeaning(given.meaning),
      references: given.references,
    },
    inline: given.inline ?? [],
  };
}
