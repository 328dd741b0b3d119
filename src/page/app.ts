/** The page: picture, panel and controls over one store. `update` takes a newer graph and keeps what somebody looks at. */
import type { Direction } from "../../graph/picture/layout-part.ts";
import type { PageData, PageText } from "../../graph/picture/page-data.ts";
import type { Pending, Save } from "../../graph/picture/save.ts";
import { type Visible, visiblePart } from "../../graph/picture/visible.ts";
import { type Colours, chooseColours } from "./colours.ts";
import { h, plural } from "./element.ts";
import { listenToKeys } from "./keys.ts";
import { createModel, type Model } from "./model.ts";
import { groupPanel, overviewPanel } from "./overview.ts";
import { objectPanel } from "./panel.ts";
import { createPending } from "./pending.ts";
import { errorsByNode, saveEffects, saveLegend } from "./save-effects.ts";
import { createSaves, savePanel } from "./saves.ts";
import { drawScene, emptyNotice, type Scene } from "./scene.ts";
import { createSearch } from "./search.ts";
import { createToolbar } from "./toolbar.ts";
import { createStore, type View } from "./view.ts";
import { createViewport, type Viewport } from "./viewport.ts";
import { effectsOf, whatIfPanel } from "./what-if-panel.ts";

/** Milliseconds for which changed objects stay marked, and by which each begins later than the one that it follows from. */
const markedFor = 4000;
const later = 90;
/** More of them do not wait for each other. */
const mostWaves = 16;

export interface App {
  /** A live page: an entry of the time line. With `open` it is looked at, unless somebody looks at an object. */
  addSave(save: Save, open: boolean): void;
  /** A newer graph of the same project; `changed` are keys of objects to point out. */
  update(data: PageData, texts: readonly PageText[] | null, changed: Iterable<string>): void;
  /** A live page: migrations that wait. */
  setPending(pending: Pending): void;
  /** The texts of the present graph, unpacked. */
  setTexts(texts: readonly PageText[]): void;
}

