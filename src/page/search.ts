/** Finds objects by name, file or column: a combobox that the keys alone can drive. */
import type { PageNode } from "../../graph/picture/page-data.ts";
import { h } from "./element.ts";
import type { Model } from "./model.ts";

const mostResults = 12;

interface Found {
  readonly node: PageNode;
  /** What was found, where it is not the name. */
  readonly note: string;
  readonly rank: number;
}

export interface Search {
  readonly element: HTMLElement;
  focus(): void;
}

export function createSearch(model: () => Model, choose: (key: string) => void): Search {
  const list = h("ul", { id: "results", role: "listbox", "aria-label": "Objects found", hidden: true });
  const input = h("input", {
    id: "search",
    type: "search",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    placeholder: "Search objects and columns",
    "aria-label": "Search objects and columns",
    "aria-expanded": "false",
    "aria-controls": "results",
    "aria-autocomplete": "list",
  });
  let found: readonly Found[] = [];
  let active = 0;
  const show = (): void => {
    const open = input.value.trim() !== "" && document.activeElement === input;
    list.hidden = !open;
    input.setAttribute("aria-expanded", `${open}`);
    const options = found.map(({ node, note }, i) =>
      h(
        "li",
        {
          id: `result-${i}`,
          role: "option",
          "aria-selected": `${i === active}`,
          mousedown: (event) => {
            event.preventDefault();
            take(node.key);
          },
        },
        h("span", {}, node.label),
        note === "" ? null : h("small", {}, note),
      ),
    );
    const none = h(
      "li",
      { role: "option", "aria-disabled": "true", "aria-selected": "false" },
      "nothing found",
    );
    list.replaceChildren(...(options.length === 0 ? [none] : options));
    if (open && options.length > 0) input.setAttribute("aria-activedescendant", `result-${active}`);
    else input.removeAttribute("aria-activedescendant");
    options[active]?.scrollIntoView({ block: "nearest" });
  };
  const take = (key: string): void => {
    input.value = "";
    found = [];
    input.blur();
    show();
    choose(key);
  };
  input.addEventListener("input", () => {
    active = 0;
    found = find(model().data.nodes, input.value);
    show();
  });
  input.addEventListener("focus", show);
  input.addEventListener("blur", show);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      active = found.length === 0 ? 0 : (active + step + found.length) % found.length;
      show();
    } else if (event.key === "Enter") {
      const chosen = found[active];
      if (chosen !== undefined) take(chosen.node.key);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      input.value = "";
      input.blur();
    }
  });
  const key = h("kbd", { "aria-hidden": "true" }, "/");
  return { element: h("div", { class: "search" }, input, key, list), focus: () => input.focus() };
}

/** The best first; equals in the order of the nodes. */
export function find(nodes: readonly PageNode[], text: string): readonly Found[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  const found = nodes.flatMap((node): readonly Found[] => {
    const name = node.name.toLowerCase();
    if (name === wanted) return [{ node, note: "", rank: 0 }];
    if (name.startsWith(wanted)) return [{ node, note: "", rank: 1 }];
    if (name.includes(wanted) || node.label.toLowerCase().includes(wanted))
      return [{ node, note: "", rank: 2 }];
    const column = node.columns.find((one) => one.name.toLowerCase().includes(wanted));
    if (column !== undefined) return [{ node, note: `column ${column.name}`, rank: 3 }];
    const file = node.component?.toLowerCase().includes(wanted) === true ? (node.component ?? "") : null;
    return file === null ? [] : [{ node, note: file, rank: 4 }];
  });
  return found.sort((a, b) => a.rank - b.rank).slice(0, mostResults);
}
