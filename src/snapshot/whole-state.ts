/** All that the catalogs say of a database, names printed alike whatever the session's search path is; and what two differ in. */
import { countingRoles } from "../database/counting-roles.ts";
import type { Database } from "../database/database.ts";
import { differences, type Wanted } from "./differences.ts";
import { otherCatalogs } from "./other-catalogs.ts";
import { ownTables, type Snapshot, takeSnapshot } from "./snapshot.ts";

export interface WholeState {
  readonly snapshot: Snapshot;
  readonly others: readonly string[];
}

/** The tool's own tables are left out; of a server's roles those count that one of `scripts` names. */
export async function wholeState(
  database: Database,
  ledgerSchema: string,
  scripts: readonly string[],
): Promise<WholeState> {
  const own = ownTables(ledgerSchema);
  const [[before] = []] = await database.batch(["select current_setting('search_path') as path"]);
  await database.query("select set_config('search_path', 'pg_catalog', false)");
  const roles = await countingRoles(database, scripts);
  const others = (await otherCatalogs(database, roles)).filter((line) => !own.test(line));
  const snapshot = await takeSnapshot(database, "passed over", ledgerSchema);
  await database.query("select set_config('search_path', $1, false)", [before?.path]);
  return { snapshot, others };
}

/** One line a difference, from `wanted` to `found`; `counts` says which facts must be the same. */
export function stateDifferences(wanted: WholeState, found: WholeState, counts?: Wanted): readonly string[] {
  return [
    ...differences(wanted.snapshot, found.snapshot, counts),
    ...wanted.others.filter((line) => !found.others.includes(line)).map((line) => `${line} is gone`),
    ...found.others.filter((line) => !wanted.others.includes(line)).map((line) => `${line} is new`),
  ];
}
