import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useServer } from "./support/project.ts";
import { jsonOf } from "./support/run-cli.ts";

const server = useServer();

const existing = `
create table t (id int);
create view a as select id from t;
create function f(n int) returns int language sql as 'select n';
create function f(n text) returns text language sql as 'select n';
create schema other;
create view other.b as select id from public.a;
comment on view other.b is 'b';`;

async function empty() {
  await server.script(existing);
  return server.project({});
}

const below = (folder: string): readonly string[] =>
  readdirSync(join(folder, "migrator/components"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".sql"))
    .sort();

test("writes one object a file, and a sync then has nothing to do", async () => {
  const project = await empty();
  const listed = await project.run("component", "import", "--dry-run");
  expect(listed.stdout).toContain("3 files to write below migrator/components; 4 objects");
  expect(below(project.folder)).toEqual([]);
  const ran = await project.run("component", "import");
  expect(ran).toMatchObject({
    code: 0,
    stdout: `  + written  other/views/b.sql       view other.b
  + written  public/functions/f.sql  function public.f(integer), function public.f(text)
  + written  public/views/a.sql      view public.a
3 files written below migrator/components; 4 objects
`,
  });
  expect(readFileSync(join(project.folder, "migrator/components/other/views/b.sql"), "utf8")).toBe(
    `CREATE VIEW other.b AS\n SELECT id\n   FROM public.a;\n\nCOMMENT ON VIEW other.b IS 'b';\n`,
  );
  expect((await project.run("sync")).stdout).toContain("nothing to do");
  expect((await project.run("status", "--exit-code")).code).toBe(0);
});

test("only the schemas that are named", async () => {
  const project = await empty();
  expect((await project.run("component", "import", "other")).code).toBe(0);
  expect(below(project.folder)).toEqual(["other/views/b.sql"]);
});

test("files that exist are kept unless --force says otherwise", async () => {
  const project = await empty();
  expect((await project.run("component", "import")).code).toBe(0);
  const path = join(project.folder, "migrator/components/other/views/b.sql");
  project.write({ "other/views/b.sql": "create view other.b as select 7 as id;" });
  const kept = await project.run("component", "import", "--json");
  expect(jsonOf(kept)).toMatchObject({
    dryRun: false,
    files: [
      { component: "other/views/b.sql", objects: ["view other.b"], change: "kept" },
      { component: "public/functions/f.sql", change: "unchanged" },
      { component: "public/views/a.sql", change: "unchanged" },
    ],
    errors: [],
  });
  expect(readFileSync(path, "utf8")).toContain("select 7");
  expect((await project.run("component", "import", "--force")).stdout).toContain(
    "overwritten  other/views/b.sql",
  );
  expect(readFileSync(path, "utf8")).toContain("FROM public.a");
});

test("what a file declares already is not written twice", async () => {
  await server.script(existing);
  const project = server.project({ "mine.sql": "create view a as select id from t;" });
  const ran = await project.run("component", "import");
  expect(ran.stdout).toContain("1 object declared in other files");
  expect(existsSync(join(project.folder, "migrator/components/public/views"))).toBe(false);
  expect((await project.run("sync")).stdout).toContain("nothing to do");
});

test("what extensions own, the ledger and other projects' objects are left out", async () => {
  const project = await empty();
  await server.script("create extension pgcrypto; create extension hstore with schema other");
  const first = server.project({ "x.sql": "create view x as select 1 as one;" }, { project: "first" });
  expect((await first.run("sync")).code).toBe(0);
  const ran = await project.run("component", "import");
  expect(ran.stdout).toContain("warning  not written: view public.x is managed by project first");
  expect(below(project.folder)).toEqual([
    "other/views/b.sql",
    "public/functions/f.sql",
    "public/views/a.sql",
  ]);
});

test("owners are written where they are asked for, grants unless they are not", async () => {
  const project = await empty();
  await server.script("alter view a owner to alice; grant select on a to bob; revoke delete on a from alice");
  const ran = await project.run("component", "import", "--no-grants", "public");
  expect(ran.stdout).toContain("1 of the objects belong to other roles than postgres");
  const path = join(project.folder, "migrator/components/public/views/a.sql");
  expect(readFileSync(path, "utf8")).toBe("CREATE VIEW public.a AS\n SELECT id\n   FROM public.t;\n");
  expect((await project.run("component", "import", "--owners", "--force", "public")).code).toBe(0);
  expect(readFileSync(path, "utf8")).toContain(
    "\n\nALTER VIEW public.a OWNER TO alice;\nREVOKE DELETE ON public.a FROM alice;\nGRANT SELECT ON public.a TO bob;\n",
  );
  expect((await project.run("sync")).stdout).toContain("nothing to do");
});

test("schemas that cannot be imported are wrong usage", async () => {
  const project = await empty();
  const ran = await project.run(
    "component",
    "import",
    "pg_catalog",
    "information_schema",
    "migrator",
    "othr",
    "--json",
  );
  expect(ran.code).toBe(2);
  expect(jsonOf(ran).errors.map(({ message, fix }) => [message, fix])).toEqual([
    ["schema pg_catalog is PostgreSQL's own", "leave it out"],
    ["schema information_schema is PostgreSQL's own", "leave it out"],
    ["schema migrator holds the tool's own tables", "leave it out"],
    [expect.stringMatching(/^there is no schema othr in /), 'did you mean "other"?'],
  ]);
});

test("without owners, what the owner has by itself is not written", async () => {
  const project = await empty();
  await server.script("alter view a owner to alice; revoke delete on a from alice");
  expect((await project.run("component", "import")).code).toBe(0);
  expect(readFileSync(join(project.folder, "migrator/components/public/views/a.sql"), "utf8")).not.toContain(
    "alice",
  );
  expect((await project.run("sync")).stdout).toContain("nothing to do");
});

test("a search_path that the project does not share is told, unless migrator.json has one of its own", async () => {
  await server.script(existing);
  await server.script(
    "do $$begin execute format('alter database %I set search_path = other, public', current_database()); end$$",
  );
  const read = async (searchPath: readonly string[]) =>
    (await server.project({}, { searchPath }).run("component", "import", "--dry-run")).stdout;
  expect(await read(["public"])).toContain(
    "warning  bodies of functions are read with the search_path other, public in this database and with public in the project",
  );
  expect(await read(["public", "other"])).not.toContain("search_path");
});
