/** What two snapshots say differently, one line a fact. */
import type { Fact, Snapshot } from "./snapshot.ts";

/** Whether a fact must be the same; all facts where it is left out. */
export type Wanted = (object: string, fact: string, what: Fact) => boolean;

/** `object: fact: "before" -> "after"`, sorted; empty where nothing differs. */
export function differences(
  before: Snapshot,
  after: Snapshot,
  wanted: Wanted = () => true,
): readonly string[] {
  const lines: string[] = [];
  for (const object of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const was = before.get(object);
    const is = after.get(object);
    if (was === undefined || is === undefined) {
      const facts = (was ?? is)?.facts ?? new Map<string, Fact>();
      if ([...facts].some(([fact, what]) => wanted(object, fact, what)))
        lines.push(`${object}: ${was === undefined ? "is new" : "is gone"}`);
      continue;
    }
    for (const fact of [...new Set([...was.facts.keys(), ...is.facts.keys()])].sort()) {
      const old = was.facts.get(fact);
      const now = is.facts.get(fact);
      const what = old ?? now;
      if (what === undefined || old?.value === now?.value || !wanted(object, fact, what)) continue;
      lines.push(`${object}: ${fact}: ${say(old)} -> ${say(now)}`);
    }
  }
  return lines;
}

function say(fact: Fact | undefined): string {
  return fact === undefined ? "nothing" : JSON.stringify(fact.value);
}
