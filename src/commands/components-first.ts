/**
 * Migrations around the components that need what a component declares: on a migrated target a block before them brought it along.
 * A live target does its part at the last place where a block stands before them, and they run behind it.
 */
import { PlanError } from "../../graph/step.ts";

/** undefined_function, undefined_table, undefined_column, undefined_object, invalid_schema_name. */
const undefinedName: ReadonlySet<string> = new Set(["42883", "42P01", "42703", "42704", "3F000"]);

interface Reducible<M> {
  /** Less of it: what is left out comes behind the components. Null where there is nothing to leave out. */
  readonly componentsFirst?: (() => M) | null;
}

/** Runs `work` with less and less around, as long as something is missing. What was wrong with all of it is thrown where nothing helps. */
export async function bringingFirst<M extends Reducible<M>, T>(
  migrating: M,
  work: (less: M) => Promise<T>,
): Promise<T> {
  try {
    return await work(migrating);
  } catch (error) {
    for (let less = lessOf(migrating, error); less !== null; ) {
      try {
        return await work(less);
      } catch (other) {
        less = lessOf(less, other);
      }
    }
    throw error;
  }
}

function lessOf<M extends Reducible<M>>({ componentsFirst = null }: M, error: unknown): M | null {
  if (componentsFirst === null || !(error instanceof PlanError)) return null;
  const lacks = error.problems.some(({ sqlstate }) => sqlstate !== undefined && undefinedName.has(sqlstate));
  return lacks ? componentsFirst() : null;
}
