/** What the catalog of a shadow says before a migration is rehearsed: where its way back must lead. */
import { subjectKey } from "../../graph/bystander.ts";
import type { DeclaredObject } from "../../graph/declared.ts";
import type { Desired } from "../../graph/desired.ts";
import { isLiveRelation, type LiveObject } from "../../graph/live.ts";
import { quoteIdentifier } from "../../graph/quote.ts";
import { restoreStatements } from "../../graph/restore.ts";
import { objectSource } from "../../graph/source/object-source.ts";
import type { Step } from "../../graph/step.ts";
import type { Database } from "../database/database.ts";
import { readLiveObjects } from "../database/introspect.ts";
import { catalogPath } from "../database/search-path.ts";
import { componentText } from "../import/component-text.ts";
import { readPrivilegeDefaults } from "../import/privilege-defaults.ts";

const runningRole = "select current_user::text as role";

export interface StartState {
  /** What there is of all that the components declare now or declared before. */
  readonly objects: ReadonlyMap<string, LiveObject>;
  /** Objects that no migration knows as components, as texts of components: the way back leads to them. */
  readonly adopted: ReadonlyMap<string, string>;
}

/** `known`: what the components declared before. */
export async function readStart(database: Database, desired: Desired, known: Desired): Promise<StartState> {
  const wanted = new Map<string, DeclaredObject>([...known.objects, ...desired.objects]);
  await database.batch(["begin", catalogPath]);
  const objects = await readLiveObjects(
    database,
    [...wanted.values()].map(({ identity }) => identity),
  );
  const defaults = await readPrivilegeDefaults(database);
  const [, [{ role } = { role: "" }] = []] = await database.batch(["rollback", runningRole]);
  const adopted = [...objects].filter(([key]) => !known.objects.has(key));
  const texts = adopted.map(([, live], index): readonly [string, string] => {
    const source = objectSource(live, { owners: live.owner !== role, grants: true, defaults });
    return [`in the database/${index + 1}.sql`, componentText([source])];
  });
  return { objects, adopted: new Map(texts) };
}

/**
 * Gives the objects of these steps what hung on them before and hangs on them no more (an owner that a component no longer
 * names, what was attached by hand). Returns what was done.
 */
export async function restoreLost(
  database: Database,
  before: ReadonlyMap<string, LiveObject>,
  declared: Desired,
  steps: readonly Step[],
): Promise<readonly Step[]> {
  const touched = new Map<string, LiveObject>();
  for (const { identity } of steps) {
    const key = subjectKey(identity);
    const live = before.get(key);
    if (live !== undefined) touched.set(key, live);
  }
  const [, , [{ role } = { role: "" }] = []] = await database.batch(["begin", catalogPath, runningRole]);
  const now = await readLiveObjects(
    database,
    [...touched.values()].map(({ identity }) => identity),
  );
  const restored = [...touched].flatMap(([key, was]): readonly Step[] => {
    const is = now.get(key);
    const lost = is === undefined ? [] : restoreStatements(withoutIndexes(was), is, () => true);
    const sql = lost.map((statement) => withoutRole(statement, String(role)));
    if (sql.length === 0) return [];
    const component = declared.objects.get(key)?.component ?? null;
    return [{ kind: "restore", identity: was.identity, component, reason: "as it was", sql }];
  });
  await database.batch([...restored.flatMap(({ sql }) => sql), "commit"]);
  return restored;
}

/** Whoever runs the migration owns, on a target, what the shadow's role owns here. */
function withoutRole(statement: string, role: string): string {
  const owner = ` OWNER TO ${quoteIdentifier(role)}`;
  return statement.endsWith(owner) ? `${statement.slice(0, -owner.length)} OWNER TO CURRENT_USER` : statement;
}

/** They are told as if the object had none yet; the plan keeps those that it has. */
function withoutIndexes(live: LiveObject): LiveObject {
  return isLiveRelation(live) ? { ...live, indexes: [], statistics: [] } : live;
}
