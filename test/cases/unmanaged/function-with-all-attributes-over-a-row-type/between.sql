create function theirs(r v, n int default 3) returns setof int language sql stable strict leakproof parallel safe security definer cost 7 rows 9
  support generate_series_int4_support set work_mem = '1MB' set search_path = public, pg_temp as 'select r.id + n';
comment on function theirs(v, int) is 'theirs';
revoke execute on function theirs(v, int) from public;
grant execute on function theirs(v, int) to bob with grant option;
alter function theirs(v, int) owner to carol;
create procedure theirs_too(inout r v) language plpgsql security definer set work_mem = '2MB' as $$ begin null; end $$;
