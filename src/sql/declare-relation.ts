/** CREATE VIEW and CREATE MATERIALIZED VIEW. */
import type { CreateTableAsStmt, DefElem, Node, RangeVar, ViewStmt } from "@pgsql/types";
import { referenceCollector } from "../../graph/syntax/collect-references.ts";
import { type Declaration, declaration } from "./declaration.ts";
import { isToken, tokensOf } from "./lexer.ts";
import { checkOptionElement, optionName, setOptionDraft } from "./option-draft.ts";
import { referenceOffset, type SourceStatement } from "./source.ts";
import { createHead } from "./spans.ts";

export function declareView(statement: SourceStatement, view: ViewStmt): Declaration | null {
  const { source } = statement;
  const relation = view.view ?? {};
  if (isTemporary(relation)) {
    source.report({
      code: "misplaced-statement",
      message: `a temporary view lasts for one session: a component cannot declare ${relation.relname}`,
      offset: statement.start,
      fix: "leave out TEMPORARY",
    });
    return null;
  }
  const head = createHead(statement, "view");
  const elements = elementsOf(view.options);
  if (view.withCheckOption === "LOCAL_CHECK_OPTION" || view.withCheckOption === "CASCADED_CHECK_OPTION") {
    const value = view.withCheckOption === "LOCAL_CHECK_OPTION" ? "local" : "cascaded";
    elements.push(checkOptionElement(value, relation.location ?? 0));
  }
  const references = referenceCollector({ strength: "hard", toOffset: referenceOffset(statement) });
  references.add(view.query);
  const { view: _name, replace: _replace, options: _options, withCheckOption: _check, ...meaning } = view;
  return declaration(statement, {
    identity: {
      kind: "view",
      schema: relation.schemaname ?? source.defaultSchema,
      name: relation.relname ?? "",
    },
    head,
    parts: {
      kind: "view",
      recursive: isRecursive(statement, head.name.start),
      options: elements.map(optionName),
    },
    meaning,
    references: references.finish(),
    inline: elements.map((element) => setOptionDraft(element, "ALTER VIEW", source, true)),
  });
}

export function declareMaterializedView(
  statement: SourceStatement,
  create: CreateTableAsStmt,
): Declaration | null {
  const { source } = statement;
  const into = create.into ?? {};
  const relation = into.rel ?? {};
  if (create.if_not_exists === true) {
    source.report({
      code: "misplaced-statement",
      message: `IF NOT EXISTS would keep an old ${relation.relname} whatever the file says`,
      offset: statement.start,
      fix: "leave out IF NOT EXISTS: the tool knows what exists",
    });
    return null;
  }
  const elements = elementsOf(into.options);
  const references = referenceCollector({ strength: "hard", toOffset: referenceOffset(statement) });
  references.add(create.query);
  const { rel: _name, options: _options, ...storage } = into;
  return declaration(statement, {
    identity: {
      kind: "materialized view",
      schema: relation.schemaname ?? source.defaultSchema,
      name: relation.relname ?? "",
    },
    head: createHead(statement, "view"),
    parts: {
      kind: "materialized view",
      withData: into.skipData !== true,
      accessMethod: into.accessMethod !== undefined,
      queryEnd: queryEnd(statement),
    },
    meaning: { ...create, into: storage },
    references: references.finish(),
    inline: elements.map((element) => setOptionDraft(element, "ALTER MATERIALIZED VIEW", source, true)),
  });
}

function isTemporary(relation: RangeVar): boolean {
  return relation.relpersistence === "t" || (relation.schemaname ?? "").startsWith("pg_temp");
}

function elementsOf(options: readonly Node[] | undefined): DefElem[] {
  return (options ?? []).flatMap((option) => ("DefElem" in option ? [option.DefElem] : []));
}

function isRecursive(statement: SourceStatement, nameStart: number): boolean {
  const { text } = statement.source;
  const tokens = tokensOf(text, statement.start, statement.start + nameStart);
  return tokens.some((token) => isToken(text, token, "recursive"));
}

/** Where WITH [NO] DATA begins, relative to the statement; its end where neither stands. */
function queryEnd(statement: SourceStatement): number {
  const { text } = statement.source;
  const end = statement.end - statement.start;
  if (!/data$/i.test(statement.sql)) return end;
  const tokens = tokensOf(text, statement.start, statement.end);
  const before = isToken(text, tokens.at(-2), "no") ? -3 : -2;
  const last = tokens.at(before - 1);
  if (!isToken(text, tokens.at(-1), "data") || !isToken(text, tokens.at(before), "with")) return end;
  return (last?.end ?? statement.end) - statement.start;
}
