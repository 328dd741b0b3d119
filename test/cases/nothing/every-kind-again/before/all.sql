create view base as select id, a from t;
create materialized view m as select * from base;
create unique index m_id on m (id);
create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
create procedure p(x int) language sql as $$ select x $$;
create aggregate total(int) (sfunc = int4pl, stype = int, initcond = '0');
create trigger touched before update on t for each row when (old.a is distinct from new.a) execute function touch();
create rule quiet as on delete to base do instead nothing;
create policy own on t for select to bob, alice using (a > 0);
