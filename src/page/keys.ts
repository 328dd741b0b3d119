/** Everything by keys alone. Letters are taken only where nobody writes. */
import type { Scene } from "./scene.ts";
import type { Search } from "./search.ts";
import { allSteps, type Store } from "./view.ts";
import type { Viewport } from "./viewport.ts";

export interface Keyboard {
  readonly store: Store;
  readonly stage: HTMLElement;
  readonly panel: HTMLElement;
  readonly search: Search;
  viewport(): Viewport;
  scene(): Scene | null;
  selectedItem(): number | null;
  choose(item: number): void;
  /** Opens a group, or shows only what is around an object. */
  toggle(item: number): void;
}

const depths = [1, 2, 3, 5, allSteps];

export function listenToKeys(keyboard: Keyboard): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    const writing = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
    if (event.key === "Escape" && !(target instanceof HTMLInputElement)) stepBack(keyboard);
    else if (writing) return;
    else if (!anywhere(keyboard, event.key) && !(target === keyboard.stage && onStage(keyboard, event.key)))
      return;
    event.preventDefault();
  });
}

function stepBack({ store, stage }: Keyboard): void {
  const { asked, selected, group, focus, save } = store.view();
  if (asked !== null) store.change({ asked: null });
  else if (focus !== null) store.change({ focus: null });
  else if (selected !== null || group !== null || save !== null)
    store.change({ selected: null, group: null });
  stage.focus();
}

function anywhere({ store, search, viewport, panel }: Keyboard, key: string): boolean {
  const { selected, focus, depth } = store.view();
  switch (key) {
    case "/":
      search.focus();
      return true;
    case "f":
      store.change({ focus: focus === selected ? null : selected });
      return true;
    case "w":
      panel.querySelector<HTMLElement>("#what-if")?.focus();
      return true;
    case "[":
    case "]": {
      const place = depths.indexOf(depth) + (key === "]" ? 1 : -1);
      store.change({ depth: depths[Math.min(depths.length - 1, Math.max(0, place))] ?? depth });
      return true;
    }
    case "+":
    case "=":
      viewport().zoom(1.3);
      return true;
    case "-":
      viewport().zoom(1 / 1.3);
      return true;
    case "0":
      viewport().fit();
      return true;
    default:
      return false;
  }
}

function onStage(keyboard: Keyboard, key: string): boolean {
  const scene = keyboard.scene();
  if (scene === null || scene.visible.items.length === 0) return false;
  const selected = keyboard.selectedItem();
  if (key === "Enter") {
    if (selected === null) return false;
    if (scene.visible.items[selected]?.node === null) keyboard.toggle(selected);
    else focusPanel(keyboard);
    return true;
  }
  const next = selected === null ? first(scene, key) : neighbour(scene, selected, key);
  if (next === undefined) return key.startsWith("Arrow");
  if (next === null) return false;
  keyboard.choose(next);
  return true;
}

function focusPanel({ panel }: Keyboard): void {
  const title = panel.querySelector<HTMLElement>("#panel-title");
  title?.setAttribute("tabindex", "-1");
  title?.focus();
}

/** The first one that is seen, from above. Null where the key moves nothing. */
function first(scene: Scene, key: string): number | null {
  if (!key.startsWith("Arrow")) return null;
  const places = scene.nodes.map((_, i) => ({ i, ...scene.middle(i) }));
  return places.sort((a, b) => a.y - b.y || a.x - b.x)[0]?.i ?? null;
}

/** Undefined where there is none in that direction; null where the key moves nothing. */
function neighbour(scene: Scene, from: number, key: string): number | null | undefined {
  const start = scene.middle(from);
  const { links, items } = scene.visible;
  const right = scene.direction === "right";
  /** Aside counts more than along a layer: one is followed before another is entered. */
  const distance = (item: number): number => {
    const { x, y } = scene.middle(item);
    return Math.abs(x - start.x) * (right ? 3 : 1) + Math.abs(y - start.y) * (right ? 1 : 3);
  };
  const near = (some: readonly number[]): number | undefined =>
    [...some].sort((a, b) => distance(a) - distance(b))[0];
  const beside = (passes: (way: number) => boolean) =>
    near(
      items.flatMap((_, i) => {
        const { x, y } = scene.middle(i);
        return i !== from && passes(right ? y - start.y : x - start.x) ? [i] : [];
      }),
    );
  switch (key) {
    case right ? "ArrowLeft" : "ArrowUp":
      return near(links.filter((link) => link.from === from).map((link) => link.to));
    case right ? "ArrowRight" : "ArrowDown":
      return near(links.filter((link) => link.to === from).map((link) => link.from));
    case right ? "ArrowUp" : "ArrowLeft":
      return beside((way) => way < -1);
    case right ? "ArrowDown" : "ArrowRight":
      return beside((way) => way > 1);
    default:
      return null;
  }
}
