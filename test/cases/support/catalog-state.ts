/** What the database says about the declared objects, in a form that two databases can be compared by. */
import { describeIdentity } from "../../../graph/identity.ts";
import type { Desired } from "../../../graph/desired.ts";
import type { LiveObject } from "../../../graph/live.ts";
import type { Database } from "../../../src/database/database.ts";
import { inspectIdentities } from "../../../src/database/introspect.ts";

/** Names to everything that is seen of the object but its oid and its size; `null` where it does not exist. */
export async function catalogState(database: Database, desired: Desired): Promise<Readonly<Record<string, unknown>>> {
  const identities = [...desired.objects.values()].map((object) => object.identity);
  const inspection = inspectIdentities(identities);
  const rows = await database.batch(["begin", ...inspection.statements, "rollback"]);
  const objects = inspection.read(rows.slice(1));
  return Object.fromEntries(identities.map((identity, i) => [describeIdentity(identity), comparable(objects[i] ?? null)]));
}

function comparable(live: LiveObject | null): unknown {
  return JSON.parse(
    JSON.stringify(live, (key, value: unknown) => {
      if (["oid", "relation", "rowTypes", "rows", "bytes"].includes(key)) return undefined;
      // Which grant came first is no difference.
      if (key === "grants" && Array.isArray(value)) return value.map((grant) => JSON.stringify(grant)).sort();
      if (key === "options" && Array.isArray(value)) return value.map((option) => JSON.stringify(option)).sort();
      return value;
    }),
  );
}
