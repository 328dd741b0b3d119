/** Finds the way from where the migrations lead to the present components, and back, in a shadow. */
import type { AroundStatement } from "../../graph/around.ts";
import { isBystander } from "../../graph/bystander.ts";
import type { DeclaredObject } from "../../graph/declared.ts";
import type { Desired } from "../../graph/desired.ts";
import { identityKey } from "../../graph/identity.ts";
import { quoteIdentifier, quoteLiteral } from "../../graph/quote.ts";
import type { Step } from "../../graph/step.ts";
import { costKinds } from "../config/config.ts";
import type { Database } from "../database/database.ts";
import { columnsOf } from "../database/ledger.ts";
import { idempotentSchemas } from "../live/idempotent-schemas.ts";
import { type SyncResult, syncComponents } from "../live/sync.ts";
import { readUntracked } from "../live/tracking.ts";
import { assembleSound, type Files, readFiles } from "../live/workspace.ts";
import type { Expectation, Expectations } from "../migrations/expectations.ts";
import { type Hanging, readHanging } from "../migrations/hanging.ts";
import { migrationKey } from "../migrations/migration.ts";
import { askAfter, askBefore } from "../migrations/undo-statements.ts";
import { writeBlock } from "../migrations/write-block.ts";
import { readAround } from "../sql/around-statements.ts";
import { loadParser } from "../sql/library.ts";
import type { CommandContext, Project } from "./context.ts";
import { explain, selected, trackedOnly } from "./run-sync.ts";
import { presentAmong, type ShadowProject } from "./shadow-project.ts";

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

export async function findWay(
  context: CommandContext,
  project: Project,
  shadow: ShadowProject,
  wanted: Wanted,
  exists: (component: string) => boolean,
): Promise<WrittenWay> {
  const { config } = project;
  const { database } = shadow;
  const present = await readFiles(config, project.variables);
  const untracked = readUntracked(config);
  const whole = await assembleSound(present, config, database, wanted.components === null);
  const desired = untracked.size === 0 ? whole : trackedOnly(whole, untracked);
  const prior = await shadow.priorDesired();
  const adopted = await adoptedBy(database, desired, prior);
  const judged =
    wanted.components === null
      ? null
      : selected(context, config.componentsFolder, desired, wanted.components);
  const { searchPath } = config;
  const script = wanted.around.map(({ sql }) => `${sql}\n;`).join("\n");
  if (script !== "") await loadParser();
  const asked = script === "" ? [] : await askBefore(database, searchPath, script);
  const hangingBefore = await look(database, [desired, prior]);
  const there = await run(project, database, desired, { judged, around: wanted.around, files: present });
  const up = writeBlock({
    steps: there.steps,
    desired,
    objectsOf: objectsOf(present),
    includeName: (component) => component,
    around: wanted.around.map(({ sql }) => sql),
    components: wanted.components,
    losses: [],
  });
  const gone = new Set(
    wanted.components === null ? [...shadow.versions.keys()].filter((name) => !exists(name)) : [],
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
  await forget(config.ledgerSchema, config.project, database, adopted);
  const before = await shadow.priorDesired();
  const hangingAfter = await look(database, [desired, before]);
  const back = await run(project, database, before, {
    judged: wanted.components === null ? null : judgedBack(desired, before, judged ?? new Set()),
    around,
    files: shadow.prior,
  });
  const down = writeBlock({
    steps: back.steps,
    desired: before,
    objectsOf: objectsOf(shadow.prior),
    includeName: (component) => {
      const version = shadow.versions.get(component);
      return version === undefined ? component : `${component}@${migrationKey(version.migration)}`;
    },
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

/** Of what the steps make anew or drop. */
function expectedOf(steps: readonly Step[], hanging: ReadonlyMap<string, Hanging>): readonly Expectation[] {
  const expected = new Map<string, Expectation>();
  for (const { kind, identity } of steps) {
    if ((kind !== "recreate" && kind !== "drop") || isBystander(identity)) continue;
    const key = identityKey(identity);
    const found = hanging.get(key);
    if (found !== undefined) expected.set(key, { identity, ...found });
  }
  return [...expected.values()];
}

interface Run {
  readonly judged: ReadonlySet<string> | null;
  readonly around: readonly AroundStatement[];
  readonly files: Files;
}

async function run(
  { config }: Project,
  database: Database,
  desired: Desired,
  { judged, around, files }: Run,
): Promise<SyncResult> {
  try {
    return await syncComponents({
      database,
      desired,
      project: config.project,
      ledgerSchema: config.ledgerSchema,
      searchPath: config.searchPath,
      mode: "migrated",
      command: "shadow",
      rehearsal: false,
      judged,
      untracked: () => false,
      takeFiles: true,
      allow: new Set(costKinds),
      around,
      schemas: idempotentSchemas(files.components),
      lockTimeout: 60_000,
      lockRetries: 0,
      onWait: () => {},
    });
  } catch (error) {
    throw explain(error, files);
  }
}

/** Of what the components declare, what is in the database and no migration knows as a component: it stays on the way back. */
async function adoptedBy(
  database: Database,
  desired: Desired,
  prior: Desired,
): Promise<readonly DeclaredObject[]> {
  const unknown = [...desired.objects].filter(([key]) => !prior.objects.has(key)).map(([, object]) => object);
  const present = await presentAmong(
    database,
    unknown.map(({ identity }) => identity),
  );
  return unknown.filter(({ identity }) => present.has(identityKey(identity)));
}

async function forget(
  schema: string,
  project: string,
  database: Database,
  objects: readonly DeclaredObject[],
): Promise<void> {
  await database.batch(
    objects.map(({ identity }) => {
      const { kind, schema: objectSchema, relation, name, arguments: types } = columnsOf(identity);
      return `delete from ${quoteIdentifier(schema)}.object where project = ${quoteLiteral(project)}
        and kind = ${quoteLiteral(kind)} and schema = ${quoteLiteral(objectSchema)} and relation = ${quoteLiteral(relation)}
        and name = ${quoteLiteral(name)} and arguments = array[${types.map(quoteLiteral).join(", ")}]::text[]`;
    }),
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
