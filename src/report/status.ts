/** How the components stand to the database, for a person and as JSON. */
import { compareText } from "../../graph/compare.ts";
import type { Diagnostic } from "../../graph/diagnostic.ts";
import { compareIdentities, describeIdentity, type Identity } from "../../graph/identity.ts";
import { sharedScope } from "../tenants/scope.ts";
import { describeScope, fileOfComponent } from "../tenants/scoped-name.ts";
import { formatRows, type Row } from "./rows.ts";
import { formatSentence } from "./sentence.ts";
import type { Style } from "./style.ts";
import { tookPhrases } from "./took.ts";

/** In the order in which they are shown. `unmanaged`: in the database, and no file declares it. */
const objectStates = ["drifted", "vanished", "changed", "new", "moved", "unchanged", "unmanaged"] as const;
export type ObjectState = (typeof objectStates)[number];

export interface ObjectStatus {
  readonly identity: Identity;
  /** The file that declares it, or declared it last; null for what is unmanaged. */
  readonly component: string | null;
  readonly state: ObjectState;
  /** For a person: why it is not unchanged; empty where the state says it all. */
  readonly reason: string;
  /** Of a value of a matrix; absent for what is shared. */
  readonly scope?: string;
}

export interface ProjectStatus {
  /** What the database is called; null where there is none yet. */
  readonly database: string | null;
  readonly project: string;
  /** What was applied to the database so far; null before the first apply. */
  readonly mode: "live" | "migrated" | null;
  readonly objects: readonly ObjectStatus[];
  /** Components that the tool leaves alone. */
  readonly untracked: readonly string[];
  /** What an interrupted online sequence built and did not put in its place: qualified names. */
  readonly prepared: readonly string[];
}

export function countStates(status: ProjectStatus): ReadonlyMap<ObjectState, number> {
  return new Map(
    objectStates.map((state) => [state, status.objects.filter((object) => object.state === state).length]),
  );
}

/** Those of all scopes in one. */
export function joinStatuses(
  found: readonly { readonly scope: string; readonly result: ProjectStatus }[],
): ProjectStatus | null {
  const [first] = found;
  if (first === undefined) return null;
  const objects = found.flatMap(({ scope, result }) =>
    scope === sharedScope ? result.objects : result.objects.map((object) => ({ ...object, scope })),
  );
  const untracked = new Set(found.flatMap(({ result }) => result.untracked.map(fileOfComponent)));
  return { ...first.result, objects, untracked: [...untracked] };
}

/** The object that `status --json` prints. Unchanged objects are in `summary` alone, unless `all`. */
export function statusJson(status: ProjectStatus, all: boolean, errors: readonly Diagnostic[] = []) {
  const { database, project, mode, untracked } = status;
  const { unmanaged = 0, ...summary } = Object.fromEntries(countStates(status));
  return {
    version: 1,
    database,
    project,
    mode,
    objects: shown(status, all).map(({ identity, component, state, reason, scope }) => ({
      object: describeIdentity(identity),
      identity,
      component: component === null ? null : fileOfComponent(component),
      state,
      ...(scope === undefined ? {} : { scope }),
      ...(reason === "" ? {} : { reason }),
    })),
    untracked,
    ...(status.prepared.length === 0 ? {} : { prepared: status.prepared }),
    summary: { ...summary, untracked: untracked.length, ...(all ? { unmanaged } : {}) },
    errors,
  };
}

/** One line for each object that is not unchanged, then the counts. */
export function formatStatus(status: ProjectStatus, all: boolean, style: Style, took?: number): string {
  const objects = shown(status, all).map(({ identity, component, state, reason, scope }): Row => {
    const of = scope === undefined ? "" : ` (${describeScope(scope)})`;
    const file = component === null ? "" : fileOfComponent(component) + of;
    return {
      kind: "row",
      ...markOf(state, style),
      word: state,
      name: describeIdentity(identity),
      note: [file, reason].filter((part) => part !== "").join(": "),
    };
  });
  const untracked = status.untracked.map(
    (name): Row => ({
      kind: "row",
      mark: style.marks.same,
      word: "untracked",
      paint: style.dim,
      name,
      note: "",
    }),
  );
  const prepared = status.prepared.map(
    (name): Row => ({
      kind: "row",
      mark: style.marks.waiting,
      word: "prepared",
      paint: style.yellow,
      name,
      note: "of an interrupted sync --online: the next one takes it up, any other sync drops it",
    }),
  );
  const lines = formatRows([...objects, ...untracked, ...prepared], style);
  return [...lines, formatCounts(status, all, style, took)].join("\n");
}

function formatCounts(status: ProjectStatus, all: boolean, style: Style, took: number | undefined): string {
  const counts = [...countStates(status)]
    .filter(([state, count]) => (count > 0 || state === "unchanged") && (all || state !== "unmanaged"))
    .map(([state, count]) => `${count} ${state}`);
  if (status.untracked.length > 0) {
    counts.push(
      `${status.untracked.length} ${status.untracked.length === 1 ? "component" : "components"} untracked`,
    );
  }
  const where = status.database ?? "no database yet";
  return formatSentence(
    [
      { text: counts.join(", "), paint: style.bold },
      { text: ` (${where}, project ${status.project})`, paint: style.dim },
      ...tookPhrases(took, style),
    ],
    style,
  );
}

function shown(status: ProjectStatus, all: boolean): readonly ObjectStatus[] {
  return status.objects
    .filter(({ state }) => all || (state !== "unchanged" && state !== "unmanaged"))
    .sort(
      (a, b) =>
        objectStates.indexOf(a.state) - objectStates.indexOf(b.state) ||
        compareIdentities(a.identity, b.identity) ||
        compareText(a.component ?? "", b.component ?? ""),
    );
}

/** How a state is shown, here and wherever else objects are listed. */
export function markOf(
  state: ObjectState,
  { marks, red, green, yellow, dim }: Style,
): Pick<Row, "mark" | "paint"> {
  switch (state) {
    case "drifted":
      return { mark: marks.warning, paint: red };
    case "vanished":
      return { mark: marks.step.drop, paint: red };
    case "new":
      return { mark: marks.step.create, paint: green };
    case "changed":
      return { mark: marks.step.replace, paint: yellow };
    case "moved":
      return { mark: marks.moved, paint: yellow };
    case "unchanged":
    case "unmanaged":
      return { mark: marks.same, paint: dim };
  }
}
