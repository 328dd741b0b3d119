/** `tenant list`: the values of a matrix, and how far each is along. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { JsonValue } from "../config/json.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { describeError } from "../live/describe-error.ts";
import { readMigrations } from "../migrations/read-migrations.ts";
import { formatValues, type ListedValue } from "../report/values.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { readScopeRecords, type ScopeRecord, schemasThere } from "../tenants/scope-records.ts";
import { type ScopeSelection, selectScopes } from "../tenants/select-scopes.ts";
import { type CommandContext, isMissing, throwMistakes } from "./context.ts";
import { type ComponentsOf, type ComponentsState, openComponents } from "./tenant-components.ts";
import { type OpenTenants, type TenantOptions, withTenants } from "./tenant-project.ts";

interface Listed extends Omit<ListedValue, "key" | "schema" | "members"> {
  readonly scope: MatrixScope;
}

export type TenantListOptions = TenantOptions & ScopeSelection;

export async function listTenants(context: CommandContext, options: TenantListOptions): Promise<number> {
  const { output } = context;
  return withTenants(context, options, async (opened) => {
    const { canary, others } = selectScopes(opened.scopes, options);
    const read = readMigrations(opened.project.config);
    throwMistakes(read.mistakes);
    const parts = read.all.filter(({ matrix }) => matrix === opened.matrix);
    const components = await openComponents(opened);
    const { listed, gone } = await states(opened, [...canary, ...others], parts, components);
    if (output.json) output.result(JSON.stringify(json(opened.matrix, listed, gone)));
    else {
      const values = listed.map((one) => {
        const { key, schema } = one.scope;
        return { ...one, key, schema, members: membersOf(one.scope) };
      });
      output.say(formatValues(opened.matrix, values, gone, output.style, output.elapsed()));
    }
    return 0;
  });
}

type Parts = Parameters<typeof readScopeRecords>[3];

/** `gone`: what the target's ledger knows of values that the source gives no more. */
async function states(
  opened: OpenTenants,
  selected: readonly MatrixScope[],
  parts: Parts,
  components: ComponentsOf,
): Promise<{ readonly listed: readonly Listed[]; readonly gone: readonly string[] }> {
  const { scopes, matrix, project } = opened;
  const here = selected.filter(({ url }) => url === null);
  const factsOf = async (database: Database, of: readonly MatrixScope[]): Promise<Facts> => ({
    records: await readScopeRecords(database, project.config, matrix, parts),
    schemas: await schemasThere(database),
    components: await components(database, of),
  });
  const inTarget = isMissing(project.target) ? nothing : await factsOf(await opened.target(), here);
  const listed: Listed[] = [];
  for (const scope of selected) {
    if (scope.url === null) listed.push(stateOf(scope, inTarget, parts.length));
    else listed.push(await stateElsewhere(scope, opened, parts.length, factsOf));
  }
  const known = new Set(scopes.map(({ name }) => name));
  const gone = [...inTarget.records.keys()].filter((name) => !known.has(name)).sort();
  return { listed, gone: gone.map((name) => name.slice(matrix.length + 1)) };
}

interface Facts {
  readonly records: ReadonlyMap<string, ScopeRecord>;
  readonly schemas: ReadonlySet<string>;
  readonly components: ReadonlyMap<string, ComponentsState>;
}

const nothing: Facts = { records: new Map(), schemas: new Set(), components: new Map() };

async function stateElsewhere(
  scope: MatrixScope,
  opened: OpenTenants,
  parts: number,
  factsOf: (database: Database, of: readonly MatrixScope[]) => Promise<Facts>,
): Promise<Listed> {
  try {
    const { database, close } = await opened.open(scope);
    try {
      return stateOf(scope, await factsOf(database, [scope]), parts);
    } finally {
      await close();
    }
  } catch (error) {
    // One database that cannot be reached does not hide how the others stand.
    if (!(error instanceof MigratorError) && !(error instanceof DatabaseError)) throw error;
    const problem = error instanceof MigratorError ? error.message : describeError(error).message;
    return { scope, state: "unreachable", lacks: parts, failed: 0, components: null, problem };
  }
}

function stateOf(scope: MatrixScope, { records, schemas, components }: Facts, parts: number): Listed {
  const record = records.get(scope.name);
  const lacks = parts - (record?.ran ?? 0);
  const failed = record?.partial ?? 0;
  const own = components.get(scope.name) ?? null;
  const state =
    scope.schema !== null && !schemas.has(scope.schema)
      ? "no schema"
      : failed > 0
        ? "failed"
        : record === undefined && parts > 0
          ? "new"
          : lacks > 0
            ? "pending"
            : (own ?? "current");
  return { scope, state, lacks, failed, components: own, problem: null };
}

/** The members of its own, without its schema: what tells it from others. Secrets stay as they are declared. */
function membersOf({ matrix, variables }: MatrixScope): Readonly<Record<string, JsonValue>> {
  const own = variables[matrix];
  if (typeof own !== "object" || own === null || Array.isArray(own)) return {};
  return Object.fromEntries(Object.entries(own).filter(([name]) => name !== "schema"));
}

function json(matrix: string, listed: readonly Listed[], gone: readonly string[]) {
  const values = listed.map(({ scope, state, lacks, failed, components, problem }) => ({
    key: scope.key,
    schema: scope.schema,
    ownDatabase: scope.url !== null,
    members: membersOf(scope),
    state,
    lacks,
    failed,
    ...(components === null ? {} : { components }),
    ...(problem === null ? {} : { problem }),
  }));
  return { version: 1, matrix, values, gone, errors: [] };
}
