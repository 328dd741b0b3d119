import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useServer } from "./support/project.ts";
import { jsonOf } from "./support/run-cli.ts";

const server = useServer();

const base =
  "create table t (id int primary key, a int, b text); create table coded (c varchar(3)); alter table t enable row level security;";

interface Taken {
  readonly files: Readonly<Record<string, string>>;
  readonly byHand: string;
  /** The files afterwards; null where one is gone. */
  readonly expected: Readonly<Record<string, string | null>>;
  /** Of `drift --exit-code`; 3 where things are missing and nothing else. */
  readonly code?: 3 | 4;
}

/** Syncs, changes the database by hand, takes it, and sees that nothing but the files changed and that nothing is left to do. */
async function take({ files, byHand, expected, code = 4 }: Taken): Promise<void> {
  await server.script(base);
  const project = server.project(files);
  const first = await project.run("sync");
  expect(first.stderr).toBe("");
  await server.script(byHand);
  expect((await project.run("drift", "--exit-code")).code).toBe(code);
  const before = await catalog();
  const ran = await project.run("sync", "--take", "database", "--json");
  expect(
    ran.stderr.replaceAll(/^(?:written from the database|removed, for what it declared is gone): .*\n/gm, ""),
  ).toBe("");
  expect(jsonOf(ran).steps).toEqual([]);
  expect(await catalog()).toEqual(before);
  const found = Object.fromEntries(Object.keys(expected).map((name) => [name, read(project.folder, name)]));
  expect(found).toEqual(expected);
  expect((await project.run("sync", "--json")).stdout).toContain('"changes":[],"steps":[]');
  expect((await project.run("drift", "--exit-code")).code).toBe(0);
}

