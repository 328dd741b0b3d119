import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useServer } from "./support/project.ts";
import { jsonOf } from "./support/run-cli.ts";

const server = useServer();

const components = {
  "views/a.sql": "create view a as select 1 as x;",
  "views/b.sql": "create view b as select x from a;",
  "f.sql": "create function f(n int) returns int language sql as 'select n';",
};

test("list: each component with its objects and their state", async () => {
  const project = server.project(components);
  expect((await project.run("sync")).code).toBe(0);
  project.write({ "views/a.sql": "create view a as select 2 as x;", "views/b.sql": null });
  expect((await project.run("component", "untrack", "f.sql")).code).toBe(0);
  expect(
    (await project.run("component", "list")).stdout,
  ).toBe(`  · untracked  f.sql        function public.f(integer)
  ~ changed    views/a.sql  view public.a
  - vanished   views/b.sql  view public.b
`);
  expect(jsonOf(await project.run("component", "list", "--json")).components).toEqual([
    {
      component: "f.sql",
      tracked: false,
      objects: [{ object: "function public.f(integer)", state: "untracked" }],
    },
    { component: "views/a.sql", tracked: true, objects: [{ object: "view public.a", state: "changed" }] },
    { component: "views/b.sql", tracked: true, objects: [{ object: "view public.b", state: "vanished" }] },
  ]);
});

test("untrack drops nothing, also when the file goes; track manages again", async () => {
  const project = server.project(components);
  expect((await project.run("sync")).code).toBe(0);
  const untracked = await project.run("component", "untrack", "migrator/components/views/b.sql", "f.sql");
  expect(untracked.stdout).toBe(`untracked  f.sql
untracked  views/b.sql
sync leaves them and their objects alone (listed in migrator/untracked)
`);
  expect(readFileSync(join(project.folder, "migrator/untracked"), "utf8")).toContain("f.sql\nviews/b.sql\n");
  project.write({ "views/b.sql": "create view b as select x + 1 as x from a;", "f.sql": null });
  expect((await project.run("sync")).stdout).toContain("nothing to do");
  const [there] = await server.database().query("select to_regprocedure('f(int)') is not null as f");
  expect(there).toEqual({ f: true });
  // The file is gone, the name still stands in the list.
  expect((await project.run("component", "track", "migrator/components")).code).toBe(0);
  const synced = await project.run("sync");
  expect(synced.stdout).toMatch(/drop +function public\.f\(integer\)/);
  expect(synced.stdout).toMatch(/replace +view public\.b/);
});

test("track and untrack take folders, say what was so already, and refuse what is no component", async () => {
  const project = server.project(components);
  expect(jsonOf(await project.run("component", "untrack", "migrator/components/views", "--json"))).toEqual({
    version: 1,
    untracked: ["views/a.sql", "views/b.sql"],
    unchanged: [],
    errors: [],
  });
  expect((await project.run("component", "untrack", "views/a.sql")).stdout).toBe(
    "views/a.sql was untracked already\n",
  );
  const wrong = await project.run("component", "track", "views/aa.sql");
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean "views/a.sql"?') });
  expect(await project.run("component", "track")).toMatchObject({ code: 2 });
  expect(await project.run("component")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("untrack"),
  });
});

test("diff: the definitions as PostgreSQL prints them, new columns of other files included", async () => {
  const project = server.project(components);
  expect((await project.run("sync")).code).toBe(0);
  expect((await project.run("component", "diff")).stdout).toBe("no difference\n");
  project.write({
    "views/a.sql": "create view a as select 1 as x, 2 as y; -- one more",
    "views/b.sql": "create view b as select x, y from a;",
    "f.sql": "create function f(n int) returns int language sql as 'select n'; -- a comment",
  });
  const ran = await project.run("component", "diff");
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout).toBe(`--- database: view public.a
+++ files: views/a.sql
@@ -1,2 +1,3 @@
 CREATE VIEW public.a AS
- SELECT 1 AS x
+ SELECT 1 AS x,
+    2 AS y

--- database: view public.b
+++ files: views/b.sql
@@ -1,3 +1,4 @@
 CREATE VIEW public.b AS
- SELECT x
+ SELECT x,
+    y
    FROM public.a
`);
  expect((await project.run("component", "diff", "migrator/components/views/b.sql")).stdout).not.toContain(
    "view public.a\n",
  );
  const [unchanged] = await server
    .database()
    .query("select count(*)::int as n from pg_attribute where attrelid = 'a'::regclass");
  expect(unchanged).toEqual({ n: 1 });
});

test("diff: drift, new and vanished objects", async () => {
  const project = server.project(components);
  expect((await project.run("sync")).code).toBe(0);
  await server
    .database()
    .batch(["create or replace function f(n int) returns int language sql as 'select n + 1'"]);
  project.write({ "views/b.sql": "create view c as select x from a;" });
  const objects = jsonOf(await project.run("component", "diff", "--json")).objects as {
    object: string;
    diff: string;
  }[];
  const diffs = new Map(objects.map(({ object, diff }) => [object, diff]));
  expect([...diffs.keys()].sort()).toEqual(["function public.f(integer)", "view public.b", "view public.c"]);
  expect(diffs.get("function public.f(integer)")).toContain(
    "-AS $function$select n + 1$function$\n+AS $function$select n$function$",
  );
  expect(diffs.get("view public.b")).toMatch(/^--- database: view public\.b\n\+\+\+ \/dev\/null\n/);
  expect(diffs.get("view public.c")).toMatch(/^--- \/dev\/null\n\+\+\+ files: views\/b\.sql\n/);
});

test("diff: a component that PostgreSQL refuses is shown at its place", async () => {
  const project = server.project({ "a.sql": "create view a as\n  select missing from pg_class;" });
  const ran = await project.run("component", "diff");
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("migrator/components/a.sql:2:10");
});
