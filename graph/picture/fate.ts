/** What is known of an object while an impact is followed: how sure each fate is. It only ever grows, so that following ends. */
import type { Effect, Fate } from "./what-if.ts";

/** Not at all, perhaps, for certain. */
export type Certainty = 0 | 1 | 2;

export interface State {
  /** Bound again in place. */
  readonly rebound: Certainty;
  /** Another object takes its place: what needs it must be bound to that one. */
  readonly anew: Certainty;
  /** Its file must be changed first. */
  readonly edited: Certainty;
  /** The change is refused because of it. */
  readonly refused: Certainty;
  /** Its rows have other columns than before. */
  readonly grown: Certainty;
  /** Columns of another type, by place; -1 is a routine's result. */
  readonly retyped: ReadonlyMap<number, Certainty>;
  /** For a person: why, of the most that happens to it. */
  readonly why: string;
}

export const calm: State = {
  rebound: 0,
  anew: 0,
  edited: 0,
  refused: 0,
  grown: 0,
  retyped: new Map(),
  why: "",
};

/** Both together. The reason is that of whichever does more; `a` where they are alike. */
export function joinStates(a: State, b: State): State {
  const retyped = new Map(a.retyped);
  for (const [column, certainty] of b.retyped)
    retyped.set(column, surer(retyped.get(column) ?? 0, certainty));
  return {
    rebound: surer(a.rebound, b.rebound),
    anew: surer(a.anew, b.anew),
    edited: surer(a.edited, b.edited),
    refused: surer(a.refused, b.refused),
    grown: surer(a.grown, b.grown),
    retyped,
    why: weight(b) > weight(a) ? b.why : a.why,
  };
}

export function sameState(a: State, b: State): boolean {
  return (
    a.rebound === b.rebound &&
    a.anew === b.anew &&
    a.edited === b.edited &&
    a.refused === b.refused &&
    a.grown === b.grown &&
    a.retyped.size === b.retyped.size &&
    [...a.retyped].every(([column, certainty]) => b.retyped.get(column) === certainty)
  );
}

export function effectOf(node: number, state: State): Effect {
  const fate = worst(state, 2) ?? "untouched";
  const perhaps = worst(state, 1);
  return { node, fate, perhaps: perhaps === fate ? null : perhaps, why: state.why };
}

/** The most that happens with this certainty or more. */
function worst(state: State, atLeast: 1 | 2): Fate | null {
  if (state.refused >= atLeast) return "refused";
  if (state.edited >= atLeast) return "edited";
  if (state.anew >= atLeast) return "recreated";
  return state.rebound >= atLeast ? "rebound" : null;
}

function surer(a: Certainty, b: Certainty): Certainty {
  return a > b ? a : b;
}

function weight({ refused, edited, anew, rebound }: State): number {
  return refused * 1000 + edited * 100 + anew * 10 + rebound;
}
