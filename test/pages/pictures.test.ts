/** The pictures in the documents show the sample project. `UPDATE=1` takes them anew; else it is seen that they can be taken. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { useServer } from "../cli/support/project.ts";
import { temporaryFolder } from "../config/folder.ts";
import { findChromium, missingBrowser, openBrowser, openWatched } from "./browser.ts";
import { startStudio } from "./live.ts";

const root = join(import.meta.dirname, "../..");
const sample = join(root, "components-sample");
const images = join(root, "docs/images");
const skips = findChromium() === null;
if (skips) console.log(`no picture of the page is taken: ${missingBrowser}`);
const size = { width: 1360, height: 700 };
/** In bytes: they travel with the package. */
const largest = 200_000;

const server = useServer();
const schemes = [
  { ending: "", colorScheme: "light" },
  { ending: "-dark", colorScheme: "dark" },
] as const;

describe.skipIf(skips)("the pictures in the documents", () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });
  let project: ReturnType<typeof server.project> | undefined;
  beforeEach(async () => {
    const config = JSON.parse(readFileSync(join(sample, "migrator.json"), "utf8"));
    await server.script(readFileSync(join(sample, "base.sql"), "utf8"));
    project = server.project(sampleComponents(), { ...config, targets: undefined });
    expect((await project.run("sync")).stderr).toBe("");
  });
  const opened = () => {
    if (browser === undefined || project === undefined)
      throw new Error("nothing is there before a test runs");
    return { browser, project };
  };

  /** In both schemes; `shown` brings the page to what is to be seen. */
  async function takePage(name: string, shown: (page: Page) => Promise<void>): Promise<void> {
    const { browser, project } = opened();
    const folder = temporaryFolder({
      "graph.html": (await project.run("graph", "--format", "html")).stdout,
    });
    const { href } = pathToFileURL(join(folder, "graph.html"));
    for (const { ending, colorScheme } of schemes) {
      const { page, complaints } = await openWatched(browser, href, { colorScheme, viewport: size });
      await shown(page);
      expect(complaints).toEqual([]);
      await keep(`${name}${ending}.png`, page);
    }
  }

  test("what a change of a type would do", async () => {
    await takePage("graph", async (page) => {
      await pick(page, "line_amount");
      await page.keyboard.press("f");
      await page.selectOption("#what-if", "retype");
      await page.selectOption("#what-if-column", { index: 4 });
      expect(await page.locator(".node.fx").count()).toBeGreaterThan(3);
    });
  });

  test("what is around one object", async () => {
    await takePage("focus", async (page) => {
      await pick(page, "purchase_total");
      await page.keyboard.press("f");
      expect(await page.locator(".marked path").count()).toBeGreaterThan(2);
    });
  });

  test("a save in the studio, and a mistake at its node", async () => {
    const { browser, project } = opened();
    const { address, close } = await startStudio(project.folder, server.url());
    try {
      for (const [at, { ending, colorScheme }] of schemes.entries()) {
        const { page, complaints } = await openWatched(browser, address, { colorScheme, viewport: size });
        await page.locator(".stage .node").nth(10).waitFor();
        await pick(page, "line_amount");
        await page.keyboard.press("f");
        await page.locator(".stage").click({ position: { x: 20, y: 20 } });
        const name = "views/line_amount.sql";
        const text = sampleComponents()[name] ?? "";
        const net = "l.quantity * l.unit_price";
        const typed = text.replace(`${net} AS`, `(${net})::numeric(${14 + at},4) AS`);
        await newSave(page, /recreated/, () => project.write({ [name]: typed }));
        expect(await page.locator(".node.fx-recreated").count()).toBeGreaterThan(0);
        // The pulses come to rest.
        await page.locator(".node.changed").first().waitFor({ state: "detached" });
        await keep(`studio${ending}.png`, page);
        const wrong = text.replace("p.reduced_vat", "p.reduced_tax");
        await newSave(page, /1 error/, () => project.write({ [name]: wrong }));
        await page.locator(".node.failed").waitFor();
        await keep(`studio-error${ending}.png`, page);
        project.write({ [name]: text });
        await page.locator(".node.failed").waitFor({ state: "detached" });
        expect(complaints).toEqual([]);
        await page.context().close();
      }
    } finally {
      await close();
    }
  });
});

async function pick(page: Page, name: string): Promise<void> {
  await page.keyboard.press("/");
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
}

/** Waits for an entry of the time line that `work` brings about. */
async function newSave(page: Page, text: RegExp, work: () => void): Promise<void> {
  const entries = page.locator(".saves li");
  const count = await entries.count();
  work();
  await entries.nth(count).waitFor();
  expect(await entries.first().textContent()).toMatch(text);
}

async function keep(name: string, page: Page): Promise<void> {
  const picture = await page.screenshot();
  expect(picture.length).toBeGreaterThan(20_000);
  if (process.env.UPDATE === "1") {
    mkdirSync(images, { recursive: true });
    writeFileSync(join(images, name), picture);
  }
  expect(existsSync(join(images, name)), `UPDATE=1 takes ${name}`).toBe(true);
  expect(statSync(join(images, name)).size).toBeLessThan(largest);
}

function sampleComponents(): Readonly<Record<string, string>> {
  const folder = join(sample, "migrator/components");
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [relative(folder, path).split(sep).join("/"), readFileSync(path, "utf8")];
      }),
  );
}
