/** CREATE TRIGGER, CREATE RULE and CREATE POLICY: what stands on a relation. */
import type { CreatePolicyStmt, CreateTrigStmt, Node, RangeVar, RuleStmt } from "@pgsql/types";
import type { Span } from "../../graph/declared.ts";
import type { ChildIdentity, ChildKind } from "../../graph/identity.ts";
import type { Reference } from "../../graph/reference.ts";
import { callOf } from "../../graph/syntax/call-shape.ts";
import { referenceCollector } from "../../graph/syntax/collect-references.ts";
import { nameParts } from "../../graph/syntax/syntax-tree.ts";
import { type Declaration, declaration } from "./declaration.ts";
import { isToken, type Token, tokensOf } from "./lexer.ts";
import { referenceOffset, type Source, type SourceStatement, within } from "./source.ts";
import { createHead, lost, relationSpan } from "./spans.ts";

export function declareTrigger(statement: SourceStatement, trigger: CreateTrigStmt): Declaration {
  const relation = trigger.relation ?? {};
  const { replace: _, ...meaning } = trigger;
  return declaration(statement, {
    identity: childIdentity("trigger", relation, trigger.trigname, statement.source),
    head: createHead(statement, "trigger"),
    parts: {
      kind: "trigger",
      constraint: trigger.isconstraint === true,
      relation: relationSpan(statement, relation),
    },
    meaning: meaning,
    references: childReferences(
      statement,
      relation,
      [trigger.constrrel, trigger.whenClause],
      trigger.funcname,
    ),
  });
}

export function declareRule(statement: SourceStatement, rule: RuleStmt): Declaration {
  const relation = rule.relation ?? {};
  const { replace: _, ...meaning } = rule;
  return declaration(statement, {
    identity: childIdentity("rule", relation, rule.rulename, statement.source),
    head: createHead(statement, "rule"),
    parts: { kind: "rule", relation: relationSpan(statement, relation) },
    meaning: meaning,
    references: childReferences(statement, relation, [rule.whereClause, rule.actions]),
  });
}

export function declarePolicy(statement: SourceStatement, policy: CreatePolicyStmt): Declaration {
  const table = policy.table ?? {};
  const relation = relationSpan(statement, table);
  return declaration(statement, {
    identity: childIdentity("policy", table, policy.policy_name, statement.source),
    head: createHead(statement, "policy"),
    parts: {
      kind: "policy",
      relation,
      command: (policy.cmd_name ?? "all").toUpperCase(),
      permissive: policy.permissive === true,
      ...policySpans(statement, relation.end),
    },
    meaning: policy,
    references: childReferences(statement, table, [policy.qual, policy.with_check]),
  });
}

function childIdentity(
  kind: ChildKind,
  relation: RangeVar,
  name: string | undefined,
  source: Source,
): ChildIdentity {
  return {
    kind,
    schema: relation.schemaname ?? source.defaultSchema,
    relation: relation.relname ?? "",
    name: name ?? "",
  };
}

function childReferences(
  statement: SourceStatement,
  relation: RangeVar,
  nodes: readonly (Node | RangeVar | readonly Node[] | undefined)[],
  triggerFunction?: readonly Node[],
): readonly Reference[] {
  const references = referenceCollector({ strength: "hard", toOffset: referenceOffset(statement) });
  references.add({ relation });
  if (triggerFunction !== undefined) {
    references.routine(nameParts(triggerFunction), callOf([]), relation.location);
  }
  for (const node of nodes) references.add({ node });
  return references.finish();
}

/** What stands behind the table's name: the roles and the two expressions. */
function policySpans(
  statement: SourceStatement,
  from: number,
): { readonly roles: Span | null; readonly using: Span | null; readonly check: Span | null } {
  const { text } = statement.source;
  const tokens = tokensOf(text, statement.start + from, statement.end);
  let roles: Span | null = null;
  let using: Span | null = null;
  let check: Span | null = null;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (isToken(text, token, "to")) {
      const first = tokens[i + 1];
      while (
        i + 1 < tokens.length &&
        !isToken(text, tokens[i + 1], "using") &&
        !isToken(text, tokens[i + 1], "with")
      )
        i++;
      const last = tokens[i];
      if (first === undefined || last === undefined) throw lost(statement);
      roles = within(statement, { start: first.start, end: last.end });
    } else if (isToken(text, token, "using") || isToken(text, token, "check")) {
      const close = closingParenthesis(text, tokens, i + 1);
      const open = tokens[i + 1];
      const end = tokens[close];
      if (open === undefined || end === undefined) throw lost(statement);
      const inside = within(statement, contentOf(text, open, end, tokens.slice(i + 2, close)));
      if (isToken(text, token, "using")) using = inside;
      else check = inside;
      i = close;
    }
  }
  return { roles, using, check };
}

function contentOf(text: string, open: Token, close: Token, inside: readonly Token[]): Span {
  const first = inside[0];
  const last = inside.at(-1);
  if (first === undefined || last === undefined)
    throw new Error(`no expression in ${text.slice(open.start, close.end)}`);
  return { start: first.start, end: last.end };
}

function closingParenthesis(text: string, tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (isToken(text, tokens[i], "(")) depth++;
    else if (isToken(text, tokens[i], ")") && --depth === 0) return i;
  }
  return tokens.length;
}
