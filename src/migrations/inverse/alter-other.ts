/** ALTER of what has few properties: extensions, event triggers, statistics, operator families, operators' like. */
import type {
  AlterEventTrigStmt,
  AlterExtensionContentsStmt,
  AlterExtensionStmt,
  AlterOpFamilyStmt,
  AlterStatsStmt,
  ClusterStmt,
} from "@pgsql/types";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { nameParts } from "../../../graph/syntax/syntax-tree.ts";
import { type Answer, askBefore, none, nothing, undo } from "./answer.ts";
import { dotted, regclass, relationText, typeTexts } from "./names.ts";
import { addressOf, objectReference, referenceText } from "./object-reference.ts";

/** Few extensions have scripts that lead back. */
export function undoExtensionUpdate({ extname = "" }: AlterExtensionStmt): Answer {
  return askBefore(
    `SELECT 'ALTER EXTENSION ' || pg_catalog.quote_ident(e.extname) || ' UPDATE TO ' || pg_catalog.quote_literal(e.extversion) AS sql, e.extversion AS version FROM pg_catalog.pg_extension AS e WHERE e.extname = ${quoteLiteral(extname)}`,
    ([row]) =>
      row === undefined
        ? nothing
        : {
            kind: "needs",
            question: {
              when: "after",
              sql: `SELECT e.extversion <> ${quoteLiteral(String(row.version))} AS moved, EXISTS (SELECT FROM pg_catalog.pg_extension_update_paths(e.extname) AS p WHERE p.source = e.extversion AND p.target = ${quoteLiteral(String(row.version))} AND p.path IS NOT NULL) AS leads_back FROM pg_catalog.pg_extension AS e WHERE e.extname = ${quoteLiteral(extname)}`,
            },
            complete: ([after]) => {
              if (after?.moved !== true) return nothing;
              return after.leads_back === true
                ? undo(String(row.sql))
                : none(
                    `extension ${quoteIdentifier(extname)} has no script that leads back to version ${String(row.version)}`,
                  );
            },
          },
  );
}

/** `action` is 1 for ADD and -1 for DROP. */
export function undoExtensionContents({
  extname = "",
  action,
  objtype,
  object,
}: AlterExtensionContentsStmt): Answer {
  const reference = objectReference(objtype, object);
  if (reference === null) return none("a member of an extension of an unknown class");
  return undo(
    `ALTER EXTENSION ${quoteIdentifier(extname)} ${action === 1 ? "DROP" : "ADD"} ${reference.noun} ${referenceText(reference)}`,
  );
}

export function undoEventTriggerState({ trigname = "" }: AlterEventTrigStmt): Answer {
  return askBefore(
    `SELECT ${quoteLiteral(`ALTER EVENT TRIGGER ${quoteIdentifier(trigname)} `)} || CASE e.evtenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END AS sql FROM pg_catalog.pg_event_trigger AS e WHERE e.evtname = ${quoteLiteral(trigname)}`,
  );
}

export function undoStatisticsTarget({ defnames = [], missing_ok }: AlterStatsStmt): Answer {
  const reference = objectReference("OBJECT_STATISTIC_EXT", { List: { items: defnames } });
  if (reference === null || missing_ok === true) return none("whether the statistics were there");
  return askBefore(
    `SELECT ${quoteLiteral(`ALTER STATISTICS ${referenceText(reference)} SET STATISTICS `)} || COALESCE(s.stxstattarget, -1) AS sql FROM ${addressOf(reference)} AS a JOIN pg_catalog.pg_statistic_ext AS s ON s.oid = a.objid`,
  );
}

/** What was added to a family is dropped; what was dropped is not known whole. */
export function undoOperatorFamily({
  opfamilyname,
  amname = "",
  isDrop,
  items = [],
}: AlterOpFamilyStmt): Answer {
  const name = `${dotted(nameParts(opfamilyname))} USING ${quoteIdentifier(amname)}`;
  if (isDrop === true) return none(`members of operator family ${name} are not made again`);
  const dropped = items.flatMap((node) => {
    if (!("CreateOpClassItem" in node)) return [];
    const { itemtype, number = 0, class_args, name: named } = node.CreateOpClassItem;
    const types = typeTexts(class_args ?? named?.objargs).join(", ");
    return [`${itemtype === 1 ? "OPERATOR" : "FUNCTION"} ${number} (${types})`];
  });
  return undo(`ALTER OPERATOR FAMILY ${name} DROP ${dropped.join(", ")}`);
}

/** CLUSTER … USING remembers the index: https://www.postgresql.org/docs/18/sql-cluster.html */
export function undoCluster({ relation, indexname }: ClusterStmt): Answer {
  if (relation === undefined || indexname === undefined) return nothing;
  const name = relationText(relation);
  return askBefore(
    `SELECT ${quoteLiteral(`ALTER TABLE ${name} `)} || COALESCE((SELECT 'CLUSTER ON ' || pg_catalog.quote_ident(x.relname) FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid WHERE i.indrelid = ${regclass(name)} AND i.indisclustered), 'SET WITHOUT CLUSTER') AS sql`,
  );
}
