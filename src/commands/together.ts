/** What `--together` is for, and what it goes with. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { PlanError } from "../../graph/step.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { describeScope } from "../tenants/scoped-name.ts";
import type { SyncOptions } from "./sync-options.ts";

/** With --together everything goes in one transaction: nothing can be left out of it. */
export function refuseApart(
  options: SyncOptions,
  run: { readonly paths: readonly string[] },
  scopes: readonly MatrixScope[],
): void {
  const given = (
    ["online", "scope", "only", "except", "jobs", "shard", "canary", "maxFailures"] as const
  ).filter((name) => options[name] !== undefined);
  const elsewhere = scopes.find(({ url }) => url !== null);
  if (given.length === 0 && run.paths.length === 0 && elsewhere === undefined) return;
  const message =
    elsewhere !== undefined
      ? `--together is one transaction, and ${describeScope(elsewhere.name)} has a database of its own`
      : `--together brings all components along: it goes with no ${given[0] === undefined ? "path" : optionOf(given[0])}`;
  throw new MigratorError([{ code: "usage", message, fix: "leave one of the two out" }], 2);
}

/** What values of matrices still use cannot go before their own part has run. */
export async function namingTogether<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    const problems = error.problems.map((problem) =>
      problem.code === "dependent-blocks"
        ? {
            ...problem,
            fix: `${problem.fix ?? ""}${problem.fix === undefined ? "" : "; "}where the components of a matrix change too, migrator sync --together takes all in one transaction`,
          }
        : problem,
    );
    throw new PlanError(problems, error.about);
  }
}

function optionOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
