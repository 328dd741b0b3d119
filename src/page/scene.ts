/** Draws the visible part of the graph. Lines are drawn many to a path; those of the selected node are drawn again on top. */
import { edgePath } from "../../graph/picture/edge-path.ts";
import { type Layout, layOut } from "../../graph/picture/layout.ts";
import type { Direction } from "../../graph/picture/layout-part.ts";
import { commonSchema, type Named, nodeHeight, nodeWidth, shownName } from "../../graph/picture/node-size.ts";
import type { Item, Visible } from "../../graph/picture/visible.ts";
import { h, plural, s } from "./element.ts";
import type { Model } from "./model.ts";

/** Lines in one path: enough to spare elements, few enough that a part of the picture needs only some of them. */
const linesInPath = 60;
const margin = 20;
const unnamed: Named = { label: "", kind: "" };

export interface Scene {
  readonly element: SVGSVGElement;
  readonly width: number;
  readonly height: number;
  readonly direction: Direction;
  readonly visible: Visible;
  /** By place in the items. */
  readonly nodes: readonly SVGGElement[];
  /** The middle of an item. */
  middle(item: number): { readonly x: number; readonly y: number };
  /** Draws the lines of this item again, as marked ones; null marks none. */
  mark(item: number | null): void;
  /** Marks an item as one with a mistake, by more than its colour. */
  flag(item: number, failed: boolean): void;
  /** Draws only lines between items that pass, in full strength; null for all. */
  stress(keep: ((item: number) => boolean) | null): void;
}

/** `ready` is the layout of the whole graph, where that is what is to be seen, or else the direction to draw in; null: what suits. */
export function drawScene(model: Model, visible: Visible, ready: Layout | Direction | null): Scene {
  const { items, links } = visible;
  const names = items.map((item) => nameOf(model, item));
  const schema = commonSchema(model.data.nodes);
  const widths = names.map((name) => nodeWidth(name, schema));
  const layout = typeof ready === "object" && ready !== null ? ready : layOut(widths, links, ready);
  const path = (link: number): string => {
    const { from, to } = links[link] ?? { from: 0, to: 0 };
    return edgePath(layout, link, from, to, widths);
  };
  const all = links.map((_, i) => i);
  const lines = s("g", { class: "lines" }, ...linePaths(all, visible, path));
  const marked = s("g", { class: "marked" });
  const nodes = items.map((item, i) => drawItem(item, names[i] ?? unnamed, schema, widths[i] ?? 0));
  const flags = new Map<number, SVGTextElement>();
  for (const [i, node] of nodes.entries()) {
    const { x, y } = layout.places[i] ?? { x: 0, y: 0 };
    node.setAttribute("transform", `translate(${Math.round(x)} ${Math.round(y)})`);
    node.dataset.item = `${i}`;
  }
  const [width, height] = [layout.width + 2 * margin, layout.height + 2 * margin];
  const element = s(
    "svg",
    {
      class: "world",
      width,
      height,
      viewBox: `${-margin} ${-margin} ${width} ${height}`,
      "aria-hidden": "true",
      focusable: "false",
    },
    lines,
    marked,
    ...nodes,
  );
  return {
    element,
    width,
    height,
    direction: layout.direction,
    visible,
    nodes,
    middle(item) {
      const { x, y } = layout.places[item] ?? { x: 0, y: 0 };
      return { x: x + (widths[item] ?? 0) / 2 + margin, y: y + margin };
    },
    mark(item) {
      marked.replaceChildren();
      if (item === null) return;
      for (const [i, { from, to, soft }] of links.entries()) {
        if (from !== item && to !== item) continue;
        const way = from === item ? "needs" : "needed";
        marked.append(s("path", { class: `${way}${soft ? " soft" : ""}`, d: path(i) }));
      }
    },
    flag(item, failed) {
      const flag = flags.get(item);
      if (failed && flag === undefined) {
        const made = s("text", { class: "flag", x: -13, y: 5 }, "✗");
        flags.set(item, made);
        nodes[item]?.append(made);
      } else if (!failed && flag !== undefined) {
        flag.remove();
        flags.delete(item);
      }
    },
    stress(keep) {
      lines.classList.toggle("pale", keep !== null);
      for (const old of lines.querySelectorAll(".strong")) old.remove();
      if (keep === null) return;
      const strong = all.filter((i) => {
        const { from, to } = links[i] ?? { from: 0, to: 0 };
        return keep(from) && keep(to);
      });
      for (const drawn of linePaths(strong, visible, path)) {
        drawn.classList.add("strong");
        lines.append(drawn);
      }
    },
  };
}

function linePaths(
  some: readonly number[],
  { links }: Visible,
  path: (link: number) => string,
): readonly SVGPathElement[] {
  return [false, true].flatMap((soft) => {
    const own = some.filter((link) => links[link]?.soft === soft);
    const paths: SVGPathElement[] = [];
    for (let start = 0; start < own.length; start += linesInPath) {
      const d = own
        .slice(start, start + linesInPath)
        .map(path)
        .join("");
      paths.push(s("path", { class: soft ? "soft" : null, d }));
    }
    return paths;
  });
}

function nameOf(model: Model, { node, group, members }: Item): Named {
  if (node !== null) return model.node(node);
  return { label: `${group} · ${plural(members.length, "object")}`, kind: "group" };
}

function drawItem(item: Item, name: Named, schema: string | null, width: number): SVGGElement {
  const kind = item.node === null ? "group" : name.kind.replaceAll(" ", "-");
  return s(
    "g",
    { class: `node ${kind}` },
    s("rect", { class: "box", y: -nodeHeight / 2, width, height: nodeHeight, rx: kind === "table" ? 2 : 7 }),
    s("rect", { class: "tip", x: 8, y: -5, width: 10, height: 10, rx: kind === "table" ? 1 : 5 }),
    s("text", { x: 25, y: 4 }, shownName(name, schema)),
  );
}

/** What somebody sees who has no graph. */
export function emptyNotice(): HTMLElement {
  return h("p", { class: "notice" }, "No component declares anything yet.");
}
