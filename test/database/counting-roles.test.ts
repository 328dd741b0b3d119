/** What others do to a server's roles meanwhile is no difference between two states of a database. */
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { stateDifferences, wholeState } from "../../src/snapshot/whole-state.ts";
import { freshDatabase } from "../servers/database.ts";

test.each([15, 18, "embedded"] as const)("roles count where a script names them, on %s", async (where) => {
  const database = await freshDatabase(where);
  const [mine, other] = [0, 1].map(() => `Counted_"${randomBytes(4).toString("hex")}`) as [string, string];
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
  const script = `create role ${quoted(mine)}; grant pg_monitor, alice to ${quoted(mine)}`;
  try {
    const before = await wholeState(database, "migrator", [script]);
    await database.batch([
      ...script.split("; "),
      `create role ${quoted(other)}`,
      `grant pg_monitor, alice to ${quoted(other)}`,
      `alter role ${quoted(other)} set work_mem = '3MB'`,
    ]);
    const lines = stateDifferences(before, await wholeState(database, "migrator", [script])).join("\n");
    // Of the script's: the role, and a line for each of its two memberships.
    expect(lines.match(new RegExp(mine.slice(-8), "g"))).toHaveLength(3);
    if (where !== "embedded") expect(lines).not.toContain(other.slice(-8));
  } finally {
    await database.batch([mine, other].map((name) => `drop role ${quoted(name)}`));
    await database.drop();
  }
});
