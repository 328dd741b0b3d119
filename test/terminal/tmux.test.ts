/** What a person sees in a real terminal: widths, progress that goes away, and a watch. */
import { afterEach, describe, expect, test } from "vitest";
import { useServer } from "../cli/support/project.ts";
import { hasTmux, openScreen, type Screen } from "./support/tmux.ts";

if (!hasTmux) console.log("tmux is not installed: what a terminal shows is not tested");

const spinner = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/;

describe.skipIf(!hasTmux)("in a terminal", () => {
  const server = useServer();
  let screen: Screen | null = null;
  afterEach(() => {
    screen?.close();
    screen = null;
  });

  test.each([60, 100])("a plan fits into %i columns", async (width) => {
    const project = server.project({
      "views/line_amount.sql": "create view line_amount as select 1 as id, 2 as net;",
      "views/purchase_total.sql":
        "create view purchase_total as select sum(net)::int as net from line_amount;",
      "views/customer_balance.sql": "create view customer_balance as select net from purchase_total;",
    });
    expect((await project.run("sync")).code).toBe(0);
    project.write({
      "views/line_amount.sql": "create view line_amount as select 1 as id, 2::bigint as net;",
    });
    screen = openScreen(project.folder, ["plan"], { width, env: { DATABASE_URL: server.url() } });
    const shown = await screen.shows(/ended with 0/);
    expect(shown.split("\n")[0]).toMatch(/^ {2}± recreate {2}view public\.line_amount/);
    expect(shown).toMatch(/^ {2}↻ rebind {4}└─ view public\.purchase_total/m);
    expect(shown.replaceAll(/\s+/g, " ")).toContain(
      "1 recreated, 1 rebound; 1 component unchanged (planned, nothing was changed)",
    );
    // What the terminal itself had to break would begin at the very left.
    expect(shown.match(/^\S.*$/gm)).toEqual([expect.stringMatching(/^1 recreated/), "ended with 0"]);
  });

  test("what takes long says what it is at, and leaves nothing behind", async () => {
    const project = server.project({
      "m.sql": "create materialized view m as select pg_sleep(2)::text as waited;",
    });
    screen = openScreen(project.folder, ["sync"], { env: { DATABASE_URL: server.url() } });
    const during = await screen.shows(/filling materialized views/);
    expect(during).toMatch(spinner);
    expect(during).toContain("materialized view public.m");
    const after = await screen.shows(/ended with 0/);
    expect(after).not.toMatch(spinner);
    expect(after).toMatch(
      /^ {2}\+ create {3}materialized view public\.m\s+m\.sql\n {2}≡ refresh {2}└─ materialized view public\.m\n1 created; 0 components unchanged {2}[\d.]+ s\nended with 0$/,
    );
  });

  test("an error takes the place of the progress", async () => {
    const project = server.project({
      "m.sql":
        "create materialized view m as select pg_sleep(1.5)::text as waited, 1 / (random() * 0)::int as x;",
    });
    screen = openScreen(project.folder, ["sync"], { env: { DATABASE_URL: server.url() } });
    await screen.shows(/filling materialized views/);
    const after = await screen.shows(/ended with 1/);
    expect(after).toMatch(/^error \[[\w-]+\] materialized view public\.m: division by zero/);
    expect(after).not.toMatch(spinner);
  });

  test("no progress where lines are kept: a pipe, CI, --quiet", async () => {
    const project = server.project({
      "m.sql": "create materialized view m as select pg_sleep(1)::text as waited;",
    });
    expect((await project.run("sync")).stderr).toBe("");
    for (const [args, env] of [
      [["sync", "--quiet"], {}],
      [["sync"], { CI: "true" }],
    ] as const) {
      project.write({
        "m.sql": `create materialized view m as select pg_sleep(1)::text as waited, ${args.length} as x;`,
      });
      screen = openScreen(project.folder, args, { env: { DATABASE_URL: server.url(), ...env } });
      const seen: string[] = [];
      for (const end = Date.now() + 20_000; Date.now() < end && !seen.at(-1)?.includes("ended with"); ) {
        seen.push(screen.text());
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(seen.at(-1)).toContain("ended with 0");
      expect(seen.filter((text) => spinner.test(text) || text.includes("filling"))).toEqual([]);
      screen.close();
      screen = null;
    }
  });

  test("a watch has one calm line for a save with nothing to do, and trees for the others", async () => {
    const project = server.project({
      "a.sql": "create view a as select 1 as x;",
      "b.sql": "create view b as select x::text as x from a;",
    });
    screen = openScreen(project.folder, ["watch"], { env: { DATABASE_URL: server.url() } });
    await screen.shows(/components {2}2 created/);
    project.write({ "a.sql": "-- said otherwise\ncreate view a as select 1 as x;" });
    await screen.shows(/^\d\d:\d\d:\d\d a\.sql {2}nothing to do {2}[\d.]+ m?s$/m);
    project.write({ "a.sql": "create view a as select 1::bigint as x;" });
    const shown = await screen.shows(/a\.sql {2}1 recreated, 1 rebound/);
    expect(shown).toMatch(
      /^ {2}± recreate {2}view public\.a .*\n.* kept: owner\n {2}↻ rebind {4}└─ view public\.b {2}its own shape is kept$/m,
    );
    project.write({ "b.sql": "create view b as select y from a;" });
    const failed = await screen.shows(/column "y" does not exist/);
    expect(failed).toContain("> 1 │ create view b as select y from a;");
    expect(failed).not.toMatch(spinner);
    screen.keys("C-c");
    await screen.shows(/ended with 0/);
  });
});
