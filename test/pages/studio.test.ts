/** The live page: who may see it, and what it shows of each save. */
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { Output } from "../../src/commands/output.ts";
import { studio } from "../../src/commands/studio.ts";
import { createMask } from "../../src/report/mask.ts";
import { plainStyle } from "../../src/report/style.ts";
import { startStudioServer } from "../../src/studio/server.ts";
import { useServer } from "../cli/support/project.ts";
import { findChromium, missingBrowser, openBrowser, openWatched } from "./browser.ts";
import { base, components } from "./shop.ts";

const skips = findChromium() === null;
if (skips) console.log(`the live page is not tested in a browser: ${missingBrowser}`);

const server = useServer();

/** The status of a request to the server of `address`. */
function ask(address: string, path: string, headers: Readonly<Record<string, string>> = {}, method = "GET") {
  const { hostname, port } = new URL(address);
  return new Promise<number>((resolve, reject) => {
    request({ hostname, port, path, headers, method }, (response) => {
      response.destroy();
      resolve(response.statusCode ?? 0);
    })
      .on("error", reject)
      .end();
  });
}

describe("the server", () => {
  test("answers only who has the token, and no page from elsewhere", async () => {
    const studioServer = await startStudioServer(async () => "<!doctype html>");
    try {
      const { address } = studioServer;
      const { pathname, port, hostname, origin } = new URL(address);
      expect(hostname).toBe("127.0.0.1");
      expect(pathname).toMatch(/^\/[\w-]{32}\/$/);
      expect(await ask(address, pathname)).toBe(200);
      expect(await ask(address, `${pathname}events`)).toBe(200);
      expect(await ask(address, pathname, { origin })).toBe(200);
      expect(await ask(address, "/")).toBe(404);
      expect(await ask(address, `/${"a".repeat(32)}/`)).toBe(404);
      expect(await ask(address, pathname.slice(0, -1))).toBe(404);
      expect(await ask(address, `${pathname}../`)).toBe(404);
      expect(await ask(address, pathname, { origin: "http://evil.example" })).toBe(403);
      expect(await ask(address, pathname, { origin: "null" })).toBe(403);
      expect(await ask(address, pathname, { host: `evil.example:${port}` })).toBe(403);
      expect(await ask(address, pathname, { host: `localhost:${port}` })).toBe(403);
      for (const method of ["POST", "PUT", "DELETE", "OPTIONS"])
        expect(await ask(address, pathname, {}, method)).toBe(405);
    } finally {
      await studioServer.close();
    }
  });
});

describe.skipIf(skips)("the live page", () => {
  test("follows each save: what it did, its SQL, its mistakes", async () => {
    await server.script(base);
    const project = server.project(components, { searchPath: ["app", "public"] });
    const { address, close } = await startStudio(project.folder);
    const browser = await openBrowser();
    try {
      const { page, complaints, requests } = await openWatched(browser, address);
      await page.locator(".saves button").first().waitFor();
      await page.locator(".stage .node").nth(10).waitFor();
      const save = (name: string, text: string) =>
        writeFileSync(join(project.folder, "migrator/components", name), text);
      const names = components["app/views/names.sql"] ?? "";
      save("app/views/names.sql", names.replace("select name", "select name, total"));
      await expectSave(page, /names\.sql 1 replaced/);
      expect(await page.locator(".node.changed text").allTextContents()).toEqual(["app.names"]);
      expect(await page.locator(".panel").textContent()).toContain("create OR REPLACE view app.names");

      await page.keyboard.press("/");
      await page.keyboard.type("names");
      await page.keyboard.press("Enter");
      expect(await page.locator(".columns b").allTextContents()).toEqual(["name", "total"]);

      save("app/views/names.sql", names.replace("by_customer", "by_custumer"));
      await expectSave(page, /names\.sql 1 error/);
      expect(await page.locator("#panel-title").textContent()).toContain("names.sql");
      const failure = await page.locator(".panel").textContent();
      expect(failure).toContain("Refused: the database is as it was.");
      expect(failure).toContain("by_custumer");
      expect(failure).toMatch(/\d+ \|/);

      save("app/views/more.sql", "create view app.more as select * from app.names;");
      save("app/views/names.sql", names);
      await expectSave(page, /1 created/);
      await expect.poll(() => page.locator(".stage .node").count()).toBe(12);
      // A page that comes later knows what was before.
      const later = await openWatched(browser, address);
      const entries = await page.locator(".saves button").count();
      expect(await later.page.locator(".saves button").count()).toBe(entries);

      expect(complaints).toEqual([]);
      expect(requests.filter((url) => !url.startsWith(address))).toEqual([]);
    } finally {
      await browser.close();
      await close();
    }
  });
});

async function expectSave(page: Page, text: RegExp): Promise<void> {
  await page.locator(".saves button", { hasText: text }).first().waitFor();
}

/** The studio in this process. */
async function startStudio(
  folder: string,
): Promise<{ readonly address: string; readonly close: () => Promise<void> }> {
  const output: Output = {
    json: false,
    quiet: false,
    style: plainStyle,
    result: () => {},
    say: () => {},
    working: () => {},
    note: () => {},
    fail: () => {},
    reporter: null,
  };
  const stop = new AbortController();
  const context = { folder, env: {}, output, mask: createMask() };
  let running: Promise<void> = Promise.resolve();
  const address = await new Promise<string>((resolve, reject) => {
    running = studio(context, { databaseUrl: server.url() }, [], stop.signal, resolve);
    running.catch(reject);
  });
  return {
    address,
    close: async () => {
      stop.abort();
      await running;
    },
  };
}
