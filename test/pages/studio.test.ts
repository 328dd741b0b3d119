/** The live page: who may see it, and what it shows of each save. */
import { request } from "node:http";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { describe, expect, test } from "vitest";
import { applyCommandLine } from "../../src/commands/studio-pending.ts";
import { startStudioServer } from "../../src/studio/server.ts";
import { useServer } from "../cli/support/project.ts";
import { temporaryFolder } from "../config/folder.ts";
import { seriousViolations } from "./axe.ts";
import { findChromium, missingBrowser, openBrowser, openWatched, type Watched } from "./browser.ts";
import { expectSave, startStudio } from "./live.ts";
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

interface OpenStudio extends Watched {
  readonly browser: Browser;
  readonly address: string;
  readonly project: ReturnType<typeof server.project>;
  /** Writes a component. */
  save(name: string, text: string): void;
}

/** A studio of the shop and its page, which are gone when `look` ends. */
async function withStudio(
  look: (studio: OpenStudio) => Promise<void>,
  {
    migrations = {},
    page: options,
  }: { migrations?: Record<string, string>; page?: BrowserContextOptions } = {},
): Promise<void> {
  await server.script(base);
  const project = server.project(components, { searchPath: ["app", "public"] });
  project.migrations(migrations);
  const { address, close } = await startStudio(project.folder, server.url());
  const browser = await openBrowser();
  const save = (name: string, text: string) => project.write({ [name]: text });
  try {
    await look({ browser, address, project, save, ...(await openWatched(browser, address, options)) });
  } finally {
    await browser.close();
    await close();
  }
}

const names = components["app/views/names.sql"] ?? "";
const oneMigration = { "20260101000000-more/up.sql": "create table app.more (id int);" };

