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
import { planFor, type SharedPlan } from "./shared-plan.ts";
import { checkOf, outcomeQuery, type StateOf, stateParameters, stateQuery } from "./state.ts";
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

/** Names of the prepared statements of each connection: most of what they cost is to be planned. */
const prepared = new WeakMap<Database, Set<string>>();
const numbers = new WeakMap<SharedPlan, number>();
let plans = 0;

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
  const asked = stateParameters({ scope: scope.name, schema: value.schema, folder: scopedFolder(scope) });
  const kinds = plan.of.objects.map(({ kind }) => kind);
  const known = prepared.get(database) ?? new Set();
  prepared.set(database, known);
  const number = numbers.get(plan) ?? ++plans;
  numbers.set(plan, number);
  const preparing: { readonly name: string; readonly sql: string }[] = [];
  /** `types` of its parameters. Returns what executes it. */
  const statement = (what: string, types: string, text: () => string) => {
    const name = `migrator_${what}_${number}`;
    if (!known.has(name)) preparing.push({ name, sql: `prepare ${name} (${types}) as ${text()}` });
    return (...values: readonly string[]) => `execute ${name} (${values.join(", ")})`;
  };
  const state = statement("state", "text, name, text, text, text", () =>
    checkOf(stateQuery(ledgerSchema, project, plan.of), "$5"),
  );
  const outcome = statement("outcome", "name, text", () => checkOf(outcomeQuery(plan.of), "$2"));
  // Each statement costs as much as it does: what need not see each other's rows is one.
  const remember = statement(
    "remember",
    "jsonb, text, pg_snapshot, jsonb",
    () => `with o as (${rememberRows(ledger, project, "$1", kinds)}), s as (${scopeSnapshotRows(ledger, project, "array[$2]", "$3")})
  ${runRow(ledgerSchema, project, plan.command, "$4")}`,
  );
  const settle = statement("settle", "text, text", () =>
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
  try {
    const answers = await database.batch([
      ...head,
      transactionId,
      ...preparing.map(({ sql }) => sql),
      state(...[...asked, plan.before].map(quoteLiteral)),
      ...changing,
      ...forgetting,
      remember(rows, name, quoteLiteral(run.snapshot), stepsToRemember(told)),
      settle(name, quoteLiteral(files)),
      outcome(quoteLiteral(value.schema), quoteLiteral(plan.outcome)),
    ]);
    for (const one of preparing) known.add(one.name);
    const xid = String(answers[head.length]?.[0]?.xid);
    const { reconnected = null, onWait } = run;
    await commitTransaction(database, ["commit"], { xid, reconnected, onWait });
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.connectionLost) throw error;
    await database.batch(["rollback"]);
    // What was prepared stays, whatever became of the transaction.
    const done = Math.max(0, error.statement - head.length - 1);
    for (const one of preparing.slice(0, done)) known.add(one.name);
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

/** The state of a value as it is now: in a transaction whose search_path is pg_catalog. */
export async function readState(
  database: Database,
  { ledgerSchema, project }: Pick<SharedRun, "ledgerSchema" | "project">,
  of: StateOf,
  scope: MatrixScope,
): Promise<string> {
  const { name, schema } = scope;
  const parameters = stateParameters({ scope: name, schema: schema ?? "", folder: scopedFolder(scope) });
  const [row] = await database.query<{ state: string }>(stateQuery(ledgerSchema, project, of), parameters);
  return String(row?.state);
}

/** What a plan led to: as `readState`. */
export async function readOutcome(database: Database, of: StateOf, { schema }: MatrixScope): Promise<string> {
  const [row] = await database.query<{ state: string }>(outcomeQuery(of), [schema]);
  return String(row?.state);
}
