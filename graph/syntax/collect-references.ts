/** Finds what a parsed statement names: relations outside of its CTEs, routines, types, operators, names in strings. */
import type { A_Expr, FuncCall, Node, RangeVar, TypeName } from "@pgsql/types";
import type { CallShape, Reference, ReferenceStrength, TypeReference } from "../reference.ts";
import { builtinTypeName, splitQualifiedName, typeFromText } from "../type-name.ts";
import { builtinOperators } from "./builtin-operators.ts";
import { callOf, callShape } from "./call-shape.ts";
import {
  isSyntaxNode,
  namePair,
  nameParts,
  type SyntaxNode,
  stringConstant,
  typeReference,
} from "./syntax-tree.ts";

export interface CollectOptions {
  readonly strength: ReferenceStrength;
  /** From the parser's byte offset (absent or negative: unknown) to an offset in the component's text. */
  readonly toOffset: (byte: number) => number;
  /** Set on each reference where the text is a body with a search_path of its own. */
  readonly searchPath?: readonly string[] | undefined;
}

/** What one text names. Several nodes are collected into one list; `attributes` become one reference at its end. */
export interface ReferenceCollector {
  /** Any node, wrapped or bare, or a list of them. */
  add(node: unknown): void;
  relation(
    relation: { readonly schema: string | null; readonly name: string },
    byte: number | undefined,
  ): void;
  routine(name: readonly string[], call: CallShape | null, byte: number | undefined): void;
  operator(name: readonly string[], byte: number | undefined): void;
  type(type: TypeReference, byte: number | undefined): void;
  finish(): readonly Reference[];
}

const statementsWithTarget = new Set(["InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"]);
/** Nodes that hold names of aliases and columns only. `lockingClause` names aliases of FROM. */
const skipped = new Set([
  "String",
  "A_Const",
  "Alias",
  "lockingClause",
  "LockingClause",
  "ParamRef",
  "roles",
]);
/** Functions whose text argument is the name of a relation. */
const relationNaming = new Set(["nextval", "currval", "setval", "to_regclass"]);