export function startApp(root: HTMLElement, data: PageData): App {
  const store = createStore();
  let model = createModel(data, null);
  let scene: Scene | null = null;
  let viewport: Viewport | null = null;
  /** Of the whole picture, which its parts follow: nobody has to find out anew where what is needed stands. */
  let direction: Direction | null = null;
  /** Keys of objects to point out. */
  let marked: ReadonlySet<string> = new Set();
  /** Mistakes of the last save, by the keys of the objects whose files they are in. */
  let failing: ReadonlyMap<string, readonly string[]> = new Map();
  const stage = h("div", {
    class: "stage",
    id: "stage",
    tabindex: 0,
    role: "application",
    "aria-roledescription": "graph",
    "aria-label": "Dependency graph. Arrow keys go from object to object; slash searches.",
  });
  const panel = h("aside", { class: "panel", "aria-labelledby": "panel-title" });
  const told = h("div", { role: "status", "aria-live": "polite", class: "hidden", id: "told" });
  const legend = h("ul", { class: "legend", "aria-label": "Colours" });
  const search = createSearch(
    () => model,
    (key) => {
      select(key);
      stage.focus();
    },
  );
  const current = (): Viewport => {
    if (viewport === null) throw new Error("the picture is not drawn yet");
    return viewport;
  };
  const scoped = data.nodes.some(({ scope }) => scope !== null);
  const toolbar = createToolbar(store, current, scoped);
  const saves = createSaves((number) =>
    store.change({ selected: null, group: null, asked: null, save: number }),
  );
  const pending = createPending();
  root.append(
    h(
      "header",
      { class: "bar" },
      h("h1", {}, "migrator ", h("span", {}, "graph")),
      search.element,
      toolbar.element,
    ),
    h("main", {}, stage, panel),
    h("footer", {}, legend, pending.element, saves.element),
    told,
  );

  /** Selects an object; where it is out of sight, what hides it is opened. */
  const select = (key: string): void => {
    const place = model.placeOf(key);
    if (place === null) return;
    const view = store.view();
    const { itemOf, items } = visible(model, view);
    const item = itemOf[place];
    const part: Partial<View> = { selected: key, group: null, asked: null };
    if (item === undefined) store.change({ ...part, focus: null });
    else if (items[item]?.node === null)
      store.change({ ...part, open: new Set([...view.open, items[item]?.group ?? ""]) });
    else store.change(part);
  };
  const choose = (item: number): void => {
    const chosen = scene?.visible.items[item];
    if (chosen === undefined) return;
    if (chosen.node === null) store.change({ selected: null, group: chosen.group, asked: null });
    else store.change({ selected: model.node(chosen.node).key, group: null, asked: null });
  };
  const toggle = (item: number): void => {
    const chosen = scene?.visible.items[item];
    if (chosen?.node === null)
      store.change({ open: new Set([...store.view().open, chosen.group]), group: null });
    else if (chosen !== undefined) store.change({ focus: model.node(chosen.node).key });
  };

  const draw = (fit: boolean): void => {
    const view = store.view();
    const part = visible(model, view);
    const whole = view.grouping === "none" && focusOf(model, view) === null;
    const drawn = scene?.direction;
    scene = drawScene(model, part, whole ? model.data.layout : direction);
    if (whole) direction = scene.direction;
    stage.replaceChildren(scene.element, ...(part.items.length === 0 ? [emptyNotice()] : []));
    const before = viewport;
    viewport ??= createViewport(stage, () => scene?.element ?? null);
    viewport.resize(scene.width, scene.height, part.items.length);
    // The legend below takes room from the picture.
    dress();
    // Of a picture that turned nothing is where it was.
    if (fit || before === null || scene.direction !== drawn) viewport.fit();
    else viewport.place();
  };

  /** Colours, selection and effects: classes only. */
  const dress = (): void => {
    if (scene === null) return;
    const view = store.view();
    const colours = chooseColours(model.data.nodes, view.colouring);
    const selected = selectedItem(model, view, scene.visible);
    const save = view.save === null ? undefined : saves.find(view.save);
    const effects =
      save === undefined
        ? effectClasses(model, view, scene.visible)
        : saveEffects(model, save, scene.visible);
    const waves = new Map([...marked].map((key, at) => [key, at]));
    for (const [i, element] of scene.nodes.entries()) {
      const item = scene.visible.items[i];
      if (item === undefined) continue;
      const classes = ["node", colourClass(model, colours, item.node)];
      if (item.node === null) classes.push("group");
      else if (isUnmanaged(model, item.node)) classes.push("unmanaged");
      const keys = item.members.map((node) => model.node(node).key);
      const wave = waves.size === 0 ? Infinity : Math.min(...keys.map((key) => waves.get(key) ?? Infinity));
      if (wave !== Infinity) {
        classes.push("changed");
        element.style.animationDelay = `${Math.min(wave, mostWaves) * later}ms`;
      }
      const failed = keys.some((key) => failing.has(key));
      if (failed) classes.push("failed");
      scene.flag(i, failed);
      if (i === selected) classes.push("selected");
      if (effects !== null) classes.push(effects.get(i) ?? "dim");
      element.setAttribute("class", classes.join(" "));
    }
    scene.mark(effects === null ? selected : null);
    scene.stress(effects === null ? null : (item) => effects.has(item));
    if (save !== undefined && effects !== null) legend.replaceChildren(...saveLegend(save));
    else
      legend.replaceChildren(
        ...colours.legend.map(({ name, colour, count }) =>
          h("li", {}, h("span", { class: `dot c${colour}` }), `${name} `, h("small", {}, `${count}`)),
        ),
      );
  };

  /** What is wrong comes into sight, where it can be seen at all. */
  const revealFailure = (): void => {
    const [place] = [...failing.keys()].flatMap((key) => model.placeOf(key) ?? []);
    const item = place === undefined ? undefined : scene?.visible.itemOf[place];
    if (scene === null || item === undefined) return;
    const { x, y } = scene.middle(item);
    viewport?.reveal(x, y);
  };
  /** Null for what the graph does not have. */
  const nodeButton = (key: string): HTMLElement | null => {
    const place = model.placeOf(key);
    if (place === null) return null;
    return h("button", { type: "button", class: "link", click: () => select(key) }, model.node(place).label);
  };

  const mark = (keys: ReadonlySet<string>): void => {
    marked = keys;
    dress();
    window.setTimeout(() => {
      if (marked !== keys) return;
      marked = new Set();
      dress();
    }, markedFor);
  };

  const showPanel = (): void => {
    const view = store.view();
    const place = model.placeOf(view.selected);
    const held = document.activeElement;
    const inside = held !== null && panel.contains(held);
    const group = scene?.visible.items.find((item) => item.node === null && item.group === view.group);
    const save = view.save === null ? undefined : saves.find(view.save);
    panel.replaceChildren(
      ...(save !== undefined
        ? savePanel(save, nodeButton)
        : place !== null
          ? objectPanel(model, store, place, failing.get(model.node(place).key) ?? [])
          : group !== undefined
            ? groupPanel(model, store, group.group, group.members)
            : overviewPanel(model, store, scene?.direction ?? "right")),
    );
    panel.scrollTop = 0;
    if (inside) refocus(held.id);
  };
  /** What had the focus is drawn anew; where it is gone, the panel's title takes it. */
  const refocus = (id: string): void => {
    const same = id === "" ? null : document.getElementById(id);
    const title = document.getElementById("panel-title");
    title?.setAttribute("tabindex", "-1");
    (same ?? title)?.focus();
  };

  store.watch((now, before) => {
    const redraw =
      now.grouping !== before.grouping ||
      now.open !== before.open ||
      now.focus !== before.focus ||
      (now.focus !== null && now.depth !== before.depth);
    if (redraw)
      draw(now.grouping !== before.grouping || now.focus !== before.focus || now.depth !== before.depth);
    else dress();
    toolbar.show(now);
    const place = model.placeOf(now.selected);
    if (!redraw && now.asked !== before.asked && now.selected === before.selected && place !== null) {
      const held = document.activeElement?.id ?? "";
      panel.querySelector(".what-if")?.replaceWith(whatIfPanel(model, store, place) ?? "");
      if (held.startsWith("what-if")) refocus(held);
    } else if (
      redraw ||
      now.selected !== before.selected ||
      now.group !== before.group ||
      now.save !== before.save
    )
      showPanel();
    if (scene !== null && (now.selected !== before.selected || redraw)) {
      const item = selectedItem(model, now, scene.visible);
      if (item !== null) {
        const { x, y } = scene.middle(item);
        viewport?.reveal(x, y);
      }
    }
    const said = describe(model, now, scene?.visible ?? null);
    if (said !== told.textContent) told.textContent = said;
  });

  stage.addEventListener("click", (event) => {
    if (viewport?.dragged() === true) return;
    const item = itemAt(event.target);
    if (item === null) store.change({ selected: null, group: null, asked: null });
    else choose(item);
  });
  stage.addEventListener("dblclick", (event) => {
    const item = itemAt(event.target);
    if (item !== null) toggle(item);
  });
  listenToKeys({
    store,
    stage,
    panel,
    search,
    viewport: current,
    scene: () => scene,
    selectedItem: () => (scene === null ? null : selectedItem(model, store.view(), scene.visible)),
    choose,
    toggle,
  });

  draw(true);
  toolbar.show(store.view());
  showPanel();
  return {
    addSave(save, open) {
      saves.add(save);
      const { selected } = store.view();
      const told = [failing, errorsByNode(save)].map((errors) => errors.get(selected ?? "")?.join());
      failing = errorsByNode(save);
      dress();
      if (told[0] !== told[1] || store.view().save === save.number) showPanel();
      revealFailure();
      // Nobody is taken away from what they look at, but for a mistake.
      const free = store.view().selected === null && store.view().group === null;
      if (open && (free || save.errors.length > 0))
        store.change({ selected: null, group: null, asked: null, save: save.number });
    },
    setPending: (waiting) => pending.show(waiting),
    setTexts(texts) {
      model = createModel(model.data, texts);
      showPanel();
      dress();
    },
    update(newer, texts, changed) {
      const wasEmpty = model.data.nodes.length === 0;
      model = createModel(newer, texts);
      const view = store.view();
      store.change({
        selected: model.placeOf(view.selected) === null ? null : view.selected,
        focus: model.placeOf(view.focus) === null ? null : view.focus,
        asked: null,
        // Another set, so that everything is drawn anew.
        open: new Set(view.open),
      });
      if (wasEmpty) viewport?.fit();
      mark(new Set(changed));
    },
  };
}

