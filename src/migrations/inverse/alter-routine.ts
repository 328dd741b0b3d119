/** ALTER FUNCTION and its like, ALTER … DEPENDS ON EXTENSION. */
import type { AlterFunctionStmt, AlterObjectDependsStmt } from "@pgsql/types";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { type Answer, askBefore, none } from "./answer.ts";
import { relationParts } from "./names.ts";
import { objectClass } from "./object-class.ts";
import { addressOf, objectReference, referenceText } from "./object-reference.ts";

/** Its whole definition as it was: CREATE OR REPLACE keeps owner, privileges and comments. */
export function undoRoutine({ objtype, func }: AlterFunctionStmt): Answer {
  const reference = func === undefined ? null : objectReference(objtype, { ObjectWithArgs: func });
  if (reference === null) return none("a routine of an unknown kind");
  return askBefore(
    `SELECT pg_catalog.rtrim(pg_catalog.pg_get_functiondef(a.objid), E'\\n') AS sql FROM ${addressOf(reference)} AS a`,
  );
}

export function undoDepends({
  objectType,
  relation,
  object,
  extname,
  remove,
}: AlterObjectDependsStmt): Answer {
  const noun = objectClass(objectType)?.noun;
  const reference =
    objectType === "OBJECT_TRIGGER" && relation !== undefined && object !== undefined && "List" in object
      ? objectReference(objectType, {
          List: {
            items: [
              ...relationParts(relation).map((sval) => ({ String: { sval } })),
              ...(object.List.items ?? []),
            ],
          },
        })
      : objectReference(objectType, relation === undefined ? object : { RangeVar: relation });
  if (noun === undefined || reference === null) return none("a dependency of an object of an unknown class");
  const extension = extname?.sval ?? "";
  const sql = `ALTER ${noun} ${referenceText(reference)}${remove === true ? "" : " NO"} DEPENDS ON EXTENSION ${quoteIdentifier(extension)}`;
  const depends = `EXISTS (SELECT FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_extension AS e ON d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.refobjid = e.oid
WHERE d.classid = a.classid AND d.objid = a.objid AND d.deptype = 'x' AND e.extname = ${quoteLiteral(extension)})`;
  return askBefore(
    `SELECT ${quoteLiteral(sql)} AS sql FROM ${addressOf(reference)} AS a WHERE ${remove === true ? "" : "NOT "}${depends}`,
  );
}
