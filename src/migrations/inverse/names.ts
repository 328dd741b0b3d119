/** Names from the tree as they stand in statements and in questions to the catalog. */
import type { Node, ObjectWithArgs, RangeVar, TypeName } from "@pgsql/types";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { nameParts } from "../../../graph/syntax/syntax-tree.ts";
import { builtinTypeName } from "../../../graph/type-name.ts";
import { functionParameters } from "../../sql/routine-arguments.ts";

export function dotted(parts: readonly string[]): string {
  return parts.map(quoteIdentifier).join(".");
}

/** Without the database's name, which can only be that of the current one. */
export function relationParts({ schemaname, relname }: RangeVar): readonly string[] {
  return schemaname === undefined ? [relname ?? ""] : [schemaname, relname ?? ""];
}

export function relationText(relation: RangeVar | undefined): string {
  return dotted(relationParts(relation ?? {}));
}

/** The same name with another last part: what the object is called after RENAME TO. */
export function renamed(parts: readonly string[], name: string): readonly string[] {
  return [...parts.slice(0, -1), name];
}

/** `t` as an expression of type regclass: an error where there is no such relation. */
export function regclass(text: string): string {
  return `${quoteLiteral(text)}::pg_catalog.regclass`;
}

/** An array of texts as an expression. */
export function textArray(texts: readonly string[]): string {
  return `ARRAY[${texts.map(quoteLiteral).join(", ")}]::pg_catalog.text[]`;
}

/** Without modifiers, which are no part of a signature: https://www.postgresql.org/docs/18/sql-dropfunction.html */
export function typeText(type: TypeName | undefined): string {
  const parts = nameParts(type?.names);
  const array = (type?.arrayBounds?.length ?? 0) > 0 ? "[]" : "";
  if (type?.pct_type === true) return `${dotted(parts)}%TYPE${array}`;
  const [schema, name] = parts.length > 1 ? [parts.at(-2) ?? null, parts.at(-1)] : [null, parts[0]];
  const builtin = builtinTypeName({ schema, name: name ?? "", array: array !== "" });
  return builtin ?? `${dotted(parts)}${array}`;
}

/** The types of a list of TypeNames; an empty node stands for NONE, which only operators have. */
export function typeTexts(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).map((node) => ("TypeName" in node ? typeText(node.TypeName) : "NONE"));
}

/** The signature of `f(a int, OUT b text)` as DROP and ALTER take it; OUT arguments count for procedures alone. */
export function parameterTexts(
  parameters: readonly Node[] | undefined,
  procedure: boolean,
): readonly string[] {
  return functionParameters(parameters).flatMap(({ mode, argType }) => {
    switch (mode) {
      case "FUNC_PARAM_TABLE":
        return [];
      case "FUNC_PARAM_OUT":
        return procedure ? [`OUT ${typeText(argType)}`] : [];
      default:
        return [typeText(argType)];
    }
  });
}

/** The argument types that an ObjectWithArgs names; null where it names none, as in `DROP FUNCTION f`. */
export function argumentTexts(object: ObjectWithArgs): readonly string[] | null {
  return object.args_unspecified === true ? null : typeTexts(object.objargs);
}

/** An operator's name: its schema is an identifier, itself it is none. */
export function operatorText(parts: readonly string[]): string {
  return [...parts.slice(0, -1).map(quoteIdentifier), parts.at(-1) ?? ""].join(".");
}
