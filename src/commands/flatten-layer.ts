/** What a baseline says of one scope: the nodes that are that scope's, and the components that some of them stand in. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { describeIdentity, type Identity, identityKey } from "../../graph/identity.ts";
import { quoteIdentifier, quoteName } from "../../graph/quote.ts";
import type { Config } from "../config/config.ts";
import { type ExportedObject, exportDatabase } from "../flatten/export-database.ts";
import { type ExportNode, nodeKinds } from "../flatten/export-node.ts";
import { type Marker, putBack } from "../flatten/markers.ts";
import { fileId } from "../flatten/order-export.ts";
import type { ExportedTable } from "../flatten/read-tables.ts";
import { roleNodes } from "../flatten/roles.ts";
import { chosenTables, filledTables, rowNodes } from "../flatten/rows.ts";
import { componentText } from "../import/component-text.ts";
import { fileLayout } from "../import/file-layout.ts";
import { openScopes } from "../live/scope-files.ts";
import { assembleFiles, type FileSet, type Files } from "../live/workspace.ts";
import type { MatrixScope } from "../tenants/scope.ts";
import { fileOfComponent } from "../tenants/scoped-name.ts";
import type { Project } from "./context.ts";
import type { FlattenShadow } from "./flatten-shadow.ts";

export interface Layer {
  readonly nodes: readonly ExportNode[];
  /** What the nodes that stand for files include, by their ids. */
  readonly includes: ReadonlyMap<string, string>;
  /** Components that are new, by their paths. */
  readonly components: ReadonlyMap<string, string>;
  readonly objects: readonly ExportedObject[];
  /** Objects by the component that the baseline includes them from. */
  readonly included: ReadonlyMap<string, readonly Identity[]>;
  /** Tables that hold rows, and whether the baseline writes them. */
  readonly filled: readonly { readonly table: string; readonly written: boolean }[];
  readonly doubts: readonly string[];
}

export interface LayerInput {
  readonly project: Project;
  readonly files: Files;
  readonly shadow: FlattenShadow;
  /** The value of a matrix; null: what runs once. */
  readonly scope: MatrixScope | null;
  readonly markers: readonly Marker[];
  /** What is there before: it is not this layer's. */
  readonly basis: ReadonlyMap<string, readonly string[]>;
  readonly data: readonly string[];
  /** Components that are not to be included. */
  readonly excluded: ReadonlySet<string>;
  /** Absolute paths of what an earlier attempt wrote. */
  readonly written: ReadonlySet<string>;
}

/** What a state has, by the kinds and names of nodes: for the layers above it. */
export async function basisOf(
  { config }: Project,
  shadow: FlattenShadow,
): Promise<Map<string, readonly string[]>> {
  const { nodes, tables } = await exportDatabase(shadow.database, {
    ...ledgerOf(config),
    more: async () => [],
    inFiles: async () => [],
  });
  const roles = roleNodes(shadow.rolesBefore, shadow.rolesNow, shadow.madeRoles);
  const filled = await filledTables(shadow.database, tables);
  return new Map([
    ...[...nodes, ...roles].map((node) => [nodeKey(node), node.sql] as const),
    ...filled.map((table) => [filledKey(table), []] as const),
  ]);
}

export async function readLayer(input: LayerInput): Promise<Layer> {
  const { project, shadow, scope, basis, data } = input;
  const { config } = project;
  let filled: readonly ExportedTable[] = [];
  let written: readonly ExportedTable[] = [];
  let planned: Planned = {
    nodes: [],
    includes: new Map(),
    components: new Map(),
    included: new Map(),
    doubts: [],
  };
  const exported = await exportDatabase(shadow.database, {
    ...ledgerOf(config),
    more: async (tables) => {
      filled = (await filledTables(shadow.database, tables)).filter((table) => !basis.has(filledKey(table)));
      written = chosenTables(filled, tables, data);
      return rowNodes(shadow.database, written);
    },
    inFiles: async (objects) => {
      planned = await planFiles(
        input,
        objects.filter((one) => !basis.has(objectKey(one))),
      );
      return planned.nodes;
    },
  });
  const roles = roleNodes(shadow.rolesBefore, shadow.rolesNow, shadow.madeRoles);
  const nodes = withoutSchema(
    withoutBasis([...roles, ...exported.nodes], basis),
    shadow.madeSchema ? scope : null,
  );
  const { includes, components, included, doubts } = planned;
  const present = new Set(nodes.map(({ id }) => id));
  return {
    nodes,
    includes: new Map([...includes].filter(([id]) => present.has(id))),
    components,
    objects: exported.objects,
    included: new Map([...included].filter(([component]) => present.has(fileId(component)))),
    filled: filled.map((table) => ({
      table: quoteName(table.schema, table.name),
      written: written.includes(table),
    })),
    doubts,
  };
}

function ledgerOf({ ledgerSchema, project }: Config) {
  return { ledgerSchema, project };
}

function nodeKey({ kind, name }: ExportNode): string {
  return `${kind} ${name}`;
}

function objectKey({ live }: ExportedObject): string {
  return `${kindOf(live.kind)} ${describeIdentity(live.identity)}`;
}

function filledKey({ schema, name }: ExportedTable): string {
  return `filled ${quoteName(schema, name)}`;
}

