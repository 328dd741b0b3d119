/** ALTER … RENAME, both names being in the statement, and ALTER … SET SCHEMA. */
import type { AlterObjectSchemaStmt, RenameStmt } from "@pgsql/types";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { type Answer, askBefore, none, undo } from "./answer.ts";
import { dotted, relationParts, renamed } from "./names.ts";
import { objectClass } from "./object-class.ts";
import { addressOf, type ObjectReference, objectReference, referenceText } from "./object-reference.ts";

/** Asked only where IF EXISTS leaves it open: a rename of what is not there is nothing to undo. */
export function undoRename(statement: RenameStmt): Answer {
  const sql = renameBack(statement);
  if (sql === null) return none(`a rename of ${statement.renameType ?? "what is not known"}`);
  if (statement.missing_ok !== true || statement.relation === undefined) return undo(sql);
  const name = dotted(relationParts(statement.relation));
  return askBefore(
    `SELECT ${quoteLiteral(sql)} AS sql WHERE pg_catalog.to_regclass(${quoteLiteral(name)}) IS NOT NULL`,
  );
}

function renameBack(statement: RenameStmt): string | null {
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
  if (known === null) return null;
  const reference =
    relation === undefined
      ? objectReference(renameType, statement.object)
      : { type: renameType ?? "OBJECT_TABLE", noun: known.noun, parts, arguments: null };
  if (reference === null) return null;
  const moved = { ...reference, parts: renamed(reference.parts, newname) };
  return `ALTER ${known.noun} ${referenceText(moved)} RENAME TO ${quoteIdentifier(reference.parts.at(-1) ?? "")}`;
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
  // An extension has a schema without being in one.
  const old =
    objectType === "OBJECT_EXTENSION"
      ? `(SELECT e.extnamespace::pg_catalog.regnamespace::pg_catalog.text FROM pg_catalog.pg_extension AS e WHERE e.oid = a.objid)`
      : `pg_catalog.quote_ident((pg_catalog.pg_identify_object(a.classid, a.objid, 0)).schema)`;
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
