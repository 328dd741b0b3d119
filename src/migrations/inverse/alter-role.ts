/** ALTER ROLE, and the settings of roles and databases. */
import type { AlterDatabaseSetStmt, AlterRoleSetStmt, AlterRoleStmt, VariableSetStmt } from "@pgsql/types";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { roleText } from "../../sql/role-text.ts";
import { type Answer, askBefore, inReverse, none, nothing, undo } from "./answer.ts";
import { undoMembership } from "./membership.ts";
import { elementsOf } from "./node.ts";
import { roleName } from "./owner.ts";

/** The words of CREATE ROLE: https://www.postgresql.org/docs/18/sql-createrole.html */
const attributes: Readonly<Record<string, readonly [column: string, word: string]>> = {
  superuser: ["rolsuper", "SUPERUSER"],
  createdb: ["rolcreatedb", "CREATEDB"],
  createrole: ["rolcreaterole", "CREATEROLE"],
  inherit: ["rolinherit", "INHERIT"],
  canlogin: ["rolcanlogin", "LOGIN"],
  isreplication: ["rolreplication", "REPLICATION"],
  bypassrls: ["rolbypassrls", "BYPASSRLS"],
};

export function undoRole({ role, options }: AlterRoleStmt): Answer {
  const parts = elementsOf(options).map(({ defname = "" }) =>
    undoAttribute(roleText(role), roleName(role), defname),
  );
  return inReverse(parts);
}

function undoAttribute(name: string, text: string, option: string): Answer {
  const select = (words: string) =>
    askBefore(
      `SELECT ${quoteLiteral(`ALTER ROLE ${name} `)} || ${words} AS sql FROM pg_catalog.pg_roles AS r WHERE r.rolname = ${text}`,
    );
  const attribute = attributes[option];
  if (attribute !== undefined) {
    const [column, word] = attribute;
    return select(`CASE WHEN r.${column} THEN '${word}' ELSE 'NO${word}' END`);
  }
  switch (option) {
    case "connectionlimit":
      return select("'CONNECTION LIMIT ' || r.rolconnlimit");
    // No statement takes a date away; for ever is the same.
    case "validUntil":
      return select("'VALID UNTIL ' || COALESCE(pg_catalog.quote_literal(r.rolvaliduntil), '''infinity''')");
    case "rolemembers":
      return undoMembership();
    case "password":
      return none(`the old password of role ${name} is not known`);
    default:
      return none(`option ${option} of a role`);
  }
}

export function undoRoleSetting({ role, database, setstmt }: AlterRoleSetStmt): Answer {
  const who = role === undefined ? "ALL" : roleText(role);
  const where = database === undefined ? "" : ` IN DATABASE ${quoteIdentifier(database)}`;
  const roleOid =
    role === undefined
      ? "0"
      : `(SELECT r.oid FROM pg_catalog.pg_roles AS r WHERE r.rolname = ${roleName(role)})`;
  return settingBack(`ALTER ROLE ${who}${where}`, setstmt, roleOid, database);
}

export function undoDatabaseSetting({ dbname = "", setstmt }: AlterDatabaseSetStmt): Answer {
  return settingBack(`ALTER DATABASE ${quoteIdentifier(dbname)}`, setstmt, "0", dbname);
}

/** https://www.postgresql.org/docs/18/catalog-pg-db-role-setting.html: an entry is `name=value`, lists ready to be read again. */
function settingBack(
  alter: string,
  set: VariableSetStmt | undefined,
  role: string,
  database: string | undefined,
): Answer {
  const databaseOid =
    database === undefined
      ? "0"
      : `(SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = ${quoteLiteral(database)})`;
  const name = set?.name;
  const one = name === undefined ? "" : ` WHERE pg_catalog.split_part(x, '=', 1) = ${quoteLiteral(name)}`;
  const reset = name === undefined ? nothing : undo(`${alter} RESET ${settingName(name)}`);
  return askBefore(
    `SELECT ${quoteLiteral(`${alter} SET `)} || v.name || ' TO ' || CASE WHEN g.listed THEN v.value ELSE pg_catalog.quote_literal(v.value) END AS sql
FROM (SELECT pg_catalog.split_part(x, '=', 1) AS name, pg_catalog.substr(x, pg_catalog.strpos(x, '=') + 1) AS value
  FROM pg_catalog.pg_db_role_setting AS s, pg_catalog.unnest(s.setconfig) AS x${one === "" ? " WHERE true" : one} AND s.setrole = ${role} AND s.setdatabase = ${databaseOid}) AS v,
LATERAL (SELECT v.name IN ('search_path', 'session_preload_libraries', 'local_preload_libraries', 'temp_tablespaces', 'DateStyle') AND v.value <> '' AS listed) AS g`,
    (rows) => (rows.length === 0 ? reset : undo(...rows.map((row) => String(row.sql)))),
  );
}

function settingName(name: string): string {
  return name.split(".").map(quoteIdentifier).join(".");
}
