/** What the components declare. All offsets are UTF-16 units into the rendered text of the component. */
import type { Identity, ObjectKind } from "./identity.ts";
import type { Reference, TypeReference } from "./reference.ts";

/** A half-open range of UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The parts of a CREATE statement that a kind needs to rewrite it. Spans are relative to `sql`. */
export type StatementParts =
  | {
      readonly kind: "view";
      /** CREATE RECURSIVE VIEW. */
      readonly recursive: boolean;
      /** The names of the WITH (…) options, `check_option` included where WITH CHECK OPTION stands. */
      readonly options: readonly string[];
    }
  | {
      readonly kind: "materialized view";
      /** False where WITH NO DATA stands. */
      readonly withData: boolean;
      /** True where USING stands. */
      readonly accessMethod: boolean;
      /** Where the statement's query ends: before WITH [NO] DATA, or the end. */
      readonly queryEnd: number;
    }
  | {
      readonly kind: "function" | "procedure";
      readonly language: string;
      /** The input arguments' types as written, in order. Identity is settled from these once types are resolved. */
      readonly argumentTypes: readonly TypeReference[];
      /** How many input arguments have a DEFAULT. */
      readonly defaults: number;
      readonly variadic: boolean;
    }
  | {
      readonly kind: "aggregate";
      readonly argumentTypes: readonly TypeReference[];
      readonly variadic: boolean;
    }
  | { readonly kind: "trigger"; readonly constraint: boolean; readonly relation: Span }
  | { readonly kind: "rule"; readonly relation: Span }
  | {
      readonly kind: "policy";
      readonly relation: Span;
      /** ALL, SELECT, INSERT, UPDATE or DELETE. */
      readonly command: string;
      readonly permissive: boolean;
      /** The text after TO, or null. */
      readonly roles: Span | null;
      /** The expression inside USING (…), without the parentheses, or null. */
      readonly using: Span | null;
      /** The expression inside WITH CHECK (…), without the parentheses, or null. */
      readonly check: Span | null;
    };

/** An object that a component declares: one CREATE statement and what is attached to it. */
export interface DeclaredObject {
  readonly identity: Identity;
  /** The component's path below components/, with forward slashes. */
  readonly component: string;
  /** The CREATE statement as it stands in the rendered text, without the semicolon. */
  readonly sql: string;
  /** Where `sql` begins in the rendered text. */
  readonly offset: number;
  /** Where the object's own name, qualified or not, stands in `sql`. For a trigger, rule or policy its bare name. */
  readonly name: Span;
  /** From behind CREATE to before the kind's keyword where OR REPLACE stands; null where it does not. Relative to `sql`. */
  readonly orReplace: Span | null;
  readonly parts: StatementParts;
  /** A hash of what the statement means to the parser: no comments, white space, OR REPLACE or view options. */
  readonly hash: string;
  readonly references: readonly Reference[];
  readonly attachments: readonly Attachment[];
}

export type AttachmentKind =
  | "grant"
  | "revoke"
  | "owner"
  | "comment"
  | "option"
  | "default"
  | "index"
  | "statistics"
  | "security label"
  | "enabled"
  | "setting";

/** A statement that hangs something on an object, or an option inside the object's own statement. */
export interface Attachment {
  readonly kind: AttachmentKind;
  /** Equal for statements that speak of the same thing: `comment column x`, `index public.i`, `grant select to bob`. */
  readonly key: string;
  /** The statement, without the semicolon, its object named with the schema. For an option of the CREATE statement, the ALTER that sets it. */
  readonly sql: string;
  /** Undoes it when the file no longer says it (REVOKE, COMMENT … IS NULL, DROP INDEX); null where nothing can. */
  readonly undo: string | null;
  readonly hash: string;
  /** Where it begins in the rendered text. */
  readonly offset: number;
  readonly component: string;
  /** True where the text stands inside the CREATE statement (WITH options), so that creating sets it. */
  readonly inline: boolean;
  readonly references: readonly Reference[];
  /** Where `key`, `sql` and `undo` name the object; `retargetAttachment` rewrites them once the object is known for certain. */
  readonly target: AttachmentTarget;
}

/** Null where a text does not name the object. */
interface AttachmentTarget {
  readonly key: NameSpan | null;
  readonly sql: NameSpan | null;
  readonly undo: NameSpan | null;
}

/** A span that holds the object's qualified name, or its schema alone (as in `DROP INDEX schema.i`). */
export interface NameSpan extends Span {
  readonly of: "object" | "schema";
}

/** What one component holds. */
export interface ParsedComponent {
  readonly component: string;
  readonly objects: readonly DeclaredObject[];
  /** Attachments whose object stands in another component: joined when the project is assembled. */
  readonly loose: readonly { readonly target: LooseTarget; readonly attachment: Attachment }[];
}

/** The object of a loose attachment, as far as its text says. `arguments` null: whichever overload there is. */
export interface LooseTarget {
  readonly kinds: readonly ObjectKind[];
  readonly schema: string | null;
  readonly name: string;
  readonly relation: string | null;
  readonly arguments: readonly TypeReference[] | null;
}
