/** The pictures in the documents show the sample project. `UPDATE=1` takes them anew; else it is seen that they can be taken. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { useServer } from "../cli/support/project.ts";
import { temporaryFolder } from "../config/folder.ts";
import { findChromium, missingBrowser, openBrowser, openWatched } from "./browser.ts";

const root = join(import.meta.dirname, "../..");
const sample = join(root, "components-sample");
const images = join(root, "docs/images");
const skips = findChromium() === null;
if (skips) console.log(`no picture of the page is taken: ${missingBrowser}`);

const server = useServer();

const pictures = [
  { name: "graph.png", colorScheme: "light" },
  { name: "graph-dark.png", colorScheme: "dark" },
] as const;

test.skipIf(skips)("what a change of a type would do, in both schemes", async () => {
  const config = JSON.parse(readFileSync(join(sample, "migrator.json"), "utf8"));
  await server.script(readFileSync(join(sample, "base.sql"), "utf8"));
  const project = server.project(sampleComponents(), { ...config, targets: undefined });
  expect((await project.run("sync")).stderr).toBe("");
  const folder = temporaryFolder({
    "graph.html": (await project.run("graph", "--format", "html")).stdout,
  });
  const { href } = pathToFileURL(join(folder, "graph.html"));
  const browser = await openBrowser();
  try {
    for (const { name, colorScheme } of pictures) {
      const { page, complaints } = await openWatched(browser, href, {
        colorScheme,
        viewport: { width: 1280, height: 760 },
      });
      await page.keyboard.press("/");
      await page.keyboard.type("line_amount");
      await page.keyboard.press("Enter");
      await page.selectOption("#what-if", "retype");
      await page.selectOption("#what-if-column", { index: 4 });
      expect(await page.locator(".node.fx").count()).toBeGreaterThan(3);
      expect(complaints).toEqual([]);
      const picture = await page.screenshot();
      expect(picture.length).toBeGreaterThan(20_000);
      if (process.env.UPDATE === "1") {
        mkdirSync(images, { recursive: true });
        writeFileSync(join(images, name), picture);
      }
      expect(existsSync(join(images, name)), "UPDATE=1 takes it").toBe(true);
    }
  } finally {
    await browser.close();
  }
});

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
