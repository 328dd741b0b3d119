/**
 * What a change of one object does to all others, told from the edges, their columns and where columns come from: the planner's
 * rules without a database. The planner asks PostgreSQL instead; where only that can tell, the answer says `perhaps`.
 */
import { type Certainty, calm, effectOf, joinStates, type State, sameState } from "./fate.ts";
import type { PageData, PageEdge, PageNode } from "./page-data.ts";
import { type Change, type Effect, type Fate, fateOfChanged } from "./what-if.ts";

/** Whether the text of a node has a word, for bodies of which nobody recorded what they use. */
export type Mentions = (node: number, word: string) => boolean;

/** The changed object, then all that is touched or may be, in the order of the nodes. */
export function impactOf(
  data: PageData,
  changed: number,
  change: Change,
  mentions: Mentions = () => true,
): readonly Effect[] {
  const origin = data.nodes[changed];
  if (origin === undefined) return [];
  const fate = fateOfChanged(origin, change);
  const users: PageEdge[][] = data.nodes.map(() => []);
  for (const edge of data.edges) users[edge.to]?.push(edge);
  const states = new Map([[changed, startOf(change, fate, isOverloaded(data, origin))]]);
  const waiting = [changed];
  for (let node = waiting.shift(); node !== undefined; node = waiting.shift()) {
    for (const edge of users[node] ?? []) {
      const [needed, user] = [data.nodes[node], data.nodes[edge.from]];
      if (needed === undefined || user === undefined || edge.from === changed) continue;
      const hands = (source: number): boolean =>
        (users[node] ?? []).some(({ from, rows }) => rows && from === source);
      const use: Use = { edge, needed, user, direct: node === changed, change, hands };
      const before = states.get(edge.from) ?? calm;
      const after = joinStates(before, spread(use, states.get(node) ?? calm, mentions));
      if (states.has(edge.from) && sameState(before, after)) continue;
      states.set(edge.from, after);
      waiting.push(edge.from);
    }
  }
  states.delete(changed);
  const effects = [...states].map(([node, state]) => effectOf(node, state));
  const touched = effects.filter(({ fate: own, perhaps }) => own !== "untouched" || perhaps !== null);
  return [
    { node: changed, fate, perhaps: null, why: "this is what changes" },
    ...touched.sort((a, b) => a.node - b.node),
  ];
}

/** One object's use of another that something happened to. */
interface Use {
  readonly edge: PageEdge;
  readonly user: PageNode;
  readonly needed: PageNode;
  /** `needed` is the object that somebody changes. */
  readonly direct: boolean;
  readonly change: Change;
  /** A routine whose result is rows of `needed`. */
  readonly hands: (source: number) => boolean;
}

/** Calls that fitted it may find another one of its name. */
function isOverloaded({ nodes }: PageData, { name, kind }: PageNode): boolean {
  return nodes.filter((other) => other.name === name && other.kind === kind).length > 1;
}

function startOf(change: Change, fate: Fate, overloaded: boolean): State {
  const anew: Certainty = fate === "recreated" ? 2 : 0;
  switch (change.kind) {
    case "retype":
      return { ...calm, anew, retyped: new Map([[change.column, 2]]) };
    case "result":
      return { ...calm, anew, retyped: new Map([[-1, 2]]) };
    case "append":
    case "rename":
    case "remove":
      return { ...calm, anew, grown: 2 };
    case "argument-type":
      return { ...calm, anew, retyped: new Map(overloaded ? [[-1, 1]] : []) };
    case "definition":
    case "arguments":
      return { ...calm, anew };
  }
}

/** What happens to the user because of what happened to what it needs. */
function spread(use: Use, state: State, mentions: Mentions): State {
  const { edge, needed, direct, change } = use;
  const lost = direct && (change.kind === "rename" || change.kind === "remove") ? change.column : null;
  const column = lost === null ? undefined : needed.columns[lost]?.name;
  if (edge.soft) return column === undefined ? calm : naming(use, column, mentions);
  const loses = lost !== null && edge.columns?.includes(lost) === true;
  const parts = [
    loses ? losing(use, column ?? "") : calm,
    needed.kind === "table"
      ? ofTable(use, state)
      : rebinding(use, state, state.anew, `it needs ${needed.label}`),
    growing(use, state.grown),
    isRoutine(use.user) && edge.rows && column !== undefined ? naming(use, column, mentions) : calm,
  ];
  return parts.reduce(joinStates);
}

/** A body of which only the text is known: with rows of `needed` in its signature it may name it, too. */
function naming({ edge, needed }: Use, column: string, mentions: Mentions): State {
  if (!mentions(edge.from, column)) return calm;
  const why = `its body names ${needed.label}, and "${column}" stands in its text`;
  return { ...calm, edited: 1, why };
}

