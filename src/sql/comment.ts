/** COMMENT and SECURITY LABEL: texts on objects, their columns, indexes and statistics. */
import type { CommentStmt, Node, SecLabelStmt } from "@pgsql/types";
import type { AttachmentKind, LooseTarget } from "../../graph/declared.ts";
import type { ObjectKind } from "../../graph/identity.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import { type NamePair, namePair, nameParts } from "../../graph/syntax/syntax-tree.ts";
import { type FramedText, objectFrame, type PendingAttachment, surround } from "./attachment-draft.ts";
import { findIndexLike } from "./index-like.ts";
import { routineTarget } from "./routine-arguments.ts";
import type { Source, SourceStatement } from "./source.ts";

/** What is labelled: the object of the attachment, and how the statement names it. */
interface Subject {
  readonly target: LooseTarget;
  /** What of the object, for the key: "" for itself, `column x`, `index s.i`. */
  readonly part: FramedText;
  /** From behind ON to before IS. */
  readonly name: FramedText;
}

const relationKinds: readonly ObjectKind[] = ["view", "materialized view"];

/** Null where the statement is about something that no component declares. */
export function readComment(
  statement: SourceStatement,
  { objtype, object, comment }: CommentStmt,
  pending: readonly PendingAttachment[],
): readonly PendingAttachment[] | null {
  const subject = subjectOf(statement, objtype, object, pending);
  return subject === null ? null : [label(statement, "comment", "COMMENT ON ", subject, comment)];
}

/** As `readComment`. */
export function readSecurityLabel(
  statement: SourceStatement,
  { objtype, object, provider, label: text }: SecLabelStmt,
  pending: readonly PendingAttachment[],
): readonly PendingAttachment[] | null {
  const subject = subjectOf(statement, objtype, object, pending);
  if (subject === null) return null;
  const by = provider === undefined ? "" : `FOR ${quoteIdentifier(provider)} `;
  return [label(statement, "security label", `SECURITY LABEL ${by}ON `, subject, text)];
}

/** The key is the verb without its ON, and what of the object is meant: `comment column x`. */
function label(
  statement: SourceStatement,
  kind: AttachmentKind,
  verb: string,
  { target, part, name }: Subject,
  text: string | undefined,
): PendingAttachment {
  const words = verb.replace(/ ON $/, "").replace(/^[A-Z ]+/, (keywords) => keywords.toLowerCase());
  const removal = surround(verb, name, " IS NULL");
  // An empty text and NULL both mean none.
  const none = text === undefined || text === "";
  return {
    target,
    draft: {
      kind,
      key: part === "" ? words : surround(`${words} `, part),
      sql: none ? removal : surround(verb, name, ` IS ${quoteLiteral(text)}`),
      undo: none ? null : removal,
      offset: statement.start,
    },
  };
}

function subjectOf(
  { source }: SourceStatement,
  objtype: CommentStmt["objtype"],
  object: Node | undefined,
  pending: readonly PendingAttachment[],
): Subject | null {
  const parts = object !== undefined && "List" in object ? nameParts(object.List.items) : [];
  switch (objtype) {
    case "OBJECT_VIEW":
      return relationSubject(namePair(parts), ["view"], "VIEW ");
    case "OBJECT_MATVIEW":
      return relationSubject(namePair(parts), ["materialized view"], "MATERIALIZED VIEW ");
    case "OBJECT_COLUMN":
      return columnSubject(parts);
    case "OBJECT_TRIGGER":
      return childSubject(parts, "trigger", "TRIGGER");
    case "OBJECT_RULE":
      return childSubject(parts, "rule", "RULE");
    case "OBJECT_POLICY":
      return childSubject(parts, "policy", "POLICY");
    case "OBJECT_INDEX":
      return indexSubject(namePair(parts), "index", source, pending);
    case "OBJECT_STATISTIC_EXT":
      return indexSubject(namePair(parts), "statistics", source, pending);
    case "OBJECT_FUNCTION":
      return routineSubject(object, ["function", "aggregate"], "FUNCTION ");
    case "OBJECT_PROCEDURE":
      return routineSubject(object, ["procedure"], "PROCEDURE ");
    case "OBJECT_AGGREGATE":
      // ROUTINE takes the plain argument list that an ordered-set or argumentless aggregate lacks under AGGREGATE.
      return routineSubject(object, ["aggregate"], "ROUTINE ");
    case "OBJECT_ROUTINE":
      return routineSubject(object, ["function", "procedure", "aggregate"], "ROUTINE ");
    default:
      return null;
  }
}

function relationSubject(
  pair: NamePair | null,
  kinds: readonly ObjectKind[],
  keyword: string,
): Subject | null {
  if (pair === null) return null;
  return {
    target: { kinds, ...pair, relation: null, arguments: null },
    part: "",
    name: objectFrame(keyword),
  };
}

function columnSubject(parts: readonly string[]): Subject | null {
  const pair = namePair(parts.slice(0, -1));
  const column = quoteIdentifier(parts.at(-1) ?? "");
  if (pair === null) return null;
  const target: LooseTarget = { kinds: relationKinds, ...pair, relation: null, arguments: null };
  return { target, part: `column ${column}`, name: objectFrame("COLUMN ", `.${column}`) };
}

function childSubject(
  parts: readonly string[],
  kind: "trigger" | "rule" | "policy",
  keyword: string,
): Subject | null {
  const relation = namePair(parts.slice(0, -1));
  const name = parts.at(-1);
  if (relation === null || name === undefined) return null;
  const target: LooseTarget = {
    kinds: [kind],
    schema: relation.schema,
    name,
    relation: relation.name,
    arguments: null,
  };
  return { target, part: "", name: objectFrame(`${keyword} ${quoteIdentifier(name)} ON `) };
}

function routineSubject(
  object: Node | undefined,
  kinds: readonly ObjectKind[],
  keyword: string,
): Subject | null {
  if (object === undefined || !("ObjectWithArgs" in object)) return null;
  const target = routineTarget(object.ObjectWithArgs, kinds);
  return target === null ? null : { target, part: "", name: objectFrame(keyword) };
}

/** An index or statistics object: a part of the materialized view that the same component makes it on. */
function indexSubject(
  pair: NamePair | null,
  kind: "index" | "statistics",
  source: Source,
  pending: readonly PendingAttachment[],
): Subject | null {
  const found = pair === null ? null : findIndexLike(pending, kind, pair, source);
  if (found === null) return null;
  return {
    target: found.target,
    part: surround(`${kind} `, found.name),
    name: surround(`${kind.toUpperCase()} `, found.name),
  };
}
