/** COMMENT ON and SECURITY LABEL: what was said before, or nothing. */
import type { CommentStmt, SecLabelStmt } from "@pgsql/types";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { type Answer, askBefore, none } from "./answer.ts";
import { addressOf, objectReference, referenceText } from "./object-reference.ts";

/** https://www.postgresql.org/docs/18/sql-comment.html: objects that all databases share have their comments elsewhere. */
export function undoComment({ objtype, object }: CommentStmt): Answer {
  const reference = objectReference(objtype, object);
  if (reference === null) return none("the comment stands on an object of an unknown class");
  const on = `COMMENT ON ${reference.noun} ${referenceText(reference)} IS `;
  return askBefore(
    `SELECT ${quoteLiteral(on)} || COALESCE(pg_catalog.quote_literal(COALESCE(d.description, s.description)), 'NULL') AS sql
FROM ${addressOf(reference)} AS a
LEFT JOIN pg_catalog.pg_description AS d ON (d.classoid, d.objoid, d.objsubid) = (a.classid, a.objid, a.objsubid)
LEFT JOIN pg_catalog.pg_shdescription AS s ON (s.classoid, s.objoid) = (a.classid, a.objid)`,
  );
}

/** Without FOR the provider is the only one that is loaded, and so it is the only one that has labels. */
export function undoLabel({ objtype, object, provider }: SecLabelStmt): Answer {
  const reference = objectReference(objtype, object);
  if (reference === null) return none("the label stands on an object of an unknown class");
  const by = provider === undefined ? "" : `FOR ${quoteIdentifier(provider)} `;
  const on = `SECURITY LABEL ${by}ON ${reference.noun} ${referenceText(reference)} IS `;
  const only = provider === undefined ? "" : ` AND l.provider = ${quoteLiteral(provider)}`;
  const shared = only.replace("l.provider", "s.provider");
  return askBefore(
    `SELECT ${quoteLiteral(on)} || COALESCE(pg_catalog.quote_literal(COALESCE(l.label, s.label)), 'NULL') AS sql
FROM ${addressOf(reference)} AS a
LEFT JOIN pg_catalog.pg_seclabel AS l ON (l.classoid, l.objoid, l.objsubid) = (a.classid, a.objid, a.objsubid)${only}
LEFT JOIN pg_catalog.pg_shseclabel AS s ON (s.classoid, s.objoid) = (a.classid, a.objid)${shared}`,
  );
}
