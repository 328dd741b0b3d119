/**
 * The parts of a migration that leads to the present components: what runs once, and what runs for each value of a matrix. Which of them
 * goes first is tried, in a shadow each time: what is shared; the values; or the values step aside, and come back behind it.
 */
import type { AroundStatement } from "../../graph/around.ts";
import { isBystander } from "../../graph/bystander.ts";
import { type Diagnostic, MigratorError } from "../../graph/diagnostic.ts";
import { identityKey, isChild } from "../../graph/identity.ts";
import type { Step } from "../../graph/step.ts";
import { PlanError } from "../../graph/step.ts";
import { DatabaseError } from "../database/database.ts";
import { type NamedRoot, readStandingOn } from "../database/standing-on.ts";
import { openScopes } from "../live/scope-files.ts";
import { readUntracked } from "../live/tracking.ts";
import { readFiles } from "../live/workspace.ts";
import { type Expectations, namingTexts } from "../migrations/expectations.ts";
import { marked, textsLeft, valueTexts } from "../migrations/value-texts.ts";
import type { WorkingTree } from "../project/working-tree.ts";
import type { CommandContext, Project } from "./context.ts";
import { selectPaths } from "./select-paths.ts";
import type { ShadowProject } from "./shadow-project.ts";
import {
  type Goal,
  lackingWays,
  openPlace,
  type Place,
  presentDesired,
  type Wanted,
  type WayBack,
  type WayUp,
  type Writing,
  wayBack,
  wayUp,
} from "./write-migration.ts";

export interface WrittenPart {
  /** Once for each value of it; null: once. */
  readonly matrix: string | null;
  /** Parts run by their numbers; 0: its files have none. */
  readonly number: number;
  readonly up: string;
  /** Empty where there is no way back. */
  readonly down: string;
  readonly expectations: Expectations;
}

export interface WrittenWay {
  /** In the order in which they run; none where there is nothing to do. */
  readonly parts: readonly WrittenPart[];
  readonly steps: readonly Step[];
  /** Components that are no more. */
  readonly gone: ReadonlySet<string>;
  readonly warnings: readonly string[];
}

export interface WantedParts {
  /** Files and folders; null: everything that changed. */
  readonly components: readonly string[] | null;
  /** The statements that change tables, of the shared part and of each matrix. */
  readonly around: (matrix: string | null) => readonly AroundStatement[];
}

/** `still`: it stays as it is. */
type PhaseGoal = Goal["kind"] | "still";

interface Phase {
  readonly place: Place;
  readonly up: PhaseGoal;
  readonly back: PhaseGoal;
}

/** In which order places are brought along, from the shared one and those of matrices. */
type Arrangement = (shared: Place, scoped: readonly Place[]) => readonly Phase[];

const whole = (place: Place): Phase => ({ place, up: "files", back: "files" });
const arrangements: readonly Arrangement[] = [
  (shared, scoped) => [shared, ...scoped].map(whole),
  (shared, scoped) => [...scoped, shared].map(whole),
  (shared, scoped) => stepAside(shared, scoped, "still"),
  (shared, scoped) => stepAside(shared, scoped, "aside"),
];

/** Values step aside where the way back needs that, and on the way up where `up` says so. */
function stepAside(shared: Place, scoped: readonly Place[], up: PhaseGoal): readonly Phase[] {
  return [
    ...scoped.toReversed().map((place): Phase => ({ place, up, back: "files" })),
    whole(shared),
    ...scoped.map((place): Phase => ({ place, up: "files", back: "aside" })),
  ];
}

/** `open` gives a shadow in which nothing of this migration ran. */
export async function findWay(
  context: CommandContext,
  project: Project,
  open: () => Promise<ShadowProject>,
  wanted: WantedParts,
  tree: Pick<WorkingTree, "files" | "hashOf">,
): Promise<WrittenWay> {
  const { config } = project;
  const present = await readFiles(config, project);
  const untracked = readUntracked(config);
  const select =
    wanted.components === null
      ? null
      : selectPaths(context, config.componentsFolder, present, wanted.components);
  const read = openScopes(config, project, present);
  let first: unknown = null;
  for (const arrange of arrangements) {
    const shadow = await open();
    try {
      const writing: Writing = { context, project, shadow, tree, untracked, select };
      const shared = await openPlace(writing, null, present, new Map());
      const places: Place[] = [];
      for (const scope of shadow.scopes) {
        const own = await read(scope);
        const place = await openPlace(writing, scope, own, valueTexts(own, await read(marked(scope))));
        if (
          place.present.components.length + place.known.objects.size > 0 ||
          wanted.around(scope.matrix).length > 0
        )
          places.push(place);
      }
      const alone = places.length === 0;
      try {
        const way = await follow(writing, [shared, ...places], arrange(shared, places), wanted);
        return { ...way, gone: goneComponents(writing, wanted) };
      } catch (error) {
        if (alone || !isRefusal(error)) throw error;
        // What is wrong whoever goes first is told as the first one met it.
        if (first === null || first instanceof InTheWay) first = error;
      }
    } finally {
      await shadow.close();
    }
  }
  throw first;
}

/** What one place does would touch another's objects, of which a target has those of every value. */
class InTheWay extends MigratorError {}

function isRefusal(error: unknown): boolean {
  return error instanceof MigratorError || error instanceof PlanError || error instanceof DatabaseError;
}

function goneComponents(
  { shadow, tree, untracked }: Writing,
  { components }: WantedParts,
): ReadonlySet<string> {
  if (components !== null) return new Set();
  return new Set([...shadow.versions.keys()].filter((name) => !tree.files.has(name) && !untracked.has(name)));
}

