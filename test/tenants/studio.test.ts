/** The studio of a project with tenants: the development value's objects stand beside the shared ones, and saves of both travel. */
import { expect, test } from "vitest";
import type { PageData } from "../../graph/picture/page-data.ts";
import type { LiveMessage, Save } from "../../graph/picture/save.ts";
import { useServer } from "../cli/support/project.ts";
import { findChromium, missingBrowser, openBrowser, openWatched } from "../pages/browser.ts";
import { expectSave, startStudio } from "../pages/live.ts";
import { readPage } from "../picture/read-page.ts";

const server = useServer();
const skips = findChromium() === null;
if (skips) console.log(`the live page of tenants is not tested in a browser: ${missingBrowser}`);

const mine = "create view mine as select * from common;";

async function begin(options: { readonly scope?: string } = {}) {
  await server.script("create schema acme; create schema beta; create schema gamma;");
  const project = server.project(
    {
      "common.sql": "create view common as select 1 as id, 2 as price;",
      "@tenant/mine.sql": mine,
      "@tenant/last.sql": "create view last as select id from mine;",
    },
    { matrices: { tenant: { values: ["acme", "beta", "gamma"], development: "beta" } } },
  );
  if (options.scope !== undefined) expect(await project.run("sync")).toMatchObject({ code: 0 });
  const { address, close } = await startStudio(project.folder, server.url(), options);
  const saves = async (): Promise<readonly Save[]> => {
    const html = await (await fetch(address)).text();
    return JSON.parse(/id="saves">(.*?)<\/script>/s.exec(html)?.[1] ?? "[]");
  };
  const page = async () => readPage(await (await fetch(address)).text());
  return { ...project, address, close, saves, page };
}

/** What pages are told from now on. */
async function listen(address: string): Promise<readonly LiveMessage[]> {
  const told: LiveMessage[] = [];
  const { body } = await fetch(`${address}events`);
  const read = async (): Promise<void> => {
    let text = "";
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const events = (text + chunk).split("\n\n");
      text = events.pop() ?? "";
      for (const event of events)
        if (event.startsWith("data: ")) told.push(JSON.parse(event.slice("data: ".length)));
    }
  };
  // The end of the studio ends it.
  read().catch(() => {});
  return told;
}

const nodesOf = ({ nodes }: PageData) =>
  nodes.map(({ label, scope, component, state }) => [label, scope ?? "shared", component, state]);
const development = [
  ["view beta.last", "tenant=beta", "@tenant/last.sql", "unchanged"],
  ["view beta.mine", "tenant=beta", "@tenant/mine.sql", "unchanged"],
];
const shared = [["view public.common", "shared", "common.sql", "unchanged"]];
const patience = { timeout: 20_000, interval: 100 };

test("a save travels on the development value, and then tells of the others in numbers", async () => {
  const { address, close, saves, page, write } = await begin();
  try {
    await expect
      .poll(async () => (await saves())[0]?.others?.done ?? null, patience)
      .toMatchObject({ changed: 2 });
    expect(nodesOf((await page()).data)).toEqual([...development, ...shared]);
    const told = await listen(address);
    write({ "@tenant/mine.sql": mine.replace("*", "*, 3 as more") });
    await expect.poll(() => told.length, patience).toBe(2);
    expect(
      told.map((one) =>
        one.kind !== "save"
          ? one.kind
          : [
              one.save.number,
              one.save.files,
              one.save.steps.map(({ kind, object }) => `${kind} ${object}`),
              one.save.others,
              one.changed,
              one.page === null ? null : nodesOf(one.page.data),
            ],
      ),
    ).toEqual([
      [
        1,
        ["@tenant/mine.sql"],
        ["replace view beta.mine"],
        { all: 2, done: null },
        ['["view","beta","mine"]'],
        [...development, ...shared],
      ],
      [
        1,
        ["@tenant/mine.sql"],
        ["replace view beta.mine"],
        { all: 2, done: { changed: 2, same: 0, failed: 0, left: 0, held: false } },
        [],
        null,
      ],
    ]);
    expect((await saves()).length).toBe(2);

    // What is shared goes along with what stands on it.
    write({ "common.sql": "create view common as select 1 as id, 2.5 as price;" });
    await expect.poll(async () => (await saves())[2]?.others?.done ?? null, patience).not.toBeNull();
    const third = (await saves())[2];
    expect(third?.steps.map(({ object }) => object)).toEqual(
      expect.arrayContaining(["view public.common", "view beta.mine"]),
    );

    // One that fails for all: nobody's is another.
    write({ "@tenant/last.sql": "create view last as select nothing from mine;" });
    await expect.poll(async () => (await saves())[3]?.errors ?? [], patience).not.toEqual([]);
    const fourth = (await saves())[3];
    expect(fourth?.errors.map(({ nodes }) => nodes)).toEqual([['["view","beta","last"]']]);
  } finally {
    await close();
  }
});

