/** Does a shared plan for one value: its state and the outcome are asked, in two round trips and a transaction of its own. */
import { describeSubject } from "../../../graph/bystander.ts";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { commitTransaction, type Reconnected, transactionId } from "../../database/commit.ts";
import { type Database, DatabaseError } from "../../database/database.ts";
import { turnOrFail, turnStatement } from "../../database/lock.ts";
import {
  forgetStatements,
  rememberRows,
  rowsToRemember,
  runRow,
  runStatement,
  stepsToRemember,
} from "../../database/remember.ts";
import {
  scopeSnapshotRows,
  scopeSnapshotStatements,
  settledRows,
  settledStatements,
} from "../../database/scope-snapshots.ts";
import { catalogPath, componentsPath } from "../../database/search-path.ts";
import type { MatrixScope } from "../../tenants/scope.ts";
import { scopedFolder } from "../../tenants/scoped-name.ts";
import type { SyncResult } from "../sync.ts";
import type { ValueObjects } from "./own-object.ts";
import { prepareOn } from "./prepare.ts";
import { planFor, type SharedPlan } from "./shared-plan.ts";
import {
  checkOf,
  outcomeParameters,
  outcomeQuery,
  outcomeTypes,
  parameterText,
  type StateOf,
  type StateValues,
  stateParameters,
  stateQuery,
  stateTypes,
} from "./state.ts";
import { fillText } from "./template.ts";

export interface SharedRun {
  readonly ledgerSchema: string;
  readonly project: string;
  /** In milliseconds. */
  readonly lockTimeout: number;
  /** As they were when it was asked how the values stand. */
  readonly snapshot: string;
  readonly onWait: (message: string) => void;
  readonly reconnected?: Reconnected;
}

/** Null where the value is in another state, or anything else stood in the way: then nothing was done. */
export async function runShared(
  database: Database,
  run: SharedRun,
  plan: SharedPlan,
  scope: MatrixScope,
  value: ValueObjects,
  files: string,
): Promise<SyncResult | null> {
  const own = planFor(plan, scope, value);
  if (own === null) return null;
  const { ledgerSchema, project } = run;
  const ledger = quoteIdentifier(ledgerSchema);
  const { of } = plan;
  const asked = stateValues(scope, value);
  const kinds = of.objects.map(({ kind }) => kind);
  const prepared = prepareOn(database, of);
  const state = prepared.statement("state", [...stateTypes(of), "text"], (wanted) =>
    checkOf(stateQuery(ledgerSchema, project, of), wanted),
  );
  const outcome = prepared.statement("outcome", [...outcomeTypes(of), "text"], (wanted) =>
    checkOf(outcomeQuery(of), wanted),
  );
  // Each statement costs as much as it does: what need not see each other's rows is one.
  const remember = prepared.statement(
    "remember",
    ["jsonb", "text", "pg_snapshot", "jsonb"],
    () => `with o as (${rememberRows(ledger, project, "$1", kinds)}), s as (${scopeSnapshotRows(ledger, project, "array[$2]", "$3")})
  ${runRow(ledgerSchema, project, plan.command, "$4")}`,
  );
  const settle = prepared.statement("settle", ["text", "text"], () =>
    settledRows(ledger, project, "array[$1]", "array[$2]"),
  );
  // Where somebody else has the turn it is waited for by planning the value on its own, which tells so.
  const head = [
    "begin",
    turnOrFail(ledgerSchema, scope.name),
    turnStatement(null, [
      ["lock_timeout", run.lockTimeout],
      ["plan_cache_mode", "force_generic_plan"],
    ]),
  ];
  const changing = [
    ...plan.locks.map((text) => fillText(text, value)),
    componentsPath(scope.searchPath),
    ...own.steps.flatMap((step) => step.sql),
    catalogPath,
  ];
  const forgetting = forgetStatements(ledger, project, own.forgotten);
  const told = own.steps.map(({ kind, identity, reason, sql }) => ({
    kind,
    object: describeSubject(identity),
    reason,
    sql,
  }));
  const rows = rowsToRemember(own.applied);
  const name = quoteLiteral(scope.name);
  const preparing = prepared.needed();
  try {
    const answers = await database.batch([
      ...head,
      transactionId,
      ...preparing,
      state(...stateParameters(of, asked).map(parameterText), quoteLiteral(plan.before)),
      ...changing,
      ...forgetting,
      remember(rows, name, quoteLiteral(run.snapshot), stepsToRemember(told)),
      settle(name, quoteLiteral(files)),
      outcome(...outcomeParameters(of, asked).map(parameterText), quoteLiteral(plan.outcome)),
    ]);
    prepared.ran(preparing.length);
    const xid = String(answers[head.length]?.[0]?.xid);
    const { reconnected = null, onWait } = run;
    await commitTransaction(database, ["commit"], { xid, reconnected, onWait });
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.connectionLost) throw error;
    await database.batch(["rollback"]);
    prepared.ran(error.statement - head.length - 1);
    return null;
  }
  const { changes, steps } = own;
  const { unchanged, warnings } = plan;
  return {
    changes,
    steps,
    costs: [],
    warnings,
    unchanged,
    sql: [
      ...changing,
      ...scopeSnapshotStatements(ledger, project, [scope.name], run.snapshot),
      ...forgetting,
      ...(own.applied.length > 0 ? [rememberRows(ledger, project, rows, kinds)] : []),
      ...settledStatements(ledger, project, new Map([[scope.name, files]])),
      runStatement(ledgerSchema, project, plan.command, told),
    ],
    applied: true,
  };
}

function stateValues(scope: MatrixScope, { schema, names, objects }: ValueObjects): StateValues {
  return {
    scope: scope.name,
    schema,
    folder: scopedFolder(scope),
    names: names.map(({ name }) => name),
    declared: objects.values(),
  };
}

/** The state of a value as it is now: in a transaction whose search_path is pg_catalog. */
export async function readState(
  database: Database,
  { ledgerSchema, project }: Pick<SharedRun, "ledgerSchema" | "project">,
  of: StateOf,
  scope: MatrixScope,
  value: ValueObjects,
): Promise<string> {
  const prepared = prepareOn(database, of);
  const read = prepared.statement("read", stateTypes(of), () => stateQuery(ledgerSchema, project, of));
  const asked = stateParameters(of, stateValues(scope, value)).map(parameterText);
  const preparing = prepared.needed();
  try {
    const answers = await database.batch([...preparing, read(...asked)]);
    prepared.ran(preparing.length);
    return String(answers.at(-1)?.[0]?.state);
  } catch (error) {
    if (error instanceof DatabaseError) prepared.ran(error.statement);
    throw error;
  }
}

/** What a plan led to: as `readState`. */
export async function readOutcome(
  database: Database,
  of: StateOf,
  scope: MatrixScope,
  value: ValueObjects,
): Promise<string> {
  const [row] = await database.query<{ state: string }>(
    outcomeQuery(of),
    outcomeParameters(of, stateValues(scope, value)),
  );
  return String(row?.state);
}
