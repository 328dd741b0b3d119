/** What ALTER TABLE does to columns. */
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { type ActionRules, type Altered, alterColumn, columnOf, fromColumn } from "./altered.ts";
import { type Answer, askBefore, none, nothing, undo, undoLosing } from "./answer.ts";
import { compressionWord, defaultText, storageWord } from "./column-text.ts";
import { undoDropColumn } from "./drop-column.ts";
import { identityOptions } from "./identity-column.ts";
import { elementsOfList } from "./node.ts";
import { optionsBack, settingsBack } from "./options.ts";
import { collationText } from "./print-other.ts";

export const columnRules: ActionRules = {
  AT_AddColumn: undoAddColumn,
  AT_DropColumn: undoDropColumn,
  AT_AlterColumnType: undoType,
  AT_ColumnDefault: (altered) =>
    askBefore(
      `SELECT ${alterColumn(altered)} || COALESCE('SET DEFAULT ' || ${defaultText("a")}, 'DROP DEFAULT') AS sql ${fromColumn(altered)}`,
    ),
  AT_SetNotNull: (altered) =>
    askBefore(
      `SELECT ${alterColumn(altered)} || 'DROP NOT NULL' AS sql ${fromColumn(altered)} AND NOT a.attnotnull`,
    ),
  AT_DropNotNull: (altered) =>
    askBefore(`SELECT ${notNullText(altered, "a")} AS sql ${fromColumn(altered)} AND a.attnotnull`),
  AT_SetExpression: (altered) =>
    askBefore(
      `SELECT ${alterColumn(altered)} || 'SET EXPRESSION AS (' || ${defaultText("a")} || ')' AS sql ${fromColumn(altered)}`,
    ),
  AT_DropExpression: (altered) =>
    askBefore(
      `SELECT ${quoteLiteral(`column ${columnOf(altered)} of ${altered.name} cannot become a generated one again`)} AS reason ${fromColumn(altered)} AND a.attgenerated <> ''`,
    ),
  AT_SetStatistics: (altered) =>
    askBefore(
      `SELECT ${alterColumn(altered)} || 'SET STATISTICS ' || COALESCE(a.attstattarget, -1) AS sql ${fromColumn(altered)}`,
    ),
  AT_SetStorage: (altered) =>
    askBefore(
      `SELECT ${alterColumn(altered)} || 'SET STORAGE ' || ${storageWord("a")} AS sql ${fromColumn(altered)}`,
    ),
  AT_SetCompression: (altered) =>
    askBefore(
      `SELECT ${alterColumn(altered)} || 'SET COMPRESSION ' || ${compressionWord("a")} AS sql ${fromColumn(altered)}`,
    ),
  AT_SetOptions: columnSettings,
  AT_ResetOptions: columnSettings,
  AT_AlterColumnGenericOptions: (altered) =>
    optionsBack(
      `${altered.alter} ALTER COLUMN ${columnOf(altered)}`,
      elementsOfList(altered.command.def),
      `SELECT a.attfdwoptions AS options ${fromColumn(altered)}`,
    ),
  AT_AddIdentity: (altered) => undo(`${altered.alter} ALTER COLUMN ${columnOf(altered)} DROP IDENTITY`),
  AT_SetIdentity: (altered) =>
    askBefore(
      `SELECT ${alterColumn(altered)} || 'SET GENERATED ' || CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || ' SET ' || ${identityOptions("a", " SET ")} AS sql ${fromColumn(altered)}`,
    ),
  AT_DropIdentity: (altered) =>
    askBefore(
      `SELECT ${alterColumn(altered)} || 'ADD GENERATED ' || CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || ' AS IDENTITY (' || ${identityOptions("a", " ")} || ')' AS sql,
  ${quoteLiteral(`the value that the identity of column ${columnOf(altered)} of ${altered.name} had reached`)} AS loses ${fromColumn(altered)} AND a.attidentity <> ''`,
    ),
};

