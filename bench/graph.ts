/** `npm run bench -- --graph`: how large the page of the graph is, how fast it is there, and how smoothly it moves. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { layOut } from "../graph/picture/layout.ts";
import { nodeWidth } from "../graph/picture/node-size.ts";
import { pageAssets } from "../src/report/page/assets.ts";
import { pageHtml } from "../src/report/page/html.ts";
import { findChromium, missingBrowser, openBrowser } from "../test/pages/browser.ts";
import { makePage } from "./graph/make-page.ts";
import { measurePage, type PageMeasurement } from "./graph/measure-page.ts";
import { median } from "./median.ts";

interface Size {
  readonly objects: number;
  readonly edges: number;
}

const sizes: readonly Size[] = [
  { objects: 30, edges: 60 },
  { objects: 1000, edges: 3000 },
  { objects: 3000, edges: 9000 },
];
const repetitions = 3;

interface Line extends Size {
  /** Milliseconds. */
  readonly layout: number;
  readonly bytes: number;
  readonly pages: readonly PageMeasurement[];
}

/** `smoke`: the smallest once, for CI; bench/results/graph.md is then left alone. */
export async function benchGraph(smoke: boolean): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "graph-bench-"));
  try {
    const lines: Line[] = [];
    for (const size of smoke ? sizes.slice(0, 1) : sizes) {
      lines.push(await measureSize(size, folder, smoke ? 1 : repetitions));
      console.log(`${size.objects} objects: measured`);
    }
    const report = graphReport(lines);
    console.log(report);
    if (smoke) return;
    const results = join(import.meta.dirname, "results");
    mkdirSync(results, { recursive: true });
    writeFileSync(join(results, "graph.md"), report);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureSize(size: Size, folder: string, times: number): Promise<Line> {
  const page = makePage(size.objects, size.edges);
  const widths = page.data.nodes.map((node) => nodeWidth(node, null));
  const layouts: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    layOut(widths, page.data.edges);
    layouts.push(performance.now() - start);
  }
  const data = { ...page.data, layout: layOut(widths, page.data.edges) };
  const html = pageHtml({ data, texts: page.texts }, await pageAssets());
  const file = join(folder, `${size.objects}.html`);
  writeFileSync(file, html);
  const pages: PageMeasurement[] = [];
  if (findChromium() === null) console.log(`only size and layout are measured: ${missingBrowser}`);
  else {
    const browser = await openBrowser();
    try {
      for (let i = 0; i < times; i++) pages.push(await measurePage(browser, pathToFileURL(file).href));
    } finally {
      await browser.close();
    }
  }
  return { ...size, layout: median(layouts), bytes: Buffer.byteLength(html), pages };
}

function graphReport(lines: readonly Line[]): string {
  const cells = lines.map(({ objects, edges, layout, bytes, pages }) => {
    const value = (of: (page: PageMeasurement) => number, digits = 0) =>
      pages.length === 0 ? "–" : median(pages.map(of)).toFixed(digits);
    return [
      objects,
      edges,
      layout.toFixed(0),
      (bytes / 1024).toFixed(0),
      value((page) => page.drawn),
      value((page) => page.panning),
      value((page) => page.zooming),
      value((page) => page.update),
    ].join(" | ");
  });
  return `# The page of the graph

Made-up views and functions with columns, sources and definitions, in headless Chromium without a graphics card on ${cpus().length} cores. Layout is the
tool's (ms), size that of the whole page (KB). Drawn: from the start of the load to the frame behind the first drawing (ms). Panning and zooming:
frames a second under a moving pointer and a turning wheel (60 is the most). Update: a newer graph is laid out and drawn (ms). Medians of ${repetitions}.

| objects | edges | layout | size | drawn | panning | zooming | update |
|---|---|---|---|---|---|---|---|
${cells.map((cell) => `| ${cell} |`).join("\n")}
`;
}
