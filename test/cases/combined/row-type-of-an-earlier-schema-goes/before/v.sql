create view a.v as select 1 as x, 2 as y;
create view b.v as select 1 as x;
create function b.f() returns setof v language sql as $$ select * from v $$;
create function b.g() returns v[] language plpgsql as $$ declare r v; begin return null; end $$;
create function b.h(x int default 1) returns v language sql begin atomic select * from v; end;
create view b.w as select f.* from f(), unnest(g()), h(1);