async function follow(
  writing: Writing,
  places: readonly Place[],
  phases: readonly Phase[],
  wanted: WantedParts,
): Promise<Omit<WrittenWay, "gone">> {
  const ups: WayUp[] = [];
  for (const phase of phases) {
    const goal = await goalOf(writing, places, phase, wanted, "up");
    const up = await wayUp(writing, phase.place, wantedOf(wanted, phase), goal);
    refuseTrespass(places, phase.place, up.steps);
    ups.push(up);
  }
  const steps = ups.flatMap((up) => up.steps);
  if (steps.length === 0) return { parts: [], steps, warnings: [] };
  const lacking = ups.flatMap(lackingWays);
  const backs = new Map<Phase, WayBack>();
  for (const [index, phase] of lacking.length > 0 ? [] : [...phases.entries()].reverse()) {
    const up = ups[index];
    if (up === undefined) continue;
    const goal = await goalOf(writing, places, phase, wanted, "back");
    const back = await wayBack(writing, phase.place, wantedOf(wanted, phase), up, goal);
    refuseTrespass(places, phase.place, back.steps);
    backs.set(phase, back);
  }
  const filled = phases.flatMap((phase, index) => {
    const up = ups[index];
    const back = backs.get(phase);
    return up === undefined || up.steps.length + (back?.steps.length ?? 0) === 0 ? [] : [{ phase, up, back }];
  });
  const plain = filled.length === 1 || (filled.length === 2 && filled[0]?.phase.place.scope === null);
  const parts = filled.map(
    ({ phase, up, back }, index): WrittenPart => ({
      matrix: phase.place.scope?.matrix ?? null,
      number: plain ? 0 : index + 1,
      up: up.text === "" ? "-- only the way back has something to do here\n" : up.text,
      down:
        back === undefined
          ? ""
          : back.text === "" && filled.length > 1
            ? "-- nothing to do here\n"
            : back.text,
      expectations: namingTexts({ up: up.expected, down: back?.expected ?? [] }, phase.place.scope),
    }),
  );
  const left = filled.flatMap(({ phase: { place }, up, back }) =>
    textsOfOne(place, `${up.text}${back?.text ?? ""}`),
  );
  return { parts, steps, warnings: [...ups.flatMap((up) => up.warnings), ...lacking, ...left] };
}

function textsOfOne({ scope }: Place, script: string): readonly string[] {
  if (scope === null) return [];
  return textsLeft(script, scope).map(
    (name) =>
      `a part of ${scope.matrix} holds the ${name} of one value as a text: see that it is meant for all of them`,
  );
}

async function goalOf(
  writing: Writing,
  places: readonly Place[],
  phase: Phase,
  wanted: WantedParts,
  way: "up" | "back",
): Promise<Goal> {
  switch (phase[way]) {
    case "files":
      return { kind: "files" };
    case "still":
      return { kind: "aside", objects: new Set() };
    case "aside":
      return aside(writing, places, phase.place, wanted, way);
  }
}

/** Statements that change tables run once: not where a place only steps aside. */
function wantedOf({ components, around }: WantedParts, { place, up }: Phase): Wanted {
  return { components, around: up === "files" ? around(place.scope?.matrix ?? null) : [] };
}

/** The objects of a place that stand on what the shared part changes, as the database is now. */
async function aside(
  { shadow, project }: Writing,
  places: readonly Place[],
  place: Place,
  { around }: WantedParts,
  way: "up" | "back",
): Promise<Goal> {
  const roots: NamedRoot[] = around(null).flatMap(({ targets }) =>
    targets.map((target) => ({
      schema: target.schema,
      name: target.kind === "constraint" ? target.relation : target.name,
    })),
  );
  for (const other of places) {
    if (other === place) continue;
    const present = await presentDesired(shadow, project.config, other);
    const keys = new Set([...other.known.objects.keys(), ...present.objects.keys()]);
    for (const key of keys) {
      const [was, is] = [other.known.objects.get(key), present.objects.get(key)];
      const identity = (is ?? was)?.identity;
      if (identity === undefined || (was?.hash === is?.hash && was !== undefined && is !== undefined))
        continue;
      roots.push({ schema: identity.schema, name: isChild(identity) ? identity.relation : identity.name });
    }
  }
  const standing = await readStandingOn(shadow.database, roots, project.config.searchPath);
  const names = new Set(standing.map(({ schema, name }) => JSON.stringify([schema, name])));
  const own = way === "up" ? place.known : await presentDesired(shadow, project.config, place);
  const objects = [...own.objects].filter(([, { identity }]) =>
    names.has(JSON.stringify([identity.schema, isChild(identity) ? identity.relation : identity.name])),
  );
  return { kind: "aside", objects: new Set(objects.map(([key]) => key)) };
}

function refuseTrespass(places: readonly Place[], place: Place, steps: readonly Step[]): void {
  for (const other of places) {
    if (other === place) continue;
    const schema = other.scope?.schema ?? null;
    const met = steps.find(({ identity }) =>
      isBystander(identity)
        ? "schema" in identity && identity.schema === schema
        : identity.schema === schema || other.known.objects.has(identityKey(identity)),
    );
    if (met === undefined) continue;
    const whose = other.scope === null ? "what is shared" : `each value of ${other.scope.matrix}`;
    const problem: Diagnostic = {
      code: "migration",
      message: `${place.scope === null ? "the shared components" : `those of ${place.scope.matrix}`} cannot change without those of ${whose}: ${met.reason}`,
      fix: "write the parts by hand: up.1.MATRIX.sql takes away what is in the way, up.2.sql changes it, up.3.MATRIX.sql brings it back",
    };
    throw new InTheWay([problem]);
  }
}
