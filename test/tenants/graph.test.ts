/** `graph` of a project with tenants: whose each object is, how it stands, and where its columns come from. */
import { describe, expect, test } from "vitest";
import { useServer } from "../cli/support/project.ts";
import { jsonOf, runCli } from "../cli/support/run-cli.ts";
import { temporaryFolder } from "../config/folder.ts";
import { readPage } from "../picture/read-page.ts";

interface Told {
  readonly nodes: readonly { readonly object: string; readonly scope?: string }[];
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
});
