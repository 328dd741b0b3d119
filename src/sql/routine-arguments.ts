/** The input arguments of routines: CREATE, and the lists by which other statements name a routine. */
import type { FunctionParameter, Node, ObjectWithArgs } from "@pgsql/types";
import type { LooseTarget } from "../../graph/declared.ts";
import type { ObjectKind } from "../../graph/identity.ts";
import type { TypeReference } from "../../graph/reference.ts";
import { namePair, nameParts, typeReference } from "../../graph/syntax/syntax-tree.ts";

export interface InputArguments {
  readonly types: readonly TypeReference[];
  readonly defaults: number;
  readonly variadic: boolean;
}

/** OUT and TABLE parameters are no part of a routine's identity. */
export function inputArguments(parameters: readonly Node[] | undefined): InputArguments {
  const inputs = functionParameters(parameters).filter(isInput);
  return {
    types: inputs.flatMap(({ argType }) => {
      const type = argType === undefined ? null : typeReference(argType);
      return type === null ? [] : [type];
    }),
    defaults: inputs.filter(({ defexpr }) => defexpr !== undefined).length,
    variadic: inputs.some(({ mode }) => mode === "FUNC_PARAM_VARIADIC"),
  };
}

export function functionParameters(parameters: readonly Node[] | undefined): readonly FunctionParameter[] {
  return (parameters ?? []).flatMap((node) => ("FunctionParameter" in node ? [node.FunctionParameter] : []));
}

export function isInput({ mode }: FunctionParameter): boolean {
  return mode !== "FUNC_PARAM_OUT" && mode !== "FUNC_PARAM_TABLE";
}

/** The routine that `f(int, OUT text)`, `a(*)` or `f` means. */
export function routineTarget(named: ObjectWithArgs, kinds: readonly ObjectKind[]): LooseTarget | null {
  const pair = namePair(nameParts(named.objname));
  if (pair === null) return null;
  return {
    kinds,
    ...pair,
    relation: null,
    arguments: named.args_unspecified === true ? null : listed(named),
  };
}

function listed(named: ObjectWithArgs): readonly TypeReference[] {
  if (named.objfuncargs !== undefined) return inputArguments(named.objfuncargs).types;
  return (named.objargs ?? []).flatMap((node) => {
    const type = "TypeName" in node ? typeReference(node.TypeName) : null;
    return type === null ? [] : [type];
  });
}
