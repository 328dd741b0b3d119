/**
 * A declared or attached name that begins with a database's. PostgreSQL takes it where that is the current database, and
 * refuses any other; a component is applied to databases of any name, so that none is right here.
 */
import type { Node } from "@pgsql/types";
import { isSyntaxNode, nameParts } from "../../graph/syntax/syntax-tree.ts";

export interface DatabaseName {
  readonly database: string;
  /** A byte in the parsed text; null where the parser does not tell. */
  readonly byte: number | null;
}

/** Queries, bodies and conditions: what they name is PostgreSQL's to judge, at its own place. */
const read = new Set(["query", "whereClause", "whenClause", "actions", "qual", "with_check", "sql_body"]);

const routineNames = new Set(["funcname", "defnames", "objname"]);

/** How many parts a name has in a COMMENT or SECURITY LABEL, the database's left out. */
const threeParts = new Set([
  "OBJECT_COLUMN",
  "OBJECT_TABCONSTRAINT",
  "OBJECT_TRIGGER",
  "OBJECT_RULE",
  "OBJECT_POLICY",
]);

/** Null where no name of the statement has one. */
export function databaseName(statement: Node): DatabaseName | null {
  if ("CommentStmt" in statement) return inObject(statement.CommentStmt);
  if ("SecLabelStmt" in statement) return inObject(statement.SecLabelStmt);
  return inTree(statement);
}

function inObject({ object, objtype }: { object?: Node; objtype?: string }): DatabaseName | null {
  if (object === undefined) return null;
  if ("List" in object) return inName(object.List.items, threeParts.has(objtype ?? "") ? 3 : 2);
  if ("TypeName" in object) return inName(object.TypeName.names, 2);
  return inTree(object);
}

function inName(nodes: readonly Node[] | undefined, most: number): DatabaseName | null {
  const parts = nameParts(nodes);
  return parts.length > most ? { database: parts[0] ?? "", byte: null } : null;
}

function inTree(tree: unknown): DatabaseName | null {
  if (Array.isArray(tree)) {
    for (const one of tree) {
      const found = inTree(one);
      if (found !== null) return found;
    }
    return null;
  }
  if (!isSyntaxNode(tree)) return null;
  const { catalogname, location } = tree;
  if (typeof catalogname === "string" && typeof tree.relname === "string")
    return { database: catalogname, byte: typeof location === "number" ? location : 0 };
  for (const [key, value] of Object.entries(tree)) {
    if (read.has(key)) continue;
    const found =
      routineNames.has(key) && Array.isArray(value) ? inName(value as readonly Node[], 2) : inTree(value);
    if (found !== null) return found;
  }
  return null;
}
