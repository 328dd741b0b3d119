/** Where a project has several modules a migration is told with the name of its own. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { useServer } from "./support/project.ts";
import { jsonOf } from "./support/run-cli.ts";

const server = useServer(18);
const one = "20240101000000-one";
const two = "20240102000000-two";

function start(files: Readonly<Record<string, string>>) {
  const modules = [
    { name: "app", path: "app" },
    { name: "billing", path: "billing" },
  ];
  const project = server.project({ "v.sql": "create view v as select 1 as x;" }, { modules });
  const write = (some: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(some)) {
      const path = join(project.folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  };
  write(files);
  return { ...project, write };
}

const files = {
  [`app/${one}/up.sql`]: "create table a (id int);",
  [`app/${one}/down.sql`]: "drop table a;",
  [`billing/${one}/up.sql`]: "create table b (id int);",
};

test("in what runs, how it stands, and what goes wrong", async () => {
  const { run, write } = start(files);
  expect((await run("migration", "status")).stdout).toMatch(
    /pending +app\/20240101000000-one[\s\S]*billing\/20240101000000-one/,
  );
  expect((await run("migration", "apply", "--dry-run")).stdout).toContain(`app/${one}`);
  expect((await run("migration", "apply")).stdout).toMatch(
    /applied +app\/\S+-one[\s\S]*applied +billing\/\S+-one/,
  );
  expect((await run("migration", "status")).stdout).toContain(`billing/${one}`);

  const none = await run("migration", "revert", `billing/${one}`, "--json");
  expect(jsonOf(none)).toMatchObject({
    errors: [
      {
        message: `migration billing/${one} was applied without a down script: the database keeps no way back`,
        fix: expect.stringContaining(`migrator migration adopt billing/${one}`),
      },
    ],
  });
  write({ [`billing/${one}/up.sql`]: "create table b (id bigint);" });
  expect(jsonOf(await run("migration", "apply", "--json"))).toMatchObject({
    errors: [{ message: expect.stringContaining(`migration billing/${one} was altered`) }],
  });
  write({
    [`billing/${one}/up.sql`]: "create table b (id int);",
    [`billing/${two}/up.sql`]: `-- migrator: requires app/${one}\nselect 1;`,
  });
  expect((await run("apply")).stdout).toContain(`billing/${two}`);
  expect(jsonOf(await run("migration", "revert", `app/${one}`, "--json"))).toMatchObject({
    errors: [
      {
        message: `migration billing/${two} requires app/${one}, which would be undone`,
        fix: `revert billing/${two} first`,
      },
    ],
  });
});

test("in an object's past, and in what is stored", async () => {
  const { run } = start({ [`billing/${one}/up.sql.jinja`]: '{% include "v.sql" %}', "app/.gitkeep": "" });
  expect((await run("migration", "pin", one)).stdout).toContain(`pinned billing/${one}`);
  expect((await run("history", "v")).stdout).toContain(`written  billing/${one}`);
  expect(jsonOf(await run("migration", "pin", one, "--json"))).toMatchObject({
    pinned: [{ migration: one }],
  });
});

test("and without it where there is one module", async () => {
  const project = server.project({});
  project.migrations({ [`${one}/up.sql`]: "create table a (id int);" });
  expect((await project.run("migration", "apply")).stdout).toMatch(/applied +20240101000000-one/);
});
