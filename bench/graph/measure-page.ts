/** Measures a page in a browser, by real input: a moving pointer, a turning wheel. */
import type { Browser, Page } from "playwright-core";

export interface PageMeasurement {
  /** Milliseconds from the start of the load to the frame behind the first drawing. */
  readonly drawn: number;
  /** Frames a second. */
  readonly panning: number;
  readonly zooming: number;
  /** Milliseconds to the frame behind the drawing of a newer graph. */
  readonly update: number;
}

const steps = 90;

/** Milliseconds since the load began, at the frame behind the first one that has nodes. */
const noteDrawing = `window.drawn_ = new Promise((done) => requestAnimationFrame(function look() {
  if (document.querySelector(".stage .node") === null) requestAnimationFrame(look);
  else requestAnimationFrame(() => done(performance.now()));
}));`;

export async function measurePage(browser: Browser, address: string): Promise<PageMeasurement> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 840 } });
  const page = await context.newPage();
  await context.addInitScript(noteDrawing);
  await page.goto(address);
  const drawn = await page.evaluate<number>("window.drawn_");
  await page.waitForTimeout(400);
  const panning = await framesDuring(page, async () => {
    await page.mouse.move(700, 500);
    await page.mouse.down();
    for (let i = 0; i < steps; i++)
      await page.mouse.move(700 - 3 * i, 500 - Math.round(60 * Math.sin(i / 8)));
    await page.mouse.up();
  });
  const zooming = await framesDuring(page, async () => {
    await page.mouse.move(500, 400);
    for (let i = 0; i < steps / 2; i++) await page.mouse.wheel(0, i < steps / 4 ? -40 : 40);
  });
  const update = await page.evaluate<number>(
    behindTwoFrames(
      "const started = performance.now(); const data = JSON.parse(document.getElementById('graph').textContent); window.migratorGraph.update({ ...data, layout: null }, null, []);",
    ),
  );
  await context.close();
  return { drawn, panning, zooming, update };
}

/** An expression of the page: milliseconds from `started`, which `work` sets, to the second frame behind it. */
function behindTwoFrames(work: string): string {
  return `new Promise((done) => { ${work} requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - started))); })`;
}

async function framesDuring(page: Page, act: () => Promise<void>): Promise<number> {
  await page.evaluate(
    "window.frames_ = []; window.counting_ = true; (function count(at) { if (at !== undefined) window.frames_.push(at); if (window.counting_) requestAnimationFrame(count); })()",
  );
  await act();
  const times = await page.evaluate<number[]>("window.counting_ = false, window.frames_");
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0];
  return ((times.length - 1) * 1000) / Math.max(1, last - first);
}
