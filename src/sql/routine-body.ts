/** What the quoted body of a function names. */
import type { CreateFunctionStmt, DefElem } from "@pgsql/types";
import type { Reference } from "../../graph/reference.ts";
import { referenceCollector } from "../../graph/syntax/collect-references.ts";
import { nameParts } from "../../graph/syntax/syntax-tree.ts";
import { type BodyText, bodyText } from "./body-text.ts";
import { parseSql } from "./parser.ts";
import { plpgsqlReferences } from "./plpgsql-body.ts";
import { functionParameters, isInput } from "./routine-arguments.ts";
import type { SourceStatement } from "./source.ts";

const polymorphic = /^any(?:element|array|nonarray|enum|range|multirange|compatible\w*)$/;

export interface BodyOptions {
  readonly language: string;
  /** The option AS. */
  readonly literal: DefElem | undefined;
  /** The function's own search_path, under which its body is read. */
  readonly searchPath: readonly string[] | undefined;
}

/** Bodies in languages other than SQL and PL/pgSQL cannot be read and name nothing. */
export function bodyReferences(
  statement: SourceStatement,
  create: CreateFunctionStmt,
  { language, literal, searchPath }: BodyOptions,
): readonly Reference[] {
  const body = bodyText(statement, literal);
  if (body === null) return [];
  if (language === "sql") return sqlReferences(body, isPolymorphic(create), searchPath);
  if (language === "plpgsql") return plpgsqlReferences(create, body, searchPath);
  return [];
}

/** A body that the parser refuses names nothing: PostgreSQL will refuse it too, with a better message. */
function sqlReferences(
  body: BodyText,
  unchecked: boolean,
  searchPath: readonly string[] | undefined,
): readonly Reference[] {
  const outcome = parseSql(body.text);
  if (outcome.kind === "refused") return [];
  const references = referenceCollector({
    // PostgreSQL checks no more than the grammar of a body whose argument types it does not know.
    strength: unchecked ? "soft" : "checked",
    toOffset: (byte) => body.toComponent(outcome.toOffset(byte)),
    searchPath,
  });
  for (const { node } of outcome.statements) references.add(node);
  return references.finish();
}

function isPolymorphic(create: CreateFunctionStmt): boolean {
  return functionParameters(create.parameters)
    .filter(isInput)
    .some(({ argType }) => polymorphic.test(nameParts(argType?.names).at(-1) ?? ""));
}
