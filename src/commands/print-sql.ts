/** A plan as plain SQL. */
import type { SyncResult } from "../live/sync.ts";
import type { DonePart } from "../report/plan-report.ts";
import { sharedScope } from "../tenants/scope.ts";
import { describeScope } from "../tenants/scoped-name.ts";

/** With --online the same as one transaction: what is built beforehand cannot be told before it stands. */
export function printSql(result: Pick<SyncResult, "sql" | "beside">): string {
  if (result.sql.length === 0) return "-- nothing to do";
  const online = (result.beside ?? []).length > 0;
  return [
    ...(online
      ? ["-- sync --online builds what costs side by side first; this is the same in one transaction"]
      : []),
    "BEGIN;",
    ...result.sql.map((statement) => `${statement}\n;`),
    "COMMIT;",
  ].join("\n");
}

/** Each scope's part is a transaction of its own. */
export function printParts(parts: readonly DonePart[]): string {
  const [only] = parts;
  if (parts.length === 1 && only?.scope === sharedScope) return printSql(only.result);
  const changing = parts.filter(({ result }) => result.sql.length > 0);
  if (changing.length === 0) return "-- nothing to do";
  return changing.map(({ scope, result }) => `-- ${describeScope(scope)}\n${printSql(result)}`).join("\n\n");
}
