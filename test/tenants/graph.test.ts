/** `graph` of a project with tenants: whose each object is, how it stands, and where its columns come from. */
import { describe, expect, test } from "vitest";
import { useServer } from "../cli/support/project.ts";
import { jsonOf, runCli } from "../cli/support/run-cli.ts";
import { temporaryFolder } from "../config/folder.ts";
import { readPage } from "../picture/read-page.ts";

interface Told {
  readonly nodes: readonly {
    readonly object: string;
    readonly component: string | null;
    readonly scope?: string;
  }[];
}

describe.each([15, 18] as const)("on %s", (version) => {
  const server = useServer(version);

  test("tables, views and functions of a value are its own, in JSON and in the page", async () => {
    await server.script(`create table public.kinds (id int, name text);
      create schema acme; create table acme.t (id int, kind int);
      create schema "be=ta"; create table "be=ta".t (id int, kind int);`);
    const folder = temporaryFolder({
      "migrator.json": JSON.stringify({
        project: "app",
        matrices: { tenant: { values: ["acme", "be=ta"] } },
      }),
      "migrator/components/named.sql": "create view named as select id, name from public.kinds;",
      "migrator/components/@tenant/v.sql":
        "create view v as select t.id, n.name as kind, upper(n.name) as loud from t join named n on n.id = t.kind;",
      "migrator/components/@tenant/f.sql":
        "create function f() returns bigint language sql begin atomic select count(*) from v; end;",
    });
    const run = (...args: readonly string[]) => runCli(folder, args, { env: { DATABASE_URL: server.url() } });
    expect((await run("sync")).code).toBe(0);
    const told = jsonOf(await run("graph", "--json")) as unknown as Told;
    const whose = Object.fromEntries(told.nodes.map(({ object, scope = "shared" }) => [object, scope]));
    expect(whose).toEqual({
      "table public.kinds": "shared",
      "view public.named": "shared",
      ...Object.fromEntries(
        [
          ["acme", "acme"],
          ["be=ta", '"be=ta"'],
        ].flatMap(([key, schema]) =>
          [`table ${schema}.t`, `view ${schema}.v`, `function ${schema}.f()`].map((object) => [
            object,
            `tenant=${key}`,
          ]),
        ),
      ),
    });
    const page = await run("graph", "--format", "html");
    expect([page.code, page.stderr]).toEqual([0, ""]);
    const { data, texts } = readPage(page.stdout);
    const place = data.nodes.findIndex(({ label }) => label === "view acme.v");
    const node = data.nodes[place];
    expect(node).toMatchObject({ scope: "tenant=acme", state: "unchanged", component: "@tenant/v.sql" });
    expect(texts[place]?.source).toContain("create view v");
    const lineage = node?.lineage.map(({ column, source, sourceColumn, copied }) => [
      node.columns[column]?.name,
      `${data.nodes[source]?.label}.${data.nodes[source]?.columns[sourceColumn]?.name}`,
      copied,
    ]);
    expect(lineage).toEqual([
      ["id", "table acme.t.id", true],
      ["kind", "view public.named.name", true],
      ["loud", "view public.named.name", false],
    ]);
  });

  test("of what was not asked for, that which is needed is told as what it is, and the rest left out", async () => {
    await server.script(`create table public.t (id int);
      create function public.next_id() returns int language sql return 1;
      create schema acme; create table acme.t (id int);
      create schema beta; create table beta.t (id int default public.next_id());`);
    const folder = temporaryFolder({
      "migrator.json": JSON.stringify({
        project: "app",
        matrices: { tenant: { values: ["acme", "beta"] } },
      }),
      "migrator/components/common.sql": "create view common as select id from public.t;",
      "migrator/components/f.sql": "create function next_id() returns int language sql return 1;",
      "migrator/components/@tenant/v.sql":
        "create view v as select t.id from t join common on common.id = t.id;",
    });
    const run = (...args: readonly string[]) => runCli(folder, args, { env: { DATABASE_URL: server.url() } });
    expect((await run("sync")).code).toBe(0);
    await server.script("create view beta.by_hand as select v.id from public.common, beta.v;");
    const told = async (...args: readonly string[]) => {
      const { nodes } = jsonOf(await run("graph", "--json", ...args)) as unknown as Told;
      return nodes.map(({ object, component, scope = "shared" }) => `${object} ${component ?? "-"} ${scope}`);
    };
    const shared = [
      "view public.common common.sql shared",
      "function public.next_id() f.sql shared",
      "table public.t - shared",
    ];
    const acme = ["table acme.t - tenant=acme", "view acme.v @tenant/v.sql tenant=acme"];
    expect(await told("--only", "acme")).toEqual([...acme, ...shared]);
    expect(await told("--except", "beta")).toEqual([...acme, ...shared]);
    expect(await told("--scope", "shared")).toEqual(shared);
    expect(await told("--scope", "tenant=acme")).toEqual([
      ...acme,
      "view public.common common.sql shared",
      "table public.t - shared",
    ]);
    // A stranger that stands on both shows both.
    await server.script(
      "create view public.all_of_them as select * from acme.v union all select * from beta.v;",
    );
    expect(await told("--only", "acme")).toEqual([
      ...acme,
      "table beta.t - tenant=beta",
      "view beta.v @tenant/v.sql tenant=beta",
      "view public.all_of_them - shared",
      ...shared,
    ]);
    // Where only migrations write, the ledger knows no objects: their schemas tell whose they are.
    await server.script("drop schema migrator cascade");
    expect(await told("--only", "acme")).toEqual([
      ...acme,
      "table beta.t - tenant=beta",
      "view beta.v - tenant=beta",
      "view public.all_of_them - shared",
      ...shared,
    ]);
  });
});
