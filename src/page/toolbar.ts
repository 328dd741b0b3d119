/** The controls above the picture. */
import type { Grouping } from "../../graph/picture/visible.ts";
import { h } from "./element.ts";
import { allSteps, type Colouring, type Store, type View } from "./view.ts";
import type { Viewport } from "./viewport.ts";

const colourings: readonly (readonly [Colouring, string])[] = [
  ["kind", "kind"],
  ["schema", "schema"],
  ["state", "state of the file"],
];
const groupings: readonly (readonly [Grouping, string])[] = [
  ["none", "nothing"],
  ["schema", "schemas"],
  ["folder", "folders"],
  ["scope", "values of matrices"],
];
const depths: readonly (readonly [number, string])[] = [
  [1, "1 step"],
  [2, "2 steps"],
  [3, "3 steps"],
  [5, "5 steps"],
  [allSteps, "all"],
];

export interface Toolbar {
  readonly element: HTMLElement;
  show(view: View): void;
}

/** `scoped`: whether anything in the graph is for a value of a matrix. */
export function createToolbar(store: Store, viewport: () => Viewport, scoped: boolean): Toolbar {
  const colour = choice("Colour by", "colouring", colourings, (colouring) => store.change({ colouring }));
  const offered = groupings.filter(([grouping]) => grouping !== "scope" || scoped);
  const group = choice("Collapse", "grouping", offered, (grouping) =>
    store.change({ grouping, open: new Set(), group: null }),
  );
  const depth = choice("Around it", "depth", depths, (steps) => store.change({ depth: steps }));
  const whole = h(
    "button",
    { type: "button", id: "whole", click: () => store.change({ focus: null }) },
    "Show all",
  );
  const zoom = (name: string, label: string, act: () => void) =>
    h("button", { type: "button", class: "icon", "aria-label": label, title: label, click: act }, name);
  const element = h(
    "div",
    { class: "controls" },
    depth.element,
    whole,
    colour.element,
    group.element,
    h(
      "div",
      { class: "zoom", role: "group", "aria-label": "Zoom" },
      zoom("−", "Zoom out", () => viewport().zoom(1 / 1.3)),
      zoom("+", "Zoom in", () => viewport().zoom(1.3)),
      zoom("Fit", "Fit the picture", () => viewport().fit()),
    ),
  );
  return {
    element,
    show(view) {
      colour.select.value = view.colouring;
      group.select.value = view.grouping;
      depth.select.value = `${view.depth}`;
      depth.element.hidden = view.focus === null;
      whole.hidden = view.focus === null;
    },
  };
}

function choice<T extends string | number>(
  label: string,
  id: string,
  values: readonly (readonly [T, string])[],
  chosen: (value: T) => void,
): { readonly element: HTMLElement; readonly select: HTMLSelectElement } {
  const select = h(
    "select",
    {
      id,
      change: () => {
        const found = values.find(([value]) => `${value}` === select.value);
        if (found !== undefined) chosen(found[0]);
      },
    },
    ...values.map(([value, name]) => h("option", { value }, name)),
  );
  return { element: h("label", { for: id }, `${label} `, select), select };
}
