/** Values without changes are told so by one question for all of them, and by what each would be told on its own. */
import pg from "pg";
import { beforeEach, describe, expect, test } from "vitest";
import { useServer } from "../cli/support/project.ts";
import { jsonOf } from "../cli/support/run-cli.ts";

const evil = `Zwö"lf '; drop schema acme cascade; --`;
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const keys = ["acme", "globex", evil];
const config = {
  searchPath: ["app", "public"],
  matrices: { tenant: { query: "select name as key from app.tenants order by 1" } },
};
const setup = `create schema app; create table app.tenants (name text); create table app.items (id int, price int);
  create type app.colour as enum ('red');
  ${keys
    .map((key) => {
      const schema = quoted(key);
      return `insert into app.tenants values ('${key.replaceAll("'", "''")}'); create schema ${schema};
        create table ${schema}.own (id int, name text); create function ${schema}.note() returns trigger language plpgsql as 'begin return new; end';`;
    })
    .join("\n")}`;
const files = {
  "@tenant/a.sql": "create view a as select * from own;\ncomment on view a is 'first';",
  "@tenant/b.sql": "create view b as select a.id, price from a join items using (id);",
  "@tenant/c.sql": "create function c(colour) returns int language sql as $$ select 1 $$;",
  "@tenant/d.sql": "create trigger d before insert on own for each row execute function note();",
  "@tenant/e.sql": "create materialized view e as select count(*) as n from b;\ncreate index e_n on e (n);",
  "@tenant/f.sql.jinja": "create view f as select {{ key }} as tenant from {{ [key, 'own'] | ident }};",
};

/** Everything that makes a value, or all, have something to do. */
const changes: Readonly<Record<string, string>> = {
  "a column of a value's table": "alter table acme.own add column more int",
  "a column of a table behind": "alter table app.items rename column price to cost",
  "a view replaced": "create or replace view acme.a as select id, name || '!' as name from acme.own",
  "a view dropped": "drop view globex.f",
  "a comment": "comment on view acme.a is 'other'",
  "a grant": "grant select on acme.b to public",
  "a trigger disabled": "alter table globex.own disable trigger d",
  "an index": "drop index acme.e_n",
  "a function": "create or replace function acme.c(app.colour) returns int language sql as $$ select 2 $$",
  "a table that hides another": "create table acme.items (id int, price text)",
  "a type that hides another": "create type acme.colour as enum ('blue')",
  "a row of the ledger": "delete from migrator.object where scope = 'tenant=acme' and name = 'f'",
  "a hash in the ledger":
    "update migrator.object set hash = 'other' where scope = 'tenant=acme' and name = 'b'",
  "a column of a view": "alter view acme.b alter column price set default 7",
};

describe.each([15, 18] as const)("on %s", (version) => {
  const server = useServer(version);
  beforeEach(() => server.script(setup));
  const synced = async () => {
    const made = server.project(files, config);
    const ran = await made.run("sync", "--json", "--jobs", "1");
    expect([ran.stderr, ran.code]).toEqual(["", 0]);
    return made;
  };

  test("what happened to tables that nothing shared uses is looked at once", async () => {
    const made = server.project({ "shared.sql": "create view shared as select id from app.items;" }, config);
    expect(await made.run("sync")).toMatchObject({ code: 0 });
    const tables = Array.from({ length: 250 }, (_, i) => `create table acme.t${i} (id int);`);
    await server.script(tables.join("\n"));
    const seen = async (): Promise<unknown> => {
      const client = new pg.Client({ connectionString: server.url() });
      await client.connect();
      const { rows } = await client.query("select snapshot::text, first_xid::text from migrator.project");
      await client.end();
      return rows[0];
    };
    const before = await seen();
    expect((await made.run("plan", "--exit-code")).code).toBe(0);
    expect(await seen()).toEqual(before);
    expect((await made.run("sync")).stdout).toContain("nothing to do");
    const after = await seen();
    expect(after).not.toEqual(before);
    expect((await made.run("sync")).stdout).toContain("nothing to do");
    expect(await seen()).toEqual(after);
    await server.script("alter table app.items rename column id to number");
    expect((await made.run("sync")).code).not.toBe(0);
  });

  /** Holds the turns of all values while `work` runs: who looks at one of them waits. */
  const besides = async <T>(work: () => Promise<T>): Promise<T> => {
    const client = new pg.Client({ connectionString: server.url() });
    await client.connect();
    try {
      for (const key of keys)
        await client.query("select pg_advisory_lock(hashtextextended($1, 0))", [
          `migrator migrator tenant=${key}`,
        ]);
      return await work();
    } finally {
      await client.end();
    }
  };

  test("nothing to do: no value is looked at by itself", async () => {
    const made = await synced();
    const ran = await besides(() => made.run("sync", "--json"));
    const { steps, summary } = jsonOf(ran) as unknown as { steps: unknown[]; summary: { unchanged: number } };
    expect([ran.code, ran.stderr, steps, summary.unchanged]).toEqual([0, "", [], 6 * keys.length]);
    const each = await made.run("sync", "--json", "--check", "drift");
    expect(each.stdout).toBe(ran.stdout);
    const wrong = await made.run("sync", "--check", "everything");
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining("--check everything is not known"),
    ]);
  });

  test.each(Object.entries(changes))("%s: a plan says what it says of each", async (_, sql) => {
    const made = await synced();
    await server.script(sql);
    const all = await made.run("plan", "--json");
    const each = await made.run("plan", "--json", "--check", "drift");
    expect([all.code, all.stdout]).toEqual([each.code, each.stdout]);
  });

  test("a table behind that no value uses is looked at once", async () => {
    const made = await synced();
    await server.script("create table app.other (id int)");
    expect((await made.run("sync", "--json")).code).toBe(0);
    const ran = await besides(() => made.run("sync", "--json"));
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
  });

  test("files that were brought along alone, and went back, are brought back", async () => {
    const made = await synced();
    const before = files["@tenant/b.sql"];
    made.write({
      "@tenant/b.sql": "create view b as select a.id, price + 1 as price from a join items using (id);",
    });
    expect((await made.run("sync", "migrator/components/@tenant/b.sql")).code).toBe(0);
    made.write({ "@tenant/b.sql": before });
    const ran = await made.run("sync", "--json");
    const { steps } = jsonOf(ran) as unknown as { steps: { object: string }[] };
    expect([ran.code, steps.length]).toEqual([0, keys.length]);
  });

  test("values that come first make the ledger together", async () => {
    const made = server.project(files, config);
    const ran = await made.run("sync", "--json", "--jobs", "3");
    expect([ran.stderr, ran.code]).toEqual(["", 0]);
  });
});
