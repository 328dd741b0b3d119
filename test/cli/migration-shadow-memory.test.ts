/** `migration new --changed` twice: the second begins in the state that the first one's shadow was remembered in. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useServer } from "./support/project.ts";

const server = useServer(18);

test("a remembered shadow gives the same migration, and only for the same components before", {
  timeout: 120_000,
}, async () => {
  const project = server.project({
    "v.sql": "create view v as select id from t;\n",
    "w.sql": "create view w as select id from v;\n",
  });
  const folder = join(project.folder, "migrator/migrations");
  const shadows = () => readdirSync(join(project.folder, ".migrator/shadow"));
  project.migrations({
    "20240101000000-table/up.sql": "create table t (id int, a int);",
    "20240102000000-views/up.sql.jinja": '{% include "v.sql" %};\n{% include "w.sql" %}',
    // By hand: what the database has is not what the component says.
    "20240103000000-hand/up.sql": "create or replace view w as select id + 0 as id from v;",
  });
  expect(await project.run("migration", "pin", "--all")).toMatchObject({ code: 0 });
  project.write({ "v.sql": "create view v as select id, a from t;\n" });
  const written = async (): Promise<readonly string[]> => {
    const before = new Set(readdirSync(folder));
    const ran = await project.run("migration", "new", "x", "--changed");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    const [made = ""] = readdirSync(folder).filter((name) => !before.has(name));
    const texts = readdirSync(join(folder, made)).map((name) =>
      readFileSync(join(folder, made, name), "utf8"),
    );
    rmSync(join(folder, made), { recursive: true });
    return texts;
  };
  const first = await written();
  expect(first.join("\n")).toContain("view public.w");
  expect(shadows()).toHaveLength(2);
  expect(await written()).toEqual(first);
  expect(shadows()).toHaveLength(2);
  // The migrations are as they were; what is managed is not.
  expect(
    await project.run("component", "untrack", join(project.folder, "migrator/components/w.sql")),
  ).toMatchObject({ code: 0 });
  await written();
  expect(shadows()).toHaveLength(3);
});