function focusOf(model: Model, view: View): { readonly node: number; readonly depth: number } | null {
  const node = model.placeOf(view.focus);
  return node === null ? null : { node, depth: view.depth };
}

function visible(model: Model, view: View): Visible {
  return visiblePart(model.data, { focus: focusOf(model, view), grouping: view.grouping, open: view.open });
}

function selectedItem(model: Model, view: View, { items, itemOf }: Visible): number | null {
  const place = model.placeOf(view.selected);
  if (place !== null) return itemOf[place] ?? null;
  const group = items.findIndex((item) => item.node === null && item.group === view.group);
  return group === -1 ? null : group;
}

/** By item: the class of the worst that happens to what it stands for; null where nothing is asked. */
function effectClasses(model: Model, view: View, { itemOf }: Visible): ReadonlyMap<number, string> | null {
  const place = model.placeOf(view.selected);
  if (view.asked === null || place === null) return null;
  const classes = new Map<number, string>();
  for (const { node, fate, perhaps } of effectsOf(model, place, view.asked)) {
    const item = itemOf[node];
    if (item === undefined || classes.has(item)) continue;
    classes.set(item, perhaps === null ? `fx fx-${fate}` : `fx fx-${perhaps} perhaps`);
  }
  return classes;
}

function colourClass(model: Model, colours: Colours, node: number | null): string {
  return node === null ? "c0" : `c${colours.of(model.node(node))}`;
}

function isUnmanaged(model: Model, place: number): boolean {
  const { component, kind } = model.node(place);
  return component === null && kind !== "table";
}

function itemAt(target: EventTarget | null): number | null {
  const node = target instanceof Element ? target.closest<SVGGElement>(".node") : null;
  return node?.dataset.item === undefined ? null : Number(node.dataset.item);
}

/** What a screen reader is told. */
function describe(model: Model, view: View, shown: Visible | null): string {
  const place = model.placeOf(view.selected);
  if (place !== null) {
    const { label } = model.node(place);
    if (view.asked !== null)
      return `${plural(effectsOf(model, place, view.asked).length - 1, "other object")} touched`;
    const [needs, users] = [model.needs[place]?.length ?? 0, model.neededBy[place]?.length ?? 0];
    return `${label}: needs ${needs}, needed by ${users}`;
  }
  return view.group === null ? `${plural(shown?.items.length ?? 0, "node")} shown` : `group ${view.group}`;
}
