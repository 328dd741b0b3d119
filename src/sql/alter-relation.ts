/** ALTER VIEW, ALTER MATERIALIZED VIEW, ALTER TABLE and ALTER INDEX, as far as they attach something to an object. */
import type { AlterTableCmd, AlterTableStmt, DefElem } from "@pgsql/types";
import type { LooseTarget, Span } from "../../graph/declared.ts";
import type { ChildKind, RelationKind } from "../../graph/identity.ts";
import { quoteIdentifier } from "../../graph/quote.ts";
import { referenceCollector } from "../../graph/syntax/collect-references.ts";
import { type AttachmentDraft, objectFrame, type PendingAttachment, surround } from "./attachment-draft.ts";
import { findIndexLike } from "./index-like.ts";
import { isToken, tokensOf } from "./lexer.ts";
import { optionName, optionSetting, type RelationVerb, setOptionDraft } from "./option-draft.ts";
import { roleText } from "./role-text.ts";
import { referenceOffset, type SourceStatement } from "./source.ts";
import { lost, relationSpan } from "./spans.ts";

const verbs: Readonly<
  Record<string, { readonly verb: RelationVerb; readonly kinds: readonly RelationKind[] }>
> = {
  OBJECT_VIEW: { verb: "ALTER VIEW", kinds: ["view"] },
  OBJECT_MATVIEW: { verb: "ALTER MATERIALIZED VIEW", kinds: ["materialized view"] },
  OBJECT_TABLE: { verb: "ALTER TABLE", kinds: ["view", "materialized view"] },
};

/** Null where one of its actions is none of an attachment's: the statement belongs elsewhere. */
export function readAlterRelation(
  statement: SourceStatement,
  alter: AlterTableStmt,
  pending: readonly PendingAttachment[],
): readonly PendingAttachment[] | null {
  const commands = (alter.cmds ?? []).flatMap((node) =>
    "AlterTableCmd" in node ? [node.AlterTableCmd] : [],
  );
  if (alter.objtype === "OBJECT_INDEX") return readAlterIndex(statement, alter, commands, pending);
  const found = verbs[alter.objtype ?? ""];
  const relation = alter.relation ?? {};
  if (found === undefined) return null;
  const { schemaname, relname } = relation;
  const target: LooseTarget = {
    kinds: found.kinds,
    schema: schemaname ?? null,
    name: relname ?? "",
    relation: null,
    arguments: null,
  };
  const actions = actionSpans(statement, relationSpan(statement, relation).end, commands.length);
  const read: PendingAttachment[] = [];
  for (const [i, command] of commands.entries()) {
    const child = childState(command);
    if (child !== null) {
      read.push(enabledState(statement, target, child));
      continue;
    }
    const span = actions[i];
    if (span === undefined) throw lost(statement);
    const drafts = commandDrafts(statement, command, found.verb, span);
    if (drafts === null) return null;
    for (const draft of drafts) read.push({ target, draft });
  }
  return read;
}

interface ChildState {
  readonly kind: ChildKind;
  readonly name: string;
  readonly words: string;
}

function childState({ subtype, name }: AlterTableCmd): ChildState | null {
  const match = /^AT_(Enable|EnableAlways|EnableReplica|Disable)(Trig|Rule)$/.exec(subtype ?? "");
  if (match === null || name === undefined) return null;
  const words = (match[1] ?? "").replace(/(?<=[a-z])(?=[A-Z])/, " ").toUpperCase();
  return { kind: match[2] === "Trig" ? "trigger" : "rule", name, words };
}

function enabledState(
  statement: SourceStatement,
  relation: LooseTarget,
  { kind, name, words }: ChildState,
): PendingAttachment {
  const what = `${kind.toUpperCase()} ${quoteIdentifier(name)}`;
  const enabled = objectFrame("ALTER TABLE ", ` ENABLE ${what}`);
  return {
    target: { ...relation, kinds: [kind], name, relation: relation.name },
    draft: {
      kind: "enabled",
      key: "enabled",
      sql: objectFrame("ALTER TABLE ", ` ${words} ${what}`),
      undo: words === "ENABLE" ? null : enabled,
      offset: statement.start,
    },
  };
}

