/** Which costs a command may run up: what the target and the project allow, and --allow on the command line. */
import { MigratorError } from "../../graph/diagnostic.ts";
import { type CostKind, costKinds } from "../config/config.ts";
import { suggestWord } from "../config/nearest.ts";
import type { Project } from "./context.ts";

/**
 * The embedded database is the developer's own: everything is allowed there. Elsewhere the target's list counts, else
 * the project's; a protected target without a list of its own allows nothing. Throws a MigratorError for a word that is
 * no cost.
 */
export function allowedCosts(
  { config, target }: Pick<Project, "config" | "target">,
  given: readonly string[] | undefined,
): ReadonlySet<CostKind> {
  const named = parseCosts(given ?? []);
  if (target.kind === "embedded") return new Set(costKinds);
  const own = target.name === null ? undefined : config.targets[target.name];
  const always = own?.allow ?? (target.protected ? [] : config.allow);
  return new Set([...always, ...named]);
}

/** Each value may name several, with commas. */
function parseCosts(given: readonly string[]): readonly CostKind[] {
  const words = given.flatMap((value) => value.split(",")).map((word) => word.trim());
  return words.map((word) => {
    const kind = costKinds.find((known) => known === word);
    if (kind !== undefined) return kind;
    const message = `--allow ${word} is not known`;
    throw new MigratorError([{ code: "usage", message, fix: suggestWord(word, costKinds) }], 2);
  });
}
