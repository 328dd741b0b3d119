/**
 * Which objects must be built side by side so that materialized views can be filled beforehand: the materialized views, and
 * what stands between them and everything that the plan changes, because what a materialized view reads cannot be
 * pointed elsewhere later.
 */
import { describeSubject, isBystander, type Subject, subjectKey } from "../bystander.ts";
import type { Desired } from "../desired.ts";
import { describeIdentity, identityKey, isRoutine } from "../identity.ts";
import { PlanError, type Problem, type Step, type StepKind } from "../step.ts";

/** What PostgreSQL records that some objects need, however far down. */
export interface Reached {
  /** By subjectKey. Types and the like, which only lead on, have none of the kinds. */
  readonly subjects: ReadonlyMap<string, Subject>;
  /** From what needs to what is needed. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  /** Keys of the tables of which row security shows some owner a part alone. */
  readonly policed: ReadonlySet<string>;
}

/** Steps after which something else may come out of an object. */
const changing: ReadonlySet<StepKind> = new Set(["create", "replace", "recreate", "rename-column", "rebind"]);

/** `filled` are the keys of the materialized views. */
export function builtBeside(
  filled: Iterable<string>,
  reached: Reached,
  steps: readonly Step[],
): ReadonlySet<string> {
  const built = new Set(filled);
  const changed = changedObjects(steps);
  const neededBy = new Map<string, string[]>();
  for (const [from, list] of reached.needs)
    for (const to of list) neededBy.set(to, [...(neededBy.get(to) ?? []), from]);
  const seen = new Set<string>();
  const waiting = [...reached.needs.keys(), ...neededBy.keys()].filter((key) => changed.has(key));
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    const subject = reached.subjects.get(key);
    if (subject !== undefined && !isBystander(subject)) built.add(key);
    waiting.push(...(neededBy.get(key) ?? []));
  }
  return built;
}

/** An owner, a grant or an option changes what is seen through a view; a materialized view's rows stay. */
function changedObjects(steps: readonly Step[]): ReadonlySet<string> {
  const some = steps.filter(({ kind, identity, auxiliary }) => {
    if (auxiliary === true) return false;
    return changing.has(kind) || (kind === "alter" && identity.kind !== "materialized view");
  });
  return new Set(some.map(({ identity }) => subjectKey(identity)));
}

/**
 * Throws a PlanError where rows would be read otherwise beforehand than behind the plan: tables and their policies cannot
 * stand in two versions, and quoted bodies are read by name when they run.
 */
export function refuseDifferentRows(
  filled: readonly string[],
  reached: Reached,
  steps: readonly Step[],
  desired: Desired,
): void {
  const changed = changedObjects(steps);
  const problems: Problem[] = [];
  const refuse = (message: string, component: string | null) =>
    problems.push({
      code: "dependent-blocks",
      message: `${cannot(filled, desired)}: ${message}`,
      component,
      offset: null,
      fix,
    });
  for (const { identity, component, sql } of steps) {
    if (identity.kind === "policy") {
      const table = { kind: "table", schema: identity.schema, name: identity.relation } as const;
      if (reached.policed.has(subjectKey(table)))
        refuse(
          `${describeIdentity(identity)} changes in the same run, and decides which rows it reads`,
          component,
        );
    } else if (reached.subjects.has(subjectKey(identity)) && sql.some((one) => setExpression.test(one)))
      refuse(`a generated column of ${describeSubject(identity)} changes in the same run`, component);
  }
  for (const [key, subject] of reached.subjects) {
    if (isBystander(subject) || !isRoutine(subject)) continue;
    const named = namedLate(desired, key, changed);
    if (named === null) continue;
    refuse(
      `${describeIdentity(subject)} names ${named}, which changes in the same run, in a body that is read when it runs`,
      desired.objects.get(key)?.component ?? null,
    );
  }
  if (problems.length > 0) throw new PlanError(problems);
}

/** As the binding of a generated column says it. */
const setExpression = / SET EXPRESSION /;

const fix = "run it without --online, or that change first, in a run of its own";

function cannot(filled: readonly string[], desired: Desired): string {
  const [first, ...rest] = filled;
  const object = desired.objects.get(first ?? "");
  const name = object === undefined ? "the materialized view" : describeIdentity(object.identity);
  return rest.length === 0
    ? `${name} cannot be filled beforehand`
    : `${name} and ${rest.length} more cannot be filled beforehand`;
}

/** What a quoted body names, directly or through others, among what the plan changes. */
function namedLate(desired: Desired, routine: string, changed: ReadonlySet<string>): string | null {
  const seen = new Set<string>();
  const waiting = desired
    .needs(routine)
    .filter((edge) => edge.strength !== "hard")
    .map((edge) => edge.to);
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const object = desired.objects.get(key);
    if (object === undefined || seen.has(key)) continue;
    seen.add(key);
    if (changed.has(key)) return describeIdentity(object.identity);
    waiting.push(...desired.needs(identityKey(object.identity)).map((edge) => edge.to));
  }
  return null;
}
