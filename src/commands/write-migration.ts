/** Finds, in a shadow, the way from where the migrations lead to the present components of one place, and back. */
import type { AroundStatement } from "../../graph/around.ts";
import { isBystander } from "../../graph/bystander.ts";
import type { DeclaredObject } from "../../graph/declared.ts";
import type { Desired } from "../../graph/desired.ts";
import { identityKey } from "../../graph/identity.ts";
import type { Step } from "../../graph/step.ts";
import { type Config, costKinds } from "../config/config.ts";
import type { Database } from "../database/database.ts";
import { makingRoles } from "../database/making-roles.ts";
import { idempotentSchemas, missingSchemas } from "../live/idempotent-schemas.ts";
import { type SyncInput, type SyncResult, syncComponents } from "../live/sync.ts";
import { trackedOnly } from "../live/tracking.ts";
import { assembleSound, type FileSet } from "../live/workspace.ts";
import type { Expectation } from "../migrations/expectations.ts";
import { clearedByReplace, type Hanging, readHanging } from "../migrations/hanging.ts";
import { migrationKey } from "../migrations/migration.ts";
import { makeRole } from "../migrations/replay.ts";
import { askAfter, askBefore, type Undo } from "../migrations/undo-statements.ts";
import { valueTexts } from "../migrations/value-texts.ts";
import { writeBlock } from "../migrations/write-block.ts";
import type { WorkingTree } from "../project/working-tree.ts";
import { readAround } from "../sql/around-statements.ts";
import { loadParser } from "../sql/library.ts";
import { type MatrixScope, sharedScope } from "../tenants/scope.ts";
import { fileOfComponent } from "../tenants/scoped-name.ts";
import type { CommandContext, Project } from "./context.ts";
import { explain } from "./explain-problems.ts";
import { missingInPlan } from "./missing-roles.ts";
import type { SelectedPaths } from "./select-paths.ts";
import type { ShadowProject } from "./shadow-project.ts";
import { readStart, restoreLost, type StartState } from "./start-state.ts";

export interface Wanted {
  /** Files and folders; null: everything that changed. */
  readonly components: readonly string[] | null;
  /** The statements that change tables. */
  readonly around: readonly AroundStatement[];
}

/** What is the same for all parts of a migration. */
export interface Writing {
  readonly context: CommandContext;
  readonly project: Project;
  readonly shadow: ShadowProject;
  readonly tree: Pick<WorkingTree, "files" | "hashOf">;
  readonly untracked: ReadonlySet<string>;
  /** The components that were named; null: everything. */
  readonly select: SelectedPaths | null;
}

/** What is shared, or the value that stands for all others of its matrix. */
export interface Place {
  readonly scope: MatrixScope | null;
  readonly searchPath: readonly string[];
  readonly present: FileSet;
  /** Statements of the present components that differ by the value, and of those before. */
  readonly texts: ReadonlyMap<string, string>;
  readonly priorTexts: ReadonlyMap<string, string>;
  /** Where everything begins: before any part ran. */
  readonly known: Desired;
  readonly start: StartState;
}

/** One way up: what it runs, and what its way back needs to know. */
export interface WayUp {
  readonly text: string;
  readonly steps: readonly Step[];
  readonly expected: readonly Expectation[];
  readonly desired: Desired;
  readonly judged: ReadonlySet<string> | null;
  readonly made: readonly string[];
  readonly undone: readonly Undo[];
  readonly warnings: readonly string[];
}

export interface WayBack {
  readonly text: string;
  readonly steps: readonly Step[];
  readonly expected: readonly Expectation[];
}

/** What a way leads to: what the files of the place say, or only that some of its objects are out of the way of another place. */
export type Goal =
  | { readonly kind: "files" }
  | { readonly kind: "aside"; readonly objects: ReadonlySet<string> };

const noTexts: ReadonlyMap<string, string> = new Map();

/** Reads the place as it is before anything ran. */
export async function openPlace(
  { shadow, untracked, project: { config } }: Writing,
  scope: MatrixScope | null,
  present: FileSet,
  texts: ReadonlyMap<string, string>,
): Promise<Place> {
  const { database } = shadow;
  const searchPath = scope?.searchPath ?? config.searchPath;
  const desired = trackedOnly(
    await presentDesired(shadow, config, { scope, searchPath, present }),
    untracked,
  );
  const prior = await shadow.prior(scope, noTexts);
  const known = trackedOnly(await prior.desired(), untracked);
  const priorTexts = scope === null ? noTexts : valueTexts(prior.files, await shadow.priorMarked(scope));
  const start = await readStart(database, desired, known);
  return { scope, searchPath, present, texts, priorTexts, known, start };
}

