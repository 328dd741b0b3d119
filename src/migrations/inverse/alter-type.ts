/** ALTER TYPE (values of enumerations) and ALTER DOMAIN. */
import type { AlterDomainStmt, AlterEnumStmt } from "@pgsql/types";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { nameParts } from "../../../graph/syntax/syntax-tree.ts";
import { type Answer, askBefore, compareAround, none, nothing, texts, undo } from "./answer.ts";
import { dotted } from "./names.ts";

/** https://www.postgresql.org/docs/18/sql-altertype.html: values can be renamed, and are never removed. */
export function undoEnum({ typeName, oldVal, newVal = "", skipIfNewValExists }: AlterEnumStmt): Answer {
  const name = dotted(nameParts(typeName));
  if (oldVal !== undefined) {
    return undo(`ALTER TYPE ${name} RENAME VALUE ${quoteLiteral(newVal)} TO ${quoteLiteral(oldVal)}`);
  }
  const answer = none(`PostgreSQL cannot remove value ${quoteLiteral(newVal)} of enumeration ${name}`);
  if (skipIfNewValExists !== true) return answer;
  return askBefore(
    `SELECT EXISTS (SELECT FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = ${quoteLiteral(name)}::pg_catalog.regtype AND e.enumlabel = ${quoteLiteral(newVal)}) AS there`,
    ([row]) => (row?.there === true ? nothing : answer),
  );
}

export function undoDomain(statement: AlterDomainStmt): Answer {
  const name = dotted(nameParts(statement.typeName));
  const alter = `ALTER DOMAIN ${name} `;
  const domain = `FROM pg_catalog.pg_type AS t WHERE t.oid = ${quoteLiteral(name)}::pg_catalog.regtype`;
  const constraint = `FROM pg_catalog.pg_constraint AS k WHERE k.contypid = ${quoteLiteral(name)}::pg_catalog.regtype AND k.conname = ${quoteLiteral(statement.name ?? "")}`;
  const drop = quoteLiteral(`${alter}DROP CONSTRAINT ${quoteIdentifier(statement.name ?? "")}`);
  const add = `SELECT 1 AS step, ${quoteLiteral(`${alter}ADD CONSTRAINT `)} || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid) AS sql ${constraint}
UNION ALL SELECT 2, 'COMMENT ON CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ${quoteLiteral(` ON DOMAIN ${name} IS `)} || pg_catalog.quote_literal(pg_catalog.obj_description(k.oid, 'pg_constraint')) ${constraint} AND pg_catalog.obj_description(k.oid, 'pg_constraint') IS NOT NULL`;
  // The letters of AlterDomainStmt.subtype: src/include/nodes/parsenodes.h
  switch (statement.subtype) {
    case "T":
      return askBefore(
        `SELECT ${quoteLiteral(alter)} || COALESCE('SET DEFAULT ' || t.typdefault, 'DROP DEFAULT') AS sql ${domain}`,
      );
    case "N":
      return askBefore(`SELECT ${quoteLiteral(`${alter}SET NOT NULL`)} AS sql ${domain} AND t.typnotnull`);
    case "O":
      return askBefore(
        `SELECT ${quoteLiteral(`${alter}DROP NOT NULL`)} AS sql ${domain} AND NOT t.typnotnull`,
      );
    case "C":
      return addedConstraint(statement, alter, name);
    case "X":
      return askBefore(`SELECT * FROM (${add}) AS steps ORDER BY step`);
    case "V":
      return askBefore(
        `SELECT x.sql FROM (SELECT 0 AS step, ${drop} AS sql ${constraint} UNION ALL ${add}) AS x WHERE EXISTS (SELECT ${constraint} AND NOT k.convalidated) ORDER BY x.step`,
      );
    default:
      return none(`ALTER DOMAIN of kind ${statement.subtype ?? "unknown"}`);
  }
}

function addedConstraint({ def }: AlterDomainStmt, alter: string, name: string): Answer {
  const constraint = def !== undefined && "Constraint" in def ? def.Constraint : undefined;
  if (constraint?.conname !== undefined)
    return undo(`${alter}DROP CONSTRAINT ${quoteIdentifier(constraint.conname)}`);
  return compareAround(
    `SELECT k.conname::pg_catalog.text AS name FROM pg_catalog.pg_constraint AS k WHERE k.contypid = ${quoteLiteral(name)}::pg_catalog.regtype`,
    (before, after) => {
      const old = new Set(texts(before, "name"));
      return undo(
        ...texts(after, "name")
          .filter((one) => !old.has(one))
          .map((one) => `${alter}DROP CONSTRAINT ${quoteIdentifier(one)}`),
      );
    },
  );
}
