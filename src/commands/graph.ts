/** `graph`: who needs whom, as text, JSON, DOT, Mermaid, SVG or a page. */
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { Desired } from "../../graph/desired.ts";
import { MigratorError } from "../../graph/diagnostic.ts";
import { nearestPath, suggestWord } from "../config/nearest.ts";
import { type CatalogGraph, readCatalogGraph } from "../database/catalog-graph.ts";
import type { Database } from "../database/database.ts";
import {
  around,
  type DependencyGraph,
  graphJson,
  type IndexedGraph,
  indexGraph,
  namesOf,
} from "../report/graph.ts";
import { drawDot, drawMermaid } from "../report/graph-drawing.ts";
import { drawSvg } from "../report/graph-svg.ts";
import { formatGraph, formatTrees } from "../report/graph-text.ts";
import { type OpenPart, type OpenProject, withProjectAsItIs } from "./component-project.ts";
import { type CommandContext, type CommonOptions, throwMistakes } from "./context.ts";
import { buildGraph, joinDesired } from "./graph-build.ts";
import { graphOwners } from "./graph-owners.ts";
import type { DeclaredInPage } from "./graph-page-data.ts";
import { forEachPart, knownValues } from "./open-parts.ts";
import type { ScopeOptions } from "./scope-options.ts";
import { tellingErrors } from "./telling-errors.ts";

const formats = ["text", "json", "dot", "mermaid", "svg", "html"] as const;
type Format = (typeof formats)[number];

export interface GraphOptions extends CommonOptions, ScopeOptions {
  readonly format?: string;
}

/** `wanted`: a name, schema.name or file; undefined for the whole graph. */
export async function graph(
  context: CommandContext,
  options: GraphOptions,
  wanted: string | undefined,
): Promise<number> {
  const format = await tellingErrors(context, async () => chooseFormat(context, options));
  return withProjectAsItIs(context, options, async (opened) => {
    const { database, project } = opened;
    const { values, found, errors } = await forEachPart(context, opened, options, (part) =>
      readPart(context, part, format === "html"),
    );
    throwMistakes(errors);
    const desired = joinDesired(found.map(({ result }) => result.desired));
    const owners = await graphOwners({
      project,
      database,
      asked: new Set(found.map(({ scope }) => scope)),
      values: isNarrowed(options) ? await knownValues(context, opened) : values,
      desired: opened.desired,
    });
    const catalog = database === null ? null : await readCatalogGraph(database, project.config.ledgerSchema);
    const whole = indexGraph(buildGraph(desired, catalog, owners));
    const keys = wanted === undefined ? null : findObjects(context, opened, whole, wanted);
    const part = keys === null ? whole.graph : around(whole, keys);
    const { output } = context;
    if (format === "html") {
      const states = new Map(found.flatMap(({ result }) => [...result.states]));
      const page = await drawPage(context, opened, part, catalog, { objects: desired.objects, states });
      if (output.packed === undefined) output.result(page);
      else output.packed(page);
      return 0;
    }
    const text = show(context, format, whole, part, keys);
    if (format === "text") output.say(text);
    else output.result(text);
    return 0;
  });
}

interface GraphPart {
  readonly desired: Desired;
  /** As `status` says, by key. */
  readonly states: ReadonlyMap<string, string>;
}

async function readPart(
  { output }: CommandContext,
  part: OpenPart<Database | null>,
  withStates: boolean,
): Promise<GraphPart> {
  const { desired } = part;
  if (!withStates) return { desired, states: new Map() };
  const { readStates } = await import("./graph-page-data.ts");
  return { desired, states: await readStates(part, (message) => output.note(message)) };
}

/** Values of matrices are left out. */
function isNarrowed({ only, except, scope }: ScopeOptions): boolean {
  return only !== undefined || except !== undefined || scope !== undefined;
}

function show(
  { output }: CommandContext,
  format: Exclude<Format, "html">,
  whole: IndexedGraph,
  part: DependencyGraph,
  keys: readonly string[] | null,
): string {
  switch (format) {
    case "text":
      return keys === null ? formatGraph(whole, output.style) : formatTrees(whole, keys, output.style);
    case "json":
      return JSON.stringify(graphJson(part));
    case "dot":
      return drawDot(part);
    case "mermaid":
      return drawMermaid(part);
    case "svg":
      return drawSvg(part);
  }
}

/** The page, without the line end that `result` adds. What is packed in it is masked before. */
async function drawPage(
  { mask }: CommandContext,
  opened: OpenProject<Database | null>,
  part: DependencyGraph,
  catalog: CatalogGraph | null,
  declared: DeclaredInPage,
): Promise<string> {
  const [{ gatherPage, maskedPage }, { pageAssets }, { pageHtml }] = await Promise.all([
    import("./graph-page-data.ts"),
    import("../report/page/assets.ts"),
    import("../report/page/html.ts"),
  ]);
  const page = await gatherPage(opened, part, catalog, declared);
  return pageHtml(maskedPage(page, mask), await pageAssets()).trimEnd();
}

function chooseFormat({ output }: CommandContext, { format }: GraphOptions): Format {
  if (format === undefined) return output.json ? "json" : "text";
  const known = formats.find((one) => one === format);
  if (known !== undefined && (!output.json || known === "json")) return known;
  const message =
    known === undefined
      ? `--format ${format} is not known`
      : `--json and --format ${format} exclude each other`;
  const fix = known === undefined ? suggestWord(format, formats) : "leave one of the two out";
  throw new MigratorError([{ code: "usage", message, fix }], 2);
}

/** The keys of all objects that are meant: overloads, and same names in several schemas. */
function findObjects(
  context: CommandContext,
  { project }: OpenProject<Database | null>,
  { graph: { nodes } }: IndexedGraph,
  wanted: string,
): readonly string[] {
  const found = nodes.filter((node) => namesOf(node).includes(wanted));
  if (found.length > 0) return found.map((node) => node.key);
  const components = new Set([
    wanted,
    below(project.config.componentsFolder, resolve(context.folder, wanted)),
  ]);
  const declared = nodes.filter((node) => node.component !== null && components.has(node.component));
  if (declared.length > 0) return declared.map((node) => node.key);
  const known = [...new Set(nodes.flatMap((node) => [node.name, `${node.schema}.${node.name}`]))];
  const near = nearestPath(wanted, [...known, ...nodes.flatMap(({ component }) => component ?? [])]);
  throw new MigratorError(
    [
      {
        code: "usage",
        message: `there is no object or component ${wanted} in the graph`,
        fix: near === undefined ? "migrator graph lists all of them" : `did you mean "${near}"?`,
      },
    ],
    2,
  );
}

function below(folder: string, path: string): string | undefined {
  const name = relative(folder, path);
  return name.startsWith("..") || isAbsolute(name) ? undefined : name.split(sep).join("/");
}
