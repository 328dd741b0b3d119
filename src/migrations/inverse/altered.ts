/** One action of ALTER TABLE (or VIEW, INDEX, TYPE …) and the relation that it is about. */
import type { AlterTableCmd, AlterTableType, ObjectType } from "@pgsql/types";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import type { Answer } from "./answer.ts";
import { regclass } from "./names.ts";

export interface Altered {
  readonly type: ObjectType;
  readonly parts: readonly string[];
  /** The relation's name as it stands in the statement. */
  readonly name: string;
  /** `ALTER TABLE ONLY t`. */
  readonly alter: string;
  readonly command: AlterTableCmd;
  /** All actions of the statement. */
  readonly commands: readonly AlterTableCmd[];
}

export function columnOf({ command }: Altered): string {
  return quoteIdentifier(command.name ?? "");
}

/** FROM and WHERE over the relation's row `r`. */
export function fromRelation({ name }: Altered): string {
  return `FROM pg_catalog.pg_class AS r WHERE r.oid = ${regclass(name)}`;
}

/** FROM and WHERE over the column's row `a`; a column of an index has a number. */
export function fromColumn({ name, command }: Altered): string {
  const which =
    command.name === undefined
      ? `a.attnum = ${command.num ?? 0}`
      : `a.attname = ${quoteLiteral(command.name)}`;
  return `FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = ${regclass(name)} AND a.attnum > 0 AND NOT a.attisdropped AND ${which}`;
}

/** `ALTER TABLE t ALTER COLUMN c` as an expression in SQL, with a space behind it. */
export function alterColumn(altered: Altered): string {
  const { command, alter } = altered;
  const column = command.name === undefined ? String(command.num ?? 0) : columnOf(altered);
  return quoteLiteral(`${alter} ALTER COLUMN ${column} `);
}

export type ActionRules = { readonly [T in AlterTableType]?: (altered: Altered) => Answer };