function isRoutine({ kind }: PageNode): boolean {
  return kind === "function" || kind === "procedure";
}

/** A column that it uses goes, or goes by another name. */
function losing({ edge, user, needed, change }: Use, column: string): State {
  if (user.component === null) {
    if (change.kind === "rename") return calm;
    return { ...calm, refused: 2, why: `it uses column "${column}", and no file declares it` };
  }
  // `growing` speaks for what takes all columns without naming them.
  if (user.star && takesAll(edge, needed)) return calm;
  return { ...calm, edited: 2, why: `its file names column "${column}"` };
}

/** A table keeps its identity: only what uses the column itself is taken away and bound again. */
function ofTable(use: Use, state: State): State {
  const { change, edge, needed } = use;
  if (change.kind !== "retype" || edge.columns?.includes(change.column) !== true) return calm;
  const column = needed.columns[change.column]?.name ?? "";
  return rebinding(use, state, 2, `it uses column "${column}" of ${needed.label}`);
}

/** Something else stands where what it needs was. */
function rebinding(use: Use, state: State, sure: Certainty, why: string): State {
  const { edge, user, needed } = use;
  if (sure === 0) return calm;
  if (user.extension !== null)
    return { ...calm, refused: sure, why: `extension ${user.extension} owns it, and ${why}` };
  const rebound: State = { ...calm, rebound: sure, why };
  const anew: State = { ...rebound, anew: sure };
  switch (user.kind) {
    case "view":
    case "materialized view":
      return rebindingView(user, retypedIn(use, state), sure, why);
    case "function":
    case "procedure":
    case "aggregate":
      if (!edge.rows) return rebound;
      return { ...anew, retyped: new Map([[-1, 1]]), why: `rows of it are in its signature, and ${why}` };
    case "table":
      return {
        ...rebound,
        why: `${why}: what it holds of it (a default, a check, an index, a column) is bound anew`,
      };
    default:
      if (user.on !== edge.to) return user.replaceable ? rebound : anew;
      // What stands on a table stays there.
      return needed.kind === "table"
        ? rebound
        : { ...anew, why: `it stands on ${needed.label}, and goes with it` };
  }
}

function rebindingView(
  user: PageNode,
  retyped: ReadonlyMap<number, Certainty>,
  sure: Certainty,
  why: string,
): State {
  const changes = Math.max(0, ...retyped.values());
  const names = [...retyped.keys()].map((column) => `"${user.columns[column]?.name ?? ""}"`).join(", ");
  const certain: Certainty = changes === 2 && sure === 2 ? 2 : changes > 0 ? 1 : 0;
  const carried: State = { ...calm, rebound: sure, retyped, why };
  if (!user.replaceable)
    return {
      ...carried,
      anew: sure,
      why: `${why}, and cannot be replaced: it is made anew and filled again`,
    };
  if (certain === 0) return carried;
  const verb = certain === 2 ? "takes over the new type" : "may take over the new type";
  return { ...carried, anew: certain, why: `${why}, and its own ${names} ${verb}` };
}

/** The user's own columns that have another type by now, as far as they come from retyped ones. */
function retypedIn({ edge, user, hands }: Use, state: State): ReadonlyMap<number, Certainty> {
  const found = new Map<number, Certainty>();
  for (const { column, source, sourceColumn, copied } of user.lineage) {
    const certainty = source === edge.to ? (state.retyped.get(sourceColumn) ?? 0) : 0;
    // Which column of the rows it is that a routine hands on is not recorded.
    const handed = sourceColumn === -1 && state.retyped.size > 0 && hands(source);
    const own: Certainty = handed || (certainty === 2 && !copied) ? 1 : certainty;
    if (own > (found.get(column) ?? 0)) found.set(column, own);
  }
  return found;
}

/** A text that takes all columns takes the new ones too; what only hands rows on stays as it is. */
function growing({ edge, user, needed }: Use, grown: Certainty): State {
  if (grown === 0) return calm;
  const passes: State = edge.rows && user.kind !== "table" ? { ...calm, grown } : calm;
  if (user.component === null || !user.star || !(isRoutine(needed) || takesAll(edge, needed))) return passes;
  const why = `it takes all columns of ${needed.label}, by * or a natural join`;
  return { ...passes, rebound: 1, anew: 1, grown: 1, why };
}

function takesAll({ columns }: PageEdge, { columns: all }: PageNode): boolean {
  return columns === null || all.every((_, i) => columns.includes(i));
}
