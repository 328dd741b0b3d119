import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useServer } from "./support/project.ts";
import { jsonOf, runCli } from "./support/run-cli.ts";

const server = useServer();

const components = {
  "views/base.sql": "create view base as select id from entry;",
  "views/top.sql": "create view top as select id from base;",
  "report.sql":
    "create function report() returns bigint language plpgsql as $$begin return (select count(*) from top); end$$;",
};

async function synced() {
  await server.database().batch(["create table entry (id int)"]);
  const project = server.project(components);
  expect((await project.run("sync")).stderr).toBe("");
  return project;
}

test("joins the files with the catalog: soft edges, tables and unmanaged dependents", async () => {
  const project = await synced();
  await server
    .database()
    .batch([
      "create schema bi",
      "create view bi.usage as select id from public.top",
      "create view bi.apart as select 1 as x",
    ]);
  const ran = await project.run("graph", "--no-color");
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout).toBe(`view bi.usage  (unmanaged)
  needs view public.top
view public.base  views/base.sql
  needs table public.entry
function public.report()  report.sql
  needs view public.top ~ soft
view public.top  views/top.sql
  needs view public.base
3 objects, 1 table, 1 unmanaged, 3 hard and 1 soft dependencies
`);
});

test("the trees of one object, named in any way", async () => {
  const project = await synced();
  const expected = `view public.base  views/base.sql
needs:
└─ table public.entry
is needed by:
└─ view public.top  views/top.sql
   └─ function public.report()  report.sql ~ soft
`;
  for (const name of [
    "base",
    "public.base",
    "view public.base",
    "migrator/components/views/base.sql",
    "views/base.sql",
  ]) {
    expect((await project.run("graph", name)).stdout, name).toBe(expected);
  }
  const unknown = await project.run("graph", "bse");
  expect(unknown).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringContaining('did you mean "base"?'),
  });
});

test("JSON: nodes and edges by place, each edge with its sources", async () => {
  const project = await synced();
  const graph = jsonOf(await project.run("graph", "--json"));
  expect(graph).toEqual(jsonOf(await project.run("graph", "--format", "json")));
  expect(graph).toEqual({
    version: 1,
    nodes: [
      {
        object: "view public.base",
        kind: "view",
        schema: "public",
        name: "base",
        component: "views/base.sql",
        managed: true,
      },
      {
        object: "table public.entry",
        kind: "table",
        schema: "public",
        name: "entry",
        component: null,
        managed: false,
      },
      {
        object: "function public.report()",
        kind: "function",
        schema: "public",
        name: "report",
        component: "report.sql",
        managed: true,
      },
      {
        object: "view public.top",
        kind: "view",
        schema: "public",
        name: "top",
        component: "views/top.sql",
        managed: true,
      },
    ],
    edges: [
      { from: 2, to: 3, strength: "soft", sources: ["files"] },
      { from: 0, to: 1, strength: "hard", sources: ["database"] },
      { from: 3, to: 0, strength: "hard", sources: ["files", "database"] },
    ],
    errors: [],
  });
});

test("names with quotes, backslashes and emoji are escaped in DOT and Mermaid", async () => {
  const name = 'Wild "näme" \\N [x] 🦩';
  const project = server.project({
    "wild.sql": `create view "${name.replaceAll('"', '""')}" as select 1 as x;`,
  });
  expect((await project.run("sync")).stderr).toBe("");
  const dot = (await project.run("graph", "--format", "dot")).stdout;
  expect(dot).toContain('n1 [label="view public.\\"Wild \\"\\"näme\\"\\" \\\\N [x] 🦩\\""];');
  const mermaid = (await project.run("graph", name, "--format", "mermaid")).stdout;
  expect(mermaid).toBe(
    'flowchart LR\n  n1["view public.#34;Wild #34;#34;näme#34;#34; #92;N #91;x#93; 🦩#34;"]\n',
  );
});

test("DOT and Mermaid draw soft, unmanaged and table differently", async () => {
  const project = await synced();
  await server.database().batch(["create view stray as select id from top"]);
  expect((await project.run("graph", "--format", "dot")).stdout).toBe(`digraph dependencies {
  rankdir=LR;
  node [shape=box];
  n1 [label="view public.base"];
  n2 [label="table public.entry", shape=cylinder];
  n3 [label="function public.report()"];
  n4 [label="view public.stray (unmanaged)", style=dashed];
  n5 [label="view public.top"];
  n3 -> n5 [style=dashed];
  n1 -> n2;
  n4 -> n5;
  n5 -> n1;
}
`);
  expect((await project.run("graph", "--format", "mermaid")).stdout).toBe(`flowchart LR
  n1["view public.base"]
  n2[("table public.entry")]
  n3["function public.report()"]
  n4["view public.stray (unmanaged)"]
  n5["view public.top"]
  n3 -.-> n5
  n1 --> n2
  n4 --> n5
  n5 --> n1
  classDef unmanaged stroke-dasharray: 4 4
  class n4 unmanaged
`);
});

test("without a database the files are enough, and none is made", async () => {
  const { folder } = server.project(components);
  const ran = await runCli(folder, ["graph"]);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  expect(ran.stdout).toContain("3 objects, 0 tables, 0 unmanaged, 1 hard and 1 soft dependencies");
  expect(existsSync(join(folder, ".migrator", "database"))).toBe(false);
});

test("a circle of soft edges ends", async () => {
  const project = server.project({
    "a.sql": "create function a() returns int language plpgsql as $$begin return b(); end$$;",
    "b.sql": "create function b() returns int language plpgsql as $$begin return a(); end$$;",
  });
  expect((await project.run("graph", "a")).stdout).toBe(`function public.a()  a.sql
needs:
└─ function public.b()  b.sql ~ soft
   └─ function public.a()  a.sql ~ soft (see above)
is needed by:
└─ function public.b()  b.sql ~ soft
   └─ function public.a()  a.sql ~ soft (see above)
`);
});

test("a table whose default, check or index calls a managed function hangs on it", async () => {
  const project = server.project({
    "one.sql": "create function one() returns int language sql immutable as 'select 1';",
  });
  expect((await project.run("sync")).stderr).toBe("");
  await server
    .database()
    .batch([
      "create table d (n int default one())",
      "create table c (n int check (n > one()))",
      "create table i (n int)",
      "create index on i ((n + one()))",
    ]);
  expect((await project.run("graph", "one")).stdout).toContain(
    "is needed by:\n├─ table public.c\n├─ table public.d\n└─ table public.i\n",
  );
});

test("formats that are not known or exclude each other are usage errors", async () => {
  const { folder } = server.project(components);
  expect(await runCli(folder, ["graph", "--format", "jsn"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean "json"?'),
  });
  expect(await runCli(folder, ["graph", "--json", "--format", "dot"])).toMatchObject({ code: 2 });
});