function commandDrafts(
  statement: SourceStatement,
  command: AlterTableCmd,
  verb: RelationVerb,
  span: Span,
): readonly AttachmentDraft[] | null {
  const column = command.name === undefined ? "" : quoteIdentifier(command.name);
  const written = statement.sql.slice(span.start, span.end);
  const offset = statement.start + span.start;
  const as = (
    kind: AttachmentDraft["kind"],
    key: string,
    undo: string | null,
  ): readonly AttachmentDraft[] => [
    {
      kind,
      key,
      sql: objectFrame(`${verb} `, ` ${written}`),
      undo: undo === null ? null : objectFrame(`${verb} `, ` ${undo}`),
      meaning: { kind, key, command },
      offset,
    },
  ];
  switch (command.subtype) {
    case "AT_ChangeOwner":
      return [
        {
          kind: "owner",
          key: "owner",
          sql: objectFrame(`${verb} `, ` OWNER TO ${roleText(command.newowner)}`),
          undo: null,
          offset,
        },
      ];
    case "AT_SetRelOptions":
      return elementsOf(command).map((element) => setOptionDraft(element, verb, statement.source, false));
    case "AT_ResetRelOptions":
      return elementsOf(command).map((element) => ({
        kind: "option",
        key: `option ${optionName(element)}`,
        sql: objectFrame(`${verb} `, ` RESET (${optionName(element)})`),
        undo: null,
        offset,
      }));
    case "AT_ColumnDefault": {
      const references = referenceCollector({ strength: "hard", toOffset: referenceOffset(statement) });
      references.add({ def: command.def });
      const undo = command.def === undefined ? null : `ALTER COLUMN ${column} DROP DEFAULT`;
      return as("default", `default ${column}`, undo).map((draft) => ({
        ...draft,
        references: references.finish(),
      }));
    }
    case "AT_SetStatistics":
      return as("setting", `statistics of ${column}`, `ALTER COLUMN ${column} SET STATISTICS -1`);
    case "AT_SetStorage":
      return as("setting", `storage of ${column}`, null);
    case "AT_SetCompression":
      return as("setting", `compression of ${column}`, `ALTER COLUMN ${column} SET COMPRESSION DEFAULT`);
    case "AT_SetOptions":
      return elementsOf(command).map((element) => ({
        kind: "setting",
        key: `option ${optionName(element)} of ${column}`,
        sql: objectFrame(`${verb} `, ` ALTER COLUMN ${column} SET (${optionSetting(element)})`),
        undo: objectFrame(`${verb} `, ` ALTER COLUMN ${column} RESET (${optionName(element)})`),
        offset,
      }));
    case "AT_ResetOptions":
      return elementsOf(command).map((element) => ({
        kind: "setting",
        key: `option ${optionName(element)} of ${column}`,
        sql: objectFrame(`${verb} `, ` ALTER COLUMN ${column} RESET (${optionName(element)})`),
        undo: null,
        offset,
      }));
    case "AT_ClusterOn":
      return as("setting", "cluster", "SET WITHOUT CLUSTER");
    case "AT_DropCluster":
      return as("setting", "cluster", null);
    case "AT_ReplicaIdentity":
      return as("setting", "replica identity", "REPLICA IDENTITY DEFAULT");
    case "AT_SetTableSpace":
      return as("setting", "tablespace", null);
    case "AT_SetAccessMethod":
      return as("setting", "access method", null);
    default:
      return null;
  }
}

/** ALTER INDEX of an index that the same component makes: storage parameters and statistics targets. */
function readAlterIndex(
  statement: SourceStatement,
  alter: AlterTableStmt,
  commands: readonly AlterTableCmd[],
  pending: readonly PendingAttachment[],
): readonly PendingAttachment[] | null {
  const { schemaname, relname } = alter.relation ?? {};
  const pair = { schema: schemaname ?? null, name: relname ?? "" };
  const found = findIndexLike(pending, "index", pair, statement.source);
  if (found === null) return null;
  const read: PendingAttachment[] = [];
  const add = (key: string, set: string, reset: string | null): void => {
    const undo = reset === null ? null : surround("ALTER INDEX ", found.name, ` ${reset}`);
    const sql = surround("ALTER INDEX ", found.name, ` ${set}`);
    const draft: AttachmentDraft = {
      kind: "setting",
      key: surround("index ", found.name, ` ${key}`),
      sql,
      undo,
      offset: statement.start,
    };
    read.push({ target: found.target, draft });
  };
  for (const command of commands) {
    const column = String(command.num ?? 0);
    const number =
      command.def !== undefined && "Integer" in command.def ? (command.def.Integer.ival ?? 0) : 0;
    if (command.subtype === "AT_SetRelOptions") {
      for (const element of elementsOf(command)) {
        const name = optionName(element);
        add(`option ${name}`, `SET (${optionSetting(element)})`, `RESET (${name})`);
      }
    } else if (command.subtype === "AT_ResetRelOptions") {
      for (const element of elementsOf(command)) {
        add(`option ${optionName(element)}`, `RESET (${optionName(element)})`, null);
      }
    } else if (command.subtype === "AT_SetStatistics") {
      const set = (target: number) => `ALTER COLUMN ${column} SET STATISTICS ${target}`;
      add(`statistics of ${column}`, set(number), set(-1));
    } else {
      return null;
    }
  }
  return read;
}

function elementsOf({ def }: AlterTableCmd): readonly DefElem[] {
  const items = def !== undefined && "List" in def ? (def.List.items ?? []) : [];
  return items.flatMap((node) => ("DefElem" in node ? [node.DefElem] : []));
}

/** The ranges of the statement's actions, relative to it: what stands between the commas. */
function actionSpans(statement: SourceStatement, from: number, count: number): readonly Span[] {
  const { text } = statement.source;
  const spans: Span[] = [];
  let depth = 0;
  let start = -1;
  let end = -1;
  for (const token of tokensOf(text, statement.start + from, statement.end)) {
    if (isToken(text, token, "(") || isToken(text, token, "[")) depth++;
    if (isToken(text, token, ")") || isToken(text, token, "]")) depth--;
    if (depth === 0 && isToken(text, token, ",")) {
      spans.push({ start, end });
      start = -1;
    } else {
      if (start === -1) start = token.start - statement.start;
      end = token.end - statement.start;
    }
  }
  spans.push({ start, end });
  if (spans.length !== count) throw lost(statement);
  return spans;
}
