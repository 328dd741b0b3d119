/** A CREATE statement for libpg_query's PL/pgSQL parser: the routine's own, reduced to what that parser can read. */
import type { CreateFunctionStmt, FunctionParameter, TypeName } from "@pgsql/types";
import { quoteIdentifier, quoteName } from "../../graph/quote.ts";
import { nameParts, typeReference } from "../../graph/syntax/syntax-tree.ts";
import { builtinTypeName } from "../../graph/type-name.ts";
import { functionParameters } from "./routine-arguments.ts";

export function plpgsqlStatement(create: CreateFunctionStmt, body: string): string {
  const parameters = functionParameters(create.parameters);
  const columns = parameters.filter(({ mode }) => mode === "FUNC_PARAM_TABLE");
  const listed = parameters.filter(({ mode }) => mode !== "FUNC_PARAM_TABLE").map(parameterText);
  const name = quoteIdentifier(nameParts(create.funcname).at(-1) ?? "");
  const kind = create.is_procedure === true ? "PROCEDURE" : "FUNCTION";
  return `CREATE ${kind} ${name}(${listed.join(", ")})${returnsText(create.returnType, columns)} LANGUAGE plpgsql AS ${dollarQuoted(body)}`;
}

function returnsText(type: TypeName | undefined, columns: readonly FunctionParameter[]): string {
  if (columns.length > 0) return ` RETURNS TABLE (${columns.map(parameterText).join(", ")})`;
  if (type === undefined) return "";
  return ` RETURNS ${type.setof === true ? "SETOF " : ""}${typeText(type)}`;
}

function parameterText({ mode, name, argType }: FunctionParameter): string {
  const words = [
    modeText(mode),
    name === undefined ? "" : quoteIdentifier(name),
    argType === undefined ? "" : typeText(argType),
  ];
  return words.filter((word) => word !== "").join(" ");
}

function modeText(mode: FunctionParameter["mode"]): string {
  if (mode === "FUNC_PARAM_OUT") return "OUT";
  if (mode === "FUNC_PARAM_INOUT") return "INOUT";
  return mode === "FUNC_PARAM_VARIADIC" ? "VARIADIC" : "";
}

/** `%TYPE` is not implemented in that parser's arguments: what type it is does not matter to it. */
function typeText(type: TypeName): string {
  const reference = typeReference(type);
  if (reference === null || reference.column !== undefined)
    return reference?.array === true ? "text[]" : "text";
  const builtin = builtinTypeName(reference);
  if (builtin !== null) return builtin;
  const { schema, name, array } = reference;
  return `${schema === null ? quoteIdentifier(name) : quoteName(schema, name)}${array ? "[]" : ""}`;
}

function dollarQuoted(body: string): string {
  let tag = "$body$";
  for (let i = 0; body.includes(tag); i++) tag = `$body${i}$`;
  return `${tag}${body}${tag}`;
}