test("one value where that alone is watched, with what it needs", async () => {
  const one = await begin({ scope: "tenant=gamma" });
  try {
    await expect
      .poll(
        async () => nodesOf((await one.page()).data).map(([label, scope]) => `${label} ${scope}`),
        patience,
      )
      .toEqual(["view gamma.last tenant=gamma", "view gamma.mine tenant=gamma", "view public.common shared"]);
  } finally {
    await one.close();
  }
});

test("of several values that fail each is as it was, and the picture tells of the rest", async () => {
  const { close, saves, page, write } = await begin();
  try {
    await expect.poll(async () => (await saves())[0]?.others?.done ?? null, patience).not.toBeNull();
    // Somebody else's view stands in the way of acme alone.
    await server.script("create view acme.by_hand as select price from acme.mine;");
    write({
      "@tenant/mine.sql": "create view mine as select id from common;",
      "@tenant/last.sql": "create view last as select id as id2 from mine;",
    });
    await expect.poll(async () => (await saves())[1]?.errors.length ?? 0, patience).toBeGreaterThan(0);
    const save = (await saves())[1];
    expect(save?.took).not.toBeNull();
    expect(save?.others).toEqual({
      all: 2,
      done: { changed: 1, same: 0, failed: 1, left: 0, held: false },
    });
    expect(save?.errors.map(({ text }) => text).join()).toContain("tenant=acme");
    expect((await page()).data.nodes.map(({ label }) => label)).toContain("view beta.mine");
  } finally {
    await close();
  }
});

test("parts of migrations that values lack are among what waits", async () => {
  const { close, address, migrations, write, run } = await begin();
  try {
    migrations({ "20260101000000-more/up.tenant.sql": "create table more (id int);" });
    const text = async () => (await fetch(address)).text();
    write({ "common.sql": "create view common as select 1 as id, 20 as price;" });
    await expect.poll(text, patience).toContain('"behind":[{"matrix":"tenant","values":3}]');
    expect(await run("apply", "--only", "beta,gamma")).toMatchObject({ code: 0 });
    await expect.poll(text, patience).toContain('"behind":[{"matrix":"tenant","values":1}]');
  } finally {
    await close();
  }
});

test.skipIf(skips)("the page has one entry for a save, however often it is told of it", async () => {
  const { address, close, write } = await begin();
  const browser = await openBrowser();
  try {
    const { page, complaints } = await openWatched(browser, address);
    await page.locator(".stage .node").nth(2).waitFor();
    write({ "@tenant/mine.sql": mine.replace("*", "*, 3 as more") });
    await expectSave(page, /mine\.sql 1 replaced, 2 other values/);
    expect(await page.locator(".saves button").count()).toBe(2);
    expect(await page.locator(".panel").textContent()).toContain("2 other values: 2 changed.");
    expect(await page.locator(".node.fx-replaced text").allTextContents()).toEqual(["beta.mine"]);
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
    await close();
  }
});
