/** Runs a generated block by the engine where it is to take along what it does not know of. */
import type { CarriedBlock } from "../../graph/carry.ts";
import { desiredState } from "../../graph/desired.ts";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import type { LiveChild } from "../../graph/live.ts";
import type { Lock } from "../../graph/plan/pass.ts";
import { PlanError } from "../../graph/step.ts";
import type { Database } from "../database/database.ts";
import { StatementRefused } from "../database/drive.ts";
import { requireRights } from "../database/rights/dependents.ts";
import { explainRefusal } from "../live/explain.ts";
import { type Learnt, type PlannedWithLocks, planWithLocks } from "../live/plan-with-locks.ts";
import { readAround } from "../sql/around-statements.ts";
import type { BuiltScript } from "./built-script.ts";
import { withCarried } from "./carried-attachments.ts";
import type { Expectation } from "./expectations.ts";
import { type Carrying, type RunSettings, refusedStatement } from "./run-script.ts";
import type { ScriptStatement } from "./script-statements.ts";
import { maskPlaceholders } from "./secret-placeholders.ts";

export interface BlockScript {
  /** As it is told to a person. */
  readonly id: string;
  readonly statements: readonly ScriptStatement[];
  readonly expected: readonly Expectation[];
  readonly locate: BuiltScript["locate"];
  readonly searchPath: readonly string[];
  readonly resolve: (sql: string) => string;
}

/** In the transaction of the script, from the statements before the block on. `loadParser` must have been awaited. */
export async function runCarrying(
  settings: RunSettings,
  { allow }: Carrying,
  script: BlockScript,
  learnt: Learnt,
  rehearsal: boolean,
): Promise<PlannedWithLocks> {
  const { database, lockTimeout } = settings;
  const { id, searchPath } = script;
  const [row] = await database.query<{ me: string }>("select current_user::text as me");
  const plan = {
    desired: desiredState(new Map(), []),
    applied: new Map(),
    changed: [],
    removed: new Set<string>(),
    reshaped: [],
    takeFiles: true,
    rehearsal,
    allow,
    searchPath,
    lockTimeout,
    block: carriedBlock(script, String(row?.me)),
    beforeLocks: (locks: readonly Lock[]) => requireRights(database, locks, `migration ${id}`, null),
  };
  try {
    return await planWithLocks(database, plan, learnt);
  } catch (error) {
    throw await explained(database, script, error);
  }
}

function carriedBlock({ id, statements, expected, resolve }: BlockScript, me: string): CarriedBlock {
  return {
    label: `migration ${id}`,
    statements: statements
      .filter(({ inside }) => inside)
      .map(({ sql, part }) => {
        const origin = { label: id, place: null, meant: true };
        const [around = null] = part === "script" ? readAround(maskPlaceholders(sql), null, origin) : [];
        return { sql: resolve(sql), around };
      }),
    objects: expected.map((one) => ({
      identity: one.identity,
      wanted: (was, now) => withCarried(was, now, one, me),
      isStrange: ({ kind, identity }: LiveChild) => one.attachments[`${kind} ${identity.name}`] === undefined,
    })),
  };
}

/** An error of one of the block's statements gets its place. */
async function explained(database: Database, script: BlockScript, error: unknown): Promise<unknown> {
  if (error instanceof StatementRefused) {
    const own = script.statements.find(
      ({ sql, inside }) => inside && script.resolve(sql) === error.statement,
    );
    if (own !== undefined) {
      const place = (offset: number) => script.locate(own.start + offset);
      return refusedStatement(error.refusal, { sql: own.sql, place }, database, script.resolve(own.sql));
    }
    return explained(database, script, await explainRefusal(error, new Map(), database));
  }
  if (!(error instanceof PlanError)) return error;
  return new MigratorError(
    error.problems.map(
      ({ code, message, detail, fix }): Diagnostic => ({
        code,
        message: `migration ${script.id}: what the block does not know of cannot be carried along: ${message}`,
        ...(detail === undefined ? {} : { detail }),
        ...(fix === undefined ? {} : { fix }),
      }),
    ),
  );
}
