/** Statements that a connection keeps prepared: most of what they cost is to be planned. */
import type { Database } from "../../database/database.ts";

export interface Prepared {
  /** Returns what executes it; `text` is told its last parameter. */
  statement(
    what: string,
    types: readonly string[],
    text: (last: string) => string,
  ): (...values: readonly string[]) => string;
  /** What has to run on the connection before any of the statements does. */
  needed(): readonly string[];
  /** So many of these ran: they stay, whatever became of the transaction. */
  ran(count: number): void;
}

const known = new WeakMap<Database, Set<string>>();
const numbers = new WeakMap<object, number>();
let last = 0;

/** `of`: statements with the same name are the same for it. */
export function prepareOn(database: Database, of: object): Prepared {
  const there = known.get(database) ?? new Set();
  known.set(database, there);
  const number = numbers.get(of) ?? ++last;
  numbers.set(of, number);
  const missing = new Map<string, string>();
  return {
    statement(what, types, text) {
      const name = `migrator_${what}_${number}`;
      if (!there.has(name))
        missing.set(name, `prepare ${name} (${types.join(", ")}) as ${text(`$${types.length}`)}`);
      return (...values) => `execute ${name} (${values.join(", ")})`;
    },
    needed: () => [...missing.values()],
    ran(count) {
      for (const name of [...missing.keys()].slice(0, Math.max(0, count))) there.add(name);
    },
  };
}