function read(folder: string, name: string): string | null {
  const path = join(folder, "migrator/components", name);
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

async function catalog(): Promise<unknown> {
  return server.database().query(
    `select relname::text as name, oid::int, xmin::text as version, relacl::text as acl from pg_class where relnamespace = 'public'::regnamespace
     union all select proname, oid::int, xmin::text, proacl::text from pg_proc where pronamespace = 'public'::regnamespace
     union all select tgname, oid::int, xmin::text, null from pg_trigger
     union all select polname, oid::int, xmin::text, null from pg_policy
     union all select rulename, oid::int, xmin::text, null from pg_rewrite where oid > 16384 order by 1, 2`,
  );
}

const touch = "create function touch() returns trigger language plpgsql as $$begin return new; end$$;\n";

describe("each kind of object", () => {
  const kinds: Readonly<Record<string, Taken>> = {
    "a view": {
      files: {
        "v.sql":
          "-- The view.\ncreate view v as\n  select id, a from t; -- until here\n\ncomment on view v is 'kept'; -- and here\n",
      },
      byHand: "create or replace view v as select id, a, b from t where a in (1, 2)",
      expected: {
        "v.sql": `-- The view.\nCREATE VIEW public.v AS\n SELECT id,\n    a,\n    b\n   FROM public.t\n  WHERE (a = ANY (ARRAY[1, 2])); -- until here\n\ncomment on view v is 'kept'; -- and here\n`,
      },
    },
    "a view whose text PostgreSQL prints otherwise once it was read again": {
      files: { "v.sql": "create view v as select 1 as b;" },
      byHand: "create or replace view v as select 2 as b from coded where c in ('x', 'y')",
      expected: {
        "v.sql": `CREATE VIEW public.v AS\n SELECT 2 AS b\n   FROM public.coded\n  WHERE ((c)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]));`,
      },
    },
    "a materialized view": {
      files: {
        "m.sql": "create materialized view m as select id from t;\ncreate unique index m_id on m (id);\n",
      },
      byHand:
        "drop materialized view m; create materialized view m as select id, a from t; create unique index m_id on m (id)",
      expected: {
        "m.sql":
          "CREATE MATERIALIZED VIEW public.m AS\n SELECT id,\n    a\n   FROM public.t;\ncreate unique index m_id on m (id);\n",
      },
    },
    "one overload of a function": {
      files: {
        "f.sql":
          "create function f(a int) returns int language sql as 'select 1';\ncreate function f(a text) returns int language sql as 'select 2';\ngrant execute on function f(int) to bob;\n",
      },
      byHand: "create or replace function f(a text) returns int language sql stable as $$ select 3 $$",
      expected: {
        "f.sql":
          "create function f(a int) returns int language sql as 'select 1';\nCREATE FUNCTION public.f(a text)\n RETURNS integer\n LANGUAGE sql\n STABLE\nAS $function$ select 3 $function$;\ngrant execute on function f(int) to bob;\n",
      },
    },
    "a procedure and an aggregate": {
      files: {
        "both.sql":
          "create procedure p() language sql as 'select 1';\ncreate aggregate total(int) (sfunc = int4pl, stype = int);\n",
      },
      byHand:
        "create or replace procedure p() language sql as 'select 2'; create or replace aggregate total(int) (sfunc = int4pl, stype = int, initcond = '1')",
      expected: {
        "both.sql": `CREATE PROCEDURE public.p()
 LANGUAGE sql
AS $procedure$select 2$procedure$;
CREATE AGGREGATE public.total(integer) (sfunc = int4pl, stype = integer, initcond = '1', parallel = UNSAFE);
`,
      },
    },
    "a trigger, a rule and a policy": {
      files: {
        "touch.sql": touch,
        "t.sql": `create trigger tr before insert on t for each row execute function touch();
create rule r as on delete to t do instead nothing;
create policy p on t using (a > 0);
`,
      },
      byHand: `create or replace trigger tr before update on t for each row execute function touch();
        create or replace rule r as on delete to t where old.a = 1 do instead nothing; alter policy p on t to bob using (a > 1)`,
      expected: {
        "t.sql": `CREATE TRIGGER tr BEFORE UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.touch();
CREATE RULE r AS
    ON DELETE TO public.t
   WHERE (old.a = 1) DO INSTEAD NOTHING;
CREATE POLICY p ON public.t AS PERMISSIVE FOR ALL TO bob USING ((a > 1));
`,
      },
    },
  };
  for (const [name, taken] of Object.entries(kinds)) test(name, () => take(taken));
});

describe("each kind of attachment", () => {
  const attachments: Readonly<Record<string, Taken>> = {
    "owner, comments, defaults": {
      files: {
        "v.sql": `create view v as select id, a, b from t;
alter view v owner to alice;
comment on view v is 'one';
comment on column v.a is 'gone';
alter view v alter column a set default 1, alter column b set default 'x';
`,
      },
      byHand: `alter view v owner to bob; comment on view v is 'two'; comment on column v.a is null; comment on column v.b is 'of no file';
        alter view v alter column a set default 2`,
      expected: {
        "v.sql": `create view v as select id, a, b from t;
ALTER VIEW public.v OWNER TO bob;
COMMENT ON VIEW public.v IS 'two';
ALTER VIEW public.v ALTER COLUMN a SET DEFAULT 2;
ALTER VIEW public.v alter column b set default 'x';
`,
      },
    },
    "grants: one of several, one taken back, all of which some were taken, the grant option": {
      files: {
        "v.sql": `create view v as select id, a, b from t; create view w as select 1 as x;
grant select on v, w to bob; -- both
grant insert (a), update on v to carol;
grant all on w to carol;
grant select on w to alice with grant option;
`,
      },
      byHand: `revoke select on v from bob; revoke insert (a) on v from carol; revoke truncate, references, trigger, delete, maintain on w from carol;
        revoke grant option for select on w from alice; grant delete on v to alice`,
      expected: {
        "v.sql": `create view v as select id, a, b from t; create view w as select 1 as x;
GRANT SELECT ON TABLE public.w TO bob; -- both
GRANT UPDATE ON TABLE public.v TO carol;
GRANT INSERT ON TABLE public.w TO carol;
GRANT SELECT ON TABLE public.w TO carol;
GRANT UPDATE ON TABLE public.w TO carol;
GRANT SELECT ON TABLE public.w TO alice;
`,
      },
    },
    "a revoke": {
      files: {
        "f.sql":
          "create function f() returns int language sql as 'select 1';\nrevoke execute on function f() from public;\n-- the end\n",
      },
      byHand: "grant execute on function f() to public",
      expected: { "f.sql": "create function f() returns int language sql as 'select 1';\n-- the end\n" },
    },
    "options inside the statement, and outside": {
      files: {
        "v.sql": `create view v (id, a) with (security_barrier, security_invoker = true) as
  select id, a from t where a > 0 -- positive
  with local check option;
create view w as select id from t;
alter view w set (security_barrier = true);
`,
      },
      byHand: `alter view v reset (security_barrier); alter view v set (check_option = cascaded); alter view w set (security_barrier = false)`,
      expected: {
        "v.sql": `create view v (id, a) WITH (security_invoker = true, check_option = cascaded) as
  select id, a from t where a > 0 -- positive
;
create view w as select id from t;
ALTER VIEW public.w SET (security_barrier = false);
`,
      },
    },
    "indexes and statistics": {
      files: {
        "m.sql": `create materialized view m with (fillfactor = 70) as select id, a, b from t;
create index one on m (id);
comment on index one is 'first';
create index two on m (a);
create index three on m (b);
create statistics s on id, a from m;
alter materialized view m cluster on three;
`,
      },
      byHand: `drop index one; drop index two; create index two on m (a) where a > 1; drop statistics s; create statistics s (ndistinct) on id, a from m;
        alter materialized view m set without cluster; alter materialized view m set (fillfactor = 60)`,
      expected: {
        "m.sql": `create materialized view m WITH (fillfactor = 60) as select id, a, b from t;
CREATE INDEX two ON public.m USING btree (a) WHERE (a > 1);
create index three on m (b);
CREATE STATISTICS public.s (ndistinct) ON id, a FROM public.m;
`,
      },
    },
    "enabled states, and statements in another file": {
      files: {
        "touch.sql": touch,
        "a.sql": "create trigger a before insert on t for each row execute function touch();\n",
        "b.sql":
          "create trigger b before insert on t for each row execute function touch();\nalter table t disable trigger b;\ncomment on trigger b on t is 'b';\n",
        "states.sql": "alter table t enable always trigger a;\n",
      },
      byHand: "alter table t disable trigger a; alter table t enable trigger b",
      expected: {
        "states.sql": "ALTER TABLE public.t DISABLE TRIGGER a;\n",
        "b.sql":
          "create trigger b before insert on t for each row execute function touch();\ncomment on trigger b on t is 'b';\n",
      },
    },
    "settings of a function that an ALTER sets": {
      files: {
        "f.sql":
          "create function f() returns int language sql as 'select 1';\nalter function f() set work_mem to '1MB' cost 7;\n",
      },
      byHand: "alter function f() set work_mem to '2MB'",
      expected: {
        "f.sql":
          "CREATE FUNCTION public.f()\n RETURNS integer\n LANGUAGE sql\n COST 7\n SET work_mem TO '2MB'\nAS $function$select 1$function$;\nALTER FUNCTION public.f() cost 7;\n",
      },
    },
  };
  for (const [name, taken] of Object.entries(attachments)) test(name, () => take(taken));
});

test("the rest of a file stays to the byte: byte-order mark, line ends, comments, other objects", () =>
  take({
    files: {
      "v.sql":
        "\uFEFF-- ä 😀\r\ncreate view a as\r\n\tselect 1 as x;\t\r\n\r\n/* b; */ create view b as select 'x' as y;   \r\n\r\ncreate view c as select 3 as z",
    },
    byHand: "create or replace view b as select E'one\\ntwo' as y",
    expected: {
      "v.sql":
        "\uFEFF-- ä 😀\r\ncreate view a as\r\n\tselect 1 as x;\t\r\n\r\n/* b; */ CREATE VIEW public.b AS\r\n SELECT 'one\ntwo'::text AS y;   \r\n\r\ncreate view c as select 3 as z",
    },
  }));

describe("what is gone", () => {
  test("its statements go, and a file with nothing else", () =>
    take({
      files: {
        "a.sql": "create view a as select 1 as x;\ngrant select on a to bob;\n",
        "b.sql":
          "-- Two views.\ncreate view b as select x from a;\ncomment on view b is 'b';\n\ncreate view c as select 3 as x;\n",
        "more.sql": "comment on view a is 'elsewhere';\n\ncreate view d as select 4 as x;\n",
      },
      byHand: "drop view b, a",
      code: 3,
      expected: {
        "a.sql": null,
        "b.sql": "-- Two views.\n\ncreate view c as select 3 as x;\n",
        "more.sql": "\ncreate view d as select 4 as x;\n",
      },
    }));

  test("what took its name stands for it: other arguments, another kind", () =>
    take({
      files: {
        "f.sql":
          "-- One.\ncreate function f(a int) returns int language sql as 'select 1';\ngrant execute on function f(int) to bob;\n-- Two.\n",
        "v.sql": "create view v as select 1 as x;\ncomment on view v is 'v';\n",
      },
      byHand: `drop function f(int); create function f(a text) returns int language sql as 'select 2'; grant execute on function f(text) to carol;
        drop view v; create materialized view v as select 1 as x`,
      code: 3,
      expected: {
        "f.sql":
          "-- One.\nCREATE FUNCTION public.f(a text)\n RETURNS integer\n LANGUAGE sql\nAS $function$select 2$function$;\nGRANT EXECUTE ON FUNCTION public.f(text) TO carol;\n-- Two.\n",
        "v.sql": "CREATE MATERIALIZED VIEW public.v AS\n SELECT 1 AS x;\n",
      },
    }));

  test("an object that changed while its component went comes back to its place", async () => {
    const project = server.project({
      "a.sql": "create view a as select 1 as x;",
      "b.sql": "create view b as select 1 as x;",
    });
    expect((await project.run("sync")).code).toBe(0);
    await server.script(
      "create or replace view a as select 2 as x; grant select on a to bob; create or replace view b as select 3 as x",
    );
    project.write({ "a.sql": null, "b.sql": "create view other as select 4 as x;" });
    expect((await project.run("sync")).code).toBe(4);
    const ran = await project.run("sync", "--take", "database");
    expect(ran.stderr).toBe("written from the database: a.sql\nwritten from the database: b.sql\n");
    expect(read(project.folder, "a.sql")).toBe(
      "CREATE VIEW public.a AS\n SELECT 2 AS x;\n\nGRANT SELECT ON public.a TO bob;\n",
    );
    expect(read(project.folder, "b.sql")).toBe(
      "create view other as select 4 as x;\n\nCREATE VIEW public.b AS\n SELECT 3 AS x;\n",
    );
    expect((await project.run("sync")).stdout).toContain("nothing to do");
  });
});

test("what was never applied and differs", () => {
  return server.script("create view a as select 1 as x").then(() => takeUnknown());
});

async function takeUnknown() {
  const project = server.project({ "a.sql": "create view a as select 2 as x;\n" });
  expect((await project.run("sync")).code).toBe(4);
  expect((await project.run("sync", "--take", "database")).stdout).toContain("nothing to do");
  expect(read(project.folder, "a.sql")).toBe("CREATE VIEW public.a AS\n SELECT 1 AS x;\n");
}

test("only the files that are named", async () => {
  const project = server.project({
    "a.sql": "create view a as select 1 as x;",
    "b.sql": "create view b as select 1 as x;",
  });
  expect((await project.run("sync")).code).toBe(0);
  await server.script("create or replace view a as select 2 as x; create or replace view b as select 2 as x");
  const ran = await project.run("sync", "migrator/components/b.sql", "--take", "database", "--json");
  expect(jsonOf(ran)).toMatchObject({ written: ["b.sql"], steps: [] });
  expect((await project.run("sync")).code).toBe(4);
});

describe("templates", () => {
  test("plain text of a template is written back, and markup in it is data", () =>
    take({
      files: {
        "_head.sql.jinja": "-- made of {{ '{{' | raw }}\n",
        "v.sql.jinja": `{% include "_head.sql.jinja" %}
{% set role = 'bob' %}
create view a as
  select 1 as x; {# one #}
{% for name in ['b', 'c'] -%}
create view {{ name | ident }} as select 1 as x;
{% endfor %}
grant select on a to {{ role | ident }};
`,
      },
      byHand: "create or replace view a as select 2 as x, '{{ y }}' as y",
      expected: {
        "v.sql.jinja": `{% include "_head.sql.jinja" %}
{% set role = 'bob' %}
{% raw %}CREATE VIEW public.a AS
 SELECT 2 AS x,
    '{{ y }}'::text AS y{% endraw %}; {# one #}
{% for name in ['b', 'c'] -%}
create view {{ name | ident }} as select 1 as x;
{% endfor %}
grant select on a to {{ role | ident }};
`,
      },
    }));

  test.each([
    ["markup in the statement", "create view a as select {{ 1 }} as x;", 1],
    ["a loop", "{% for n in [1] %}\ncreate view {{ 'a' | ident }} as select 1 as x;\n{% endfor %}", 2],
    [
      "a macro called twice",
      "{% macro body() %} as select 1 as x{% endmacro %}\ncreate view a{{ body() }};\ncreate view b{{ body() }};",
      2,
    ],
    ["an included file", '{% include "_a.sql" %}', null],
  ])("%s cannot be written back, and nothing is written", async (_, template, line) => {
    const files = {
      "v.sql.jinja": `${template}\n`,
      "_folder/x": "",
      "plain.sql": "create view plain as select 1 as x;\n",
    };
    const project = server.project(
      template.includes("_a.sql")
        ? {
            ...files,
            "v.sql.jinja": '{% include "_parts/a.sql" %}\n',
            "_parts/a.sql": "create view a as select 1 as x;",
          }
        : files,
    );
    expect((await project.run("sync")).stderr).toBe("");
    await server.script(
      "create or replace view a as select 2 as x; create or replace view plain as select 2 as x",
    );
    const ran = await project.run("sync", "--take", "database", "--json");
    expect(ran.code).toBe(4);
    expect(jsonOf(ran).errors).toEqual([
      {
        code: "drift",
        message: "view public.a cannot be written back: a template makes this statement",
        file: line === null ? "migrator/components/_parts/a.sql" : "migrator/components/v.sql.jinja",
        line: line ?? 1,
        column: expect.any(Number),
        fix: "change the template by hand to what migrator drift shows, or overwrite the database with --take files",
      },
    ]);
    expect(read(project.folder, "plain.sql")).toBe(files["plain.sql"]);
    expect(read(project.folder, "v.sql.jinja")).toContain(template.slice(0, 10));
  });
});
