/** `tenant list`: the values of a matrix, and how far each is along. */
import { MigratorError } from "../../graph/diagnostic.ts";
import type { JsonValue } from "../config/json.ts";
import { type Database, DatabaseError } from "../database/database.ts";
import { describeError } from "../live/describe-error.ts";
import { readMigrations } from "../migrations/read-migrations.ts";
import type { Colors } from "../report/colors.ts";
import { padText, textWidth } from "../report/text-width.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { readScopeRecords, type ScopeRecord, schemasThere } from "../tenants/scope-records.ts";
import { type ScopeSelection, selectScopes } from "../tenants/select-scopes.ts";
import { type CommandContext, isMissing, throwMistakes } from "./context.ts";
import { type OpenTenants, shownKey, type TenantOptions, withTenants } from "./tenant-project.ts";

/** `new`: nothing ran for it; `failed`: a script without transaction stopped in the middle. */
type State = "current" | "pending" | "failed" | "new" | "no schema" | "unreachable";

interface Listed {
  readonly scope: MatrixScope;
  readonly state: State;
  /** Parts of migrations that did not run for it yet. */
  readonly lacks: number;
  /** Parts that stopped in the middle. */
  readonly failed: number;
  /** Why its database could not be asked. */
  readonly problem: string | null;
}

export type TenantListOptions = TenantOptions & ScopeSelection;

export async function listTenants(context: CommandContext, options: TenantListOptions): Promise<number> {
  const { output } = context;
  return withTenants(context, options, async (opened) => {
    const { canary, others } = selectScopes(opened.scopes, options);
    const read = readMigrations(opened.project.config);
    throwMistakes(read.mistakes);
    const parts = read.all.filter(({ matrix }) => matrix === opened.matrix);
    const { listed, gone } = await states(opened, [...canary, ...others], parts);
    if (output.json) output.result(JSON.stringify(json(opened.matrix, listed, gone)));
    else output.say(format(opened.matrix, listed, gone, output.style));
    return 0;
  });
}

type Parts = Parameters<typeof readScopeRecords>[3];

/** `gone`: what the target's ledger knows of values that the source gives no more. */
async function states(
  opened: OpenTenants,
  selected: readonly MatrixScope[],
  parts: Parts,
): Promise<{ readonly listed: readonly Listed[]; readonly gone: readonly string[] }> {
  const { scopes, matrix, project } = opened;
  const inTarget = isMissing(project.target) ? nothing : await factsOf(await opened.target(), opened, parts);
  const listed: Listed[] = [];
  for (const scope of selected) {
    if (scope.url === null) listed.push(stateOf(scope, inTarget, parts.length));
    else listed.push(await stateElsewhere(scope, opened, parts));
  }
  const known = new Set(scopes.map(({ name }) => name));
  const gone = [...inTarget.records.keys()].filter((name) => !known.has(name)).sort();
  return { listed, gone: gone.map((name) => name.slice(matrix.length + 1)) };
}

interface Facts {
  readonly records: ReadonlyMap<string, ScopeRecord>;
  readonly schemas: ReadonlySet<string>;
}

const nothing: Facts = { records: new Map(), schemas: new Set() };

async function factsOf(database: Database, { project, matrix }: OpenTenants, parts: Parts): Promise<Facts> {
  const records = await readScopeRecords(database, project.config, matrix, parts);
  return { records, schemas: await schemasThere(database) };
}

async function stateElsewhere(scope: MatrixScope, opened: OpenTenants, parts: Parts): Promise<Listed> {
  try {
    const { database, close } = await opened.open(scope);
    try {
      return stateOf(scope, await factsOf(database, opened, parts), parts.length);
    } finally {
      await close();
    }
  } catch (error) {
    // One database that cannot be reached does not hide how the others stand.
    if (!(error instanceof MigratorError) && !(error instanceof DatabaseError)) throw error;
    const problem = error instanceof MigratorError ? error.message : describeError(error).message;
    return { scope, state: "unreachable", lacks: parts.length, failed: 0, problem };
  }
}

function stateOf(scope: MatrixScope, { records, schemas }: Facts, parts: number): Listed {
  const record = records.get(scope.name);
  const lacks = parts - (record?.ran ?? 0);
  const failed = record?.partial ?? 0;
  const state =
    scope.schema !== null && !schemas.has(scope.schema)
      ? "no schema"
      : failed > 0
        ? "failed"
        : record === undefined && parts > 0
          ? "new"
          : lacks > 0
            ? "pending"
            : "current";
  return { scope, state, lacks, failed, problem: null };
}

/** The members of its own, without its schema: what tells it from others. Secrets stay as they are declared. */
function membersOf({ matrix, variables }: MatrixScope): Readonly<Record<string, JsonValue>> {
  const own = variables[matrix];
  if (typeof own !== "object" || own === null || Array.isArray(own)) return {};
  return Object.fromEntries(Object.entries(own).filter(([name]) => name !== "schema"));
}

function json(matrix: string, listed: readonly Listed[], gone: readonly string[]) {
  const values = listed.map(({ scope, state, lacks, failed, problem }) => ({
    key: scope.key,
    schema: scope.schema,
    ownDatabase: scope.url !== null,
    members: membersOf(scope),
    state,
    lacks,
    failed,
    ...(problem === null ? {} : { problem }),
  }));
  return { version: 1, matrix, values, gone, errors: [] };
}

function format(matrix: string, listed: readonly Listed[], gone: readonly string[], colors: Colors): string {
  const names = [...new Set(listed.flatMap(({ scope }) => Object.keys(membersOf(scope))))];
  const head = [matrix, "schema", ...names, "state"];
  const rows = listed.map((one) => {
    const members = membersOf(one.scope);
    const cells = names.map((name) => cell(members[name]));
    const schema = one.scope.schema === null ? "(its database)" : shownKey(one.scope.schema);
    return [shownKey(one.scope.key), schema, ...cells, stateText(one)];
  });
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => textWidth(row[at] ?? ""))));
  const line = (row: readonly string[]) =>
    row
      .map((text, at) => padText(text, widths[at] ?? 0))
      .join("  ")
      .trimEnd();
  const lines = [
    colors.dim(line(head)),
    ...rows.map((row, at) => paint(line(row), listed[at]?.state, colors)),
  ];
  for (const key of gone) {
    lines.push(
      `${colors.yellow(shownKey(key))} is in the ledger, but no longer among the values: migrator tenant remove`,
    );
  }
  lines.push(colors.bold(`${listed.length} ${listed.length === 1 ? "value" : "values"} of ${matrix}`));
  return lines.join("\n");
}

function paint(line: string, state: State | undefined, colors: Colors): string {
  if (state === "failed" || state === "unreachable") return colors.red(line);
  return state === "current" ? line : colors.yellow(line);
}

function stateText({ state, lacks, failed, problem }: Listed): string {
  if (state === "unreachable") return `unreachable: ${problem ?? ""}`.split("\n")[0] ?? state;
  const parts = [
    ...(failed > 0 ? [`${failed} stopped in the middle`] : []),
    ...(lacks - failed > 0 ? [`lacks ${lacks - failed}`] : []),
  ];
  return parts.length === 0 ? state : `${state}: ${parts.join(", ")}`;
}

function cell(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? shownKey(value) : JSON.stringify(value);
}
