/** A pin also fixes what was not there when it was written. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../config/folder.ts";
import { runCli } from "./support/run-cli.ts";

const one = "20240101000000-one";

function pinned(script: string, components: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder({
    "migrator.json": '{"searchPath":["public"]}',
    "migrator/components/.gitkeep": "",
    ...Object.fromEntries(
      Object.entries(components).map(([name, text]) => [`migrator/components/${name}`, text]),
    ),
    [`migrator/migrations/${one}/up.sql.jinja`]: script,
  });
  const run = (...args: readonly string[]) =>
    runCli(folder, args, { env: { DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" } });
  return {
    folder,
    pin: () => run("migration", "pin", one),
    check: () => run("pin", "check"),
    build: () => run("migration", "build", one, "--pinned=true"),
  };
}

test("a variable that was not defined stays so", async () => {
  const project = pinned(
    "select {{ later | default('early') }}; {% if later is defined %}select 'defined';{% endif %}",
  );
  expect(await project.pin()).toMatchObject({ code: 0, stderr: "" });
  const before = await project.build();
  expect(before).toMatchObject({ code: 0, stdout: expect.stringContaining("select 'early'") });
  writeFileSync(
    join(project.folder, "migrator.json"),
    '{"searchPath":["public"],"variables":{"later":"late"}}',
  );
  expect(await project.build()).toEqual(before);
});

test("what a target sets itself stays open", async () => {
  const project = pinned("select {{ later | default('early') }};");
  expect(await project.pin()).toMatchObject({ code: 0, stderr: "" });
  const targets = { prod: { url: { env: "DATABASE_URL" }, variables: { later: "late" } } };
  writeFileSync(
    join(project.folder, "migrator.json"),
    JSON.stringify({ searchPath: ["public"], targets, defaultTarget: "prod" }),
  );
  expect((await project.build()).stdout).toContain("select 'late'");
});

test.each([
  ["an include that may be missing", '{% include "nope.sql" ignore missing %}select 1;'],
  ["the first of several", '{% include ["nope.sql", "b.sql"] %}'],
])("a file that was not there stays so: %s", async (_, script) => {
  const project = pinned(script, { "b.sql": "create view b as select 1 as b;" });
  expect(await project.pin()).toMatchObject({ code: 0, stderr: "" });
  const before = await project.build();
  expect(before).toMatchObject({ code: 0, stderr: "" });
  expect(await project.check()).toMatchObject({ code: 0 });
  writeFileSync(join(project.folder, "migrator/components/nope.sql"), "create view nope as select 1 as n;");
  expect(await project.build()).toEqual(before);
});
