/** Components of a matrix: what the shared part and the values do to each other, on servers and in the embedded database. */
import { beforeEach, describe, expect, test } from "vitest";
import { useServer } from "../cli/support/project.ts";
import { jsonOf } from "../cli/support/run-cli.ts";

interface StepJson {
  readonly kind: string;
  readonly object: string;
  readonly scope: string;
  readonly component: string | null;
}

const evil = `Zwö"lf '; drop schema acme cascade; --`;
const keys = ["acme", "globex", evil];
const config = {
  searchPath: ["app", "public"],
  matrices: { tenant: { query: "select name as key, plan from app.tenants order by 1" } },
};
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const setup = `create schema app; create table app.items (id int, price int, tenant text, old int);
  create table app.tenants (name text, plan text); grant usage on schema app to public;
  ${keys.map((key) => `insert into app.tenants values ('${key.replaceAll("'", "''")}', 'basic'); create schema ${quoted(key)};`).join("\n")}`;

const files = {
  "items.sql": "create view app.all_items as select id, price, tenant from app.items;",
  "@tenant/views/mine.sql": "create view mine as select * from all_items where tenant = current_schema;",
  "@tenant/views/top.sql": "create view top as select id, price from mine;\ncomment on view top is 'best';",
  "@tenant/f.sql":
    "create function f(a int) returns int language sql as $$ select a $$;\ncreate function f(a text) returns bigint language sql as $$ select count(*) from mine $$;",
  "@tenant/m.sql":
    "create materialized view m as select count(*) as n from mine;\ncreate index m_n on m (n);",
  "@tenant/plan.sql.jinja":
    "create view plan as select {{ plan }} as plan;\n{% if plan == 'gold' %}grant select on plan to alice;{% endif %}",
};

function stepsOf(ran: Parameters<typeof jsonOf>[0]): readonly string[] {
  const { steps } = jsonOf(ran) as unknown as { steps: readonly StepJson[] };
  return steps
    .filter(({ kind }) => kind !== "restore")
    .map((step) => `${step.scope}: ${step.kind} ${step.object}`);
}

describe.each([15, 18] as const)("on %s", (version) => {
  const server = useServer(version);
  beforeEach(() => server.script(setup));
  const project = (more: Readonly<Record<string, string>> = {}) =>
    server.project({ ...files, ...more }, config);
  const synced = async (more: Readonly<Record<string, string>> = {}) => {
    const made = project(more);
    const ran = await made.run("sync", "--json", "--jobs", "3");
    expect(ran.stderr).toBe("");
    expect(ran.code).toBe(0);
    return made;
  };
  const query = async (sql: string): Promise<readonly unknown[]> =>
    (await server.database().batch([sql]))[0] ?? [];
  const nothing = async (made: ReturnType<typeof project>): Promise<void> => {
    const ran = await made.run("sync", "--json", "--jobs", "1");
    expect([ran.code, ran.stderr, stepsOf(ran)]).toEqual([0, "", []]);
  };

  test("each value gets its objects in its schema, whatever that is called, and a second sync does nothing", async () => {
    const made = await synced();
    const rows =
      await query(`select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('v', 'm') and n.nspname not in ('pg_catalog', 'information_schema') order by 2, 1`);
    expect(rows).toHaveLength(1 + 4 * keys.length);
    expect(await query("select distinct scope from migrator.object order by 1")).toEqual(
      ["shared", `tenant=${evil}`, "tenant=acme", "tenant=globex"].map((scope) => ({ scope })),
    );
    await nothing(made);
    const plan = await made.run("plan", "--json");
    expect([plan.code, stepsOf(plan)]).toEqual([0, []]);
  });

  test("the list of values tells whose components are as their files, whose are not yet, and whose were changed", async () => {
    const made = project();
    const states = async () => {
      const ran = await made.run("tenant", "list", "--json");
      expect([ran.code, ran.stderr]).toEqual([0, ""]);
      const { values } = jsonOf(ran) as unknown as { values: readonly Record<string, string>[] };
      return values.map(({ key, state, components }) => [key, state, components]);
    };
    const all = (state: string) => [...keys].sort().map((key) => [key, state, state]);
    expect((await states()).sort()).toEqual(all("pending").sort());
    expect((await made.run("sync")).code).toBe(0);
    expect((await states()).sort()).toEqual(all("current").sort());
    made.write({ "@tenant/f.sql": (files["@tenant/f.sql"] ?? "").replace("select a", "select a + 1") });
    expect((await made.run("sync", "--only", "acme,globex")).code).toBe(0);
    await server.script("comment on view globex.top is 'by hand'");
    expect((await states()).sort()).toEqual(
      [
        ["acme", "current", "current"],
        ["globex", "drift", "drift"],
        [evil, "pending", "pending"],
      ].sort(),
    );
    const shown = (await made.run("tenant", "list")).stdout;
    expect(shown).toMatch(/pending: components changed/);
    expect(shown).toMatch(/globex .*drift$/m);
  });

  test("a plan is what the sync then does, the shared part's changes among it", async () => {
    const made = await synced();
    made.write({
      "items.sql":
        "create view app.all_items as select id, price::numeric as price, tenant, old from app.items;",
      "@tenant/views/top.sql": "create view top as select id, price, old from mine;",
      "@tenant/views/mine.sql": "create view mine as select * from all_items;",
    });
    const plan = await made.run("plan", "--json");
    const ran = await made.run("sync", "--json", "--jobs", "1");
    expect([plan.code, ran.code, ran.stderr]).toEqual([0, 0, ""]);
    expect(stepsOf(plan)).toEqual(stepsOf(ran));
    expect(stepsOf(ran)).toContain("tenant=acme: replace view acme.top");
    await nothing(made);
  });

  test("a shared view of another shape: the values' views are kept as strangers, and are no drift", async () => {
    const made = await synced();
    made.write({
      "items.sql": "create view app.all_items as select id::bigint as id, price, tenant from app.items;",
    });
    const ran = await made.run("sync", "--json", "--jobs", "1");
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(stepsOf(ran).filter((step) => step.startsWith("tenant="))).toEqual([]);
    expect(
      await query(
        "select format_type(atttypid, null) as type from pg_attribute where attrelid = 'acme.top'::regclass and attname = 'id'",
      ),
    ).toEqual([{ type: "bigint" }]);
    await nothing(made);
    const drift = await made.run("drift", "--json");
    expect([drift.code, jsonOf(drift).objects]).toEqual([0, []]);
  });

  test("a table that was changed by hand is news to every scope, whichever is synced first", async () => {
    const more = {
      "rows.sql": "create view app.rows as select * from app.items;",
      "@tenant/rows.sql": "create view own_rows as select * from app.items;",
    };
    const made = await synced(more);
    await server.script("alter table app.items add column one int");
    const shared = await made.run("sync", "--json", "--scope", "shared");
    expect(stepsOf(shared)).toEqual(["shared: rebind view app.rows"]);
    const acme = await made.run("sync", "--json", "--scope", "tenant", "--only", "acme");
    expect(stepsOf(acme)).toEqual(["tenant=acme: rebind view acme.own_rows"]);
    await server.script("alter table app.items add column two int");
    const globex = await made.run("sync", "--json", "--scope", "tenant", "--only", "globex");
    expect(stepsOf(globex)).toEqual(["tenant=globex: rebind view globex.own_rows"]);
    const rest = await made.run("sync", "--json", "--jobs", "1");
    expect([...stepsOf(rest)].sort()).toEqual(
      [
        "shared: rebind view app.rows",
        `tenant=${evil}: rebind view ${quoted(evil)}.own_rows`,
        "tenant=acme: rebind view acme.own_rows",
      ].sort(),
    );
    await nothing(made);
  });

  test("a component that is removed goes for each value, and only its objects", async () => {
    const made = await synced();
    made.write({ "@tenant/views/top.sql": null, "@tenant/m.sql": null });
    const ran = await made.run("sync", "--json", "--jobs", "1");
    expect(stepsOf(ran).filter((step) => step.startsWith("tenant=acme"))).toEqual([
      "tenant=acme: drop view acme.top",
      "tenant=acme: drop materialized view acme.m",
    ]);
    expect(stepsOf(ran)).toHaveLength(2 * keys.length);
    await nothing(made);
  });

  test("drift of one value is told for that, and stops no other", async () => {
    const made = await synced();
    await server.script("create or replace view acme.top as select id, price, 1 as by_hand from acme.mine");
    made.write({ "@tenant/views/top.sql": "create view top as select id, price, tenant from mine;" });
    const ran = await made.run("sync", "--json", "--jobs", "1");
    expect(ran.code).toBe(4);
    expect(jsonOf(ran).errors).toMatchObject([
      { code: "drift", scope: "tenant acme", file: "migrator/components/@tenant/views/top.sql" },
    ]);
    expect(stepsOf(ran)).toContain("tenant=globex: replace view globex.top");
    expect(stepsOf(ran).filter((step) => step.startsWith("tenant=acme"))).toEqual([]);
  });

  test("one value that fails stops no other; grants follow its variables", async () => {
    const made = await synced();
    await server.script("update app.tenants set plan = 'gold' where name = 'acme'");
    await server.script(`create table acme.few (a int); create table ${quoted(evil)}.few (a int)`);
    made.write({ "@tenant/needs.sql": "create view needs as select a from few;" });
    const ran = await made.run("sync", "--json", "--jobs", "1");
    expect(ran.code).toBe(1);
    expect(jsonOf(ran).errors).toMatchObject([
      {
        code: "statement-refused",
        scope: "tenant globex",
        file: "migrator/components/@tenant/needs.sql",
        line: 1,
      },
    ]);
    expect(await query("select has_table_privilege('alice', 'acme.plan', 'select') as may")).toEqual([
      { may: true },
    ]);
    expect(stepsOf(ran)).toContain("tenant=acme: create view acme.needs");
    const text = await made.run("sync", "--jobs", "1", "--no-color");
    expect(text.stdout).toContain("3 values of matrices: 2 without changes, 1 failed");
    expect(text.stderr).toContain("migrator/components/@tenant/needs.sql:1:36 (tenant globex)");
  });

  test("two scopes cannot declare the same object", async () => {
    const made = project({ "@tenant/same.sql": "create view app.same as select 1 as a;" });
    const ran = await made.run("sync", "--json", "--jobs", "1");
    expect(ran.code).toBe(1);
    expect(jsonOf(ran).errors.map(({ message, scope }) => `${scope}: ${message}`)).toEqual([
      `tenant acme: view app.same is managed by tenant ${evil} in this database`,
      `tenant globex: view app.same is managed by tenant ${evil} in this database`,
    ]);
  });

  test("status, drift, component list and graph say which value they speak of", async () => {
    const made = await synced();
    await server.script("create or replace view acme.top as select id, price, 1 as by_hand from acme.mine");
    made.write({ "@tenant/f.sql": null });
    const status = jsonOf(await made.run("status", "--json"));
    expect(status.summary).toMatchObject({ drifted: 1, vanished: 6, unchanged: 1 + 4 * keys.length - 1 });
    expect(status.objects).toContainEqual(
      expect.objectContaining({
        object: "view acme.top",
        state: "drifted",
        scope: "tenant=acme",
        component: "@tenant/views/top.sql",
      }),
    );
    const text = await made.run("status", "--no-color", "--scope", "tenant", "--only", "acme");
    expect(text.stdout).toContain("@tenant/views/top.sql (tenant acme)");
    expect(text.stdout).not.toContain("globex");
    const drift = await made.run("drift", "--json", "--exit-code");
    expect([drift.code, jsonOf(drift).objects]).toMatchObject([
      4,
      [{ object: "view acme.top", scope: "tenant=acme" }],
    ]);
    const list = await made.run("component", "list", "--no-color", "--only", "globex");
    expect(list.stdout).toContain("@tenant/m.sql (tenant globex)");
    const graph = await made.run("graph", "acme.top");
    expect(graph.stdout).toContain("view app.all_items");
    const own = await made.run("graph", "migrator/components/@tenant/views/top.sql", "--json");
    expect(own.stdout).toContain('"name":"top"');
  });

  test("what stands where it must not, and what is wrong in a file, is told once", async () => {
    const made = project({
      "@tenant/broken.sql": "create view broken as selec 1;",
      "@tennant/a.sql": "",
      "@tenant/@other/b.sql": "",
    });
    const ran = await made.run("sync", "--json");
    expect(ran.code).toBe(1);
    expect(jsonOf(ran).errors.map(({ message, fix }) => [message, fix])).toMatchObject([
      ["the folder of a matrix stands in that of another", expect.stringContaining("crosses the two")],
      ['there is no matrix "tennant" in migrator.json', 'did you mean "tenant"?'],
      [expect.stringContaining("syntax error"), expect.any(String)],
    ]);
  });

  test("a column that goes with the values' use of it: refused, and done with --together", async () => {
    const made = await synced();
    made.write({
      "items.sql": "create view app.all_items as select id, tenant from app.items;",
      "@tenant/views/top.sql": "create view top as select id from mine;\ncomment on view top is 'best';",
      "@tenant/plan.sql.jinja": null,
      "@tenant/views/mine.sql":
        "create view mine as select id, tenant from all_items where tenant = current_schema;",
    });
    const apart = await made.run("sync", "--json", "--jobs", "1");
    expect(apart.code).toBe(1);
    const blocked = { code: "dependent-blocks", fix: expect.stringContaining("--together") };
    expect(jsonOf(apart).errors).toMatchObject([blocked, blocked, blocked]);
    const plan = await made.run("plan", "--json", "--together");
    const ran = await made.run("sync", "--json", "--together");
    expect([ran.stderr, ran.code]).toEqual(["", 0]);
    expect(stepsOf(plan)).toEqual(stepsOf(ran));
    expect(stepsOf(ran)).toContain("tenant=acme: recreate view acme.mine");
    expect(await query("select distinct scope from migrator.object order by 1")).toHaveLength(
      1 + keys.length,
    );
    await nothing(made);
    const again = await made.run("sync", "--json", "--together");
    expect(stepsOf(again)).toEqual([]);
  });

  test("an object goes from the values to the shared scope with --together", async () => {
    const made = await synced({
      "@tenant/one.sql.jinja": "{% if key is defined %}{% endif %}create view mine_too as select 1 as a;",
    });
    made.write({ "@tenant/one.sql.jinja": null, "one.sql": "create view acme.mine_too as select 1 as a;" });
    const apart = await made.run("sync", "--json", "--jobs", "1");
    expect(jsonOf(apart).errors).toMatchObject([
      { message: "view acme.mine_too is managed by tenant acme in this database" },
    ]);
    const ran = await made.run("sync", "--json", "--together");
    expect([ran.stderr, ran.code]).toEqual(["", 0]);
    expect([...stepsOf(ran)].sort()).toEqual([
      `tenant=${evil}: drop view ${quoted(evil)}.mine_too`,
      "tenant=globex: drop view globex.mine_too",
    ]);
    await nothing(made);
  });
});
