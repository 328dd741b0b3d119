/** ALTER FUNCTION and its kin, OWNER TO, DEPENDS ON EXTENSION. */
import type { AlterFunctionStmt, AlterObjectDependsStmt, AlterOwnerStmt, DefElem } from "@pgsql/types";
import type { LooseTarget } from "../../graph/declared.ts";
import type { ObjectKind } from "../../graph/identity.ts";
import { quoteIdentifier } from "../../graph/quote.ts";
import { nameParts } from "../../graph/syntax/syntax-tree.ts";
import { objectFrame, type PendingAttachment } from "./attachment-draft.ts";
import { isToken, tokensOf } from "./lexer.ts";
import { roleText } from "./role-text.ts";
import { routineTarget } from "./routine-arguments.ts";
import type { SourceStatement } from "./source.ts";

interface RoutineClass {
  readonly keyword: string;
  readonly kinds: readonly ObjectKind[];
}

const classes: Readonly<Record<string, RoutineClass>> = {
  OBJECT_FUNCTION: { keyword: "FUNCTION", kinds: ["function"] },
  OBJECT_PROCEDURE: { keyword: "PROCEDURE", kinds: ["procedure"] },
  // ROUTINE takes the plain argument list that an ordered-set or argumentless aggregate lacks under AGGREGATE.
  OBJECT_AGGREGATE: { keyword: "ROUTINE", kinds: ["aggregate"] },
  OBJECT_ROUTINE: { keyword: "ROUTINE", kinds: ["function", "procedure", "aggregate"] },
};

/** Each action is a setting of its own. Null where the statement is about something else. */
export function readAlterFunction(
  statement: SourceStatement,
  { objtype, func, actions }: AlterFunctionStmt,
): readonly PendingAttachment[] | null {
  const routine = classes[objtype ?? ""];
  const target = routine === undefined || func === undefined ? null : routineTarget(func, routine.kinds);
  if (routine === undefined || target === null) return null;
  const elements = (actions ?? []).flatMap((node) => ("DefElem" in node ? [node.DefElem] : []));
  const starts = elements.map(({ location }) => statement.source.toOffset(location ?? 0));
  return elements.map((element, i): PendingAttachment => {
    const start = starts[i] ?? statement.start;
    const written = actionText(statement, start, starts[i + 1] ?? statement.end);
    const { key, undo } = settingOf(element);
    return {
      target,
      draft: {
        kind: "setting",
        key: `setting ${key}`,
        sql: objectFrame(`ALTER ${routine.keyword} `, ` ${written}`),
        undo: undo === null ? null : objectFrame(`ALTER ${routine.keyword} `, ` ${undo}`),
        meaning: element,
        offset: start,
      },
    };
  });
}

/** Null where the owner of something else than a routine is set. */
export function readAlterOwner(
  statement: SourceStatement,
  { objectType, object, newowner }: AlterOwnerStmt,
): readonly PendingAttachment[] | null {
  const routine = classes[objectType ?? ""];
  if (routine === undefined || object === undefined || !("ObjectWithArgs" in object)) return null;
  const target = routineTarget(object.ObjectWithArgs, routine.kinds);
  if (target === null) return null;
  const sql = objectFrame(`ALTER ${routine.keyword} `, ` OWNER TO ${roleText(newowner)}`);
  return [{ target, draft: { kind: "owner", key: "owner", sql, undo: null, offset: statement.start } }];
}

/** ALTER … [NO] DEPENDS ON EXTENSION of routines, triggers and materialized views; null for others. */
export function readDepends(
  statement: SourceStatement,
  depends: AlterObjectDependsStmt,
): readonly PendingAttachment[] | null {
  const { objectType, object, relation, extname, remove } = depends;
  const extension = quoteIdentifier(extname?.sval ?? "");
  const routine = classes[objectType ?? ""];
  let target: LooseTarget | null = null;
  let verb = `ALTER ${routine?.keyword} `;
  if (routine !== undefined && object !== undefined && "ObjectWithArgs" in object) {
    target = routineTarget(object.ObjectWithArgs, routine.kinds);
  } else if (objectType === "OBJECT_MATVIEW" && relation?.relname !== undefined) {
    const { schemaname, relname } = relation;
    target = {
      kinds: ["materialized view"],
      schema: schemaname ?? null,
      name: relname,
      relation: null,
      arguments: null,
    };
    verb = "ALTER MATERIALIZED VIEW ";
  } else if (objectType === "OBJECT_TRIGGER" && relation?.relname !== undefined) {
    const [name] = object !== undefined && "List" in object ? nameParts(object.List.items) : [];
    if (name === undefined) return null;
    const { schemaname, relname } = relation;
    target = { kinds: ["trigger"], schema: schemaname ?? null, name, relation: relname, arguments: null };
    verb = `ALTER TRIGGER ${quoteIdentifier(name)} ON `;
  }
  if (target === null) return null;
  const on = objectFrame(verb, ` DEPENDS ON EXTENSION ${extension}`);
  const off = objectFrame(verb, ` NO DEPENDS ON EXTENSION ${extension}`);
  return [
    {
      target,
      draft: {
        kind: "setting",
        key: `depends on extension ${extension}`,
        sql: remove === true ? off : on,
        undo: remove === true ? on : off,
        offset: statement.start,
      },
    },
  ];
}

/** What the action sets; only a configuration parameter has a state of not being set. */
function settingOf({ defname, arg }: DefElem): { readonly key: string; readonly undo: string | null } {
  if (defname !== "set" || arg === undefined || !("VariableSetStmt" in arg))
    return { key: defname ?? "", undo: null };
  const { kind, name } = arg.VariableSetStmt;
  if (name === undefined) return { key: "all", undo: null };
  return { key: name, undo: kind === "VAR_RESET" ? null : `RESET ${name}` };
}

/** The action as written, without the RESTRICT that may end the statement. */
function actionText({ source, start }: SourceStatement, from: number, to: number): string {
  const tokens = tokensOf(source.text, Math.max(from, start), to);
  const last = isToken(source.text, tokens.at(-1), "restrict") ? tokens.at(-2) : tokens.at(-1);
  return source.text.slice(from, last?.end ?? to);
}
