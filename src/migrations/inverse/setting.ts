/**
 * Settings that say what the names in a script mean and who makes its objects: search_path, role and session_authorization. The
 * down script must have them where the script had them: it begins with those that were in force at its end, and goes back at each
 * statement that changed one.
 */
import type { Node } from "@pgsql/types";
import { nameParts, stringConstant } from "../../../graph/syntax/syntax-tree.ts";
import { type Answer, askBefore, undo } from "./answer.ts";

/** How each is set to the value that it has now: an expression of the statement without `SET `. */
const current: Readonly<Record<string, string>> = {
  search_path: `'search_path TO ' || COALESCE(NULLIF(pg_catalog.current_setting('search_path'), ''), '''''')`,
  role: `'ROLE ' || CASE pg_catalog.current_setting('role') WHEN 'none' THEN 'NONE' ELSE pg_catalog.quote_ident(pg_catalog.current_setting('role')) END`,
  session_authorization: `'SESSION AUTHORIZATION ' || pg_catalog.quote_ident(session_user)`,
};

interface Setting {
  readonly name: string;
  readonly isLocal: boolean;
  readonly text: string;
}

/** Null where the statement sets none of them. */
export function settingOf(node: Node, text: string): Setting | null {
  if ("VariableSetStmt" in node) {
    const { kind, name = "", is_local } = node.VariableSetStmt;
    // RESET ALL leaves the role alone: https://www.postgresql.org/docs/18/sql-reset.html
    const set = kind === "VAR_RESET_ALL" ? "search_path" : name;
    return Object.hasOwn(current, set) ? { name: set, isLocal: is_local === true, text } : null;
  }
  if (!("SelectStmt" in node)) return null;
  const [target, ...more] = node.SelectStmt.targetList ?? [];
  if (target === undefined || more.length > 0 || !("ResTarget" in target)) return null;
  const { val } = target.ResTarget;
  if (val === undefined || !("FuncCall" in val) || nameParts(val.FuncCall.funcname).at(-1) !== "set_config") {
    return null;
  }
  const [name, , local] = val.FuncCall.args ?? [];
  const set = stringConstant(name) ?? "";
  if (!Object.hasOwn(current, set)) return null;
  const isLocal = local !== undefined && "A_Const" in local && local.A_Const.boolval?.boolval === true;
  return { name: set, isLocal, text };
}

export interface Settings {
  /** What undoes each statement that sets one, by the statement's number. */
  readonly back: ReadonlyMap<number, Answer>;
  /** What is in force at the end of the script. */
  readonly atEnd: readonly string[];
}

export function settingsOf(statements: readonly { readonly node: Node; readonly text: string }[]): Settings {
  const back = new Map<number, Answer>();
  const inForce = new Map<string, Setting>();
  for (const [index, { node, text }] of statements.entries()) {
    const setting = settingOf(node, text);
    if (setting === null) continue;
    const before = inForce.get(setting.name);
    back.set(
      index,
      before === undefined
        ? askBefore(`SELECT 'SET ${setting.isLocal ? "LOCAL " : ""}' || ${current[setting.name]} AS sql`)
        : undo(before.text),
    );
    inForce.set(setting.name, setting);
  }
  return { back, atEnd: [...inForce.values()].map(({ text }) => text) };
}
