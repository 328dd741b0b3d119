-- each as before, in other words
create or replace view public.base as select t.id, t.a from t;
create materialized view public.m as select base.id, base.a from base with data;
create unique index m_id on public.m using btree (id);
create or replace function touch() returns trigger as $$ begin return new; end $$ language plpgsql;
create or replace procedure p(in x integer) language sql as $$ select x $$;
create or replace aggregate total(integer) (stype = integer, sfunc = int4pl, initcond = '0');
create or replace trigger touched before update on public.t for each row when ((old.a is distinct from new.a)) execute procedure touch();
create or replace rule quiet as on delete to public.base do instead nothing;
create policy own on public.t as permissive for select to bob, alice using ((a > 0));
