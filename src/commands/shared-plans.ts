/**
 * The same change on values of a matrix in the same state is planned for one of them. The first of values alike is planned on its own and
 * tells what the plan touches, the second too, with its state before and its outcome: then the others do the same, if they are
 * in that state. One that is not is planned on its own, for others like it.
 */
import type { DeclaredObject } from "../../graph/declared.ts";
import type { Desired } from "../../graph/desired.ts";
import { identityKey } from "../../graph/identity.ts";
import type { Database } from "../database/database.ts";
import { catalogPath } from "../database/search-path.ts";
import type { ScopeReader } from "../live/scope-files.ts";
import { ownNames } from "../live/shared-plan/own-names.ts";
import { objectsOf, type ValueObjects } from "../live/shared-plan/own-object.ts";
import { readOutcome, readState, runShared, type SharedRun } from "../live/shared-plan/run-shared.ts";
import { type SharedPlan, sharePlan, stateOfPlan } from "../live/shared-plan/shared-plan.ts";
import type { StateOf } from "../live/shared-plan/state.ts";
import type { DonePlan, SyncResult, SyncWitness } from "../live/sync.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { fileOfComponent } from "../tenants/scoped-name.ts";

/** Plans a value on its own; `witness` is made of what its files declare. */
export type PlanAlone = (witness?: (desired: Desired, loose: boolean) => SyncWitness) => Promise<Planned>;

interface Planned {
  readonly result: SyncResult;
  /** Whom an object's text names. */
  readonly needs: Desired["needs"];
}

interface SharedResult extends Planned {
  /** True where it was done by a plan that was made for another value. */
  readonly shared: boolean;
}

export interface SharedPlans {
  /** `alike`: equal for values of which files and ledger say the same. `files`: the digest of the value's files. */
  bring(
    database: Database,
    run: SharedRun,
    scope: MatrixScope,
    alike: string,
    files: string,
    alone: PlanAlone,
  ): Promise<SharedResult>;
}

/** Values alike. */
interface Group {
  /** While a value is planned that tells the others what to do. */
  learning: Promise<void> | null;
  /** What the plan touches, and the files that declare it; null before that is known. */
  of: StateOf | null;
  files: ReadonlySet<string>;
  /** What these say, but for a value's own names. */
  said: string;
  /** By the state that they are for, the one used last behind. */
  readonly plans: Map<string, SharedPlan>;
  /** Whom the texts of a value with this schema name. */
  needs: (schema: string) => Desired["needs"];
  /** True once values in different states came by turns. */
  mixed: boolean;
  /** How many values more may be planned to learn of. */
  chances: number;
}

const chances = 8;

