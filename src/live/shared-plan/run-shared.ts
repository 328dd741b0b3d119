/** Does a shared plan for one value: its state asked before and behind, in two round trips and a transaction of its own. */

import { describeSubject } from "../../../graph/bystander.ts";
import { quoteIdentifier, quoteLiteral } from "../../../graph/quote.ts";
import { commitTransaction, type Reconnected, transactionId } from "../../database/commit.ts";
import { type Database, DatabaseError } from "../../database/database.ts";
import { forgetStatements, rememberRows, rowsToRemember, runStatement } from "../../database/ledger.ts";
import { turnOrFail, turnStatement } from "../../database/lock.ts";
import { scopeSnapshotStatements, settledRows, settledStatements } from "../../database/scope-snapshots.ts";
import { catalogPath, componentsPath } from "../../database/search-path.ts";
import type { MatrixScope } from "../../tenants/scope.ts";
import { scopedFolder } from "../../tenants/scoped-name.ts";
import type { SyncResult } from "../sync.ts";
import type { ValueObjects } from "./own-object.ts";
import { planFor, type SharedPlan } from "./shared-plan.ts";
import { type StateOf, stateCheck, stateParameters, stateQuery } from "./state.ts";
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

/** Prepared statements of each connection: most of what they cost is to be planned. */
const prepared = new WeakMap<Database, Set<string>>();
const names = new WeakMap<StateOf, string>();
let statements = 0;

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
  const check = nameOf(plan.of);
  const remember = `migrator_remember_${check}`;
  const settle = `migrator_settle_${check}`;
  const asked = stateParameters({ scope: scope.name, schema: value.schema, folder: scopedFolder(scope) });
  const state = (wanted: string): string =>
    `execute migrator_state_${check} (${[...asked, wanted].map(quoteLiteral).join(", ")})`;
  const known = prepared.get(database) ?? new Set();
  prepared.set(database, known);
  const prepare = known.has(check)
    ? []
    : [
        `prepare migrator_state_${check} (text, name, text, text, text) as ${stateCheck(ledgerSchema, project, plan.of)}`,
        `prepare ${remember} (jsonb) as ${rememberRows(ledger, project, "$1", null)}`,
        `prepare ${settle} (text, text) as ${settledRows(ledger, project, "array[$1]", "array[$2]")}`,
      ];
  // Where somebody else has the turn it is waited for by planning the value on its own, which tells so.
  const head = [
    "begin",
    turnOrFail(ledgerSchema, scope.name),
    turnStatement(null, [
      ["lock_timeout", run.lockTimeout],
      ["plan_cache_mode", "force_generic_plan"],
    ]),
  ];
  const locks = plan.locks.map((text) => fillText(text, value));
  const sql = [
    ...locks,
    componentsPath(scope.searchPath),
    ...own.steps.flatMap((step) => step.sql),
    catalogPath,
    ...scopeSnapshotStatements(ledger, project, [scope.name], run.snapshot),
    ...forgetStatements(ledger, project, own.forgotten),
  ];
  const told = own.steps.map(({ kind, identity, reason, sql }) => ({
    kind,
    object: describeSubject(identity),
    reason,
    sql,
  }));
  const rows = rowsToRemember(own.applied);
  const settled = settledStatements(ledger, project, new Map([[scope.name, files]]));
  const history = runStatement(ledgerSchema, project, plan.command, told);
  try {
    const answers = await database.batch([
      ...head,
      transactionId,
      ...prepare,
      state(plan.before),
      ...sql,
      ...(own.applied.length > 0 ? [`execute ${remember} (${rows})`] : []),
      `execute ${settle} (${quoteLiteral(scope.name)}, ${quoteLiteral(files)})`,
      history,
      state(plan.after),
    ]);
    known.add(check);
    const xid = String(answers[head.length]?.[0]?.xid);
    const { reconnected = null, onWait } = run;
    await commitTransaction(database, ["commit"], { xid, reconnected, onWait });
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.connectionLost) throw error;
    await database.batch(["rollback"]);
    // What was prepared stays, whatever became of the transaction.
    if (error.statement > head.length + prepare.length) known.add(check);
    return null;
  }
  const remembered = own.applied.length > 0 ? [rememberRows(ledger, project, rows, null)] : [];
  const { changes, steps } = own;
  const { unchanged, warnings } = plan;
  return {
    changes,
    steps,
    costs: [],
    warnings,
    unchanged,
    sql: [...sql, ...remembered, ...settled, history],
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

function nameOf(of: StateOf): string {
  const name = names.get(of) ?? String(++statements);
  names.set(of, name);
  return name;
}
