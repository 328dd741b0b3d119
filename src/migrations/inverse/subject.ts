/** Which objects a statement is about, so that nothing is undone that goes with an object anyway. */
import type { AlterTableStmt, AlterTableType, Node, RangeVar } from "@pgsql/types";
import { isSyntaxNode } from "../../../graph/syntax/syntax-tree.ts";
import { createdBy } from "./created.ts";
import { relationParts } from "./names.ts";
import { elementsOf } from "./node.ts";
import { type ObjectReference, objectReference } from "./object-reference.ts";

/** Classes of objects that a statement may make its subject need. */
type Needs = "nothing" | "roles" | "anything";

export interface Subjects {
  /** All that it changes goes when these go. */
  readonly keys: readonly string[];
  readonly needs: Needs;
}

/** Relations share one space of names, routines and types another each. */
export function objectKey({ type, parts, arguments: types }: ObjectReference): string {
  switch (type) {
    case "OBJECT_TABLE":
    case "OBJECT_VIEW":
    case "OBJECT_MATVIEW":
    case "OBJECT_INDEX":
    case "OBJECT_SEQUENCE":
    case "OBJECT_FOREIGN_TABLE":
      return key("relation", parts);
    case "OBJECT_FUNCTION":
    case "OBJECT_PROCEDURE":
    case "OBJECT_ROUTINE":
    case "OBJECT_AGGREGATE":
      return key("routine", [...parts, types === null ? "?" : `(${types.join(",")})`]);
    case "OBJECT_TYPE":
    case "OBJECT_DOMAIN":
      return key("type", parts);
    default:
      return key(type, [...parts, ...(types ?? [])]);
  }
}

function key(space: string, parts: readonly string[]): string {
  return JSON.stringify([space, ...parts]);
}

/** True for keys of names that the search path gives a meaning. */
export function isUnqualified(text: string): boolean {
  const [space, ...parts] = JSON.parse(text) as readonly string[];
  return parts.length < (space === "routine" ? 3 : 2);
}

/** Null where it changes more than that, or what is not known. */
export function subjectsOf(node: Node): Subjects | null {
  const relation = (range: RangeVar | undefined, needs: Needs): Subjects => ({
    keys: [key("relation", relationParts(range ?? {}))],
    needs,
  });
  if ("AlterTableStmt" in node) return alteredSubjects(node.AlterTableStmt);
  if ("IndexStmt" in node) {
    const { indexParams, whereClause, relation: table } = node.IndexStmt;
    const isPlain = whereClause === undefined && (indexParams ?? []).every(isPlainColumn);
    return relation(table, isPlain ? "nothing" : "anything");
  }
  if ("CreateTrigStmt" in node) return relation(node.CreateTrigStmt.relation, "anything");
  if ("RuleStmt" in node) return relation(node.RuleStmt.relation, "anything");
  if ("CreatePolicyStmt" in node) return relation(node.CreatePolicyStmt.table, "anything");
  if ("AlterPolicyStmt" in node) return relation(node.AlterPolicyStmt.table, "anything");
  if ("CommentStmt" in node) return of(node.CommentStmt.objtype, [node.CommentStmt.object], "nothing");
  if ("SecLabelStmt" in node) return of(node.SecLabelStmt.objtype, [node.SecLabelStmt.object], "nothing");
  if ("AlterOwnerStmt" in node)
    return of(node.AlterOwnerStmt.objectType, [node.AlterOwnerStmt.object], "roles");
  if ("GrantStmt" in node) {
    const { targtype, objtype, objects } = node.GrantStmt;
    return targtype === "ACL_TARGET_OBJECT" ? of(objtype, objects ?? [], "roles") : null;
  }
  if ("AlterFunctionStmt" in node) {
    const { objtype, func } = node.AlterFunctionStmt;
    return func === undefined ? null : of(objtype, [{ ObjectWithArgs: func }], "anything");
  }
  if ("AlterSeqStmt" in node) {
    const { sequence, options } = node.AlterSeqStmt;
    // A sequence that belongs to a column goes with it, before its own turn comes.
    return elementsOf(options).some(({ defname }) => defname === "owned_by")
      ? null
      : relation(sequence, "nothing");
  }
  if ("AlterEnumStmt" in node)
    return of("OBJECT_TYPE", [{ List: { items: node.AlterEnumStmt.typeName ?? [] } }], "nothing");
  if ("AlterDomainStmt" in node) {
    return of("OBJECT_DOMAIN", [{ List: { items: node.AlterDomainStmt.typeName ?? [] } }], "anything");
  }
  if ("RenameStmt" in node) {
    const { renameType, relation: range, subname } = node.RenameStmt;
    return range === undefined || subname === undefined || renameType === undefined
      ? null
      : relation(range, "anything");
  }
  if ("TruncateStmt" in node) {
    const { relations = [], behavior } = node.TruncateStmt;
    return behavior === "DROP_CASCADE" ? null : of("OBJECT_TABLE", relations, "nothing");
  }
  const changed = changedTable(node);
  if (changed !== null) return relation(changed, "nothing");
  // Replaced once more in the same script.
  const created = createdBy(node);
  return created?.orReplace === true ? { keys: [objectKey(created.reference)], needs: "anything" } : null;
}

