/** The panel beside the picture: everything about the selected object. */
import type { PageNode, PageText } from "../../graph/picture/page-data.ts";
import { groupOf } from "../../graph/picture/visible.ts";
import { columnTable } from "./columns.ts";
import { h, plural } from "./element.ts";
import type { Model } from "./model.ts";
import type { Store } from "./view.ts";
import { whatIfPanel } from "./what-if-panel.ts";

/** Shown of a list before somebody asks for all. */
const mostNames = 30;

/** `errors`: mistakes that the last save had in its file, with their code frames. */
export function objectPanel(
  model: Model,
  store: Store,
  place: number,
  errors: readonly string[],
): readonly HTMLElement[] {
  const node = model.node(place);
  const text = model.texts?.[place] ?? null;
  const sections = [
    heading(model, store, node, place),
    ...errors.map(errorText),
    whatIfPanel(model, store, place),
    names(model, store, "Needs", needsOf(model, place), model.needs[place]?.length ?? 0, (other) =>
      model.isSoft(place, other),
    ),
    names(model, store, "Needed by", model.dependents(place), model.neededBy[place]?.length ?? 0, (other) =>
      model.isSoft(other, place),
    ),
    node.columns.length === 0
      ? null
      : section(`Columns (${node.columns.length})`, true, columnTable(model, store, place)),
    ...(text === null ? [h("p", { class: "note" }, "Texts are being unpacked…")] : texts(text)),
    node.grants.length === 0
      ? null
      : section(
          `Grants (${node.grants.length})`,
          false,
          h("ul", {}, ...node.grants.map((grant) => h("li", {}, grant))),
        ),
  ];
  return sections.filter((one) => one !== null);
}

function heading(model: Model, store: Store, node: PageNode, place: number): HTMLElement {
  const { focus, grouping, open } = store.view();
  const group = groupOf(node, grouping);
  const button = (text: string, click: () => void, id: string) =>
    h("button", { type: "button", id, click }, text);
  const collapse = (): void => {
    const others = new Set(open);
    if (group !== null) others.delete(group);
    store.change({ open: others, selected: null, group });
  };
  const facts: readonly (readonly [string, string | null])[] = [
    ["File", node.component],
    ["For", node.scope === null ? null : node.scope.replace("=", " ")],
    ["State", node.state],
    ["Owner", node.owner],
    ["Returns", node.returns],
    ["Extension", node.extension],
  ];
  return h(
    "header",
    {},
    h("p", { class: "kind" }, node.kind),
    h("h2", { id: "panel-title" }, nameOf(node)),
    node.comment === null ? null : h("p", { class: "comment" }, node.comment),
    h(
      "dl",
      {},
      ...facts.flatMap(([name, value]) => (value === null ? [] : [h("dt", {}, name), h("dd", {}, value)])),
    ),
    h(
      "div",
      { class: "actions" },
      focus === node.key
        ? button("Show all", () => store.change({ focus: null }), "unfocus")
        : button("Show only what is around it", () => store.change({ focus: node.key }), "focus"),
      group !== null && open.has(group) ? button(`Collapse ${group}`, collapse, "collapse") : null,
    ),
    h("p", { class: "note" }, summary(model, place)),
  );
}

function nameOf({ label, kind }: PageNode): string {
  return label.startsWith(`${kind} `) ? label.slice(kind.length + 1) : label;
}

function summary(model: Model, place: number): string {
  const direct = model.neededBy[place]?.length ?? 0;
  const all = model.dependents(place).length;
  if (all === 0) return "Nothing needs it.";
  return all === direct
    ? `${plural(all, "object")} ${all === 1 ? "needs" : "need"} it.`
    : `${plural(direct, "object")} ${direct === 1 ? "needs" : "need"} it directly, ${all} in all.`;
}

function needsOf(model: Model, place: number): readonly number[] {
  return model.needs[place] ?? [];
}

/** The direct ones first; soft ones are marked. */
function names(
  model: Model,
  store: Store,
  title: string,
  places: readonly number[],
  direct: number,
  isSoft: (place: number) => boolean,
): HTMLElement | null {
  if (places.length === 0) return null;
  const entry = (place: number): HTMLElement => {
    const { key, label } = model.node(place);
    const open = (): void => store.change({ selected: key, group: null, asked: null });
    const link = h("button", { type: "button", class: "link", click: open }, label);
    return h("li", {}, link, isSoft(place) ? h("small", {}, "only its text says so") : null);
  };
  const list = h("ul", {}, ...places.slice(0, mostNames).map(entry));
  const more = h(
    "button",
    {
      type: "button",
      click: () => {
        list.append(...places.slice(mostNames).map(entry));
        more.remove();
      },
    },
    `Show all ${places.length}`,
  );
  const count = places.length === direct ? `${direct}` : `${direct} directly, ${places.length} in all`;
  return section(`${title} (${count})`, places.length <= 8, list, places.length > mostNames ? more : null);
}

function texts({ source, definition, history }: PageText): readonly (HTMLElement | null)[] {
  return [
    source === null ? null : section("Source", true, sqlText(source)),
    definition === null ? null : section("In the database", false, sqlText(definition)),
    history.length === 0
      ? null
      : section(
          `History (${history.length})`,
          false,
          h(
            "ol",
            { class: "history" },
            ...history.map(({ at, what, source: command, by, reason }) =>
              h(
                "li",
                {},
                h("time", { datetime: at }, at.slice(0, 16).replace("T", " ")),
                h("b", {}, what),
                h("small", {}, [command, by, reason].filter((part) => part !== "").join(" · ")),
              ),
            ),
          ),
        ),
  ];
}

/** It can be scrolled, so the keys must reach it. */
export function sqlText(text: string): HTMLElement {
  return h("pre", { tabindex: 0, role: "region", "aria-label": "SQL" }, h("code", {}, text.trimEnd()));
}

/** Its lines come as long as the panel is wide; a path that is longer can be scrolled to. */
export function errorText(text: string): HTMLElement {
  return h(
    "pre",
    { class: "mistake", tabindex: 0, role: "region", "aria-label": "Error" },
    h("code", {}, text),
  );
}

export function section(title: string, open: boolean, ...content: readonly (Node | null)[]): HTMLElement {
  return h("details", { class: "part", open }, h("summary", {}, title), ...content);
}
