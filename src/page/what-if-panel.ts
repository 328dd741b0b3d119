/** "What if I change this?": the question, and what becomes of everything. */
import { impactOf } from "../../graph/picture/impact.ts";
import {
  type Change,
  type ChangeKind,
  changeKinds,
  type Effect,
  type Fate,
} from "../../graph/picture/what-if.ts";
import { h, plural } from "./element.ts";
import type { Model } from "./model.ts";
import type { Store } from "./view.ts";

const names: Readonly<Record<ChangeKind, string>> = {
  definition: "its definition, not its columns or signature",
  append: "append a column",
  rename: "rename a column",
  remove: "remove a column",
  retype: "change a column's type",
  arguments: "rename an argument, or drop its default",
  "argument-type": "change an argument's type",
  result: "change the result type",
};

/** The order in which fates are told, the worst first, with what they mean. */
const fates: readonly (readonly [Fate, string, string])[] = [
  ["refused", "refused", "stops the change: it is not declared in any file"],
  ["edited", "to be edited", "its file names what changes: write it anew with the change"],
  ["recreated", "recreated", "a new object takes its place, with all that hung on it"],
  ["renamed", "renamed", "ALTER … RENAME COLUMN: nothing is dropped"],
  ["replaced", "replaced", "CREATE OR REPLACE"],
  ["rebound", "rebound", "the same object is bound to the new one in place"],
  ["altered", "altered", "by your statement, given to --around or in a migration"],
];

/** Null where nothing can be asked about the node. */
export function whatIfPanel(model: Model, store: Store, place: number): HTMLElement | null {
  const node = model.node(place);
  const kinds = changeKinds(node);
  const [first] = kinds;
  if (first === undefined) return null;
  const asked = store.view().asked;
  const ask = (kind: ChangeKind, column: number): void => store.change({ asked: changeOf(kind, column) });
  const column = asked !== null && "column" in asked ? asked.column : 0;
  const kind = h(
    "select",
    { id: "what-if", change: () => pick() },
    h("option", { value: "" }, "choose a change…"),
    ...kinds.map((one) => h("option", { value: one, selected: asked?.kind === one }, names[one])),
  );
  const columns = h(
    "select",
    { id: "what-if-column", change: () => pick() },
    ...node.columns.map(({ name, type }, i) =>
      h("option", { value: i, selected: i === column }, `${name} ${type}`),
    ),
  );
  const pick = (): void => {
    const chosen = kinds.find((one) => one === kind.value);
    if (chosen === undefined) store.change({ asked: null });
    else ask(chosen, Number(columns.value));
  };
  const needsColumn = asked !== null && "column" in asked;
  return h(
    "section",
    { class: "what-if", "aria-labelledby": "what-if-title" },
    h("h3", { id: "what-if-title" }, "What if I change this?"),
    h("label", { for: "what-if" }, "Change ", kind),
    needsColumn ? h("label", { for: "what-if-column" }, "Column ", columns) : null,
    asked === null ? null : answer(model, store, place, asked),
  );
}

function changeOf(kind: ChangeKind, column: number): Change {
  switch (kind) {
    case "rename":
    case "remove":
    case "retype":
      return { kind, column };
    case "definition":
    case "append":
    case "arguments":
    case "argument-type":
    case "result":
      return { kind };
  }
}

/** What becomes of each node that is touched or may be. */
export function effectsOf(model: Model, place: number, asked: Change): readonly Effect[] {
  return impactOf(model.data, place, asked, model.mentions);
}

function answer(model: Model, store: Store, place: number, asked: Change): HTMLElement {
  const effects = effectsOf(model, place, asked);
  const managed = model.data.nodes.filter(({ kind }) => kind !== "table").length;
  const touched = effects.filter(({ node }) => model.node(node).kind !== "table").length;
  const groups = fates.flatMap(([fate, name, meaning]) => {
    const certain = effects.filter((effect) => effect.fate === fate && effect.perhaps === null);
    const perhaps = effects.filter((effect) => effect.perhaps === fate);
    if (certain.length + perhaps.length === 0) return [];
    return [
      h(
        "details",
        { class: `fate fx-${fate}`, open: certain.length + perhaps.length <= 12 },
        h(
          "summary",
          {},
          h("span", { class: "dot" }),
          h("b", {}, `${certain.length} ${name}`),
          perhaps.length === 0 ? null : ` and ${perhaps.length} perhaps`,
        ),
        h("p", { class: "meaning" }, meaning),
        h(
          "ul",
          {},
          ...certain.map((effect) => line(model, store, effect, "")),
          ...perhaps.map((effect) => line(model, store, effect, `perhaps, else ${effect.fate}: `)),
        ),
      ),
    ];
  });
  const unsure = effects.some(({ perhaps }) => perhaps !== null);
  const lacking = model.data.database === null;
  return h(
    "div",
    { class: "answer" },
    h("p", { id: "what-if-summary" }, `${plural(managed - touched, "object")} untouched.`),
    ...groups,
    unsure
      ? h(
          "p",
          { class: "note" },
          "Perhaps: only PostgreSQL can tell, from the new text. migrator plan asks it.",
        )
      : null,
    lacking
      ? h("p", { class: "note" }, "There is no database yet, so nobody knows which columns are used.")
      : null,
    h("p", { class: "note" }, notes(asked)),
  );
}

function line(model: Model, store: Store, { node, why }: Effect, before: string): HTMLElement {
  const { key, label } = model.node(node);
  const open = (): void => store.change({ selected: key, group: null, asked: null });
  return h(
    "li",
    {},
    h("button", { type: "button", class: "link", click: open }, label),
    h("small", {}, `${before}${why}`),
  );
}

function notes(asked: Change): string {
  switch (asked.kind) {
    case "rename":
      return "Files that name the column are taken to go on showing it under their own column's present name.";
    case "remove":
      return "Files that name the column must stop doing so first; what becomes of what reads them depends on how.";
    case "retype":
    case "result":
      return "Taken that the new type fits wherever it is used; else PostgreSQL refuses, and says where.";
    case "argument-type":
      return "Another type makes another routine: the old one is dropped. Taken that callers fit the new one; else PostgreSQL refuses, and says where.";
    case "arguments":
      return "Callers that name the argument, or leave it out, must be edited with it.";
    case "definition":
    case "append":
      return "Nothing that needs it is dropped.";
  }
}