/** What the present components declare, as their names mean it now. */
export function presentDesired(
  { database }: ShadowProject,
  config: Config,
  { scope, searchPath, present }: Pick<Place, "scope" | "searchPath" | "present">,
  whole = true,
): Promise<Desired> {
  return assembleSound(present, config, database, whole, { name: scope?.name ?? sharedScope, searchPath });
}

export async function wayUp(writing: Writing, place: Place, wanted: Wanted, goal: Goal): Promise<WayUp> {
  const { project, shadow, tree, untracked, select } = writing;
  const { database, versions } = shadow;
  const { config } = project;
  const { present, searchPath } = place;
  const aside = goal.kind === "aside";
  const desired = aside
    ? leaving(place.known, goal.objects)
    : trackedOnly(await presentDesired(shadow, config, place, wanted.components === null), untracked);
  const judged = wanted.components === null || aside ? null : (select?.keys(desired) ?? new Set<string>());
  const script = wanted.around.map(({ sql }) => `${sql}\n;`).join("\n");
  if (script !== "") await loadParser();
  const asked = script === "" ? [] : await askBefore(database, searchPath, script);
  const hanging = await look(database, [desired, place.known]);
  const made = await missingSchemas(database, idempotentSchemas(present.components));
  const there = await run(writing, place, desired, { judged, around: wanted.around });
  // What a part before this one took away had more than its files say.
  const again = there.steps.filter(({ kind }) => kind === "create");
  const given = await restoreLost(database, place.start.objects, desired, again);
  const steps = [...there.steps, ...given];
  const isOther = (component: string): boolean => {
    const file = fileOfComponent(component);
    return !aside && tree.hashOf(file) !== versions.get(file)?.sha256;
  };
  const text = writeBlock({
    steps,
    desired,
    objectsOf: objectsOf(present),
    includeName: fileOfComponent,
    schemas: { made, dropped: [] },
    schema: place.scope?.schema ?? null,
    valueTexts: new Map([...place.priorTexts, ...place.texts]),
    pinned: aside ? new Set() : changedComponents(present, judged, untracked, steps, isOther),
    around: wanted.around.map(({ sql }) => sql),
    components: wanted.components,
    losses: [],
  });
  const undone = there.steps.length === 0 ? [] : await askAfter(database, searchPath, asked);
  const { warnings } = there;
  return { text, steps, expected: expectedOf(steps, hanging), desired, judged, made, undone, warnings };
}

/** Why there is no way back of statements that change tables; empty where there is one. */
export function lackingWays({ undone }: WayUp): readonly string[] {
  return undone.flatMap((one) =>
    one.kind === "none" ? [`no way back is written: ${one.statement}: ${one.reason}`] : [],
  );
}

export async function wayBack(
  writing: Writing,
  place: Place,
  wanted: Wanted,
  up: WayUp,
  goal: Goal,
): Promise<WayBack> {
  const { shadow, untracked } = writing;
  const { database, versions } = shadow;
  const { desired, undone } = up;
  const undoing = undone.flatMap((one) => (one.kind === "inverse" ? one.sql : []));
  const around = undoing.flatMap((sql) => readAround(sql, null));
  const losses = undone.flatMap((one) => (one.kind === "inverse" && one.loses !== null ? [one.loses] : []));
  const prior = await shadow.prior(place.scope, place.start.adopted);
  const aside = goal.kind === "aside";
  const before = aside ? leaving(desired, goal.objects) : trackedOnly(await prior.desired(), untracked);
  const hanging = await look(database, [desired, before]);
  const back = await run(writing, { ...place, present: prior.files }, before, {
    judged: wanted.components === null || aside ? null : judgedBack(desired, before, up.judged ?? new Set()),
    around,
  });
  const touched = [...up.steps, ...back.steps];
  const restored = aside ? [] : await restoreLost(database, place.start.objects, before, touched);
  const objectsBefore = objectsOf(prior.files);
  const text = writeBlock({
    steps: [...back.steps, ...restored],
    desired: before,
    objectsOf: (component) => (versions.has(fileOfComponent(component)) ? objectsBefore(component) : []),
    includeName: (component) => {
      const file = fileOfComponent(component);
      const version = versions.get(file);
      return version === undefined ? file : `${file}@${migrationKey(version.migration)}`;
    },
    schemas: { made: [], dropped: up.made.toReversed() },
    schema: place.scope?.schema ?? null,
    valueTexts: new Map([...place.texts, ...place.priorTexts]),
    pinned: new Set(),
    around: around.map(({ sql }) => sql),
    components: wanted.components,
    losses,
  });
  return { text, steps: back.steps, expected: expectedOf(back.steps, hanging) };
}

