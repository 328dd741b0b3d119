/** The page of `graph --format html` in a browser: what it shows, by mouse and by keys alone, and that it asks nobody for anything. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useServer } from "../cli/support/project.ts";
import { temporaryFolder } from "../config/folder.ts";
import { seriousViolations } from "./axe.ts";
import { findChromium, missingBrowser, openBrowser, openWatched, type Watched } from "./browser.ts";
import { base, components, hostile } from "./shop.ts";

const skips = findChromium() === null;
if (skips) console.log(`the page of the graph is not tested: ${missingBrowser}`);

const server = useServer();

describe.skipIf(skips)("the page of the graph", () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });

  async function makeProject() {
    await server.script(base);
    const project = server.project(components, { searchPath: ["app", "public"] });
    expect((await project.run("sync")).stderr).toBe("");
    return project;
  }

  async function open(options: Parameters<typeof openWatched>[2] = {}): Promise<Watched> {
    if (browser === undefined) throw new Error("the browser is not there before the tests run");
    const project = await makeProject();
    const { stdout, stderr } = await project.run("graph", "--format", "html");
    expect(stderr).toBe("");
    const folder = temporaryFolder({ "graph.html": stdout });
    const { href } = pathToFileURL(join(folder, "graph.html"));
    const watched = await openWatched(browser, href, options);
    await watched.page.locator(".stage .node").first().waitFor();
    return watched;
  }

  function quiet({ page, complaints, requests }: Watched): void {
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => url !== page.url().replace(/#.*/, ""))).toEqual([]);
  }

  const title = (page: Page) => page.locator("#panel-title");

  /** The text as somebody sees it. */
  const seen = async (locator: Locator) => (await locator.allInnerTexts()).join("\n");

  async function pick(page: Page, name: string): Promise<void> {
    await page.keyboard.press("/");
    await page.keyboard.type(name);
    await page.keyboard.press("Enter");
  }

  test("shows every object, and nothing of a name is markup", async () => {
    const watched = await open();
    const { page } = watched;
    expect(await page.locator(".stage .node").count()).toBe(11);
    expect(await page.locator(".lines path.soft").count()).toBe(1);
    await pick(page, "alert");
    expect(await title(page).textContent()).toBe(`report."${hostile.replaceAll('"', '""')}"`);
    expect(await page.locator(".columns b").first().textContent()).toBe(hostile);
    expect(await page.locator("script").count()).toBe(3);
    expect(await page.locator(".panel b b, .panel p b").count()).toBe(0);
    quiet(watched);
  });

  test("the SVG picture is well-formed, and nothing of a name is markup in it either", async () => {
    const { stdout } = await (await makeProject()).run("graph", "--format", "svg");
    const folder = temporaryFolder({ "graph.svg": stdout });
    if (browser === undefined) throw new Error("the browser is not there before the tests run");
    const page = await browser.newPage();
    await page.goto(pathToFileURL(join(folder, "graph.svg")).href);
    expect(await page.locator("g.node").count()).toBe(11);
    expect(await page.locator("path.edge").count()).toBe(10);
    expect(await page.locator("path.soft").count()).toBe(1);
    expect(await page.locator("script, parsererror").count()).toBe(0);
    const titles = await page.locator("g.node title").allTextContents();
    expect(titles).toContain(`view report."${hostile.replaceAll('"', '""')}"`);
  });

  test("a panel tells everything about an object", async () => {
    const watched = await open();
    const { page } = watched;
    await pick(page, "line");
    const panel = page.locator(".panel");
    const text = async () => (await seen(panel)).replaceAll(/\s+/g, " ");
    await page.locator("pre").first().waitFor();
    for (const details of await panel.locator("details").all())
      if ((await details.getAttribute("open")) === null) await details.locator("summary").click();
    for (const part of [
      "app.line Lines <b>as sold</b>",
      "File app/views/line.sql State unchanged",
      "3 objects need it directly, 6 in all.",
      "Needed by (3 directly, 6 in all)",
      "for show",
      "from ƒ purchase.amount",
      "feeds monthly.amount ƒ by_customer.total everything.amount",
      "-- What was sold.",
      "select to alice",
      "History (1)",
    ])
      expect(await text()).toContain(part);
    await page.locator(".ends .link", { hasText: "purchase.amount" }).first().click();
    expect(await title(page).textContent()).toBe("app.purchase");
    expect(await text()).toContain("One row a purchase");
    quiet(watched);
  });

  test("search finds names, columns and files, by keys", async () => {
    const watched = await open();
    const { page } = watched;
    await page.keyboard.press("/");
    expect(await page.locator("#search").evaluate((input) => input === document.activeElement)).toBe(true);
    await page.keyboard.type("twice");
    expect(await seen(page.locator("#results li").first())).toContain("column twice");
    await page.keyboard.press("Escape");
    expect(await page.locator("#results").isVisible()).toBe(false);
    await page.keyboard.press("/");
    await page.keyboard.type("app/functions");
    expect(await page.locator("#results li").count()).toBe(2);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    expect(await title(page).textContent()).toBe("app.touch()");
    await page.keyboard.press("/");
    await page.keyboard.type("nothing of that name");
    expect(await seen(page.locator("#results"))).toBe("nothing found");
    quiet(watched);
  });

  test("shows only what is around one object, as deep as asked", async () => {
    const watched = await open();
    const { page } = watched;
    await pick(page, "names");
    await page.keyboard.press("f");
    const names = async () => (await page.locator(".stage .node text").allTextContents()).sort();
    expect(await names()).toEqual(["app.by_customer", "app.customer", "app.line", "app.names"]);
    await page.keyboard.press("[");
    expect(await names()).toEqual(["app.by_customer", "app.names"]);
    await page.selectOption("#depth", "99");
    expect(await names()).toEqual([
      "app.by_customer",
      "app.customer",
      "app.line",
      "app.names",
      "app.purchase",
    ]);
    await page.keyboard.press("Escape");
    expect(await page.locator(".stage .node").count()).toBe(11);
    expect(await page.locator("#whole").isVisible()).toBe(false);
    quiet(watched);
  });

  test("collapses schemas and folders, and opens them", async () => {
    const watched = await open();
    const { page } = watched;
    await page.selectOption("#grouping", "schema");
    const names = async () => (await page.locator(".stage .node text").allTextContents()).sort();
    expect(await names()).toEqual(["app · 8 objects", "report · 3 objects"]);
    await page.locator(".stage .node", { hasText: "report" }).click();
    expect(await title(page).textContent()).toBe("report");
    await page.locator("#open-group").click();
    expect(await names()).toHaveLength(4);
    await pick(page, "touch");
    expect(await names()).toHaveLength(11);
    await page.locator("#collapse").click();
    expect(await names()).toHaveLength(4);
    await page.selectOption("#grouping", "folder");
    expect(await names()).toEqual([
      "app/functions/ · 2 objects",
      "app/triggers/ · 1 object",
      "app/views/ · 3 objects",
      "no file · 2 objects",
      "report/ · 3 objects",
    ]);
    quiet(watched);
  });

  test("colours by kind, schema and state", async () => {
    const watched = await open();
    const { page } = watched;
    const legend = async () => (await seen(page.locator(".legend"))).replaceAll(/\s+/g, " ").trim();
    expect(await legend()).toBe("table 2 view 5 materialized view 1 function 2 trigger 1");
    await page.selectOption("#colouring", "schema");
    expect(await legend()).toBe("app 8 report 3");
    await page.selectOption("#colouring", "state");
    expect(await legend()).toBe("unchanged 9 table 2");
    quiet(watched);
  });

  test("tells what a change would do", async () => {
    const watched = await open();
    const { page } = watched;
    await pick(page, "line");
    await page.selectOption("#what-if", "retype");
    await page.selectOption("#what-if-column", { label: "amount numeric(10,2)" });
    const answer = (await seen(page.locator(".answer"))).replaceAll(/\s+/g, " ");
    expect(answer).toContain("3 recreated and 1 perhaps");
    expect(answer).toContain(
      'view report.everything it needs view app.line, and its own "amount" takes over',
    );
    expect(answer).toContain("materialized view report.monthly");
    expect(answer).toContain(
      'perhaps, else rebound: it needs view app.line, and its own "total" may take over',
    );
    expect(await page.locator(".node.fx-recreated").count()).toBe(4);
    expect(await page.locator(".node.fx-recreated.perhaps").count()).toBe(1);
    await page.selectOption("#what-if", "rename");
    expect(await seen(page.locator(".answer"))).toContain("to be edited");
    await page.selectOption("#what-if", "append");
    expect(await page.locator(".node.fx-replaced").count()).toBe(1);
    await page.selectOption("#what-if", "");
    expect(await page.locator(".answer").count()).toBe(0);
    quiet(watched);
  });

  test("everything works by keys alone", async () => {
    const watched = await open();
    const { page } = watched;
    const active = () => page.evaluate(() => document.activeElement?.id ?? "");
    await pick(page, "by_customer");
    expect(await active()).toBe("stage");
    await page.keyboard.press("ArrowLeft");
    const needed = await title(page).textContent();
    expect(["app.line", "app.customer"]).toContain(needed);
    await page.keyboard.press("ArrowRight");
    expect(await title(page).textContent()).not.toBe(needed);
    await pick(page, "line");
    await page.keyboard.press("w");
    expect(await active()).toBe("what-if");
    await page.keyboard.type("append");
    expect(await page.locator("#what-if-summary").textContent()).toContain("untouched");
    expect(await active()).toBe("what-if");
    await page.keyboard.press("Escape");
    expect(await page.locator(".answer").count()).toBe(0);
    expect(await active()).toBe("stage");
    await page.keyboard.press("Enter");
    expect(await active()).toBe("panel-title");
    await page.keyboard.press("Tab");
    expect(await active()).toBe("focus");
    await page.keyboard.press("Enter");
    expect(await page.locator("#whole").isVisible()).toBe(true);
    expect(await active()).not.toBe("");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    expect(await page.locator(".node.selected").count()).toBe(0);
    expect(await title(page).textContent()).toBe("app");
    quiet(watched);
  });

  test("pans, zooms and fits", async () => {
    const watched = await open();
    const { page } = watched;
    const transform = () => page.locator(".world").evaluate((world) => (world as SVGElement).style.transform);
    const first = await transform();
    await page.mouse.move(500, 780);
    await page.mouse.down();
    await page.mouse.move(400, 700, { steps: 4 });
    await page.mouse.up();
    const moved = await transform();
    expect(moved).not.toBe(first);
    await page.mouse.wheel(0, -300);
    await expect.poll(transform).not.toBe(moved);
    expect(await page.locator(".node.selected").count()).toBe(0);
    await page.keyboard.press("0");
    await expect.poll(transform).toBe(first);
    // Of few the names stay, however small they are.
    for (let i = 0; i < 12; i++) await page.keyboard.press("-");
    await expect.poll(transform).toMatch(/scale\(0\.[012]/);
    expect(await page.locator(".node text").first().isVisible()).toBe(true);
    quiet(watched);
  });

  test("takes a newer graph and keeps what somebody looks at", async () => {
    const watched = await open();
    const { page } = watched;
    await pick(page, "line");
    await page.evaluate(() => {
      const data = JSON.parse(document.getElementById("graph")?.textContent ?? "");
      const key = (name: string) => data.nodes.find((node: { name: string }) => node.name === name).key;
      const place = data.nodes.findIndex((node: { name: string }) => node.name === "names");
      const newer = {
        ...data,
        layout: null,
        nodes: data.nodes.filter((_: unknown, i: number) => i !== place),
        edges: data.edges
          .filter((edge: { from: number; to: number }) => edge.from !== place && edge.to !== place)
          .map((edge: { from: number; to: number }) => ({
            ...edge,
            from: edge.from - Number(edge.from > place),
            to: edge.to - Number(edge.to > place),
          })),
      };
      const { migratorGraph } = window as unknown as {
        migratorGraph: { update(data: unknown, texts: null, changed: readonly string[]): void };
      };
      migratorGraph.update(newer, null, [key("by_customer")]);
    });
    expect(await page.locator(".stage .node").count()).toBe(10);
    expect(await page.locator(".node.changed text").allTextContents()).toEqual(["app.by_customer"]);
    expect(await title(page).textContent()).toBe("app.line");
    quiet(watched);
  });

  /** The page is given a newer graph: views of which each needs the one before. */
  async function giveChain(page: Page, length: number, first = "step_0_of_a_long_way"): Promise<void> {
    await page.evaluate(
      ([count, named]) => {
        const { nodes, ...data } = JSON.parse(document.getElementById("graph")?.textContent ?? "");
        const name = (i: number) => (i === 0 ? named : `step_${i}_of_a_long_way`);
        const newer = {
          ...data,
          layout: null,
          nodes: Array.from({ length: count }, (_, i) => {
            return {
              ...nodes[0],
              key: name(i),
              name: name(i),
              label: `view app.${name(i)}`,
              kind: "view",
              columns: [],
              lineage: [],
            };
          }),
          edges: Array.from({ length: count - 1 }, (_, i) => {
            return { from: i + 1, to: i, soft: false, columns: null, rows: false };
          }),
        };
        const { migratorGraph } = window as unknown as {
          migratorGraph: { update(data: unknown, texts: null, changed: readonly string[]): void };
        };
        migratorGraph.update(newer, null, []);
      },
      [length, first] as const,
    );
  }

  test.each([
    "M".repeat(40),
    "wwwwwwwwwwww",
    "summary_of_commitments",
    "ÄÖÜ_GRÖSSE",
    "😀".repeat(12),
    "顧客注文明細".repeat(3),
  ])("the name %s stays within its box", async (name) => {
    const watched = await open();
    const { page } = watched;
    await giveChain(page, 2, name);
    const ends = await page
      .locator(".stage .node")
      .first()
      .evaluate((node) => {
        return ["rect.box", "text"].map(
          (part) => node.querySelector(part)?.getBoundingClientRect().right ?? 0,
        );
      });
    expect(ends[1]).toBeLessThan(ends[0] ?? 0);
    quiet(watched);
  });

  test("a small picture of many layers goes downwards, and the keys and its parts with it", async () => {
    const watched = await open();
    const { page } = watched;
    await giveChain(page, 10);
    expect(await seen(page.locator(".keys"))).toContain("↑ ↓");
    expect(await seen(page.locator(".keys dt").nth(1))).toBe("↑ ↓");
    await pick(page, "step_4");
    await page.keyboard.press("ArrowDown");
    expect(await title(page).textContent()).toBe("app.step_5_of_a_long_way");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    expect(await title(page).textContent()).toBe("app.step_3_of_a_long_way");
    const box = async (name: string) => {
      const found = await page.locator(".stage .node", { hasText: name }).boundingBox();
      if (found === null) throw new Error(`${name} is not shown`);
      return found;
    };
    expect((await box("step_4")).y).toBeGreaterThan((await box("step_3")).y + 20);
    // Three layers alone would go to the right.
    await page.keyboard.press("f");
    await page.keyboard.press("[");
    await expect.poll(() => page.locator(".stage .node").count()).toBe(3);
    expect((await box("step_4")).y).toBeGreaterThan((await box("step_3")).y + 20);
    quiet(watched);
  });

  test("a picture that turns with a newer graph is seen whole", async () => {
    const watched = await open();
    const { page } = watched;
    const outside = () =>
      page.locator(".stage").evaluate((stage) => {
        const room = stage.getBoundingClientRect();
        return [...stage.querySelectorAll(".node")].filter((node) => {
          const { left, right, top, bottom } = node.getBoundingClientRect();
          return left < room.left || right > room.right || top < room.top || bottom > room.bottom;
        }).length;
      });
    for (const length of [3, 14, 3]) {
      await giveChain(page, length);
      expect(await page.locator(".stage .node").count()).toBe(length);
      expect(await outside()).toBe(0);
    }
    // What does not turn stays where somebody has moved it.
    await page.keyboard.press("+");
    const transform = () => page.locator(".world").evaluate((world) => (world as SVGElement).style.transform);
    const moved = await transform();
    await giveChain(page, 4);
    expect(await transform()).toBe(moved);
    quiet(watched);
  });

  test.each(["light", "dark"] as const)("axe finds nothing serious (%s)", async (colorScheme) => {
    // The page's own policy lets no other script run.
    const watched = await open({ colorScheme, bypassCSP: true });
    const { page } = watched;
    const violations = () => seriousViolations(page);
    expect(await violations()).toEqual([]);
    await pick(page, "line");
    await page.selectOption("#what-if", "retype");
    expect(await violations()).toEqual([]);
    await page.keyboard.press("/");
    await page.keyboard.type("a");
    expect(await violations()).toEqual([]);
    await page.keyboard.press("Escape");
    await page.selectOption("#grouping", "schema");
    await page.locator(".stage .node").first().click();
    expect(await violations()).toEqual([]);
  });
});