export function openSharedPlans(reader: ScopeReader): SharedPlans {
  const groups = new Map<string, Group>();

  const saidOf = (group: Group, scope: MatrixScope): string =>
    JSON.stringify([...group.files].map((name) => reader.normal(scope, name)?.said ?? null));

  const readValue = async (group: Group, scope: MatrixScope): Promise<ValueObjects> => {
    const { components } = await reader(scope, group.files);
    return objectsOfValue(
      scope,
      components.flatMap(({ facts }) => facts.parsed.objects),
    );
  };

  /** Plans the value on its own and learns of it. */
  const learn = async (
    group: Group,
    database: Database,
    run: SharedRun,
    scope: MatrixScope,
    alone: PlanAlone,
  ): Promise<Planned> => {
    group.chances--;
    const seen: { done?: DonePlan; desired?: Desired; before?: string; loose?: boolean } = {};
    const { of } = group;
    const planned = await alone((desired, loose) => ({
      async opened() {
        const value = objectsOfValue(scope, desired.objects.values());
        if (of !== null) seen.before = await readState(database, run, of, scope, value);
      },
      planned(done) {
        Object.assign(seen, { done, desired, loose });
      },
    }));
    const { done, desired, before } = seen;
    if (done === undefined || desired === undefined) return planned;
    if (seen.loose === true) group.chances = 0;
    else if (of === null) {
      const stands = stateOfPlan(done, scope, desired.objects, desired.neededBy);
      group.files = filesOf(stands, scope, desired.objects.values());
      group.said = saidOf(group, scope);
      group.of = stands === null ? null : { ...stands, names: namesIn(group, scope) };
      if (group.of === null) group.chances = 0;
    } else if (before !== undefined && saidOf(group, scope) === group.said) {
      const value = objectsOfValue(scope, desired.objects.values());
      const outcome = await outside(database, () => readOutcome(database, of, scope, value));
      const plan = sharePlan(done, planned.result, { of, before, outcome }, value);
      if (plan !== null) {
        group.plans.set(before, plan);
        group.needs = needsElsewhere(planned.needs, value.schema);
      }
    }
    return planned;
  };

  /** Null where no plan is there for its state. */
  const tryPlans = async (
    group: Group,
    database: Database,
    run: SharedRun,
    scope: MatrixScope,
    files: string,
  ): Promise<SyncResult | null> => {
    const usual = [...group.plans.values()].at(-1);
    const { of } = group;
    if (usual === undefined || of === null || saidOf(group, scope) !== group.said) return null;
    const value = await readValue(group, scope);
    if (!group.mixed) {
      const result = await runShared(database, run, usual, scope, value, files);
      if (result !== null || group.plans.size < 2) return result;
    }
    const plan = group.plans.get(await outside(database, () => readState(database, run, of, scope, value)));
    if (plan !== undefined && plan !== usual) group.mixed = true;
    // The usual one was tried for this value unless their states are known to differ.
    return plan === undefined || (plan === usual && !group.mixed)
      ? null
      : runShared(database, run, plan, scope, value, files);
  };

  /** Of values: 0 where they have none beside their schema, and their files do not name that. */
  const namesIn = ({ files }: Group, scope: MatrixScope): number => {
    const names = ownNames(scope);
    const counts =
      names.some(({ name }) => name !== scope.schema) ||
      [...files].some((name) => reader.normal(scope, name)?.named === true);
    return counts ? names.length : 0;
  };

  return {
    async bring(database, run, scope, alike, files, alone) {
      const group = groups.get(alike) ?? {
        learning: null,
        of: null,
        files: new Set(),
        said: "",
        plans: new Map(),
        needs: () => () => [],
        mixed: false,
        chances,
      };
      groups.set(alike, group);
      while (group.plans.size === 0 && group.learning !== null) await group.learning;
      // Nothing is waited for where there is no plan: one value alone is planned to learn of it.
      const result = group.plans.size === 0 ? null : await tryPlans(group, database, run, scope, files);
      if (result !== null) return { result, needs: group.needs(scope.schema ?? ""), shared: true };
      if (group.chances === 0) return { ...(await alone()), shared: false };
      const learning = learn(group, database, run, scope, alone);
      const ended = learning.then(
        () => {},
        () => {},
      );
      group.learning = ended;
      try {
        return { ...(await learning), shared: false };
      } finally {
        if (group.learning === ended) group.learning = null;
      }
    },
  };
}

function filesOf(
  of: Pick<StateOf, "objects"> | null,
  { schema }: MatrixScope,
  objects: Iterable<DeclaredObject>,
): ReadonlySet<string> {
  const own = objectsOf(objects, schema ?? "");
  return new Set(
    (of?.objects ?? []).flatMap((one) => fileOfComponent(own.get(identityKey(one))?.component ?? "") || []),
  );
}

function objectsOfValue(scope: MatrixScope, objects: Iterable<DeclaredObject>): ValueObjects {
  const { matrix, key } = scope;
  const schema = scope.schema ?? "";
  return { matrix, key, schema, names: ownNames(scope), objects: objectsOf(objects, schema) };
}

/** The same for values alike: objects of their own schema are others. */
function needsElsewhere(needs: Desired["needs"], own: string): Group["needs"] {
  return (schema) => {
    const at = (key: string, from: string, to: string): string => {
      const [kind, where, ...rest] = JSON.parse(key) as readonly string[];
      return where === from ? JSON.stringify([kind, to, ...rest]) : key;
    };
    return (key) =>
      needs(at(key, schema, own)).map((edge) => ({ ...edge, from: key, to: at(edge.to, own, schema) }));
  };
}

/** What is prepared is planned once, and not each time of the first few. */
const genericPlans = "set local plan_cache_mode = force_generic_plan";

/** Reads in a transaction of its own. */
async function outside<T>(database: Database, read: () => Promise<T>): Promise<T> {
  await database.batch(["begin read only", catalogPath, genericPlans]);
  try {
    return await read();
  } finally {
    await database.batch(["rollback"]);
  }
}
