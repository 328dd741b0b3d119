/** What somebody looks at and asks: everything that the page shows follows from this and the graph. */
import type { Grouping } from "../../graph/picture/visible.ts";
import type { Change } from "../../graph/picture/what-if.ts";

export type Colouring = "kind" | "schema" | "state";

export interface View {
  /** The key of the selected object; null where none is. */
  readonly selected: string | null;
  /** The name of the selected group. */
  readonly group: string | null;
  /** The key of the object in the middle. */
  readonly focus: string | null;
  /** How many steps around it. */
  readonly depth: number;
  readonly colouring: Colouring;
  readonly grouping: Grouping;
  readonly open: ReadonlySet<string>;
  /** A change of the selected object that is asked about. */
  readonly asked: Change | null;
}

export const firstView: View = {
  selected: null,
  group: null,
  focus: null,
  depth: 2,
  colouring: "kind",
  grouping: "none",
  open: new Set(),
  asked: null,
};

/** As deep as any graph goes. */
export const allSteps = 99;

export interface Store {
  view(): View;
  /** Whoever watches is told what was before. */
  change(part: Partial<View>): void;
  watch(told: (now: View, before: View) => void): void;
}

export function createStore(): Store {
  let view = firstView;
  const watchers: ((now: View, before: View) => void)[] = [];
  return {
    view: () => view,
    change(part) {
      const before = view;
      view = { ...view, ...part };
      for (const told of watchers) told(view, before);
    },
    watch: (told) => void watchers.push(told),
  };
}
