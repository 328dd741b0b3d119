/** Everything that can hang on an object, imported and built again. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runScript } from "../cases/support/sync-texts.ts";
import { type FreshDatabase, freshDatabase, resetDatabase } from "../servers/database.ts";
import { expectRoundTrip, importAll } from "./round-trip.ts";

const base = `
create schema "Odd ""one""";
create table t (id int primary key, a varchar(10), n numeric(8, 2), "Mixed" text);
alter table t enable row level security;
create table part (id int, k int) partition by list (k);
create table part1 partition of part for values in (1);
create role nobody_at_all_1 nologin;
`.replace("create role nobody_at_all_1 nologin;\n", "");

const objects = `
create view v (id, "Mixed", label) with (security_barrier, check_option = local) as
  select id, "Mixed", 'it''s \\\\ a label' from t where a in ('x', 'y');
alter view v alter column "Mixed" set default 'none';
comment on view v is E'two\\nlines, a ''quote'' and a \\\\';
comment on column v."Mixed" is 'a column';
grant select, insert on v to bob with grant option;
grant update ("Mixed", id) on v to carol;
grant select (id), select on v to public;
revoke delete on v from postgres;
alter view v owner to alice;
create function touch() returns trigger language plpgsql as $$begin
  return new; -- $function$
end$$;
revoke execute on function touch() from public;
create trigger on_v instead of insert on v for each row execute function touch();
comment on trigger on_v on v is 'of a view';
create rule silent as on delete to v do instead nothing;
create rule also as on update to v do also (notify a; notify b);
create trigger on_t before update of a, n on t for each row when (old.a is distinct from new.a) execute function touch();
alter table t enable always trigger on_t;
comment on trigger on_t on t is 'of a table';
create constraint trigger late after insert on t deferrable initially deferred for each row execute function touch();
alter table t disable trigger late;
create trigger with_arguments after delete on t referencing old table as gone for each statement execute function touch('a''b', 'c');
create trigger cloned after insert on part for each row execute function touch();
create rule "On t" as on insert to t where new.id < 0 do instead nothing;
alter table t enable replica rule "On t";
create policy mine on t as restrictive for update to bob, carol using (a = current_user) with check (n > 0);
create policy "All of it" on t;
comment on policy mine on t is 'by row';
create materialized view m with (fillfactor = 70) as select id, n, "Mixed" as label from t;
create unique index m_id on m (id) include (n) with (fillfactor = 80);
create index "M label" on m (lower(label)) where n > 1;
comment on index m_id is 'an index';
alter index "M label" alter column 1 set statistics 50;
alter materialized view m cluster on m_id;
alter materialized view m alter column label set storage external;
alter materialized view m alter column n set statistics 7;
alter materialized view m alter column n set (n_distinct = 5);
create statistics m_stat on id, n from m;
comment on statistics m_stat is 'together';
create materialized view empty as select 1 as one with no data;
create function f(a int, variadic b text[] default '{x}') returns table (x int, y text) language sql stable strict parallel safe
  cost 5 rows 3 set search_path to public, "Odd ""one""" set work_mem to '1MB' as $$ select a, b[1] $$;
create function f(a text, out b int, inout c date) language plpgsql security definer leakproof as $body$begin
  b := length(a);
end$body$;
create function f() returns int language sql begin atomic; select count(*)::int from t where a in ('x', 'y'); end;
comment on function f(a text, c date) is 'one of three';
grant execute on function f() to bob;
alter function f() owner to bob;
create procedure p(a int, inout b int default 3) language plpgsql as 'begin b := a; end';
revoke all on procedure p from public;
create function crlf() returns int language sql as E'select 1\\r\\n  + 1';
create aggregate total(int) (sfunc = int4pl, stype = int, initcond = '0', combinefunc = int4pl, parallel = safe);
create aggregate how_many(*) (sfunc = int8inc, stype = int8, initcond = '0');
create aggregate middle(float8 order by anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra);
comment on aggregate middle(float8 order by anyelement) is 'ordered';
comment on aggregate how_many(*) is 'a star';
grant execute on function how_many() to alice with grant option;
revoke execute on function middle(float8, anyelement) from public;
alter aggregate total(int) owner to carol;
create recursive view numbers (n) as values (1) union all select n + 1 from numbers where n < 9;
create view "Odd ""one"""."A view" as select 1 as "Select", 2 as "a.b";
create function "Odd ""one"""."A function"("An argument" "Odd ""one"""."A view") returns setof "Odd ""one"""."A view" language sql as 'select $1.*';
create view no_columns as select;
create view of_strings as select 'a
b' as two_lines, E'\\t' as tab, U&'\\00e4' as umlaut;
`;

const materializedView = `ALTER MATERIALIZED VIEW public.m OWNER TO postgres;
ALTER MATERIALIZED VIEW public.m ALTER COLUMN n SET STATISTICS 7;
ALTER MATERIALIZED VIEW public.m ALTER COLUMN n SET (n_distinct=5);
ALTER MATERIALIZED VIEW public.m ALTER COLUMN label SET STORAGE EXTERNAL;
CREATE INDEX "M label" ON public.m USING btree (lower(label)) WHERE (n > (1)::numeric);
ALTER INDEX public."M label" ALTER COLUMN 1 SET STATISTICS 50;
CREATE UNIQUE INDEX m_id ON public.m USING btree (id) INCLUDE (n) WITH (fillfactor='80');
COMMENT ON INDEX public.m_id IS 'an index';
ALTER MATERIALIZED VIEW public.m CLUSTER ON m_id;
CREATE STATISTICS public.m_stat ON id, n FROM public.m;
COMMENT ON STATISTICS public.m_stat IS 'together';
`;

const view = [
  `ALTER VIEW public.v OWNER TO alice;
REVOKE DELETE ON public.v FROM alice;
GRANT SELECT, SELECT (id) ON public.v TO PUBLIC;
GRANT INSERT, SELECT ON public.v TO bob WITH GRANT OPTION;
GRANT UPDATE (id, "Mixed") ON public.v TO carol;
COMMENT ON VIEW public.v IS E'two
lines, a ''quote'' and a \\\\';
COMMENT ON COLUMN public.v."Mixed" IS 'a column';
ALTER VIEW public.v ALTER COLUMN "Mixed" SET DEFAULT 'none'::text;`,
  `CREATE RULE also AS
    ON UPDATE TO public.v DO (
 NOTIFY a;`,
];

describe.each([15, 18, "embedded"] as const)("on %s", (where) => {
  let source: FreshDatabase;
  let fresh: FreshDatabase;
  beforeAll(async () => {
    source = await freshDatabase(where);
    fresh = await freshDatabase(where);
  });
  beforeEach(async () => {
    await resetDatabase(source);
    await resetDatabase(fresh);
  });
  afterAll(async () => {
    await source.drop();
    await fresh.drop();
  });
  const trip = () => expectRoundTrip({ base, searchPath: ["public"], source, fresh });

  test("all kinds with all that hangs on them", { timeout: 60_000 }, async () => {
    await runScript(source, base);
    await runScript(source, objects);
    const { files, omitted, printedOtherwise } = await trip();
    expect(omitted).toEqual([]);
    // Those that compare a varchar with a list, and one whose file has other line ends than its body had.
    expect([...printedOtherwise].sort()).toEqual([
      "function public.crlf()",
      "function public.f()",
      "view public.v",
    ]);
    const paths = files.map(({ component }) => component);
    expect(paths).toContain("public/triggers/t.on_t.sql");
    expect(paths).toContain("public/functions/f.sql");
    expect(paths).not.toContain("public/triggers/v.on_v.sql");
    expect(paths.filter((path) => path.includes("part1"))).toEqual([]);
    const blocks = (path: string) =>
      files.find(({ component }) => component === path)?.text.split("\n\n") ?? [];
    expect(blocks("public/materialized_views/m.sql").slice(1)).toEqual([materializedView]);
    expect(blocks("public/views/v.sql").slice(1, 3)).toEqual(view);
    expect(blocks("public/views/v.sql")[0]).toMatch(
      /^CREATE VIEW public\.v WITH \(security_barrier = true, check_option = local\) AS\n/,
    );
  });

  test("default privileges: what an object lacks of them is revoked, what it has beyond is granted", async () => {
    const defaults = `
      alter default privileges grant select on tables to bob;
      alter default privileges in schema public grant update on tables to carol;
      alter default privileges revoke execute on functions from public;`;
    await runScript(source, defaults);
    await runScript(
      source,
      "create view a as select 1 as x; create view b as select 2 as x; revoke all on b from bob, carol;",
    );
    await runScript(
      source,
      "create function f() returns int language sql as 'select 1'; create function g() returns int language sql as 'select 1'; grant execute on function g() to public;",
    );
    await expectRoundTrip({ base: defaults, searchPath: ["public"], source, fresh });
  });

  test("a grant that another role made cannot be said, and is named", async () => {
    await runScript(
      source,
      "create view a as select 1 as x; grant select on a to bob with grant option; grant usage on schema public to bob",
    );
    await runScript(source, "set role bob; grant select on a to carol; reset role");
    const { omitted, files } = await importAll(source);
    expect(omitted).toEqual(["view public.a: SELECT for carol, granted by bob"]);
    expect(files[0]?.text).not.toContain("carol");
  });

  test("what hangs on a row type and on a view's query is named; what depends on an extension is written", async () => {
    await runScript(
      source,
      `create view a as select 1 as x; grant usage on type a to bob; revoke usage on type a from public;
       comment on type a is 'rows'; comment on type _a is 'arrays'; comment on rule "_RETURN" on a is 'query';
       create function f() returns int language sql as 'select 1'; alter function f() depends on extension plpgsql;`,
    );
    const { omitted, files } = await importAll(source);
    expect(omitted).toEqual([
      "view public.a: REVOKE USAGE ON TYPE public.a FROM PUBLIC CASCADE",
      "view public.a: GRANT USAGE ON TYPE public.a TO bob",
      "view public.a: COMMENT ON TYPE public.a IS 'rows'",
      "view public.a: COMMENT ON TYPE public._a IS 'arrays'",
      "view public.a: COMMENT ON RULE \"_RETURN\" ON public.a IS 'query'",
    ]);
    expect(files.map(({ text }) => text).join("\n")).toContain(
      "ALTER FUNCTION public.f() DEPENDS ON EXTENSION plpgsql;",
    );
  });
});
