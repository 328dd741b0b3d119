create view b.v as select 1 as x;
create function b.sf(int, v) returns int language sql as $$ select 1 $$;
comment on function b.sf(int, v) is 'x';