describe.skipIf(skips)("the live page", () => {
  test("catches up with what was saved before it listened", async () => {
    await withStudio(async ({ page, address, save }) => {
      await page.locator(".stage .node").nth(10).waitFor();
      let listen = (): void => {};
      const late = new Promise<void>((resolve) => {
        listen = resolve;
      });
      await page.route("**/events", async (route) => {
        await late;
        await route.continue();
      });
      await page.reload();
      save("app/views/names.sql", names.replace("select name", "select name, total"));
      await expect.poll(async () => (await fetch(address)).text(), { timeout: 10_000 }).toContain("replaced");
      expect(await page.locator(".saves button").count()).toBe(1);
      listen();
      await expectSave(page, /names\.sql 1 replaced/);
    });
  });

  test("follows each save: what it did, its SQL, its mistakes", async () => {
    await withStudio(async ({ page, complaints, requests, browser, address, save }) => {
      await page.locator(".saves button").first().waitFor();
      await page.locator(".stage .node").nth(10).waitFor();
      // The page was there before the graph, and shows all of it.
      const stage = await page.locator(".stage").boundingBox();
      const nodes = await page.locator(".stage .node").all();
      for (const box of await Promise.all(nodes.map((node) => node.boundingBox()))) {
        expect(box?.x ?? -1).toBeGreaterThanOrEqual(stage?.x ?? 0);
        expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual((stage?.x ?? 0) + (stage?.width ?? 0));
      }
      save("app/views/names.sql", names.replace("select name", "select name, total"));
      await expectSave(page, /names\.sql 1 replaced/);
      expect(await page.locator(".node.changed text").allTextContents()).toEqual(["app.names"]);
      expect(await page.locator(".panel").textContent()).toContain("create OR REPLACE view app.names");
      // The picture shows what the save did, until something else is looked at.
      expect(await page.locator(".node.fx-replaced text").allTextContents()).toEqual(["app.names"]);
      expect((await page.locator(".legend li").allTextContents()).join(" ")).toMatch(/^replaced 1 kept \d+$/);

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
      // The mistake is at its node, too.
      const failed = page.locator(".node.failed");
      expect(await failed.locator("text:not(.flag)").allTextContents()).toEqual(["app.names"]);
      expect(await failed.locator(".flag").count()).toBe(1);
      await page.locator(".panel .at .link", { hasText: "app.names" }).click();
      expect(await page.locator("#panel-title").textContent()).toBe("app.names");
      expect(await page.locator(".panel .mistake").textContent()).toContain("by_custumer");

      save("app/views/more.sql", "create view app.more as select * from app.names;");
      save("app/views/names.sql", names);
      await expectSave(page, /1 created/);
      await expect.poll(() => page.locator(".stage .node").count()).toBe(12);
      expect(await page.locator(".node.failed, .flag, .panel .mistake").count()).toBe(0);
      // A page that comes later knows what was before.
      const later = await openWatched(browser, address);
      const entries = await page.locator(".saves button").count();
      expect(await later.page.locator(".saves button").count()).toBe(entries);

      expect(complaints).toEqual([]);
      expect(requests.filter((url) => !url.startsWith(address))).toEqual([]);
    });
  });

  test("says which migrations wait, and a button copies the command and does nothing else", async () => {
    await withStudio(
      async ({ page, complaints, requests, browser, address, project }) => {
        await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
        const note = page.locator(".pending");
        await note.waitFor();
        const command = 'npx migrator apply --database-url "$DATABASE_URL"';
        const text = (await note.allInnerTexts()).join(" ").replaceAll(/\s+/g, " ");
        expect(text).toBe(`1 migration pending 20260101000000-more ${command} Copy`);
        const before = requests.length;
        await page.locator("#copy-command").click();
        await expect.poll(() => page.locator("#copy-command").textContent()).toBe("Copied");
        expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(command);
        expect(requests.length).toBe(before);
        expect(await server.database().query("select to_regclass('app.more') as found")).toEqual([
          { found: null },
        ]);
        // A page that comes later knows it from the start.
        const later = await openWatched(browser, address);
        expect(await later.page.locator(".pending code").textContent()).toBe(command);
        // Somebody runs it elsewhere.
        expect(await project.run("migration", "apply")).toMatchObject({ code: 0 });
        await note.waitFor({ state: "hidden" });
        expect(complaints).toEqual([]);
      },
      { migrations: oneMigration },
    );
  });

  test("is as new as the files within 300 ms", async () => {
    await withStudio(async ({ page, save }) => {
      await page.locator(".stage .node").nth(10).waitFor();
      const entries = page.locator(".saves button");
      // What else runs on the machine may delay some of them.
      const took: number[] = [];
      while (took.length < 20 && !took.some((time) => time < 300)) {
        const count = await entries.count();
        const start = performance.now();
        const text = names.replace("select name", `select name, ${took.length} as number`);
        save("app/views/names.sql", text);
        await entries.nth(count).waitFor();
        took.push(performance.now() - start);
      }
      expect(Math.min(...took)).toBeLessThan(300);
      // However long the time line is, the panel stays where it can be seen.
      for (let i = await entries.count(); i < 8; i++) {
        const text = names.replace("select name", `select name, ${100 + i} as number`);
        save("app/views/names.sql", text);
        await entries.nth(i).waitFor();
      }
      const panel = await page.locator(".panel").boundingBox();
      expect((panel?.x ?? 0) + (panel?.width ?? 0)).toBe(1360);
    });
  });

  test.each(["light", "dark"] as const)("axe finds nothing serious (%s)", async (colorScheme) => {
    await withStudio(
      async ({ page, save }) => {
        await page.locator(".pending").waitFor();
        save("app/views/names.sql", names.replace("select name", "select name, total"));
        await expectSave(page, /1 replaced/);
        expect(await seriousViolations(page)).toEqual([]);
        save("app/views/names.sql", names.replace("by_customer", "by_custumer"));
        await expectSave(page, /1 error/);
        expect(await seriousViolations(page)).toEqual([]);
      },
      { migrations: oneMigration, page: { colorScheme, bypassCSP: true } },
    );
  });
});

test("on the embedded database the command must wait for the studio's end", async () => {
  const folder = temporaryFolder({
    "migrator.json": '{ "project": "p" }',
    "migrator/components/v.sql": "create view v as select 1 as x;",
    "migrator/migrations/20260101000000-more/up.sql": "create table more (id int);",
  });
  const { address, close } = await startStudio(folder);
  try {
    await expect
      .poll(async () => (await fetch(address)).text(), { timeout: 20_000, interval: 200 })
      .toContain(
        '"migrations":["20260101000000-more"],"command":"npx migrator apply","hint":"end the studio first',
      );
  } finally {
    await close();
  }
});

test("the command is one that a shell takes, without the password of a URL", () => {
  expect(applyCommandLine({})).toBe("npx migrator apply");
  expect(applyCommandLine({ target: "dev", config: "my app/migrator.json" })).toBe(
    "npx migrator apply --config 'my app/migrator.json' --target dev",
  );
  expect(applyCommandLine({ databaseUrl: "postgres://me:word@host/db" })).not.toContain("word");
});
