/** The boundary to libpg_query's PL/pgSQL parser: a body's variables and expressions. */
import { isSyntaxNode, type SyntaxNode } from "../../graph/syntax/syntax-tree.ts";
import { parserLibrary } from "./library.ts";

/** An expression or statement of the body, cut out of it. INTO clauses are blanked, PERFORM is written SELECT. */
export interface PlpgsqlExpression {
  readonly query: string;
  readonly form: "statement" | "expression" | "assignment";
  /** The line of the body in which its statement begins, from 1. */
  readonly line: number;
  /** Its value is itself run as a statement: EXECUTE. */
  readonly dynamic: boolean;
}

export interface PlpgsqlTree {
  /** Declared variables' types as written. */
  readonly variables: readonly { readonly type: string; readonly line: number }[];
  readonly expressions: readonly PlpgsqlExpression[];
}

/** Null where the parser gives up: it lacks a catalog, and so knows less than PostgreSQL. */
export function parsePlpgsql(statement: string): PlpgsqlTree | null {
  let result: unknown;
  try {
    result = parserLibrary().parsePlPgSQLSync(statement);
  } catch (error) {
    // What the parser says comes as a plain Error; a broken WebAssembly module must not be used again.
    if (error instanceof Error && error.constructor === Error) return null;
    throw error;
  }
  const variables: { type: string; line: number }[] = [];
  const expressions: PlpgsqlExpression[] = [];
  walk(result, "", 1);
  return { variables, expressions };

  function walk(node: unknown, tag: string, line: number): void {
    if (!isSyntaxNode(node)) return;
    const here = typeof node.lineno === "number" && node.lineno > 0 ? node.lineno : line;
    const type = typeName(node.datatype);
    // A parameter's variable has no line: the signature names its type.
    if (type !== null && node.lineno !== undefined) variables.push({ type, line: here });
    for (const [field, value] of Object.entries(node)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        const expression = isSyntaxNode(child) ? child.PLpgSQL_expr : undefined;
        if (isSyntaxNode(expression)) {
          expressions.push(readExpression(expression, here, isDynamic(tag, field)));
        } else {
          walk(child, field.startsWith("PLpgSQL_") ? field : tag, here);
        }
      }
    }
  }
}

function readExpression(node: SyntaxNode, line: number, dynamic: boolean): PlpgsqlExpression {
  const { query, parseMode } = node;
  const mode = typeof parseMode === "number" ? parseMode : 0;
  return {
    query: typeof query === "string" ? query : "",
    form: mode === 0 ? "statement" : mode === 2 ? "expression" : "assignment",
    line,
    dynamic,
  };
}

function isDynamic(tag: string, field: string): boolean {
  if (field === "dynquery") return true;
  return field === "query" && (tag === "PLpgSQL_stmt_dynexecute" || tag === "PLpgSQL_stmt_dynfors");
}

function typeName(datatype: unknown): string | null {
  const type = isSyntaxNode(datatype) ? datatype.PLpgSQL_type : undefined;
  return isSyntaxNode(type) && typeof type.typname === "string" ? type.typname : null;
}
