/** ALTER SERVER, FOREIGN DATA WRAPPER and USER MAPPING; DROP USER MAPPING. */
import type { AlterFdwStmt, AlterForeignServerStmt, AlterUserMappingStmt } from "@pgsql/types";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { roleText } from "../../sql/role-text.ts";
import { type Answer, askBefore, inReverse, none } from "./answer.ts";
import { elementsOf } from "./node.ts";
import { optionsBack } from "./options.ts";
import { roleName } from "./owner.ts";

export function undoServer({ servername = "", options, has_version }: AlterForeignServerStmt): Answer {
  const alter = `ALTER SERVER ${quoteIdentifier(servername)}`;
  const from = `FROM pg_catalog.pg_foreign_server AS s WHERE s.srvname = ${quoteLiteral(servername)}`;
  const version = askBefore(
    `SELECT ${quoteLiteral(`${alter} VERSION `)} || COALESCE(pg_catalog.quote_literal(s.srvversion), 'NULL') AS sql ${from}`,
  );
  const back = optionsBack(alter, elementsOf(options), `SELECT s.srvoptions AS options ${from}`);
  return inReverse(has_version === true ? [version, back] : [back]);
}

/** HANDLER and VALIDATOR: https://www.postgresql.org/docs/18/sql-alterforeigndatawrapper.html */
export function undoWrapper({ fdwname = "", func_options, options }: AlterFdwStmt): Answer {
  const alter = `ALTER FOREIGN DATA WRAPPER ${quoteIdentifier(fdwname)}`;
  const from = `FROM pg_catalog.pg_foreign_data_wrapper AS w WHERE w.fdwname = ${quoteLiteral(fdwname)}`;
  const functions = elementsOf(func_options).map(({ defname = "" }) => {
    const word = defname.toUpperCase();
    const column = `w.fdw${defname}`;
    return askBefore(
      `SELECT ${quoteLiteral(`${alter} `)} || CASE WHEN ${column} = 0 THEN 'NO ${word}' ELSE '${word} ' || ${column}::pg_catalog.regproc END AS sql ${from}`,
    );
  });
  return inReverse([
    ...functions,
    optionsBack(alter, elementsOf(options), `SELECT w.fdwoptions AS options ${from}`),
  ]);
}

export function undoMapping({ user, servername = "", options }: AlterUserMappingStmt): Answer {
  const name = user?.roletype === "ROLESPEC_PUBLIC" ? "'public'" : roleName(user);
  return optionsBack(
    `ALTER USER MAPPING FOR ${roleText(user)} SERVER ${quoteIdentifier(servername)}`,
    elementsOf(options),
    `SELECT m.umoptions AS options FROM pg_catalog.pg_user_mappings AS m WHERE m.srvname = ${quoteLiteral(servername)} AND m.usename = ${name}`,
  );
}

export function undoDropMapping(): Answer {
  return none("a user mapping may hold a password, which a script must not");
}
