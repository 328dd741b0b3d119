/** CREATE AGGREGATE, in its present and its old form. */
import type { DefElem, DefineStmt, Node } from "@pgsql/types";
import type { Reference, TypeReference } from "../../graph/reference.ts";
import { callOf } from "../../graph/syntax/call-shape.ts";
import { referenceCollector } from "../../graph/syntax/collect-references.ts";
import { namePair, nameParts, typeReference } from "../../graph/syntax/syntax-tree.ts";
import { argumentTypeName } from "../../graph/type-name.ts";
import { type Declaration, declaration } from "./declaration.ts";
import { functionParameters, inputArguments } from "./routine-arguments.ts";
import { referenceOffset, type SourceStatement } from "./source.ts";
import { createHead } from "./spans.ts";

interface Signature {
  readonly types: readonly TypeReference[];
  readonly variadic: boolean;
  /** How many of the arguments stand before ORDER BY; null for an ordinary aggregate. */
  readonly direct: number | null;
}

export function declareAggregate(statement: SourceStatement, define: DefineStmt): Declaration | null {
  const { source } = statement;
  const pair = namePair(nameParts(define.defnames));
  if (pair === null) return null;
  const elements = (define.definition ?? []).flatMap((node) => ("DefElem" in node ? [node.DefElem] : []));
  const signature = define.oldstyle === true ? oldSignature(elements) : newSignature(define.args ?? []);
  const { replace: _, ...meaning } = define;
  return declaration(statement, {
    identity: {
      kind: "aggregate",
      schema: pair.schema ?? source.defaultSchema,
      name: pair.name,
      arguments: signature.types.map((type) => argumentTypeName(type, source.defaultSchema)),
    },
    head: createHead(statement, "aggregate"),
    parts: { kind: "aggregate", argumentTypes: signature.types, variadic: signature.variadic },
    meaning,
    references: aggregateReferences(statement, define, elements, signature),
  });
}

/** `args` holds the list of parameters and the number of direct ones, -1 where there is no ORDER BY. */
function newSignature(args: readonly Node[]): Signature {
  const [list, count] = args;
  const parameters = list !== undefined && "List" in list ? (list.List.items ?? []) : [];
  const { types, variadic } = inputArguments(parameters);
  const direct = count !== undefined && "Integer" in count ? (count.Integer.ival ?? 0) : -1;
  return { types, variadic, direct: direct < 0 ? null : direct };
}

function oldSignature(elements: readonly DefElem[]): Signature {
  const base = typeOf(elements.find(({ defname }) => defname === "basetype"));
  const counted = base === null || (base.schema === null && base.name.toLowerCase() === "any");
  return { types: counted ? [] : [base], variadic: false, direct: null };
}

function aggregateReferences(
  statement: SourceStatement,
  define: DefineStmt,
  elements: readonly DefElem[],
  { types, direct }: Signature,
): readonly Reference[] {
  const references = referenceCollector({ strength: "hard", toOffset: referenceOffset(statement) });
  const [list] = define.args ?? [];
  if (list !== undefined && "List" in list) {
    for (const { argType } of functionParameters(list.List.items)) references.add({ argType });
  }
  const value = (name: string) => elements.find(({ defname }) => defname?.toLowerCase() === name);
  const state = typeOf(value("stype"));
  const movingState = typeOf(value("mstype"));
  const aggregated = direct === null ? types : types.slice(direct);
  const directTypes = direct === null ? [] : types.slice(0, direct);
  const finalArguments = (extra: boolean) => [...directTypes, ...(extra ? aggregated : [])];
  const bytea: TypeReference = { schema: "pg_catalog", name: "bytea", array: false };
  const internal: TypeReference = { schema: "pg_catalog", name: "internal", array: false };
  const calls: Readonly<Record<string, readonly (TypeReference | null)[]>> = {
    sfunc: [state, ...aggregated],
    sfunc1: [state, ...aggregated],
    finalfunc: [state, ...finalArguments(value("finalfunc_extra") !== undefined)],
    combinefunc: [state, state],
    serialfunc: [internal],
    deserialfunc: [bytea, internal],
    msfunc: [movingState, ...aggregated],
    minvfunc: [movingState, ...aggregated],
    mfinalfunc: [movingState, ...finalArguments(value("mfinalfunc_extra") !== undefined)],
  };
  for (const element of elements) {
    const name = element.defname?.toLowerCase() ?? "";
    const call = calls[name];
    if (call !== undefined) references.routine(namesOf(element), callOf(call), element.location);
    else if (/^(?:m?stype1?|basetype)$/.test(name)) references.add({ type: element.arg });
    else if (name === "sortop") references.operator(namesOf(element), element.location);
  }
  return references.finish();
}

function typeOf(element: DefElem | undefined): TypeReference | null {
  if (element?.arg === undefined) return null;
  if ("TypeName" in element.arg) return typeReference(element.arg.TypeName);
  const pair = namePair(namesOf(element));
  return pair === null ? null : { ...pair, array: false };
}

/** A definition's value read as a name: a bare word, a quoted text or an operator. */
function namesOf({ arg }: DefElem): readonly string[] {
  if (arg === undefined) return [];
  if ("TypeName" in arg) return nameParts(arg.TypeName.names);
  if ("List" in arg) return nameParts(arg.List.items);
  return nameParts([arg]);
}
