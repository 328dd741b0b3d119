/** What planning must know of a kind of object: how PostgreSQL names, replaces, renames and drops it. */
import type { Definition } from "../definition.ts";
import type { LiveObject } from "../live.ts";

export interface KindRules {
  /** The word in DDL: `ALTER MATERIALIZED VIEW`. */
  readonly noun: string;
  /** The word behind ON in GRANT, null where nothing can be granted. */
  readonly grantNoun: string | null;
  /**
   * The statements that give the live object the new definition and keep it the same object for its dependents; null
   * where PostgreSQL has no such statement for this change.
   */
  replace(definition: Definition, live: LiveObject): readonly string[] | null;
  /** The SQLSTATEs by which PostgreSQL says that a replace needs another shape than the object has. */
  readonly shapeRefusals: ReadonlySet<string>;
  /** True where the old object can be set aside by a rename; else it is dropped before it is made again. */
  readonly setAside: boolean;
  /** The statements that create it; a materialized view comes without data. */
  create(definition: Definition, as?: string): readonly string[];
}
