/** What is asked before a script with a generated block runs: whether the database is as the block expects. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { Learnt } from "../live/plan-with-locks.ts";
import type { BlockScript } from "./carry-block.ts";
import { withoutDefaults } from "./default-privileges.ts";
import { requireExpected } from "./expectations.ts";
import type { CarriedPart, Carrying, RunSettings, ScriptPart } from "./run-script.ts";
import type { ScriptStatement } from "./script-statements.ts";

interface CheckedScript extends BlockScript {
  /** Its statements run one by one: nothing is carried along. */
  readonly alone?: true;
}

/** Whether the script is not just sent: the database is asked before, or the block carries along what it does not know of. */
export function runsBlock(
  { mode, carrying }: Pick<RunSettings, "mode" | "carrying">,
  { statements, expected, alone }: Pick<CheckedScript, "statements" | "expected" | "alone">,
): boolean {
  // A live target leaves blocks to the engine.
  if (mode !== "migrated") return false;
  return expected.length > 0 || (carrying !== undefined && alone !== true && hasStatementsInside(statements));
}

/** Of the part: it is looked at before, or with --carry-unmanaged carries along; nothing where there is no block. */
export function blockCheck(
  settings: RunSettings,
  script: CheckedScript,
): Pick<ScriptPart, "check" | "carry"> {
  if (!runsBlock(settings, script)) return {};
  const { carrying, database } = settings;
  const { id, expected, statements, alone } = script;
  const anew = expected.filter(({ replaced }) => replaced !== true).map(({ identity }) => identity);
  const behind = () => withoutDefaults(database, anew, statements);
  if (carrying !== undefined && alone !== true && hasStatementsInside(statements))
    return { check: behind, carry: carryBlock(settings, carrying, script) };
  return {
    check: async () => {
      await requireExpected(database, id, expected, alone !== true);
      if (alone !== true) return behind();
      // What would run behind it, a run that goes on where another one stopped could not know any more.
      refuseDefaults(script, await behind());
      return [];
    },
  };
}

/** The statements that would take the default privileges away again. */
function refuseDefaults({ id, statements, locate }: BlockScript, behind: readonly string[]): void {
  if (behind.length === 0) return;
  const first = statements.find(({ inside }) => inside);
  throw new MigratorError([
    {
      code: "migration-state",
      message: `migration ${id}: default privileges of the database would change the privileges of what its generated block makes anew, as its statements run one by one`,
      ...(first === undefined ? {} : locate(first.start)),
      fix: 'move what needs "-- migrator: no-transaction" into a migration of its own; or take the default privileges away while this one runs',
    },
  ]);
}

function hasStatementsInside(statements: readonly ScriptStatement[]): boolean {
  return statements.some(({ inside }) => inside);
}

/** The engine is loaded when it comes to the block: few runs carry anything. */
function carryBlock(settings: RunSettings, carrying: Carrying, script: BlockScript): CarriedPart {
  const from = script.statements.findIndex(({ inside }) => inside);
  const to = script.statements.findLastIndex(({ inside }) => inside) + 1;
  // What a try that met a lock has learnt the next one knows.
  const learnt: Learnt = { locks: [] };
  return {
    from,
    to,
    run: async (rehearsal) => {
      const { runCarrying } = await import("./carry-block.ts");
      const { result } = await runCarrying(settings, carrying, script, learnt, rehearsal);
      const steps = result.steps.filter(({ auxiliary }) => auxiliary !== true);
      carrying.carried.set(script.id, { steps, warnings: result.warnings });
    },
  };
}
