/** Which values of a matrix lack parts of migrations, by one question to the ledger. */
import { completeScopes } from "../tenants/lacking-parts.ts";
import type { MatrixPart } from "../tenants/ordered-parts.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { selectScopes } from "../tenants/select-scopes.ts";
import type { ApplyOptions } from "./apply-options.ts";
import type { CommandContext } from "./context.ts";
import type { MigrationsAtTarget } from "./migration-project.ts";
import { projectScopes } from "./project-scopes.ts";
import { knownHere, selectionOf } from "./stage-selection.ts";

interface Lacking {
  /** Those that lack any: the ones of --canary, then the others. */
  readonly groups: readonly (readonly MatrixScope[])[];
  /** All that were chosen. */
  readonly looked: readonly MatrixScope[];
  /** Lack some, and were neither chosen nor left behind by name. */
  readonly unselected: readonly MatrixScope[];
}

/** Values with a database of their own may lack some: that is asked there. */
export async function lackingScopes(
  {
    context,
    options,
    opened,
  }: {
    readonly context: CommandContext;
    readonly options: ApplyOptions;
    readonly opened: MigrationsAtTarget;
  },
  matrix: string,
  parts: readonly MatrixPart[],
): Promise<Lacking> {
  const { project, database } = opened;
  const { config } = project;
  const scopes = await projectScopes(context, project, matrix, async () => database);
  const selection = selectionOf(options, scopes);
  // A key may be another matrix's.
  const many = new Set(opened.all.flatMap((one) => one.matrix ?? [])).size > 1;
  const { canary, others } = selectScopes(scopes, many ? knownHere(scopes, selection) : selection);
  const complete = await completeScopes(database, config, matrix, parts);
  const lacks = ({ name, url }: MatrixScope) => url !== null || !complete.has(name);
  // What runs once waits for them too, unless they are left behind by name.
  const selected = new Set([...canary, ...others]);
  const excepted = { except: options.except };
  const behind = selectScopes(
    scopes,
    many ? { except: knownHere(scopes, { ...selection, only: undefined }).except } : excepted,
  );
  return {
    groups: [canary.filter(lacks), others.filter(lacks)],
    looked: [...canary, ...others],
    unselected: [...behind.canary, ...behind.others].filter((one) => !selected.has(one) && lacks(one)),
  };
}