/** Only what the layer adds. Throws a MigratorError where it takes away or changes what is there before. */
function withoutBasis(
  nodes: readonly ExportNode[],
  basis: ReadonlyMap<string, readonly string[]>,
): readonly ExportNode[] {
  const mistakes: Diagnostic[] = [];
  const left = nodes.flatMap((node): readonly ExportNode[] => {
    const known = basis.get(nodeKey(node));
    if (known === undefined) return [node];
    const gone = known.filter((statement) => !node.sql.includes(statement));
    if (gone.length > 0)
      mistakes.push({
        code: "migration",
        message: `the parts of the matrix change ${node.kind} ${node.name}, which is shared: a baseline cannot tell the two apart`,
        detail: gone.join("\n"),
        fix: "move that change into a part that runs once; or flatten up to the migration before it, with --to",
      });
    const added = node.sql.filter((statement) => !known.includes(statement));
    return added.length === 0 ? [] : [{ ...node, sql: added }];
  });
  if (mistakes.length > 0) throw new MigratorError(mistakes);
  return left;
}

/** Without the statement that makes the scope's schema, where the tool makes it; what the parts say of it stays. */
function withoutSchema(nodes: readonly ExportNode[], scope: MatrixScope | null): readonly ExportNode[] {
  if (scope?.schema === null || scope?.schema === undefined) return nodes;
  const name = `schema ${quoteIdentifier(scope.schema)}`;
  return nodes.flatMap((node) => {
    if (node.kind !== "schema" || node.name !== name) return [node];
    const sql = node.sql.slice(1);
    return sql.length === 0 ? [] : [{ ...node, sql }];
  });
}

interface Planned {
  readonly nodes: readonly ExportNode[];
  readonly includes: ReadonlyMap<string, string>;
  readonly components: ReadonlyMap<string, string>;
  readonly included: ReadonlyMap<string, readonly Identity[]>;
  readonly doubts: readonly string[];
}

/** Which files the objects stand in: those that declare them, and new ones for what none declares. */
async function planFiles(
  { project, files, shadow, scope, markers, excluded, written }: LayerInput,
  objects: readonly ExportedObject[],
): Promise<Planned> {
  const { config } = project;
  const byKey = new Map(objects.map((one) => [identityKey(one.live.identity), one]));
  const declared = await declaredIn(project, files, scope, shadow);
  const nodes: ExportNode[] = [];
  const includes = new Map<string, string>();
  const components = new Map<string, string>();
  const included = new Map<string, readonly Identity[]>();
  const doubts: string[] = [];
  const include = (file: string, some: readonly ExportedObject[]) => {
    if (excluded.has(file)) return;
    const id = fileId(file);
    const kind = some
      .map(({ live }) => kindOf(live.kind))
      .reduce((a, b) => (nodeKinds.indexOf(a) > nodeKinds.indexOf(b) ? a : b), "function" as const);
    nodes.push({ id, kind, name: file, sql: [], needs: some.map((one) => one.id) });
    includes.set(id, file);
    included.set(
      file,
      some.map(({ live }) => live.identity),
    );
  };
  const homes = new Set<string>();
  for (const [file, keys] of declared) {
    for (const key of keys) homes.add(key);
    const some = keys.flatMap((key) => byKey.get(key) ?? []);
    // One that says more than there is belongs to a later migration.
    if (some.length > 0 && some.length === keys.length) include(file, some);
  }
  const homeless = objects.filter((one) => !homes.has(identityKey(one.live.identity)));
  const layout = fileLayout(homeless.map(({ live }) => live.identity));
  const newFiles = new Map<string, ExportedObject[]>();
  for (const one of homeless) {
    const path = layout.get(identityKey(one.live.identity));
    if (path !== undefined) newFiles.set(path, [...(newFiles.get(path) ?? []), one]);
  }
  for (const [path, some] of [...newFiles].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const inOrder = [...some].sort(
      (a, b) => nodeKinds.indexOf(kindOf(a.live.kind)) - nodeKinds.indexOf(kindOf(b.live.kind)),
    );
    const back = putBack(componentText(inOrder.map(({ source }) => source)), markers);
    const file = newPath(path, scope, markers, back.text);
    const absolute = join(config.componentsFolder, file);
    if (existsSync(absolute) && !written.has(absolute)) {
      doubts.push(`${file} is there already: what it would hold stands in the baseline itself`);
      continue;
    }
    for (const doubt of back.doubts) doubts.push(`${file}: ${doubt}`);
    components.set(file, back.text);
    include(file, inOrder);
  }
  return { nodes, includes, components, included, doubts };
}

function newPath(path: string, scope: MatrixScope | null, markers: readonly Marker[], text: string): string {
  const isTemplate = /\{[{%#]/.test(text);
  const suffix = isTemplate ? ".jinja" : "";
  if (scope === null) return `${path}${suffix}`;
  const segments = path.split("/").filter((segment) => segment !== scope.schema);
  const name = segments.join("/");
  // A role or the like in a name is not told by the file's.
  const plain = markers.reduce((left, marker) => left.replaceAll(marker.text, marker.expression), name);
  return `@${scope.matrix}/${plain}${suffix}`;
}

function kindOf(kind: ExportedObject["live"]["kind"]): (typeof nodeKinds)[number] {
  return kind === "procedure" || kind === "aggregate" ? "function" : kind;
}

/** The keys of what each file declares, as its names mean it in the shadow; what is wrong with files is no matter here. */
async function declaredIn(
  { config, ...values }: Project,
  files: Files,
  scope: MatrixScope | null,
  { database }: FlattenShadow,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const set: FileSet = scope === null ? files : await openScopes(config, values, files)(scope);
  const { desired } = await assembleFiles(set, config, database, true, scope ?? undefined);
  const found = new Map<string, string[]>();
  for (const [key, { component }] of desired.objects) {
    const file = fileOfComponent(component);
    found.set(file, [...(found.get(file) ?? []), key]);
  }
  return found;
}
