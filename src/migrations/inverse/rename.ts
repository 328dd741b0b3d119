/** ALTER … RENAME, both names being in the statement, and ALTER … SET SCHEMA. */
import type { AlterObjectSchemaStmt, RenameStmt } from "@pgsql/types";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { type Answer, askBefore, firstText, none, nothing, undo } from "./answer.ts";
import { dotted, relationParts } from "./names.ts";
import { objectClass } from "./object-class.ts";
import { addressOf, type ObjectReference, objectReference, referenceText } from "./object-reference.ts";

/**
 * Asked only where IF EXISTS leaves open whether there was anything to rename, and for a name without a schema: the search path
 * may find another object by the new name.
 */
export function undoRename(statement: RenameStmt): Answer {
  const { relation, missing_ok } = statement;
  const reference = renamedObject(statement);
  if (reference?.parts.length === 1 && isInSchema(reference)) {
    const found =
      relation === undefined
        ? `SELECT a.classid, a.objid FROM ${addressOf(reference)} AS a`
        : `SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid AS classid, pg_catalog.to_regclass(${quoteLiteral(dotted(reference.parts))})::pg_catalog.oid AS objid`;
    return askBefore(
      `SELECT (pg_catalog.parse_ident((pg_catalog.pg_identify_object(a.classid, a.objid, 0)).schema))[1] AS schema FROM (${found}) AS a WHERE a.objid IS NOT NULL`,
      (rows) => {
        const schema = firstText(rows, "schema");
        return schema === null ? nothing : undo(renameObject(reference, [schema], statement.newname ?? ""));
      },
    );
  }
  const sql =
    reference === null
      ? renamePart(statement)
      : renameObject(reference, reference.parts.slice(0, -1), statement.newname ?? "");
  if (sql === null) return none(`a rename of ${statement.renameType ?? "what is not known"}`);
  if (missing_ok !== true || relation === undefined) return undo(sql);
  const name = dotted(relationParts(relation));
  return askBefore(
    `SELECT ${quoteLiteral(sql)} AS sql WHERE pg_catalog.to_regclass(${quoteLiteral(name)}) IS NOT NULL`,
  );
}

/** The object that gets another name; null where only a part of it does. */
function renamedObject({ renameType, relation, object, subname }: RenameStmt): ObjectReference | null {
  const known = objectClass(renameType);
  if (subname !== undefined || known === null || renameType === undefined) return null;
  return relation === undefined
    ? objectReference(renameType, object)
    : { type: renameType, noun: known.noun, parts: relationParts(relation), arguments: null };
}

function renameObject(reference: ObjectReference, schema: readonly string[], newname: string): string {
  const moved = { ...reference, parts: [...schema, newname] };
  return `ALTER ${reference.noun} ${referenceText(moved)} RENAME TO ${quoteIdentifier(reference.parts.at(-1) ?? "")}`;
}

/** Objects of other classes have names of their own in the whole database. */
function isInSchema({ type }: ObjectReference): boolean {
  switch (type) {
    case "OBJECT_EVENT_TRIGGER":
    case "OBJECT_FDW":
    case "OBJECT_FOREIGN_SERVER":
    case "OBJECT_LANGUAGE":
    case "OBJECT_PUBLICATION":
    case "OBJECT_SUBSCRIPTION":
    case "OBJECT_EXTENSION":
    case "OBJECT_ACCESS_METHOD":
      return false;
    default:
      return true;
  }
}

/** Columns, constraints and the like; and what is named by itself: roles, databases, schemas, tablespaces. */
function renamePart(statement: RenameStmt): string | null {
  const { renameType, relationType, relation, subname = "", newname = "", behavior } = statement;
  const known = objectClass(renameType);
  const now = quoteIdentifier(newname);
  const was = quoteIdentifier(subname);
  const parts = relationParts(relation ?? {});
  const only = relation !== undefined && relation.inh !== true ? "ONLY " : "";
  switch (renameType) {
    case "OBJECT_COLUMN":
      return `ALTER ${objectClass(relationType)?.noun ?? "TABLE"} ${only}${dotted(parts)} RENAME COLUMN ${now} TO ${was}`;
    case "OBJECT_ATTRIBUTE":
      return `ALTER TYPE ${dotted(parts)} RENAME ATTRIBUTE ${now} TO ${was}${behavior === "DROP_CASCADE" ? " CASCADE" : ""}`;
    case "OBJECT_TABCONSTRAINT":
      return `ALTER TABLE ${only}${dotted(parts)} RENAME CONSTRAINT ${now} TO ${was}`;
    case "OBJECT_DOMCONSTRAINT": {
      const domain = objectReference("OBJECT_DOMAIN", statement.object);
      return domain === null
        ? null
        : `ALTER DOMAIN ${referenceText(domain)} RENAME CONSTRAINT ${now} TO ${was}`;
    }
    case "OBJECT_TRIGGER":
    case "OBJECT_RULE":
    case "OBJECT_POLICY":
      return `ALTER ${known?.noun} ${now} ON ${dotted(parts)} RENAME TO ${was}`;
    case "OBJECT_ROLE":
    case "OBJECT_DATABASE":
    case "OBJECT_SCHEMA":
    case "OBJECT_TABLESPACE":
      return `ALTER ${known?.noun} ${now} RENAME TO ${was}`;
  }
  return null;
}

export function undoSetSchema(statement: AlterObjectSchemaStmt): Answer {
  const { objectType, relation, object, newschema = "", missing_ok } = statement;
  const known = objectClass(objectType);
  const reference: ObjectReference | null =
    relation === undefined
      ? objectReference(objectType, object)
      : known === null || objectType === undefined
        ? null
        : { type: objectType, noun: known.noun, parts: relationParts(relation), arguments: null };
  if (reference === null) return none("the schema of an object of an unknown class");
  const now = `ALTER ${reference.noun} ${referenceText({ ...reference, parts: inSchema(reference, newschema) })} SET SCHEMA `;
  const found =
    missing_ok === true ? `pg_catalog.to_regclass(${quoteLiteral(dotted(reference.parts))})` : null;
  if (found !== null) {
    return askBefore(
      `SELECT ${quoteLiteral(now)} || pg_catalog.quote_ident(n.nspname) AS sql
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid = ${found} AND n.nspname <> ${quoteLiteral(newschema)}`,
    );
  }
  // Quoted where it must be. An extension has a schema without being in one.
  const old =
    objectType === "OBJECT_EXTENSION"
      ? `(SELECT e.extnamespace::pg_catalog.regnamespace::pg_catalog.text FROM pg_catalog.pg_extension AS e WHERE e.oid = a.objid)`
      : `(pg_catalog.pg_identify_object(a.classid, a.objid, 0)).schema`;
  return askBefore(
    `SELECT ${quoteLiteral(now)} || ${old} AS sql FROM ${addressOf(reference)} AS a WHERE ${old} <> ${quoteLiteral(quoteIdentifier(newschema))}`,
  );
}

/** The same name in another schema; an operator class is named behind its access method. */
function inSchema({ type, parts }: ObjectReference, schema: string): readonly string[] {
  if (type === "OBJECT_EXTENSION") return parts;
  const name = parts.at(-1) ?? "";
  return type === "OBJECT_OPCLASS" || type === "OBJECT_OPFAMILY"
    ? [parts[0] ?? "", schema, name]
    : [schema, name];
}
