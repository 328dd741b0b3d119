create view b.v as select 1 as x;
create function b.f() returns setof v language sql as $$ select * from v $$;
create view b.w as select f.* from f();
