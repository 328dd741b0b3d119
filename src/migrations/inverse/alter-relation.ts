/** What ALTER TABLE does to the relation itself: row security, triggers and rules, inheritance, storage, owner. */
import type { RangeVar } from "@pgsql/types";
import { quoteLiteral } from "../../../graph/quote.ts";
import { type ActionRules, type Altered, fromRelation } from "./altered.ts";
import { type Answer, askBefore, undo } from "./answer.ts";
import { relationText } from "./names.ts";
import { undoNoInherit } from "./no-inherit.ts";
import { elementsOfList } from "./node.ts";
import { optionsBack, settingsBack } from "./options.ts";
import { ownerBack } from "./owner.ts";
import { undoAttach, undoDetach } from "./partition.ts";
import { undoRuleState, undoTriggerState } from "./trigger-state.ts";

export const relationRules: ActionRules = {
  AT_ChangeOwner: (altered) =>
    ownerBack(
      {
        type: altered.type,
        noun: altered.alter.slice("ALTER ".length, -altered.name.length).replace(/ (ONLY )?$/, ""),
        parts: altered.parts,
        arguments: null,
      },
      altered.command.newowner,
    ),
  AT_EnableRowSecurity: rowSecurity,
  AT_DisableRowSecurity: rowSecurity,
  AT_ForceRowSecurity: forcedRowSecurity,
  AT_NoForceRowSecurity: forcedRowSecurity,
  AT_EnableTrig: undoTriggerState,
  AT_EnableAlwaysTrig: undoTriggerState,
  AT_EnableReplicaTrig: undoTriggerState,
  AT_DisableTrig: undoTriggerState,
  AT_EnableTrigAll: undoTriggerState,
  AT_DisableTrigAll: undoTriggerState,
  AT_EnableTrigUser: undoTriggerState,
  AT_DisableTrigUser: undoTriggerState,
  AT_EnableRule: undoRuleState,
  AT_EnableAlwaysRule: undoRuleState,
  AT_EnableReplicaRule: undoRuleState,
  AT_DisableRule: undoRuleState,
  AT_SetRelOptions: relationSettings,
  AT_ResetRelOptions: relationSettings,
  AT_GenericOptions: ({ name, alter, command }) =>
    optionsBack(
      alter,
      elementsOfList(command.def),
      `SELECT f.ftoptions AS options FROM pg_catalog.pg_foreign_table AS f WHERE f.ftrelid = ${quoteLiteral(name)}::pg_catalog.regclass`,
    ),
  AT_AttachPartition: undoAttach,
  AT_DetachPartition: undoDetach,
  AT_AddInherit: ({ alter, command }) => undo(`${alter} NO INHERIT ${relationText(relationIn(command.def))}`),
  AT_DropInherit: (altered) => undoNoInherit(altered, relationText(relationIn(altered.command.def))),
  AT_AddOf: typed,
  AT_DropOf: typed,
  AT_ReplicaIdentity: (altered) =>
    askBefore(
      `SELECT ${quoteLiteral(`${altered.alter} REPLICA IDENTITY `)} || CASE r.relreplident WHEN 'n' THEN 'NOTHING' WHEN 'f' THEN 'FULL' WHEN 'i'
  THEN COALESCE((SELECT 'USING INDEX ' || pg_catalog.quote_ident(x.relname) FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid WHERE i.indrelid = r.oid AND i.indisreplident), 'DEFAULT') ELSE 'DEFAULT' END AS sql ${fromRelation(altered)}`,
    ),
  AT_ClusterOn: clustered,
  AT_DropCluster: clustered,
  AT_SetLogged: logged,
  AT_SetUnLogged: logged,
  AT_SetTableSpace: (altered) =>
    askBefore(
      `SELECT ${quoteLiteral(`${altered.alter} SET TABLESPACE `)} || COALESCE((SELECT pg_catalog.quote_ident(s.spcname) FROM pg_catalog.pg_tablespace AS s WHERE s.oid = COALESCE(NULLIF(r.reltablespace, 0), d.dattablespace)), 'pg_default') AS sql
FROM pg_catalog.pg_class AS r, pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database() AND r.oid = ${quoteLiteral(altered.name)}::pg_catalog.regclass`,
    ),
  AT_SetAccessMethod: (altered) =>
    askBefore(
      `SELECT ${quoteLiteral(`${altered.alter} SET ACCESS METHOD `)} || COALESCE((SELECT pg_catalog.quote_ident(m.amname) FROM pg_catalog.pg_am AS m WHERE m.oid = r.relam), 'DEFAULT') AS sql ${fromRelation(altered)}`,
    ),
};

/** https://www.postgresql.org/docs/18/ddl-rowsecurity.html */
function rowSecurity(altered: Altered): Answer {
  return askBefore(
    `SELECT ${quoteLiteral(`${altered.alter} `)} || CASE WHEN r.relrowsecurity THEN 'ENABLE' ELSE 'DISABLE' END || ' ROW LEVEL SECURITY' AS sql ${fromRelation(altered)} AND r.relrowsecurity <> ${altered.command.subtype === "AT_EnableRowSecurity"}`,
  );
}

function forcedRowSecurity(altered: Altered): Answer {
  return askBefore(
    `SELECT ${quoteLiteral(`${altered.alter} `)} || CASE WHEN r.relforcerowsecurity THEN 'FORCE' ELSE 'NO FORCE' END || ' ROW LEVEL SECURITY' AS sql ${fromRelation(altered)} AND r.relforcerowsecurity <> ${altered.command.subtype === "AT_ForceRowSecurity"}`,
  );
}

/** A view's check_option counts as a storage parameter. */
function relationSettings(altered: Altered): Answer {
  return settingsBack(
    altered.alter,
    elementsOfList(altered.command.def),
    `SELECT r.reloptions AS options, (SELECT t.reloptions FROM pg_catalog.pg_class AS t WHERE t.oid = r.reltoastrelid) AS toast ${fromRelation(altered)}`,
  );
}

function typed(altered: Altered): Answer {
  return askBefore(
    `SELECT ${quoteLiteral(`${altered.alter} `)} || CASE WHEN r.reloftype = 0 THEN 'NOT OF' ELSE 'OF ' || pg_catalog.format_type(r.reloftype, NULL) END AS sql ${fromRelation(altered)}`,
  );
}

function clustered(altered: Altered): Answer {
  return askBefore(
    `SELECT ${quoteLiteral(`${altered.alter} `)} || COALESCE((SELECT 'CLUSTER ON ' || pg_catalog.quote_ident(x.relname) FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid WHERE i.indrelid = r.oid AND i.indisclustered), 'SET WITHOUT CLUSTER') AS sql ${fromRelation(altered)}`,
  );
}

function logged(altered: Altered): Answer {
  const persistence = altered.command.subtype === "AT_SetLogged" ? "p" : "u";
  return askBefore(
    `SELECT ${quoteLiteral(`${altered.alter} SET `)} || CASE r.relpersistence WHEN 'u' THEN 'UNLOGGED' ELSE 'LOGGED' END AS sql ${fromRelation(altered)} AND r.relpersistence <> '${persistence}'`,
  );
}

function relationIn(node: Altered["command"]["def"]): RangeVar {
  return node !== undefined && "RangeVar" in node ? node.RangeVar : {};
}
