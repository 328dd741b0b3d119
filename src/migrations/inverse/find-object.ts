/** SQL that finds an object that may not be there: a query of its oid, without a row (or with NULL) where there is none. */
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { dotted, operatorText } from "./names.ts";
import type { ObjectReference } from "./object-reference.ts";

/** Where the object would be looked for: along the search path, or where CREATE would put it. */
export type Where = "path" | "creation";

export interface Found {
  readonly catalog: string;
  /** A query of one column, `oid`. */
  readonly query: string;
}

/** Null for classes whose objects are not looked for. */
export function findObject(reference: ObjectReference, where: Where = "path"): Found | null {
  const { type, parts, arguments: types } = reference;
  const name = quoteLiteral(parts.at(-1) ?? "");
  const by = (cast: string, text: string): string =>
    `SELECT pg_catalog.${cast}(${text})::pg_catalog.oid AS oid`;
  const qualified = qualifiedText(parts, where);
  switch (type) {
    case "OBJECT_TABLE":
    case "OBJECT_VIEW":
    case "OBJECT_MATVIEW":
    case "OBJECT_INDEX":
    case "OBJECT_SEQUENCE":
    case "OBJECT_FOREIGN_TABLE":
      return { catalog: "pg_class", query: by("to_regclass", qualified) };
    case "OBJECT_FUNCTION":
    case "OBJECT_PROCEDURE":
    case "OBJECT_ROUTINE":
    case "OBJECT_AGGREGATE": {
      // regprocedure takes input arguments alone.
      const inputs = types?.filter((text) => !text.startsWith("OUT ")) ?? null;
      const query =
        inputs === null
          ? by("to_regproc", qualified)
          : by("to_regprocedure", `${qualified} || ${quoteLiteral(`(${inputs.join(", ")})`)}`);
      return { catalog: "pg_proc", query };
    }
    case "OBJECT_OPERATOR":
      return {
        catalog: "pg_operator",
        query: by("to_regoperator", quoteLiteral(`${operatorText(parts)}(${(types ?? []).join(",")})`)),
      };
    case "OBJECT_TYPE":
    case "OBJECT_DOMAIN":
      return { catalog: "pg_type", query: by("to_regtype", qualified) };
    case "OBJECT_COLLATION":
      return { catalog: "pg_collation", query: by("to_regcollation", qualified) };
    case "OBJECT_SCHEMA":
      return { catalog: "pg_namespace", query: by("to_regnamespace", quoteLiteral(dotted(parts))) };
    case "OBJECT_ROLE":
      return { catalog: "pg_authid", query: by("to_regrole", quoteLiteral(dotted(parts))) };
    case "OBJECT_TRIGGER":
      return child("pg_trigger", "tgrelid", "tgname", parts);
    case "OBJECT_RULE":
      return child("pg_rewrite", "ev_class", "rulename", parts);
    case "OBJECT_POLICY":
      return child("pg_policy", "polrelid", "polname", parts);
    case "OBJECT_CAST":
      return {
        catalog: "pg_cast",
        query: `SELECT x.oid FROM pg_catalog.pg_cast AS x WHERE x.castsource = pg_catalog.to_regtype(${quoteLiteral(parts[0] ?? "")}) AND x.casttarget = pg_catalog.to_regtype(${name})`,
      };
    case "OBJECT_TRANSFORM":
      return {
        catalog: "pg_transform",
        query: `SELECT x.oid FROM pg_catalog.pg_transform AS x JOIN pg_catalog.pg_language AS l ON l.oid = x.trflang WHERE l.lanname = ${name} AND x.trftype = pg_catalog.to_regtype(${quoteLiteral(parts[0] ?? "")})`,
      };
    case "OBJECT_STATISTIC_EXT":
      return {
        catalog: "pg_statistic_ext",
        query: `SELECT x.oid FROM pg_catalog.pg_statistic_ext AS x WHERE x.stxname = ${name} AND ${
          parts.length > 1
            ? `x.stxnamespace = pg_catalog.to_regnamespace(${quoteLiteral(dotted(parts.slice(0, 1)))})`
            : where === "path"
              ? "pg_catalog.pg_statistics_obj_is_visible(x.oid)"
              : "x.stxnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(pg_catalog.current_schema()))"
        }`,
      };
    case "OBJECT_EXTENSION":
      return byName("pg_extension", "extname", name);
    case "OBJECT_EVENT_TRIGGER":
      return byName("pg_event_trigger", "evtname", name);
    case "OBJECT_FOREIGN_SERVER":
      return byName("pg_foreign_server", "srvname", name);
    case "OBJECT_FDW":
      return byName("pg_foreign_data_wrapper", "fdwname", name);
    case "OBJECT_PUBLICATION":
      return byName("pg_publication", "pubname", name);
    case "OBJECT_LANGUAGE":
      return byName("pg_language", "lanname", name);
    case "OBJECT_USER_MAPPING":
      return {
        catalog: "pg_user_mapping",
        query: `SELECT x.umid AS oid FROM pg_catalog.pg_user_mappings AS x WHERE x.srvname = ${name} AND x.usename = ${userLiteral(parts[0] ?? "")}`,
      };
    default:
      return null;
  }
}

function userLiteral(user: string): string {
  return /^(current_user|current_role|session_user)$/.test(user) ? user : quoteLiteral(user);
}

/** The name as an expression, qualified where only the schema counts in which things are made. */
function qualifiedText(parts: readonly string[], where: Where): string {
  return parts.length > 1 || where === "path"
    ? quoteLiteral(dotted(parts))
    : `pg_catalog.quote_ident(pg_catalog.current_schema()) || ${quoteLiteral(`.${quoteIdentifier(parts[0] ?? "")}`)}`;
}

function child(catalog: string, relation: string, name: string, parts: readonly string[]): Found {
  return {
    catalog,
    query: `SELECT x.oid FROM pg_catalog.${catalog} AS x WHERE x.${relation} = pg_catalog.to_regclass(${quoteLiteral(dotted(parts.slice(0, -1)))}) AND x.${name} = ${quoteLiteral(parts.at(-1) ?? "")}`,
  };
}

function byName(catalog: string, column: string, name: string): Found {
  return { catalog, query: `SELECT x.oid FROM pg_catalog.${catalog} AS x WHERE x.${column} = ${name}` };
}

/** Whether it is there, as an expression. */
export function existsExpression(found: Found): string {
  return `EXISTS (SELECT FROM (${found.query}) AS x WHERE x.oid IS NOT NULL)`;
}
