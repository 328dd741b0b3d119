/** What a sync tells of what was done before it: the object that it prints with --json, and the report of migrations. */
import type { Diagnostic } from "../../graph/diagnostic.ts";
import type { MigrationRunReport } from "../report/migrations.ts";
import { partsJson } from "../report/plan-report.ts";
import { sharedScope } from "../tenants/scope.ts";
import type { PagePart } from "./plan-page.ts";
import type { RehearsedInOrder } from "./rehearse-in-order.ts";

export interface DoneBefore {
  readonly parts: readonly PagePart[];
  readonly warnings: readonly string[];
  /** Scopes that were not begun. */
  readonly left: readonly string[];
  readonly told: Readonly<Record<string, unknown>>;
}

export function runJson(
  before: DoneBefore | undefined,
  parts: readonly PagePart[],
  errors: readonly Diagnostic[],
  report: MigrationRunReport | null,
  components?: number,
) {
  const json = partsJson([...(before?.parts ?? []), ...parts], errors, components);
  return {
    ...json,
    warnings: [...(before?.warnings ?? []), ...json.warnings],
    ...(report === null ? {} : { migrations: report.migrations }),
    ...before?.told,
  };
}

/** What ran before the components stands first. */
export function withOrder(
  report: MigrationRunReport | null,
  { applied, warnings, scripts }: RehearsedInOrder,
): MigrationRunReport | null {
  if (report === null) return null;
  const before = applied.map(({ module, id, part, scope, duration }) => ({
    module,
    id,
    duration,
    ...(part === "up" ? {} : { part }),
    ...(scope === sharedScope ? {} : { scope }),
  }));
  return {
    ...report,
    migrations: [...before, ...report.migrations],
    warnings: [...warnings, ...report.warnings],
    scripts: [...scripts, ...report.scripts],
  };
}
