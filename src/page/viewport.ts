/** Moves the picture under the pointer, the wheel and the keys: only a transform changes. */

const smallest = 0.04;
const largest = 2.5;
/** Below this zoom names can hardly be read: of many they are left out, which is faster. */
const readable = 0.38;
const many = 100;
/** Milliseconds without a movement before the picture is drawn sharp again. */
const settled = 300;

export interface Viewport {
  readonly element: HTMLElement;
  /** Shows all of it; never larger than life. */
  fit(): void;
  zoom(factor: number): void;
  /** Shows what is new at the same place. */
  place(): void;
  /** Moves the point into the middle unless it can be seen well where it is. */
  reveal(x: number, y: number): void;
  /** The size of what is shown, and how many nodes that are. */
  resize(width: number, height: number, count: number): void;
  /** True between a press and its release where the picture was moved in between. */
  dragged(): boolean;
}

/** `world` is what is shown at the time. */
export function createViewport(element: HTMLElement, world: () => SVGSVGElement | null): Viewport {
  const size = { width: 1, height: 1, count: 0 };
  const at = { x: 0, y: 0, scale: 1 };
  let moved = false;
  let timer = 0;
  const place = (): void => {
    const shown = world();
    if (shown !== null) shown.style.transform = `translate(${at.x}px, ${at.y}px) scale(${at.scale})`;
    element.classList.toggle("far", at.scale < readable && size.count > many);
  };
  /** While it is only moved it is one ready-made surface for the browser; at another zoom that would have to be made anew. */
  const slide = (dx: number, dy: number): void => {
    at.x += dx;
    at.y += dy;
    element.classList.add("panning");
    window.clearTimeout(timer);
    timer = window.setTimeout(() => element.classList.remove("panning"), settled);
    place();
  };
  const zoomAt = (factor: number, x: number, y: number): void => {
    const scale = Math.min(largest, Math.max(smallest, at.scale * factor));
    at.x = x - ((x - at.x) * scale) / at.scale;
    at.y = y - ((y - at.y) * scale) / at.scale;
    at.scale = scale;
    place();
  };
  element.addEventListener("pointerdown", (down) => {
    if (down.button !== 0) return;
    moved = false;
    const last = { x: down.clientX, y: down.clientY };
    const drag = (event: PointerEvent): void => {
      const [dx, dy] = [event.clientX - last.x, event.clientY - last.y];
      if (!moved && Math.abs(dx) + Math.abs(dy) < 4) return;
      if (!moved) element.setPointerCapture(down.pointerId);
      moved = true;
      last.x = event.clientX;
      last.y = event.clientY;
      slide(dx, dy);
    };
    const stop = (): void => {
      element.removeEventListener("pointermove", drag);
      element.removeEventListener("pointerup", stop);
      element.removeEventListener("pointercancel", stop);
    };
    element.addEventListener("pointermove", drag);
    element.addEventListener("pointerup", stop);
    element.addEventListener("pointercancel", stop);
  });
  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      zoomAt(Math.exp((-event.deltaY * lines) / 500), event.clientX - box.left, event.clientY - box.top);
    },
    { passive: false },
  );
  return {
    element,
    fit() {
      const { clientWidth, clientHeight } = element;
      const scale = Math.min((clientWidth - 48) / size.width, (clientHeight - 48) / size.height, 1);
      at.scale = Math.max(smallest, scale);
      at.x = (clientWidth - size.width * at.scale) / 2;
      at.y = (clientHeight - size.height * at.scale) / 2;
      place();
    },
    zoom: (factor) => zoomAt(factor, element.clientWidth / 2, element.clientHeight / 2),
    place,
    reveal(x, y) {
      const { clientWidth, clientHeight } = element;
      const [left, top] = [x * at.scale + at.x, y * at.scale + at.y];
      const seen = left > 80 && top > 60 && left < clientWidth - 160 && top < clientHeight - 60;
      if (seen && at.scale >= readable) return;
      at.scale = Math.max(at.scale, 0.7);
      at.x = clientWidth / 2 - x * at.scale;
      at.y = clientHeight / 2 - y * at.scale;
      place();
    },
    resize(width, height, count) {
      size.count = count;
      size.width = Math.max(1, width);
      size.height = Math.max(1, height);
    },
    dragged: () => moved,
  };
}
