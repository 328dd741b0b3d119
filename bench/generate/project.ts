/** A generated project: views in layers over tables, with some hubs that many views use, and functions among them. */
import { type Random, seededRandom } from "./random.ts";
import {
  generateFunction,
  generateTable,
  generateView,
  type Relation,
  type ScalarFunction,
  tableSql,
  type View,
  viewSql,
} from "./relation.ts";

export interface ProjectOptions {
  readonly views: number;
  readonly seed: number;
}

export interface GeneratedProject {
  /** Statements that must have run before: tables. */
  readonly base: readonly string[];
  /** Component path to text; each text is one statement. */
  readonly components: ReadonlyMap<string, string>;
  /** The components' statements in an order that works. */
  readonly statements: readonly string[];
  /** One more column in the middle of the hub that the most views read: its component and its new text. */
  readonly shapeChange: { readonly component: string; readonly text: string; readonly dependents: number };
}

const layers = 8;
/** One view in so many of the middle layers is a hub, and a view reads one with this probability. */
const hubEvery = 25;
const hubChance = 0.25;

/** The same options give the same project. */
export function generateProject(options: ProjectOptions): GeneratedProject {
  const random = seededRandom(options.seed);
  const tables = names(Math.max(5, Math.min(200, options.views / 20)), "t").map((name) =>
    generateTable(random, name),
  );
  const functions = names(Math.ceil(options.views / 20), "f").map((name) => generateFunction(random, name));
  const views = generateViews(random, options.views, tables, functions);
  const components = new Map([
    ...functions.map((one) => [`functions/${one.name}.sql`, one.sql] as const),
    ...views.map((view) => [viewComponent(view), viewSql(view)] as const),
  ]);
  return {
    base: tables.map(tableSql),
    components,
    statements: [...components.values()],
    shapeChange: changeHub(views),
  };
}

function names(count: number, prefix: string): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${String(i + 1).padStart(5, "0")}`);
}

function viewComponent(view: View): string {
  return `layer${view.layer}/${view.name}.sql`;
}

function generateViews(
  random: Random,
  count: number,
  tables: readonly Relation[],
  functions: readonly ScalarFunction[],
): readonly View[] {
  const views: View[] = [];
  const hubs: View[] = [];
  let before: readonly Relation[] = tables;
  let current: View[] = [];
  for (const [i, name] of names(count, "v").entries()) {
    const layer = 1 + Math.floor((i * layers) / count);
    if (layer > 1 && views.at(-1)?.layer === layer - 1) {
      before = current;
      current = [];
    }
    const sources = new Set<Relation>([random.pick(before)]);
    for (let more = random.between(0, 2); more > 0; more--) {
      const usable = hubs.filter((hub) => hub.layer < layer);
      if (usable.length > 0 && random.chance(hubChance)) sources.add(random.pick(usable));
      else sources.add(random.pick(random.chance(0.5) ? before : tables));
    }
    const view = generateView(random, { name, layer, sources: [...sources], functions });
    if (layer > 1 && layer < layers - 1 && i % hubEvery === 0) hubs.push(view);
    views.push(view);
    current.push(view);
  }
  return views;
}

function changeHub(views: readonly View[]): GeneratedProject["shapeChange"] {
  const dependents = new Map<string, number>();
  for (const view of views)
    for (const used of view.uses) dependents.set(used, (dependents.get(used) ?? 0) + 1);
  const count = (view: View) => dependents.get(view.name) ?? 0;
  const hub = views.reduce((most, view) => (count(view) > count(most) ? view : most));
  const middle = Math.floor(hub.outputs.length / 2);
  const outputs = hub.outputs.toSpliced(middle, 0, "now() as inserted_column");
  return { component: viewComponent(hub), text: viewSql({ ...hub, outputs }), dependents: count(hub) };
}
