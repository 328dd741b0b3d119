/** GRANT and REVOKE on views and routines: one attachment for each privilege, column, grantee and object. */
import type { AccessPriv, GrantStmt, Node } from "@pgsql/types";
import type { LooseTarget } from "../../graph/declared.ts";
import type { ObjectKind } from "../../graph/identity.ts";
import { quoteIdentifier } from "../../graph/quote.ts";
import { nameParts } from "../../graph/syntax/syntax-tree.ts";
import { type AttachmentDraft, objectFrame, type PendingAttachment } from "./attachment-draft.ts";
import { roleText } from "./role-text.ts";
import { routineTarget } from "./routine-arguments.ts";
import type { SourceStatement } from "./source.ts";

interface ObjectClass {
  readonly keyword: string;
  readonly kinds: readonly ObjectKind[];
}

/** The kinds that a GRANT's object type can mean; others are not objects of components. */
const classes: Readonly<Record<string, ObjectClass>> = {
  OBJECT_TABLE: { keyword: "TABLE", kinds: ["view", "materialized view"] },
  OBJECT_FUNCTION: { keyword: "FUNCTION", kinds: ["function", "aggregate"] },
  OBJECT_PROCEDURE: { keyword: "PROCEDURE", kinds: ["procedure"] },
  OBJECT_ROUTINE: { keyword: "ROUTINE", kinds: ["function", "procedure", "aggregate"] },
};

/** Null where the statement is about other objects than a component can declare. */
export function readGrant(statement: SourceStatement, grant: GrantStmt): readonly PendingAttachment[] | null {
  const objectClass = classes[grant.objtype ?? ""];
  if (objectClass === undefined || grant.targtype !== "ACL_TARGET_OBJECT") return null;
  const targets = (grant.objects ?? []).map((node) => grantTarget(node, objectClass));
  const pending: PendingAttachment[] = [];
  for (const target of targets) {
    if (target === null) return null;
    for (const privilege of privilegesOf(grant)) {
      for (const grantee of grant.grantees ?? []) {
        const role = "RoleSpec" in grantee ? roleText(grantee.RoleSpec) : "";
        for (const draft of grantDrafts(statement, grant, privilege, objectClass.keyword, role)) {
          pending.push({ target, draft });
        }
      }
    }
  }
  return pending;
}

function grantTarget(node: Node, { kinds }: ObjectClass): LooseTarget | null {
  if ("RangeVar" in node) {
    const { schemaname, relname } = node.RangeVar;
    return { kinds, schema: schemaname ?? null, name: relname ?? "", relation: null, arguments: null };
  }
  return "ObjectWithArgs" in node ? routineTarget(node.ObjectWithArgs, kinds) : null;
}

/** `select`, `update (a)`: each column for itself; `all` where the statement lists none. */
function privilegesOf(grant: GrantStmt): readonly string[] {
  const listed = (grant.privileges ?? []).flatMap((node) => ("AccessPriv" in node ? [node.AccessPriv] : []));
  return listed.length === 0 ? ["all"] : listed.flatMap(privilegeTexts);
}

function privilegeTexts({ priv_name, cols }: AccessPriv): readonly string[] {
  const name = priv_name ?? "all";
  return cols === undefined
    ? [name]
    : nameParts(cols).map((column) => `${name} (${quoteIdentifier(column)})`);
}

/** WITH GRANT OPTION is an attachment beside the plain grant, so that it can be taken back alone. */
function grantDrafts(
  statement: SourceStatement,
  grant: GrantStmt,
  privilege: string,
  keyword: string,
  role: string,
): readonly AttachmentDraft[] {
  const grantor = grant.grantor === undefined ? "" : roleText(grant.grantor);
  const by = grantor === "" ? "" : ` GRANTED BY ${grantor}`;
  const keyEnd = grantor === "" ? "" : ` granted by ${grantor}`;
  const words = privilege.replace(/^[a-z ]+/, (word) => word.toUpperCase());
  const option = "WITH GRANT OPTION";
  const give = (suffix = "") => objectFrame(`GRANT ${words} ON ${keyword} `, ` TO ${role}${suffix}${by}`);
  const take = (prefix = "", suffix = "") =>
    objectFrame(`REVOKE ${prefix}${words} ON ${keyword} `, ` FROM ${role}${by}${suffix}`);
  const offset = statement.start;
  if (grant.is_grant !== true) {
    const only = grant.grant_option === true;
    const cascade = grant.behavior === "DROP_CASCADE" ? " CASCADE" : "";
    return [
      {
        kind: "revoke",
        key: `revoke ${only ? "grant option for " : ""}${privilege} from ${role}${keyEnd}`,
        sql: take(only ? "GRANT OPTION FOR " : "", cascade),
        undo: give(only ? ` ${option}` : ""),
        offset,
      },
    ];
  }
  const plain: AttachmentDraft = {
    kind: "grant",
    key: `grant ${privilege} to ${role}${keyEnd}`,
    sql: give(),
    undo: take(),
    offset,
  };
  if (grant.grant_option !== true) return [plain];
  const withOption: AttachmentDraft = {
    kind: "grant",
    key: `grant option for ${privilege} to ${role}${keyEnd}`,
    sql: give(` ${option}`),
    undo: take("GRANT OPTION FOR "),
    offset,
  };
  return [plain, withOption];
}
