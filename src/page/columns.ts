/** The columns of an object: where each comes from, and which columns of others it feeds. */
import { h } from "./element.ts";
import type { Model } from "./model.ts";
import type { Store } from "./view.ts";

interface End {
  readonly place: number;
  /** -1 is a function's result. */
  readonly column: number;
  readonly copied: boolean;
}

export function columnTable(model: Model, store: Store, place: number): HTMLElement {
  const { columns, lineage } = model.node(place);
  const from = new Map<number, End[]>();
  for (const { column, source, sourceColumn, copied } of lineage)
    add(from, column, { place: source, column: sourceColumn, copied });
  const to = new Map<number, End[]>();
  for (const user of model.neededBy[place] ?? []) {
    for (const { column, source, sourceColumn, copied } of model.node(user).lineage)
      if (source === place) add(to, sourceColumn, { place: user, column, copied });
  }
  return h(
    "ul",
    { class: "columns" },
    ...columns.map(({ name, type, comment }, i) =>
      h(
        "li",
        {},
        h("span", { class: "column" }, h("b", {}, name), " ", h("span", { class: "type" }, type)),
        comment === null ? null : h("small", { class: "comment" }, comment),
        ends(model, store, "from", from.get(i)),
        ends(model, store, "feeds", to.get(i)),
      ),
    ),
  );
}

function add(lists: Map<number, End[]>, column: number, end: End): void {
  const list = lists.get(column);
  if (list === undefined) lists.set(column, [end]);
  else list.push(end);
}

function ends(
  model: Model,
  store: Store,
  title: string,
  some: readonly End[] | undefined,
): HTMLElement | null {
  if (some === undefined) return null;
  return h(
    "div",
    { class: `ends ${title}` },
    h("span", { class: "way" }, title),
    ...some.map(({ place, column, copied }) => {
      const { key, name, columns } = model.node(place);
      const text = column === -1 ? `${name}()` : `${name}.${columns[column]?.name ?? ""}`;
      const open = (): void => store.change({ selected: key, group: null, asked: null });
      const hint = copied ? "handed on as it is" : "something is computed from it";
      return h(
        "button",
        { type: "button", class: "link", title: hint, click: open },
        copied ? text : `ƒ ${text}`,
      );
    }),
  );
}
