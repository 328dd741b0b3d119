/** What a change of some objects may change in the catalogs: their definitions and those of what was made anew. */
import { describeSubject, isBystander } from "../../graph/bystander.ts";
import { describeIdentity, isChild } from "../../graph/identity.ts";
import { quoteName } from "../../graph/quote.ts";
import type { SyncResult } from "../../src/live/sync.ts";
import { differences } from "../../src/snapshot/differences.ts";
import type { Fact, Snapshot } from "../../src/snapshot/snapshot.ts";

export interface ColumnChange {
  /** Null where none is lost. */
  readonly old: string | null;
  /** Null where none is new. */
  readonly fresh: string | null;
}

/**
 * The differences that nobody asked for. On an object that has a step, what hangs on it must be as before, on all
 * others everything; `change` may have happened to the columns of any relation that has a step.
 */
export function lost(
  before: Snapshot,
  after: Snapshot,
  steps: SyncResult["steps"],
  change: ColumnChange,
): readonly string[] {
  const touched = new Set(
    steps.flatMap(({ identity }) =>
      isBystander(identity)
        ? [describeSubject(identity)]
        : isChild(identity)
          ? ["view", "materialized view", "table"].map(
              (kind) => `${kind} ${quoteName(identity.schema, identity.relation)}`,
            )
          : [describeIdentity(identity)],
    ),
  );
  const isTouched = (object: string) =>
    touched.has(object) ||
    touched.has(before.get(object)?.anchor ?? "") ||
    touched.has(after.get(object)?.anchor ?? "");
  const expected = new Map(
    [...before].map(([object, known]) => [
      object,
      isTouched(object) ? { ...known, facts: carried(known.facts, after.get(object)?.facts, change) } : known,
    ]),
  );
  // What reads a renamed column reads it under its new name, without any statement.
  const follows = (object: string) =>
    change.old !== null &&
    change.fresh !== null &&
    [...(before.get(object)?.facts.keys() ?? [])].some((fact) =>
      fact.includes(`needs column ${change.old} `),
    );
  const isNew = (fact: string) => change.fresh !== null && fact.startsWith(`column ${change.fresh} `);
  return differences(
    expected,
    after,
    (object, fact, { about }) =>
      (!isTouched(object) && !follows(object)) ||
      (about === "attachment" && !(isNew(fact) && change.old === null)),
  );
}

/** The facts of a relation's column under its new name, or none where it is gone. */
function carried(
  facts: ReadonlyMap<string, Fact>,
  now: ReadonlyMap<string, Fact> | undefined,
  { old, fresh }: ColumnChange,
): ReadonlyMap<string, Fact> {
  if (old === null || now === undefined) return facts;
  const has = (column: string) => now.has(`column ${column} pg_attribute.atttypid`);
  if (has(old)) return facts;
  const prefix = `column ${old} `;
  const carriedFacts = [...facts].flatMap(([fact, what]): (readonly [string, Fact])[] => {
    if (!fact.startsWith(prefix)) return [[fact, what]];
    return fresh !== null && has(fresh) ? [[`column ${fresh} ${fact.slice(prefix.length)}`, what]] : [];
  });
  return new Map(carriedFacts);
}
