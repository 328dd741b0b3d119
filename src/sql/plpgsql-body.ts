/**
 * What a PL/pgSQL body names. libpg_query splits the body into its statements and expressions, which are then parsed
 * as SQL; where its PL/pgSQL parser gives up, the names are taken from the body's tokens.
 */
import type { CreateFunctionStmt } from "@pgsql/types";
import type { Reference } from "../../graph/reference.ts";
import { referenceCollector } from "../../graph/syntax/collect-references.ts";
import { typeFromText } from "../../graph/type-name.ts";
import type { BodyText } from "./body-text.ts";
import { readColumnTypes } from "./plpgsql-column-types.ts";
import { expressionReferences } from "./plpgsql-expression.ts";
import { scanNames } from "./plpgsql-scan.ts";
import { plpgsqlStatement } from "./plpgsql-statement.ts";
import { parsePlpgsql } from "./plpgsql-tree.ts";

/**
 * The types of declared variables are "checked", because PostgreSQL looks them up when it creates the function; all
 * else is "soft".
 */
export function plpgsqlReferences(
  create: CreateFunctionStmt,
  body: BodyText,
  searchPath: readonly string[] | undefined,
): readonly Reference[] {
  const { text, relations } = readColumnTypes(body.text);
  const declared = referenceCollector({ strength: "checked", toOffset: body.toComponent, searchPath });
  for (const { relation, offset } of relations) declared.relation(relation, offset);
  const tree = parsePlpgsql(plpgsqlStatement(create, text));
  if (tree === null) return [...declared.finish(), ...scanNames(body, searchPath)];
  const lines = lineStarts(body.text);
  for (const { type: written, line } of tree.variables) {
    const type = typeFromText(written);
    const at = body.text.indexOf(written, lines[line - 1] ?? 0);
    if (type !== null) declared.type(type, Math.max(at, 0));
  }
  const named = tree.expressions.flatMap((expression) =>
    expressionReferences(expression, body, lines[expression.line - 1] ?? 0, searchPath),
  );
  return [...declared.finish(), ...named];
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
