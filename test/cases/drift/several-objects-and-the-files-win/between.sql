create or replace view v as select id, a from t where a > 0; create or replace function f() returns int language sql as $$ select 2 $$; alter policy p on t using (false);
