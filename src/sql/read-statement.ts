/** Tells what a statement of a component is: a declaration, attachments, or a mistake. */
import { readAlterRelation } from "./alter-relation.ts";
import { readAlterFunction, readAlterOwner, readDepends } from "./alter-routine.ts";
import type { PendingAttachment } from "./attachment-draft.ts";
import { readComment, readSecurityLabel } from "./comment.ts";
import { databaseName } from "./database-name.ts";
import type { Declaration } from "./declaration.ts";
import { declareAggregate } from "./declare-aggregate.ts";
import { declarePolicy, declareRule, declareTrigger } from "./declare-child.ts";
import { declareMaterializedView, declareView } from "./declare-relation.ts";
import { declareRoutine } from "./declare-routine.ts";
import { readGrant } from "./grant.ts";
import { readIndex, readStatistics } from "./index-like.ts";
import { misplacement } from "./misplaced.ts";
import type { SourceStatement } from "./source.ts";

/** What the statements of a component came to, in their order. */
export interface ReadStatements {
  readonly declarations: Declaration[];
  readonly pending: PendingAttachment[];
}

/** Adds what the statement says to `read`, or reports a mistake. */
export function readStatement(statement: SourceStatement, read: ReadStatements): void {
  const named = databaseName(statement.node);
  if (named !== null) {
    const { source, start } = statement;
    source.report({
      code: "misplaced-statement",
      message: `the name begins with that of a database, ${named.database}: a component is for whichever it is applied to`,
      offset: named.byte === null ? start : source.toOffset(named.byte),
      fix: "leave the database's name out",
    });
    return;
  }
  const declared = readDeclaration(statement);
  if (declared === "mistaken") return;
  if (declared !== null) {
    read.declarations.push(declared);
    return;
  }
  const attachments = readAttachments(statement, read.pending);
  if (attachments === "mistaken") return;
  if (attachments !== null) {
    read.pending.push(...attachments);
    return;
  }
  statement.source.report({
    code: "misplaced-statement",
    ...misplacement(statement.node),
    offset: statement.start,
  });
}

/** Null where the statement declares nothing. */
function readDeclaration(statement: SourceStatement): Declaration | "mistaken" | null {
  const { node } = statement;
  if ("ViewStmt" in node) return declareView(statement, node.ViewStmt) ?? "mistaken";
  if ("CreateTableAsStmt" in node && node.CreateTableAsStmt.objtype === "OBJECT_MATVIEW") {
    return declareMaterializedView(statement, node.CreateTableAsStmt) ?? "mistaken";
  }
  if ("CreateFunctionStmt" in node) return declareRoutine(statement, node.CreateFunctionStmt);
  if ("DefineStmt" in node && node.DefineStmt.kind === "OBJECT_AGGREGATE") {
    return declareAggregate(statement, node.DefineStmt);
  }
  if ("CreateTrigStmt" in node) return declareTrigger(statement, node.CreateTrigStmt);
  if ("RuleStmt" in node) return declareRule(statement, node.RuleStmt);
  if ("CreatePolicyStmt" in node) return declarePolicy(statement, node.CreatePolicyStmt);
  return null;
}

/** Null where the statement attaches nothing. */
function readAttachments(
  statement: SourceStatement,
  pending: readonly PendingAttachment[],
): readonly PendingAttachment[] | "mistaken" | null {
  const { node } = statement;
  if ("GrantStmt" in node) return readGrant(statement, node.GrantStmt);
  if ("CommentStmt" in node) return readComment(statement, node.CommentStmt, pending);
  if ("SecLabelStmt" in node) return readSecurityLabel(statement, node.SecLabelStmt, pending);
  if ("AlterTableStmt" in node) return readAlterRelation(statement, node.AlterTableStmt, pending);
  if ("AlterFunctionStmt" in node) return readAlterFunction(statement, node.AlterFunctionStmt);
  if ("AlterOwnerStmt" in node) return readAlterOwner(statement, node.AlterOwnerStmt);
  if ("AlterObjectDependsStmt" in node) return readDepends(statement, node.AlterObjectDependsStmt);
  if ("IndexStmt" in node) return listOf(readIndex(statement, node.IndexStmt));
  if ("CreateStatsStmt" in node) return listOf(readStatistics(statement, node.CreateStatsStmt));
  return null;
}

function listOf(pending: PendingAttachment | null): readonly PendingAttachment[] | "mistaken" {
  return pending === null ? "mistaken" : [pending];
}
