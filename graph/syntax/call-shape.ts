/** What a call's text shows of the overload it means. */
import type { A_Const, FuncCall, Node } from "@pgsql/types";
import type { CallShape, TypeReference } from "../reference.ts";
import { typeReference } from "./syntax-tree.ts";

export function callShape(call: FuncCall): CallShape {
  const types: (TypeReference | null)[] = [];
  const names: string[] = [];
  for (const argument of call.args ?? []) {
    if ("NamedArgExpr" in argument) {
      if (argument.NamedArgExpr.name !== undefined) names.push(argument.NamedArgExpr.name);
      types.push(shownType(argument.NamedArgExpr.arg));
    } else {
      types.push(shownType(argument));
    }
  }
  if (call.agg_within_group === true) {
    for (const sort of call.agg_order ?? []) {
      types.push("SortBy" in sort ? shownType(sort.SortBy.node) : null);
    }
  }
  return { count: types.length, types, names, variadic: call.func_variadic === true };
}

/** A call of which only the number of arguments is known. */
export function callOf(types: readonly (TypeReference | null)[]): CallShape {
  return { count: types.length, types, names: [], variadic: false };
}

function shownType(node: Node | undefined): TypeReference | null {
  if (node === undefined) return null;
  if ("TypeCast" in node) {
    return node.TypeCast.typeName === undefined ? null : typeReference(node.TypeCast.typeName);
  }
  if ("A_Const" in node) return constantType(node.A_Const);
  if ("BoolExpr" in node || "NullTest" in node || "BooleanTest" in node) return builtin("bool");
  return null;
}

/** A quoted literal is of unknown type and fits anything: null. */
function constantType(constant: A_Const): TypeReference | null {
  if (constant.ival !== undefined) return builtin("int4");
  if (constant.boolval !== undefined) return builtin("bool");
  if (constant.fval !== undefined) {
    const text = constant.fval.fval ?? "";
    return builtin(/^\d+$/.test(text) && BigInt(text) <= 0x7fffffffffffffffn ? "int8" : "numeric");
  }
  return null;
}

function builtin(name: string): TypeReference {
  return { schema: "pg_catalog", name, array: false };
}