export function referenceCollector(options: CollectOptions): ReferenceCollector {
  const references: Reference[] = [];
  const attributes = new Set<string>();
  let attributesAt = 0;
  /** The names of the CTEs in scope, innermost last. */
  const ctes: string[] = [];

  type Place = Pick<Reference, "strength" | "offset" | "searchPath">;

  function place(byte: number | undefined, strength = options.strength): Place {
    const offset = options.toOffset(byte ?? -1);
    const { searchPath } = options;
    return searchPath === undefined ? { strength, offset } : { strength, offset, searchPath };
  }

  function add(value: unknown): void {
    if (Array.isArray(value)) {
      for (const item of value) add(item);
    } else if (isSyntaxNode(value)) {
      if (value.withClause !== undefined) addWithClause(value);
      else addFields(value);
    }
  }

  function addFields(node: SyntaxNode): void {
    for (const key in node) {
      const value = node[key];
      if (typeof value !== "object" || value === null || skipped.has(key)) continue;
      addField(key, value);
    }
  }

  function addField(key: string, value: object): void {
    if (!isSyntaxNode(value)) {
      add(value);
    } else if (statementsWithTarget.has(key)) {
      addTargetedStatement(value);
    } else if (value.relname !== undefined) {
      addRangeVar(value as RangeVar);
    } else if (value.names !== undefined && value.typemod !== undefined) {
      addTypeName(value as TypeName);
    } else if (key === "FuncCall" || key === "funccall") {
      addCall(value as FuncCall);
    } else if (key === "TypeCast") {
      addCast(value);
    } else if (key === "A_Expr") {
      operator(nameParts((value as A_Expr).name), (value as A_Expr).location);
      add(value);
    } else if (key === "ColumnRef") {
      addAttribute(nameParts(value.fields as Node[] | undefined), value.location as number | undefined);
    } else if (key === "A_Indirection") {
      const last = nameParts(value.indirection as Node[] | undefined).at(-1);
      if (last !== undefined) addAttribute(["", last], value.location as number | undefined);
      add(value);
    } else {
      if (key === "SubLink") {
        operator(nameParts(value.operName as Node[] | undefined), value.location as number | undefined);
      } else if (key === "SortBy") {
        operator(nameParts(value.useOp as Node[] | undefined), value.location as number | undefined);
      }
      add(value);
    }
  }

  /** The CTEs of a statement are in scope for all of it, and for its later CTEs; for all of them when recursive. */
  function addWithClause(statement: SyntaxNode): void {
    const mark = ctes.length;
    const clause = statement.withClause as SyntaxNode;
    const recursive = clause.recursive === true;
    const expressions: SyntaxNode[] = [];
    for (const node of Array.isArray(clause.ctes) ? clause.ctes : []) {
      if (isSyntaxNode(node) && isSyntaxNode(node.CommonTableExpr)) expressions.push(node.CommonTableExpr);
    }
    if (recursive) for (const expression of expressions) ctes.push(String(expression.ctename));
    for (const expression of expressions) {
      add(expression.ctequery);
      if (!recursive) ctes.push(String(expression.ctename));
    }
    const { withClause: _, ...rest } = statement;
    addFields(rest);
    ctes.length = mark;
  }

  /** What INSERT, UPDATE, DELETE and MERGE change is never a CTE. */
  function addTargetedStatement(statement: SyntaxNode): void {
    const { relation, ...rest } = statement;
    if (isSyntaxNode(relation)) addRelation(relation as RangeVar);
    add(rest);
  }

  function addRangeVar(range: RangeVar): void {
    const isCte = range.schemaname === undefined && ctes.includes(range.relname ?? "");
    if (!isCte) addRelation(range);
  }

  function addRelation(range: RangeVar): void {
    if (range.relname !== undefined) {
      relation({ schema: range.schemaname ?? null, name: range.relname }, range.location);
    }
  }

  function relation(
    { schema, name }: { readonly schema: string | null; readonly name: string },
    byte: number | undefined,
    strength = options.strength,
  ): void {
    if (schema === "pg_catalog" || schema === "information_schema") return;
    references.push({ kind: "relation", schema, name, ...place(byte, strength) });
  }

  function routine(name: readonly string[], call: CallShape | null, byte: number | undefined): void {
    const pair = namePair(name);
    if (pair === null || pair.schema === "pg_catalog") return;
    references.push({ kind: "routine", ...pair, call, ...place(byte) });
  }

  function addTypeName(type: TypeName): void {
    const reference = typeReference(type);
    if (reference !== null) addType(reference, type.location);
  }

  function addType(type: TypeReference, byte: number | undefined): void {
    if (type.column !== undefined) {
      relation(type, byte);
    } else if (type.schema !== "pg_catalog" && builtinTypeName(type) === null) {
      references.push({ kind: "type", type, ...place(byte) });
    }
  }

  function addCall(call: FuncCall): void {
    const name = nameParts(call.funcname);
    routine(name, callShape(call), call.location);
    const last = name.at(-1) ?? "";
    if (relationNaming.has(last)) {
      const strength = last === "to_regclass" ? "soft" : options.strength;
      addNamed("regclass", stringConstant(call.args?.[0]), call.location, strength);
    }
    add(call.args);
    add(call.agg_order);
    add(call.agg_filter);
    add(call.over);
  }

  function addCast(cast: SyntaxNode): void {
    if (isSyntaxNode(cast.typeName)) {
      const type = cast.typeName as TypeName;
      addTypeName(type);
      const name = nameParts(type.names).at(-1) ?? "";
      if (name.startsWith("reg")) {
        const constant = isSyntaxNode(cast.arg) && "A_Const" in cast.arg ? stringConstant(cast.arg) : null;
        addNamed(name, constant, type.location, options.strength);
      }
    }
    add(cast.arg);
  }

  /** An object named inside a string constant, by the reg… type that the string is cast to. */
  function addNamed(
    regType: string,
    text: string | null,
    byte: number | undefined,
    strength: ReferenceStrength,
  ): void {
    if (text === null || /^\d+$/.test(text)) return;
    if (regType === "regclass") {
      const pair = namePair(splitQualifiedName(text) ?? []);
      if (pair !== null) relation(pair, byte, strength);
    } else if (regType === "regtype") {
      const type = typeFromText(text);
      if (type !== null) addType(type, byte);
    } else if (regType === "regproc") {
      routine(splitQualifiedName(text) ?? [], null, byte);
    } else if (regType === "regprocedure") {
      const match = /^(.*?)\((.*)\)\s*$/s.exec(text);
      if (match === null) return;
      const types = splitTopLevel(match[2] ?? "").map(typeFromText);
      routine(splitQualifiedName(match[1] ?? "") ?? [], callOf(types), byte);
    }
  }

  function operator(name: readonly string[], byte: number | undefined): void {
    const pair = namePair(name);
    if (pair === null || pair.schema === "pg_catalog") return;
    // IN, LIKE, BETWEEN and the like carry their operator, or a word, as their name.
    if (pair.schema === null && (builtinOperators.has(pair.name) || /^\w/.test(pair.name))) return;
    references.push({ kind: "operator", ...pair, ...place(byte) });
  }

  function addAttribute(parts: readonly string[], byte: number | undefined): void {
    const name = parts.at(-1);
    if (parts.length < 2 || name === undefined || attributes.has(name)) return;
    if (attributes.size === 0) attributesAt = byte ?? -1;
    attributes.add(name);
  }

  function finish(): readonly Reference[] {
    if (attributes.size > 0) {
      references.push({ kind: "attributes", names: [...attributes], ...place(attributesAt) });
      attributes.clear();
    }
    return references;
  }

  return { add, relation, routine, operator, type: addType, finish };
}

/** Splits at the commas outside of parentheses and quotes; an empty text has no parts. */
function splitTopLevel(text: string): readonly string[] {
  if (text.trim() === "") return [];
  return text.match(/(?:[^,("]|"[^"]*"|\([^)]*\))+/g) ?? [];
}
