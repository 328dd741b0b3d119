import { expect, test } from "vitest";
import { useServer } from "./support/project.ts";
import { jsonOf } from "./support/run-cli.ts";

const server = useServer();

const components = {
  "a.sql": `create view a as select 1 as x;
comment on view a is 'from the file';
grant select on a to bob;`,
  "b.sql": "create view b as select x from a;",
  "f.sql": "create function f() returns int language sql as 'select 1';",
  "m.sql":
    "create materialized view m as select 1 as x;\ncreate index m_x on m (x);\ncomment on index m_x is 'x';",
  "t.sql":
    "create trigger t before insert on entry for each row execute function touch();\nalter table entry disable trigger t;",
  "touch.sql": "create function touch() returns trigger language plpgsql as $$begin return new; end$$;",
};

async function synced() {
  await server.script("create table entry (id int)");
  const project = server.project(components);
  expect((await project.run("sync")).code).toBe(0);
  return project;
}

test("no drift", async () => {
  const project = await synced();
  await server.script(`create or replace view a as select 1 as x; alter view b owner to alice; grant select on b to carol;
    comment on function f() is 'of nobody''s file'`);
  expect(await project.run("drift", "--exit-code")).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^no drift \(127\.0\.0\.1:\d+\/test_\w+, project app\) {2}\d+ m?s\n$/),
  });
  expect((await project.run("sync")).stdout).toContain("nothing to do");
});

test("a diff of definition and attachments for each object, from the files to the database", async () => {
  const project = await synced();
  await server.script(`create or replace view a as select 2 as x; comment on view a is 'by hand'; grant select on a to carol;
    comment on index m_x is null`);
  const ran = await project.run("drift", "--exit-code");
  expect(ran.code).toBe(4);
  expect(ran.stdout).toContain(`drifted  view public.a  a.sql: it was changed in the database: comment
--- files: a.sql
+++ database: view public.a
@@ -1,7 +1,7 @@
 CREATE VIEW public.a AS
- SELECT 1 AS x;
+ SELECT 2 AS x;
 
 ALTER VIEW public.a OWNER TO postgres;
 GRANT SELECT ON public.a TO bob;
 GRANT SELECT ON public.a TO carol;
-COMMENT ON VIEW public.a IS 'from the file';
+COMMENT ON VIEW public.a IS 'by hand';
`);
  expect(ran.stdout).toContain("-COMMENT ON INDEX public.m_x IS 'x';\n");
  expect(ran.stdout).toContain("\n2 drifted (");
  const status = await project.run("status", "--exit-code");
  expect(status.code).toBe(4);
  expect(status.stdout).toMatch(
    /drifted +materialized view public\.m +m\.sql: what is attached to it was changed in the database: comment index public\.m_x/,
  );
  expect((await project.run("sync")).code).toBe(4);
  expect((await project.run("plan")).code).toBe(4);
  expect((await project.run("sync", "--take", "files")).code).toBe(0);
  expect((await project.run("drift", "--exit-code")).code).toBe(0);
});

test("what the files bring back is told as what it is, and nothing else of the same object", async () => {
  const project = await synced();
  await server.script("comment on view a is null");
  const take = ["sync", "--take", "files"] as const;
  const ran = await project.run(...take);
  expect(ran.stdout.replace(/ {2}[\d.]+ m?s\n$/, "")).toMatch(
    /^ {2}\S alter {2}view public\.a {2}a\.sql: .*comment.*\n1 altered; \d components unchanged$/,
  );
  await server.script("comment on view a is null");
  const json = jsonOf(await project.run(...take, "--json"));
  expect(json).toMatchObject({
    changes: [{ object: "view public.a", change: "changed" }],
    steps: [{ kind: "alter", object: "view public.a" }],
  });
});

test("what is gone, what was never applied, and what no file declares any more", async () => {
  const project = await synced();
  await server.script(`drop view b; create view n as select 7 as seven;
    create or replace function f() returns int language sql as 'select 2'; alter table entry enable trigger t`);
  project.write({ "n.sql": "create view n as select 8 as seven;", "f.sql": null });
  const ran = await project.run("drift", "--json");
  expect(ran.code).toBe(0);
  const { objects } = jsonOf(ran);
  expect(objects).toMatchObject([
    {
      object: "view public.b",
      component: "b.sql",
      reason: "it is missing in the database",
      diff: expect.stringContaining("+++ /dev/null\n@@ -1,1 +0,0 @@\n-create view b as select x from a;"),
    },
    {
      object: "trigger t on public.entry",
      component: "t.sql",
      attachments: ["enabled"],
      diff: expect.stringContaining("-ALTER TABLE public.entry DISABLE TRIGGER t;"),
    },
    {
      object: "function public.f()",
      component: null,
      diff: expect.stringContaining("--- applied: f.sql (gone)\n+++ database: function public.f()"),
    },
    {
      object: "view public.n",
      component: "n.sql",
      diff: expect.stringContaining("- SELECT 8 AS seven;\n+ SELECT 7 AS seven;"),
    },
  ]);
});

test("an index of a filled materialized view: both sides of the diff, and its cost where the files are taken", async () => {
  const project = await synced();
  await server.script("drop index m_x");
  const gone = (await project.run("drift")).stdout;
  expect(gone).toContain("-CREATE INDEX m_x ON public.m USING btree (x);\n");
  await server.script("create index m_x on m (x desc)");
  const changed = (await project.run("drift")).stdout;
  expect(changed).toContain("-CREATE INDEX m_x ON public.m USING btree (x);\n");
  expect(changed).toContain("+CREATE INDEX m_x ON public.m USING btree (x DESC);\n");
  const taken = await project.run("sync", "--take", "files", "--json");
  expect(taken.code).toBe(0);
  expect(jsonOf(taken).costs).toMatchObject([
    { relation: "materialized view public.m", kind: "rebuild-index" },
  ]);
  expect((await project.run("drift", "--exit-code")).code).toBe(0);
});

test("what is missing alone is due and stops nothing: drift, status and plan agree, and sync says so", async () => {
  const project = await synced();
  await server.script("drop view b");
  const ran = await project.run("drift", "--exit-code");
  expect(ran.code).toBe(3);
  expect(ran.stdout).toContain("missing  view public.b  b.sql: it is missing in the database");
  expect(ran.stdout).toMatch(
    /\n1 missing \(.*\nsync makes again what is missing, sync --take database writes/,
  );
  expect((await project.run("status", "--exit-code")).code).toBe(3);
  expect((await project.run("plan", "--exit-code")).code).toBe(3);
  const sync = await project.run("sync");
  expect(sync).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/create +view public\.b +b\.sql: it is missing in the database/),
  });
  expect((await project.run("drift", "--exit-code")).code).toBe(0);
});

test("a file that changed too: the diff is against what was applied", async () => {
  const project = await synced();
  await server.script("create or replace view b as select x + 1 as x from a");
  project.write({ "b.sql": "create view b as select n.x from a join nowhere_yet n using (x);" });
  const ran = await project.run("drift");
  expect(ran.stdout).toContain("--- applied: b.sql (changed since)");
  expect(ran.stdout).toContain("+ SELECT (x + 1) AS x\n");
});

test("without a database there is no drift", async () => {
  const project = server.project(components);
  const { runCli } = await import("./support/run-cli.ts");
  expect((await runCli(project.folder, ["drift", "--exit-code"])).stdout).toMatch(
    /^no drift \(no database yet, project app\) {2}\d+ m?s\n$/,
  );
});
