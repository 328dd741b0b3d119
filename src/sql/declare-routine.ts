/** CREATE FUNCTION and CREATE PROCEDURE. */
import type { CreateFunctionStmt, DefElem, Node, VariableSetStmt } from "@pgsql/types";
import type { Reference } from "../../graph/reference.ts";
import { callOf } from "../../graph/syntax/call-shape.ts";
import { referenceCollector } from "../../graph/syntax/collect-references.ts";
import { namePair, nameParts, stringConstant } from "../../graph/syntax/syntax-tree.ts";
import { argumentTypeName } from "../../graph/type-name.ts";
import { type Declaration, declaration } from "./declaration.ts";
import { inputArguments } from "./routine-arguments.ts";
import { bodyReferences } from "./routine-body.ts";
import { referenceOffset, type SourceStatement } from "./source.ts";
import { createHead } from "./spans.ts";

export function declareRoutine(statement: SourceStatement, create: CreateFunctionStmt): Declaration | null {
  const { source } = statement;
  const pair = namePair(nameParts(create.funcname));
  if (pair === null) return null;
  if (pair.schema?.startsWith("pg_temp") === true) {
    source.report({
      code: "misplaced-statement",
      message: `a temporary function lasts for one session: a component cannot declare ${pair.name}`,
      offset: statement.start,
      fix: "leave out pg_temp",
    });
    return null;
  }
  const kind = create.is_procedure === true ? "procedure" : "function";
  const inputs = inputArguments(create.parameters);
  const options = optionsOf(create);
  const language = textOf(options.find(({ defname }) => defname === "language")) ?? "sql";
  return declaration(statement, {
    identity: {
      kind,
      schema: pair.schema ?? source.defaultSchema,
      name: pair.name,
      arguments: inputs.types.map((type) => argumentTypeName(type, source.defaultSchema)),
    },
    head: createHead(statement, kind),
    parts: {
      kind,
      language,
      argumentTypes: inputs.types,
      defaults: inputs.defaults,
      variadic: inputs.variadic,
    },
    meaning: meaningOf(create),
    references: [
      ...signatureReferences(statement, create, options),
      ...bodyReferences(statement, create, {
        language,
        literal: options.find(({ defname }) => defname === "as"),
        searchPath: ownSearchPath(options),
      }),
    ],
  });
}

/** Line ends inside of bodies do not count. */
function meaningOf({ replace: _, ...create }: CreateFunctionStmt): unknown {
  return { ...create, options: create.options?.map(withUnixLineEnds) };
}

function withUnixLineEnds(option: Node): unknown {
  if (!("DefElem" in option) || option.DefElem.defname !== "as") return option;
  const { arg } = option.DefElem;
  const parts = arg !== undefined && "List" in arg ? nameParts(arg.List.items) : [];
  return { body: parts.map((part) => part.replaceAll("\r\n", "\n")) };
}

/** Arguments, result, defaults, support function, a BEGIN ATOMIC body: what PostgreSQL looks up when it creates it. */
function signatureReferences(
  statement: SourceStatement,
  create: CreateFunctionStmt,
  options: readonly DefElem[],
): readonly Reference[] {
  const references = referenceCollector({ strength: "hard", toOffset: referenceOffset(statement) });
  references.add(create.parameters);
  references.add({ returnType: create.returnType });
  references.add(create.sql_body);
  for (const { defname, arg, location } of options) {
    if (defname === "support" && arg !== undefined && "List" in arg) {
      references.routine(
        nameParts(arg.List.items),
        callOf([{ schema: "pg_catalog", name: "internal", array: false }]),
        location,
      );
    } else if (defname === "transform") {
      references.add(arg);
    }
  }
  return references.finish();
}

function optionsOf(create: CreateFunctionStmt): readonly DefElem[] {
  return (create.options ?? []).flatMap((option) => ("DefElem" in option ? [option.DefElem] : []));
}

function textOf(option: DefElem | undefined): string | null {
  return option?.arg !== undefined && "String" in option.arg ? (option.arg.String.sval ?? "") : null;
}

/** The schemas of a function's own `SET search_path`; undefined where it sets none, or keeps the session's. */
function ownSearchPath(options: readonly DefElem[]): readonly string[] | undefined {
  let path: readonly string[] | undefined;
  for (const { defname, arg } of options) {
    if (defname !== "set" || arg === undefined || !("VariableSetStmt" in arg)) continue;
    const set: VariableSetStmt = arg.VariableSetStmt;
    if (set.name !== "search_path" || set.kind !== "VAR_SET_VALUE") continue;
    path = (set.args ?? []).flatMap((node) => {
      const schema = stringConstant(node);
      return schema === null || schema === "" ? [] : [schema];
    });
  }
  return path;
}