function undoAddColumn(altered: Altered): Answer {
  const { command, alter, name, type } = altered;
  const column =
    command.def !== undefined && "ColumnDef" in command.def ? command.def.ColumnDef.colname : undefined;
  if (column === undefined) return none("a column without a name");
  const noun = type === "OBJECT_TYPE" ? "ATTRIBUTE" : "COLUMN";
  const cascade = type === "OBJECT_TYPE" && command.behavior === "DROP_CASCADE" ? " CASCADE" : "";
  const answer = undoLosing(
    `the values of ${noun.toLowerCase()} ${quoteIdentifier(column)} of ${name}`,
    `${alter} DROP ${noun} ${quoteIdentifier(column)}${cascade}`,
  );
  if (command.missing_ok !== true) return answer;
  const there = fromColumn({ ...altered, command: { ...command, name: column } });
  return askBefore(`SELECT EXISTS (SELECT ${there}) AS there`, ([row]) =>
    row?.there === true ? nothing : answer,
  );
}

/**
 * The default is taken away before and set again after, as its text would be cast otherwise. Storage and compression become those of the new type:
 * ATExecAlterColumnType in PostgreSQL's tablecmds.c.
 */
function undoType(altered: Altered): Answer {
  const { type, name, alter, command } = altered;
  const column = columnOf(altered);
  const isType = type === "OBJECT_TYPE";
  const head = isType ? quoteLiteral(`${alter} ALTER ATTRIBUTE ${column} `) : alterColumn(altered);
  const format = "pg_catalog.format_type(a.atttypid, a.atttypmod)";
  const using =
    type === "OBJECT_TABLE" ? ` || ' USING ' || ${quoteLiteral(column)} || '::' || ${format}` : "";
  const cascade = isType && command.behavior === "DROP_CASCADE" ? " || ' CASCADE'" : "";
  const back = `${head} || 'TYPE ' || ${format} || ${collationText("a.attcollation", "a.atttypid")}${using}${cascade}`;
  const from = fromColumn(altered);
  const loses = quoteLiteral(
    `what the values of column ${column} of ${name} lose on their way to another type and back`,
  );
  if (isType) return askBefore(`SELECT ${back} AS sql, ${loses} AS loses ${from}`);
  const plain = "a.attgenerated = '' AND a.atthasdef";
  return askBefore(`SELECT sql, loses FROM (
SELECT 1 AS step, ${head} || 'DROP DEFAULT' AS sql, NULL AS loses ${from} AND ${plain}
UNION ALL SELECT 2, ${back}, ${loses} ${from}
UNION ALL SELECT 3, ${head} || 'SET DEFAULT ' || ${defaultText("a")}, NULL ${from} AND ${plain}
UNION ALL SELECT 4, ${head} || 'SET STORAGE ' || ${storageWord("a")}, NULL ${from} AND a.attstorage <> (SELECT t.typstorage FROM pg_catalog.pg_type AS t WHERE t.oid = a.atttypid)
UNION ALL SELECT 5, ${head} || 'SET COMPRESSION ' || ${compressionWord("a")}, NULL ${from} AND a.attcompression <> ''
) AS steps ORDER BY step`);
}

function columnSettings(altered: Altered): Answer {
  return settingsBack(
    `${altered.alter} ALTER COLUMN ${columnOf(altered)}`,
    elementsOfList(altered.command.def),
    `SELECT a.attoptions AS options ${fromColumn(altered)}`,
  );
}

/**
 * Since 18 NOT NULL is a constraint with a name: https://www.postgresql.org/docs/18/ddl-constraints.html. One with the name that PostgreSQL would
 * choose, and nothing special, is set as on older versions.
 */
function notNullText(altered: Altered, a: string): string {
  const plain = `${alterColumn(altered)} || 'SET NOT NULL'`;
  return `COALESCE((SELECT ${quoteLiteral(`${altered.alter} ADD CONSTRAINT `)} || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid)
  FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_class AS r ON r.oid = k.conrelid WHERE k.conrelid = ${a}.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[${a}.attnum]
  AND NOT (k.conname = r.relname || '_' || ${a}.attname || '_not_null' AND k.convalidated AND NOT k.connoinherit)), ${plain})`;
}
