/** Finds the way from where the migrations lead to the present components, and back, in a shadow. */
import type { AroundStatement } from "../../graph/around.ts";
import { isBystander } from "../../graph/bystander.ts";
import type { DeclaredObject } from "../../graph/declared.ts";
import type { Desired } from "../../graph/desired.ts";
import { identityKey } from "../../graph/identity.ts";
import type { Step } from "../../graph/step.ts";
import { costKinds } from "../config/config.ts";
import type { Database } from "../database/database.ts";
import { idempotentSchemas, missingSchemas } from "../live/idempotent-schemas.ts";
import { type SyncInput, type SyncResult, syncComponents } from "../live/sync.ts";
import { readUntracked, trackedOnly } from "../live/tracking.ts";
import { assembleSound, type Files, readFiles } from "../live/workspace.ts";
import type { Expectation, Expectations } from "../migrations/expectations.ts";
import { clearedByReplace, type Hanging, readHanging } from "../migrations/hanging.ts";
import { migrationKey } from "../migrations/migration.ts";
import { askAfter, askBefore } from "../migrations/undo-statements.ts";
import { writeBlock } from "../migrations/write-block.ts";
import type { WorkingTree } from "../project/working-tree.ts";
import { readAround } from "../sql/around-statements.ts";
import { loadParser } from "../sql/library.ts";
import type { CommandContext, Project } from "./context.ts";
import { explain } from "./explain-problems.ts";
import { makingRoles } from "./missing-roles.ts";
import { selected } from "./select-paths.ts";
import type { ShadowProject } from "./shadow-project.ts";
import { readStart, restoreLost } from "./start-state.ts";

export interface Wanted {
  /** Files and folders; null: everything that changed. */
  readonly components: readonly string[] | null;
  /** The statements that change tables. */
  readonly around: readonly AroundStatement[];
}

export interface WrittenWay {
  readonly up: string;
  readonly down: string;
  readonly steps: readonly Step[];
  readonly expectations: Expectations;
  /** Components that are no more. */
  readonly gone: ReadonlySet<string>;
  readonly warnings: readonly string[];
}

const noTexts: ReadonlyMap<string, string> = new Map();

export async function findWay(
  context: CommandContext,
  project: Project,
  shadow: ShadowProject,
  wanted: Wanted,
  tree: Pick<WorkingTree, "files" | "hashOf">,
): Promise<WrittenWay> {
  const { config } = project;
  const { database } = shadow;
  const present = await readFiles(config, project);
  const untracked = readUntracked(config);
  const whole = await assembleSound(present, config, database, wanted.components === null);
  const desired = trackedOnly(whole, untracked);
  const known = trackedOnly(await (await shadow.prior(noTexts)).desired(), untracked);
  const start = await readStart(database, desired, known);
  const judged =
    wanted.components === null
      ? null
      : selected(context, config.componentsFolder, desired, wanted.components);
  const { searchPath } = config;
  const script = wanted.around.map(({ sql }) => `${sql}\n;`).join("\n");
  if (script !== "") await loadParser();
  const asked = script === "" ? [] : await askBefore(database, searchPath, script);
  const hangingBefore = await look(database, [desired, known]);
  const made = await missingSchemas(database, idempotentSchemas(present.components));
  const onNote = (message: string) => context.output.note(message);
  const there = await run(project, database, desired, {
    judged,
    untracked,
    around: wanted.around,
    files: present,
    onNote,
  });
  const up = writeBlock({
    steps: there.steps,
    desired,
    objectsOf: objectsOf(present),
    includeName: (component) => component,
    schemas: { made, dropped: [] },
    pinned: changedComponents(present, judged, untracked, there.steps, (component) => {
      return tree.hashOf(component) !== shadow.versions.get(component)?.sha256;
    }),
    around: wanted.around.map(({ sql }) => sql),
    components: wanted.components,
    losses: [],
  });
  const gone = new Set(
    wanted.components === null
      ? [...shadow.versions.keys()].filter((name) => !tree.files.has(name) && !untracked.has(name))
      : [],
  );
  if (there.steps.length === 0)
    return { up, down: "", steps: [], expectations: { up: [], down: [] }, gone, warnings: [] };
  const undone = await askAfter(database, searchPath, asked);
  const final = undone.filter((one) => one.kind === "none");
  if (final.length > 0) {
    const lacking = final.map(({ statement, reason }) => `no way back is written: ${statement}: ${reason}`);
    const expectations = { up: expectedOf(there.steps, hangingBefore), down: [] };
    return {
      up,
      down: "",
      steps: there.steps,
      expectations,
      gone,
      warnings: [...there.warnings, ...lacking],
    };
  }
  const undoing = undone.flatMap((one) => (one.kind === "inverse" ? one.sql : []));
  const around = undoing.flatMap((sql) => readAround(sql, null));
  const losses = undone.flatMap((one) => (one.kind === "inverse" && one.loses !== null ? [one.loses] : []));
  const prior = await shadow.prior(start.adopted);
  const before = trackedOnly(await prior.desired(), untracked);
  const hangingAfter = await look(database, [desired, before]);
  const back = await run(project, database, before, {
    judged: wanted.components === null ? null : judgedBack(desired, before, judged ?? new Set()),
    untracked,
    around,
    files: prior.files,
    onNote,
  });
  const restored = await restoreLost(database, start.objects, before, [...there.steps, ...back.steps]);
  const objectsBefore = objectsOf(prior.files);
  const down = writeBlock({
    steps: [...back.steps, ...restored],
    desired: before,
    objectsOf: (component) => (shadow.versions.has(component) ? objectsBefore(component) : []),
    includeName: (component) => {
      const version = shadow.versions.get(component);
      return version === undefined ? component : `${component}@${migrationKey(version.migration)}`;
    },
    schemas: { made: [], dropped: made.toReversed() },
    pinned: new Set(),
    around: around.map(({ sql }) => sql),
    components: wanted.components,
    losses,
  });
  const expectations = {
    up: expectedOf(there.steps, hangingBefore),
    down: expectedOf(back.steps, hangingAfter),
  };
  return { up, down, steps: there.steps, expectations, gone, warnings: there.warnings };
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
  readonly untracked: ReadonlySet<string>;
  readonly around: readonly AroundStatement[];
  readonly files: Files;
  readonly onNote: (message: string) => void;
}

async function run(
  { config }: Project,
  database: Database,
  desired: Desired,
  { judged, untracked, around, files, onNote }: Run,
): Promise<SyncResult> {
  try {
    const input: SyncInput = {
      database,
      desired,
      project: config.project,
      ledgerSchema: config.ledgerSchema,
      searchPath: config.searchPath,
      mode: "migrated",
      command: "shadow",
      rehearsal: false,
      judged,
      untracked: (component) => untracked.has(component),
      takeFiles: true,
      allow: new Set(costKinds),
      around,
      schemas: idempotentSchemas(files.components),
      lockTimeout: 60_000,
      lockRetries: 0,
      onWait: () => {},
    };
    return await makingRoles(database, onNote, () => syncComponents(input));
  } catch (error) {
    throw explain(error, files);
  }
}

/** Components that the block leads to: those that a step is about, and those whose file is another. */
function changedComponents(
  files: Files,
  judged: ReadonlySet<string> | null,
  untracked: ReadonlySet<string>,
  steps: readonly Step[],
  isOther: (component: string) => boolean,
): ReadonlySet<string> {
  const stepped = new Set(steps.map(({ component }) => component));
  const looked = files.components.filter(
    ({ component, facts }) =>
      !untracked.has(component) &&
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

function objectsOf(files: Files): (component: string) => readonly DeclaredObject[] {
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
