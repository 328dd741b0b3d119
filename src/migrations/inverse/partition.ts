/** ATTACH PARTITION and DETACH PARTITION. */
import { quoteLiteral } from "../../../graph/quote.ts";
import type { Altered } from "./altered.ts";
import { type Answer, askBefore, compareAround, inReverse, none, nothing, undo } from "./answer.ts";
import { identityOf } from "./catalog-rows.ts";
import { regclass, relationText } from "./names.ts";

/**
 * What the partition gets on its way in (indexes, keys, foreign keys of the parent) stays on it when it is detached, and is
 * dropped: https://www.postgresql.org/docs/18/sql-altertable.html
 */
export function undoAttach(altered: Altered): Answer {
  const child = partitionName(altered);
  if (child === null) return none("a partition without a name");
  return inReverse([ownAgain(child), detachOrIndex(altered, child)]);
}

/** ALTER INDEX … ATTACH PARTITION has no opposite: https://www.postgresql.org/docs/18/sql-alterindex.html */
function detachOrIndex({ type, alter }: Altered, child: string): Answer {
  return type === "OBJECT_INDEX"
    ? none(`an index is not detached again: ${child}`)
    : undo(`${alter} DETACH PARTITION ${child}`);
}

/** CONCURRENTLY leaves a copy of the bounds as a CHECK constraint. */
export function undoDetach(altered: Altered): Answer {
  const child = partitionName(altered);
  if (child === null) return none("a partition without a name");
  const attach = askBefore(
    `SELECT ${quoteLiteral(`${altered.alter} ATTACH PARTITION ${child} `)} || pg_catalog.pg_get_expr(r.relpartbound, r.oid) AS sql FROM pg_catalog.pg_class AS r WHERE r.oid = ${regclass(child)}`,
  );
  const { def } = altered.command;
  const isConcurrent = def !== undefined && "PartitionCmd" in def && def.PartitionCmd.concurrent === true;
  return inReverse([attach, isConcurrent ? ownAgain(child) : nothing]);
}

function partitionName({ command: { def } }: Altered): string | null {
  return def !== undefined && "PartitionCmd" in def && def.PartitionCmd.name !== undefined
    ? relationText(def.PartitionCmd.name)
    : null;
}

/** Drops the constraints and indexes of a relation that a statement brought to it. */
function ownAgain(relation: string): Answer {
  const what = `SELECT 'c' || k.oid AS key, ${quoteLiteral(`ALTER TABLE ${relation} DROP CONSTRAINT `)} || pg_catalog.quote_ident(k.conname) AS sql
FROM pg_catalog.pg_constraint AS k WHERE k.conrelid = ${regclass(relation)} AND k.contype <> 't'
UNION ALL SELECT 'i' || i.indexrelid, 'DROP INDEX ' || ${identityOf("pg_class", "i.indexrelid")} FROM pg_catalog.pg_index AS i
WHERE i.indrelid = ${regclass(relation)} AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY key`;
  return compareAround(what, (before, after) => {
    const old = new Set(before.map((row) => row.key));
    return undo(...after.filter((row) => !old.has(row.key)).map((row) => String(row.sql)));
  });
}
