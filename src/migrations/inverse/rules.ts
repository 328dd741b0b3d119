/** The one table of rules: for each kind of statement, what undoes it. */
import type { Node, SelectStmt } from "@pgsql/types";
import { isSyntaxNode } from "../../../graph/syntax/syntax-tree.ts";
import { undoDropMapping, undoMapping, undoServer, undoWrapper } from "./alter-foreign.ts";
import {
  undoCluster,
  undoEventTriggerState,
  undoExtensionContents,
  undoExtensionUpdate,
  undoOperatorFamily,
  undoStatisticsTarget,
} from "./alter-other.ts";
import { undoPolicy } from "./alter-policy.ts";
import { undoPublication } from "./alter-publication.ts";
import { undoDatabaseSetting, undoRole, undoRoleSetting } from "./alter-role.ts";
import { undoDepends, undoRoutine } from "./alter-routine.ts";
import { undoSequence } from "./alter-sequence.ts";
import { undoAlterTable } from "./alter-table.ts";
import { undoTextSearchConfiguration, undoTextSearchDictionary } from "./alter-text-search.ts";
import { undoDomain, undoEnum } from "./alter-type.ts";
import { type Answer, none, nothing } from "./answer.ts";
import { undoComment, undoLabel } from "./comment.ts";
import {
  undoCreate,
  undoExtension,
  undoImport,
  undoIndex,
  undoOperatorClass,
  undoSchema,
  undoStatistics,
} from "./create.ts";
import { createdBy } from "./created.ts";
import { undoDefaultPrivileges } from "./default-privileges.ts";
import { undoDrop } from "./drop.ts";
import { undoGrant } from "./grant.ts";
import { undoMembership } from "./membership.ts";
import { type Body, element, type Tag, tagOf } from "./node.ts";
import { undoOwner } from "./owner.ts";
import { undoRename, undoSetSchema } from "./rename.ts";

const data = (): Answer => none("it changes rows, and what they were is not in the statement");
const code = (): Answer => none("it runs code, and what that changes is not in the statement");
/** It changes nothing that a later session sees. */
const passing = (): Answer => nothing;

const rules: { readonly [T in Tag]?: (statement: Body<T>) => Answer } = {
  AlterTableStmt: undoAlterTable,
  RenameStmt: undoRename,
  AlterObjectSchemaStmt: undoSetSchema,
  AlterOwnerStmt: undoOwner,
  AlterObjectDependsStmt: undoDepends,
  CommentStmt: undoComment,
  SecLabelStmt: undoLabel,
  GrantStmt: undoGrant,
  GrantRoleStmt: undoMembership,
  AlterDefaultPrivilegesStmt: undoDefaultPrivileges,
  DropStmt: undoDrop,
  DropUserMappingStmt: undoDropMapping,
  DropRoleStmt: () => none("a role's password is not known, and what it was granted is gone"),
  DropOwnedStmt: () => none("what the role owned is gone"),
  ReassignOwnedStmt: () => none("which objects the role owned is not in the statement"),
  DropSubscriptionStmt: () => none("a subscription holds a connection with its password"),
  DropdbStmt: () => none("what was in the database is gone"),
  DropTableSpaceStmt: () => none("a tablespace is made outside of a transaction, on a folder"),
  IndexStmt: undoIndex,
  CreateStatsStmt: undoStatistics,
  CreateExtensionStmt: undoExtension,
  CreateOpClassStmt: undoOperatorClass,
  CreateSchemaStmt: undoSchema,
  ImportForeignSchemaStmt: undoImport,
  SelectStmt: undoSelect,
  AlterEnumStmt: undoEnum,
  AlterDomainStmt: undoDomain,
  AlterSeqStmt: undoSequence,
  AlterFunctionStmt: undoRoutine,
  AlterPolicyStmt: undoPolicy,
  AlterRoleStmt: undoRole,
  AlterRoleSetStmt: undoRoleSetting,
  AlterDatabaseSetStmt: undoDatabaseSetting,
  AlterForeignServerStmt: undoServer,
  AlterFdwStmt: undoWrapper,
  AlterUserMappingStmt: undoMapping,
  AlterPublicationStmt: undoPublication,
  AlterExtensionStmt: undoExtensionUpdate,
  AlterExtensionContentsStmt: undoExtensionContents,
  AlterEventTrigStmt: undoEventTriggerState,
  AlterStatsStmt: undoStatisticsTarget,
  AlterOpFamilyStmt: undoOperatorFamily,
  AlterTSConfigurationStmt: undoTextSearchConfiguration,
  AlterTSDictionaryStmt: undoTextSearchDictionary,
  ClusterStmt: undoCluster,
  InsertStmt: data,
  UpdateStmt: data,
  DeleteStmt: data,
  MergeStmt: data,
  TruncateStmt: data,
  CopyStmt: ({ is_from }) => (is_from === true ? data() : nothing),
  DoStmt: code,
  CallStmt: code,
  ExecuteStmt: code,
  VariableSetStmt: passing,
  VariableShowStmt: passing,
  TransactionStmt: passing,
  ConstraintsSetStmt: passing,
  LockStmt: passing,
  NotifyStmt: passing,
  ListenStmt: passing,
  UnlistenStmt: passing,
  DiscardStmt: passing,
  PrepareStmt: passing,
  DeallocateStmt: passing,
  DeclareCursorStmt: passing,
  ClosePortalStmt: passing,
  FetchStmt: passing,
  LoadStmt: passing,
  CheckPointStmt: passing,
  VacuumStmt: passing,
  ReindexStmt: passing,
  RefreshMatViewStmt: passing,
  ExplainStmt: ({ options }) => (element(options, "analyze") === undefined ? nothing : code()),
  AlterCollationStmt: passing,
  AlterDatabaseRefreshCollStmt: passing,
};

/** How the statement is undone, taken by itself. */
export function undoStatement(node: Node): Answer {
  const tag = tagOf(node) as Tag;
  // The table's rows have the types of their keys.
  const rule = rules[tag] as ((statement: Body<Tag>) => Answer) | undefined;
  if (rule !== undefined) return rule((node as Readonly<Record<Tag, Body<Tag>>>)[tag]);
  return createdBy(node) === null ? none(`there is no rule for ${tag}`) : undoCreate(node);
}

/** A query changes something only through functions that it calls, or by INTO. */
function undoSelect(statement: SelectStmt): Answer {
  if (statement.intoClause !== undefined) return undoCreate({ SelectStmt: statement });
  return calls(statement) ? none("the functions that the query calls may change something") : nothing;
}

function calls(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(calls);
  if (!isSyntaxNode(value)) return false;
  return Object.entries(value).some(
    ([key, inner]) => key === "FuncCall" || /^(Insert|Update|Delete|Merge)Stmt$/.test(key) || calls(inner),
  );
}
