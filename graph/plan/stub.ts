/**
 * Stubs: what stands in for a view or routine while a table that it reads is changed. A stub has the same shape, reads
 * no table and raises an error where something reads it meanwhile.
 */
import { describeForDdl } from "../ddl-name.ts";
import { describeIdentity, isRoutine } from "../identity.ts";
import {
  isLiveRelation,
  isLiveRoutine,
  type LiveObject,
  type LiveRelation,
  type LiveRoutine,
} from "../live.ts";
import { quoteIdentifier, quoteLiteral } from "../quote.ts";

/** Null for what cannot be a stub. `name` is the object's name by now, where it was set aside. */
export function stubStatement(live: LiveObject, name: string): string | null {
  if (isLiveRelation(live) && live.kind === "view") return viewStub(live, name);
  if (isLiveRoutine(live) && live.kind !== "aggregate") return routineStub(live);
  return null;
}

/**
 * The error stands in WHERE: a target list that raises is skipped by count(*). Options are left out, check_option
 * because a stub cannot have it, the others because binding brings them back.
 */
function viewStub(live: LiveRelation, name: string): string {
  const columns = live.columns.map((column) => {
    const collation = column.collation === null ? "" : ` COLLATE ${column.collation}`;
    return `NULL::${column.type}${collation} AS ${quoteIdentifier(column.name)}`;
  });
  const message = quoteLiteral(`${describeIdentity(live.identity)} is detached while a table is changed`);
  return `CREATE OR REPLACE VIEW ${name} AS SELECT ${columns.join(", ")} WHERE (${message}::text)::boolean`;
}

/** pg_get_functiondef up to the body, with a body of plpgsql; the rest of the attributes stays. */
function routineStub(live: LiveRoutine): string | null {
  const { sql } = live.definition;
  const head = "\n LANGUAGE sql\n";
  const language = sql.indexOf(head);
  if (language === -1) return null;
  // The first of either: a literal of the body may hold such a line, too.
  const rest = language + head.length - 1;
  const [body] = ["\nBEGIN ATOMIC", "\nRETURN "]
    .map((start) => sql.indexOf(start, rest))
    .filter((at) => at !== -1)
    .sort((a, b) => a - b);
  if (body === undefined) return null;
  const attributes = sql.slice(rest, body);
  const message = quoteLiteral(`${describeIdentity(live.identity)} is detached while a table is changed`);
  const raise = `begin raise exception using message = ${message}; end`;
  return `${sql.slice(0, language)}\n LANGUAGE plpgsql${attributes}\nAS ${quoteLiteral(raise)}`;
}

/** The name that the object goes by, behind ALTER and DROP. */
export function stubbedName(live: LiveObject, scratch: string | null): string {
  const { identity } = live;
  if (scratch === null || isRoutine(identity)) return describeForDdl(identity);
  return `${quoteIdentifier(identity.schema)}.${quoteIdentifier(scratch)}`;
}