function leaving(desired: Desired, without: ReadonlySet<string>): Desired {
  if (without.size === 0) return desired;
  const objects = new Map([...desired.objects].filter(([key]) => !without.has(key)));
  return { ...desired, objects };
}

async function look(database: Database, states: readonly Desired[]): Promise<ReadonlyMap<string, Hanging>> {
  const identities = new Map(
    states.flatMap(({ objects }) => [...objects].map(([key, { identity }]) => [key, identity] as const)),
  );
  await database.batch(["begin"]);
  const hanging = await readHanging(database, [...identities.values()]);
  await database.batch(["rollback"]);
  return hanging;
}

/** Of what the steps make anew, drop or replace. */
function expectedOf(steps: readonly Step[], hanging: ReadonlyMap<string, Hanging>): readonly Expectation[] {
  const expected = new Map<string, Expectation>();
  for (const { kind, identity } of steps) {
    if (isBystander(identity)) continue;
    const key = identityKey(identity);
    const found = hanging.get(key);
    if (found === undefined) continue;
    if (kind === "recreate" || kind === "drop") expected.set(key, { identity, ...found });
    else if (replacing.has(kind) && identity.kind === "view" && !expected.has(key))
      expected.set(key, { identity, replaced: true, ...clearedByReplace(found) });
  }
  return [...expected.values()];
}

const replacing: ReadonlySet<Step["kind"]> = new Set(["replace", "rebind", "detach"]);

interface Run {
  readonly judged: ReadonlySet<string> | null;
  readonly around: readonly AroundStatement[];
}

/** Brings the shadow to what is desired of a place. */
async function run(
  { context, project: { config }, shadow: { database }, untracked }: Writing,
  { scope, searchPath, present }: Pick<Place, "scope" | "searchPath" | "present">,
  desired: Desired,
  { judged, around }: Run,
): Promise<SyncResult> {
  try {
    const input: SyncInput = {
      database,
      desired,
      project: config.project,
      ledgerSchema: config.ledgerSchema,
      searchPath,
      ...(scope === null ? {} : { scopes: [scope] }),
      mode: "migrated",
      command: "shadow",
      rehearsal: false,
      judged,
      untracked: (component) => untracked.has(fileOfComponent(component)),
      takeFiles: true,
      allow: new Set(costKinds),
      around,
      schemas: idempotentSchemas(present.components),
      lockTimeout: 60_000,
      lockRetries: 0,
      onWait: () => {},
    };
    const onNote = (message: string) => context.output.note(message);
    const make = (role: string) => makeRole(database, onNote, role);
    return (await makingRoles(() => syncComponents(input), missingInPlan, make)).result;
  } catch (error) {
    throw explain(error, present);
  }
}

/** Components that the block leads to: those that a step is about, and those whose file is another. */
function changedComponents(
  files: FileSet,
  judged: ReadonlySet<string> | null,
  untracked: ReadonlySet<string>,
  steps: readonly Step[],
  isOther: (component: string) => boolean,
): ReadonlySet<string> {
  const stepped = new Set(steps.map(({ component }) => component));
  const looked = files.components.filter(
    ({ component, facts }) =>
      !untracked.has(fileOfComponent(component)) &&
      (judged === null || facts.parsed.objects.some(({ identity }) => judged.has(identityKey(identity)))),
  );
  return new Set(
    looked.map(({ component }) => component).filter((name) => stepped.has(name) || isOther(name)),
  );
}

/** The prior objects of the components that were looked at. */
function judgedBack(desired: Desired, before: Desired, judged: ReadonlySet<string>): ReadonlySet<string> {
  const components = new Set([...judged].flatMap((key) => desired.objects.get(key)?.component ?? []));
  return new Set(
    [...before.objects].filter(([, { component }]) => components.has(component)).map(([key]) => key),
  );
}

function objectsOf(files: FileSet): (component: string) => readonly DeclaredObject[] {
  const found = new Map<string, readonly DeclaredObject[]>();
  return (component) => {
    let objects = found.get(component);
    if (objects === undefined) {
      const parsed = files.components.find((one) => one.component === component)?.facts.parsed.objects ?? [];
      objects = [...parsed].sort((a, b) => a.offset - b.offset);
      found.set(component, objects);
    }
    return objects;
  };
}
