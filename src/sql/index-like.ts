/** CREATE INDEX and CREATE STATISTICS on a materialized view, and finding what they made. */
import type { CreateStatsStmt, IndexStmt, RangeVar } from "@pgsql/types";
import type { LooseTarget } from "../../graph/declared.ts";
import { quoteIdentifier, quoteName } from "../../graph/quote.ts";
import type { Reference } from "../../graph/reference.ts";
import { referenceCollector } from "../../graph/syntax/collect-references.ts";
import { type NamePair, namePair, nameParts } from "../../graph/syntax/syntax-tree.ts";
import {
  type FramedText,
  type NameFrame,
  objectFrame,
  type PendingAttachment,
  surround,
} from "./attachment-draft.ts";
import { nameSpan, nextToken } from "./lexer.ts";
import { referenceOffset, type Source, type SourceStatement } from "./source.ts";
import { lost, relationSpan } from "./spans.ts";

/** An index or statistics object made by a statement of the same component. */
interface IndexLike {
  readonly target: LooseTarget;
  /** Its qualified name. An index is in the schema of its relation. */
  readonly name: FramedText;
}

/** Null where a mistake was reported. */
export function readIndex(statement: SourceStatement, index: IndexStmt): PendingAttachment | null {
  const problem = indexProblem(index);
  if (problem !== null) {
    statement.source.report({ code: "misplaced-statement", offset: statement.start, ...problem });
    return null;
  }
  const relation = index.relation ?? {};
  const name = indexName(index.idxname ?? "");
  const span = relationSpan(statement, relation);
  return {
    target: relationTarget(relation),
    draft: {
      kind: "index",
      key: surround("index ", name),
      sql: objectFrame(statement.sql.slice(0, span.start), statement.sql.slice(span.end)),
      undo: surround("DROP INDEX ", name),
      meaning: { ...index, relation: undefined },
      offset: statement.start,
      references: expressionReferences(statement, [index.indexParams, index.whereClause]),
    },
  };
}

/** Null where a mistake was reported. */
export function readStatistics(
  statement: SourceStatement,
  create: CreateStatsStmt,
): PendingAttachment | null {
  const { source, sql } = statement;
  const pair = namePair(nameParts(create.defnames));
  const [first] = create.relations ?? [];
  const relation = first !== undefined && "RangeVar" in first ? first.RangeVar : null;
  if (pair === null || relation === null || create.if_not_exists === true) {
    source.report({
      code: "misplaced-statement",
      message: "extended statistics in a component need a name, one relation and no IF NOT EXISTS",
      offset: statement.start,
      fix: "write CREATE STATISTICS name … ON … FROM materialized_view",
    });
    return null;
  }
  const name = quoteName(pair.schema ?? source.defaultSchema, pair.name);
  const verb = nextToken(source.text, statement.start, statement.end);
  const keyword = verb === null ? null : nextToken(source.text, verb.end, statement.end);
  const written = keyword === null ? null : nameSpan(source.text, keyword.end, statement.end);
  if (written === null) throw lost(statement);
  const span = relationSpan(statement, relation);
  const head = sql.slice(0, written.start - statement.start) + name;
  return {
    target: relationTarget(relation),
    draft: {
      kind: "statistics",
      key: `statistics ${name}`,
      sql: objectFrame(head + sql.slice(written.end - statement.start, span.start), sql.slice(span.end)),
      undo: `DROP STATISTICS ${name}`,
      meaning: { ...create, relations: undefined, defnames: undefined },
      offset: statement.start,
      references: expressionReferences(statement, [create.exprs]),
    },
  };
}

/** The index or statistics object of this name among what was attached before. */
export function findIndexLike(
  pending: readonly PendingAttachment[],
  kind: "index" | "statistics",
  { schema, name }: NamePair,
  source: Source,
): IndexLike | null {
  if (kind === "statistics") {
    const qualified = quoteName(schema ?? source.defaultSchema, name);
    const found = pending.find(({ draft }) => draft.key === `statistics ${qualified}`);
    return found === undefined ? null : { target: found.target, name: qualified };
  }
  const frame = indexName(name);
  const found = pending.find(({ draft, target }) => {
    if (draft.kind !== "index" || typeof draft.key === "string" || draft.key.after !== frame.after)
      return false;
    return schema === null || target.schema === null || schema === target.schema;
  });
  return found === undefined ? null : { target: found.target, name: frame };
}

function relationTarget(relation: RangeVar): LooseTarget {
  return {
    kinds: ["materialized view"],
    schema: relation.schemaname ?? null,
    name: relation.relname ?? "",
    relation: null,
    arguments: null,
  };
}

function indexName(name: string): NameFrame {
  return { before: "", of: "schema", after: `.${quoteIdentifier(name)}` };
}

function indexProblem(index: IndexStmt): { readonly message: string; readonly fix: string } | null {
  if (index.idxname === undefined) {
    return { message: "an index in a component needs a name", fix: "write CREATE INDEX name ON …" };
  }
  if (index.if_not_exists === true) {
    return {
      message: `IF NOT EXISTS would keep an old index ${index.idxname} whatever the file says`,
      fix: "leave out IF NOT EXISTS: the tool knows what exists",
    };
  }
  if (index.concurrent === true) {
    return {
      message: "CREATE INDEX CONCURRENTLY cannot run in the tool's transaction",
      fix: "leave out CONCURRENTLY",
    };
  }
  return null;
}

function expressionReferences(statement: SourceStatement, nodes: readonly unknown[]): readonly Reference[] {
  const references = referenceCollector({ strength: "hard", toOffset: referenceOffset(statement) });
  for (const node of nodes) references.add({ node });
  return references.finish();
}
