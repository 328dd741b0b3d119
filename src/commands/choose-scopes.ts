/** Which scopes a command works on, and with how many connections. */
import { firstLine, MigratorError } from "../../graph/diagnostic.ts";
import { suggestWord } from "../config/nearest.ts";
import type { Database } from "../database/database.ts";
import { readLedgerScopes } from "../database/ledger-scopes.ts";
import type { Files } from "../live/workspace.ts";
import { matrixOrder } from "../tenants/matrix-order.ts";
import { type MatrixScope, sharedScope } from "../tenants/scope.ts";
import { type SelectedScopes, selectScopes, suggestKey } from "../tenants/select-scopes.ts";
import type { CommandContext, Project } from "./context.ts";
import { projectScopes } from "./project-scopes.ts";
import type { ScopeOptions, StagedOptions } from "./scope-options.ts";
import { knownHere, selectionOf } from "./stage-selection.ts";

export interface ChosenScopes {
  readonly shared: boolean;
  /** A matrix whose values need another's stands behind it, but for those of --canary. */
  readonly scopes: readonly MatrixScope[];
  /** Those of --canary: they go first. */
  readonly canary: ReadonlySet<MatrixScope>;
}

export interface AlsoChosen {
  /** Matrices whose values count although they have no components. */
  readonly matrices?: ReadonlySet<string> | undefined;
  /** Told why values cannot be asked for, which are then left out; left out: that is thrown. */
  readonly onUnknown?: ((message: string) => void) | undefined;
  /** Names of scopes that are left out. */
  readonly without?: ReadonlySet<string> | undefined;
}

/**
 * The values of those matrices that have components, or had some. `database` null: nothing was ever applied, and no matrix
 * asks it (`asksDatabase`); else no transaction is open there.
 */
export async function chooseScopes(
  context: CommandContext,
  project: Project,
  files: Files,
  database: Database | null,
  options: ScopeOptions & StagedOptions,
  also: AlsoChosen = {},
): Promise<ChosenScopes> {
  const { config } = project;
  const known = matrixOrder(config);
  const { matrix: wanted, key } = splitScope(options.scope);
  if (wanted !== undefined && wanted !== sharedScope && !known.includes(wanted)) {
    const fix = suggestWord(wanted, [sharedScope, ...known]);
    throw new MigratorError([{ code: "usage", message: `--scope ${wanted} is not known`, fix }], 2);
  }
  const shared = wanted === undefined || wanted === sharedScope;
  if (known.length === 0 || wanted === sharedScope) return { shared, ...noValues };
  const used = new Set([
    ...(await matricesWithComponents(project, files, database)),
    ...(also.matrices ?? []),
  ]);
  const connect = async (): Promise<Database> => {
    if (database === null) throw new Error("values are asked of a database that is not there");
    return database;
  };
  const scopes: MatrixScope[] = [];
  for (const matrix of known) {
    if (!used.has(matrix) || (wanted !== undefined && wanted !== matrix)) continue;
    try {
      scopes.push(...(await projectScopes(context, project, matrix, connect)));
    } catch (error) {
      if (also.onUnknown === undefined || !(error instanceof MigratorError)) throw error;
      also.onUnknown(unknownValues(matrix, firstLine(error)));
    }
  }
  // No key is wrong where no value has components.
  if (scopes.length === 0) return { shared, ...noValues };
  if (key !== undefined && !scopes.some((scope) => scope.key === key)) {
    const message = `--scope: there is no ${wanted} ${JSON.stringify(key)}`;
    const fix = suggestKey(
      key,
      scopes.map((scope) => scope.key),
    );
    throw new MigratorError([{ code: "usage", message, fix }], 2);
  }
  const named = key === undefined ? scopes : scopes.filter((scope) => scope.key === key);
  const { canary, others } = selected(named, options);
  const isWanted = ({ name }: MatrixScope): boolean => also.without?.has(name) !== true;
  return {
    shared,
    scopes: [...canary, ...others].filter(isWanted),
    canary: new Set(canary.filter(isWanted)),
  };
}

export function unknownValues(matrix: string, why: string): string {
  return `the values of ${matrix} are not known before what runs once is applied: ${why}`;
}

const noValues = { scopes: [], canary: new Set<MatrixScope>() };

/** A key may be of one matrix among several; one that is of none is a mistake. */
function selected(scopes: readonly MatrixScope[], options: StagedOptions): SelectedScopes {
  const { only, except, shard } = options;
  selectScopes(scopes, { only, except, shard });
  const matrices = [...new Set(scopes.map(({ matrix }) => matrix))];
  const each = matrices.map((matrix) => {
    const own = scopes.filter((scope) => scope.matrix === matrix);
    const selection = selectionOf(options, own);
    return selectScopes(own, matrices.length > 1 ? knownHere(own, selection) : selection);
  });
  return {
    canary: each.flatMap(({ canary }) => canary),
    others: each.flatMap(({ others }) => others),
  };
}

/** `tenant=acme` is one value of a matrix; its key may hold what it likes. */
export function splitScope(given: string | undefined): {
  readonly matrix: string | undefined;
  readonly key: string | undefined;
} {
  const at = given?.indexOf("=") ?? -1;
  return at === -1
    ? { matrix: given, key: undefined }
    : { matrix: given?.slice(0, at), key: given?.slice(at + 1) };
}

async function matricesWithComponents(
  { config }: Project,
  { tree }: Files,
  database: Database | null,
): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  for (const { placement } of tree.files.values())
    if (placement.kind === "scoped") used.add(placement.matrix);
  if (database === null || used.size === Object.keys(config.matrices).length) return used;
  for (const scope of await readLedgerScopes(database, config.ledgerSchema, config.project))
    used.add(scope.slice(0, scope.indexOf("=")));
  return used;
}

const mostJobs = 8;

/** Beside other users of the server: a quarter of the connections that are free, unless `--jobs` says otherwise. */
export async function jobsOf(project: Project, database: Database, { jobs }: ScopeOptions): Promise<number> {
  if (project.target.kind === "embedded") return 1;
  if (jobs !== undefined) return Number(jobs);
  const [row] = await database.query<{ free: number }>(
    `select pg_catalog.current_setting('max_connections')::int - pg_catalog.current_setting('superuser_reserved_connections')::int
       - (select pg_catalog.count(*)::int from pg_catalog.pg_stat_activity where backend_type = 'client backend') as free`,
    [],
  );
  return Math.max(1, Math.min(mostJobs, Math.floor((row?.free ?? 0) / 4)));
}
