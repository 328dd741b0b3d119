/** The panel while nothing is selected: what there is, what most hangs on, and the keys. */
import type { Direction } from "../../graph/picture/layout-part.ts";
import { h, plural } from "./element.ts";
import type { Model } from "./model.ts";
import { section } from "./panel.ts";
import type { Store } from "./view.ts";

const mostNeeded = 8;

const keys = (direction: Direction): readonly (readonly [string, string])[] => [
  ["/", "search"],
  ...(direction === "right"
    ? ([
        ["← →", "to what it needs, to what needs it"],
        ["↑ ↓", "to the neighbour above or below"],
      ] as const)
    : ([
        ["↑ ↓", "to what it needs, to what needs it"],
        ["← →", "to the neighbour on the left or right"],
      ] as const)),
  ["f", "show only what is around it"],
  ["[ ]", "fewer, more steps around it"],
  ["w", "what if I change this?"],
  ["Enter", "open or close a group; go to the panel"],
  ["+ − 0", "zoom in, out, fit"],
  ["Esc", "one step back"],
];

export function overviewPanel(model: Model, store: Store, direction: Direction): readonly HTMLElement[] {
  const { data } = model;
  const soft = data.edges.filter((edge) => edge.soft).length;
  const hubs = data.nodes
    .map((_, place) => ({ place, direct: model.neededBy[place]?.length ?? 0 }))
    .filter(({ direct }) => direct > 0)
    .sort((a, b) => b.direct - a.direct)
    .slice(0, mostNeeded);
  return [
    h(
      "header",
      {},
      h("p", { class: "kind" }, "project"),
      h("h2", { id: "panel-title" }, data.project),
      h("p", { class: "note" }, data.database ?? "No database yet: only what the files say."),
      h(
        "p",
        {},
        `${plural(data.nodes.length, "object")}, ${data.edges.length - soft} hard and ${soft} soft dependencies.`,
      ),
    ),
    section(
      "Most needed",
      true,
      h(
        "ul",
        {},
        ...hubs.map(({ place, direct }) => {
          const { key, label } = model.node(place);
          const open = (): void => store.change({ selected: key, group: null });
          return h(
            "li",
            {},
            h("button", { type: "button", class: "link", click: open }, label),
            h("small", {}, `${direct}, ${model.dependents(place).length} in all`),
          );
        }),
      ),
    ),
    section(
      "Keys",
      true,
      h(
        "dl",
        { class: "keys" },
        ...keys(direction).flatMap(([key, does]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, does)]),
      ),
    ),
  ];
}

/** A collapsed group. */
export function groupPanel(
  model: Model,
  store: Store,
  group: string,
  members: readonly number[],
): readonly HTMLElement[] {
  const open = (): void => store.change({ open: new Set([...store.view().open, group]), group: null });
  return [
    h(
      "header",
      {},
      h("p", { class: "kind" }, "group"),
      h("h2", { id: "panel-title" }, group),
      h("p", {}, plural(members.length, "object")),
      h(
        "div",
        { class: "actions" },
        h("button", { type: "button", id: "open-group", click: open }, "Open it"),
      ),
    ),
    section(
      "Objects",
      true,
      h(
        "ul",
        {},
        ...members.map((place) => {
          const { key, label } = model.node(place);
          const show = (): void =>
            store.change({ open: new Set([...store.view().open, group]), selected: key, group: null });
          return h("li", {}, h("button", { type: "button", class: "link", click: show }, label));
        }),
      ),
    ),
  ];
}
