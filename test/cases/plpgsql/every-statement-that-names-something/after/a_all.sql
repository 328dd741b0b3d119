create function a_all(wanted int) returns setof int language plpgsql as $$
declare
  c cursor for select id from z01_cursor;
  n bigint := (select count(*) from z02_initial);
  r record;
begin
  for r in select id from z03_loop loop
    return next r.id;
  end loop;
  perform z04_performed(1);
  if exists (select 1 from z05_if) then
    n := z06_assigned(n::int);
  elsif wanted in (select id from z07_elsif) then
    return query select id from z08_query;
  end if;
  case when (select true from z09_case) then null; else null; end case;
  while (select false from z10_while) loop
    exit when (select true from z11_exit);
  end loop;
  begin
    insert into t select id, 1, 'x' from z12_insert;
  exception when others then
    raise notice '%', (select count(*) from z13_raise);
  end;
  for r in execute 'select id from z14_execute' loop null; end loop;
  foreach n in array (select array_agg(id) from z15_foreach) loop null; end loop;
  open c;
  with x as (select id from z16_with) select count(*) into n from x;
  update t set a = (select count(*) from z17_update) where id in (select id from z18_where);
  assert (select true from z19_assert), 'x';
  return;
end $$;
