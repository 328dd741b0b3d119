create view a.v as select 1 as x;
create view b.v as select 1 as x;
create function b.f(v) returns int language sql as $$ select $1.x $$;
create view b.w as select f(v) from v;