/** The table whose rows a statement changes; null where it changes others too, in WITH. */
function changedTable(node: Node): RangeVar | null {
  if ("CopyStmt" in node) return node.CopyStmt.is_from === true ? (node.CopyStmt.relation ?? null) : null;
  const change =
    "InsertStmt" in node
      ? node.InsertStmt
      : "UpdateStmt" in node
        ? node.UpdateStmt
        : "DeleteStmt" in node
          ? node.DeleteStmt
          : "MergeStmt" in node
            ? node.MergeStmt
            : null;
  return change === null || change.withClause !== undefined ? null : (change.relation ?? null);
}

function isPlainColumn(node: Node): boolean {
  if (!("IndexElem" in node)) return false;
  const { name, opclass, collation } = node.IndexElem;
  return name !== undefined && opclass === undefined && collation === undefined;
}

function of(
  type: ObjectReference["type"] | undefined,
  objects: readonly (Node | undefined)[],
  needs: Needs,
): Subjects | null {
  const keys: string[] = [];
  for (const object of objects) {
    const reference = objectReference(type, object);
    if (reference === null) return null;
    keys.push(carrierKey(reference));
  }
  return keys.length === 0 ? null : { keys, needs };
}

/** A part goes with the object that it is a part of. */
function carrierKey(reference: ObjectReference): string {
  switch (reference.type) {
    case "OBJECT_COLUMN":
    case "OBJECT_TRIGGER":
    case "OBJECT_RULE":
    case "OBJECT_POLICY":
    case "OBJECT_TABCONSTRAINT":
      return key("relation", reference.parts.slice(0, -1));
    default:
      return objectKey(reference);
  }
}

/** What a dropped object is, or what carries it. */
export function droppedKey(reference: ObjectReference): string {
  return carrierKey(reference);
}

/** Actions after which the relation needs nothing that it did not need before. */
const harmless: ReadonlySet<AlterTableType | undefined> = new Set<AlterTableType>([
  "AT_EnableRowSecurity",
  "AT_DisableRowSecurity",
  "AT_ForceRowSecurity",
  "AT_NoForceRowSecurity",
  "AT_SetNotNull",
  "AT_DropNotNull",
  "AT_SetStatistics",
  "AT_SetStorage",
  "AT_SetCompression",
  "AT_SetRelOptions",
  "AT_ResetRelOptions",
  "AT_SetOptions",
  "AT_ResetOptions",
  "AT_ReplicaIdentity",
  "AT_ClusterOn",
  "AT_DropCluster",
  "AT_SetLogged",
  "AT_SetUnLogged",
  "AT_ValidateConstraint",
  "AT_EnableTrig",
  "AT_DisableTrig",
  "AT_EnableTrigAll",
  "AT_DisableTrigAll",
  "AT_EnableTrigUser",
  "AT_DisableTrigUser",
]);

function alteredSubjects({ relation, cmds = [], objtype }: AlterTableStmt): Subjects {
  const commands = cmds.flatMap((node) => ("AlterTableCmd" in node ? [node.AlterTableCmd] : []));
  const own = key(objtype === "OBJECT_TYPE" ? "type" : "relation", relationParts(relation ?? {}));
  // A partition is a table of its own.
  const partitions = commands.flatMap(({ def }) =>
    isSyntaxNode(def) && "PartitionCmd" in def
      ? [key("relation", relationParts(def.PartitionCmd.name ?? {}))]
      : [],
  );
  const isHarmless = commands.every(
    ({ subtype, def }) =>
      harmless.has(subtype) ||
      (def !== undefined &&
        "Constraint" in def &&
        (def.Constraint.contype === "CONSTR_PRIMARY" || def.Constraint.contype === "CONSTR_UNIQUE")),
  );
  const owners = commands.every(({ subtype }) => subtype === "AT_ChangeOwner" || harmless.has(subtype));
  return { keys: [own, ...partitions], needs: isHarmless ? "nothing" : owners ? "roles" : "anything" };
}
