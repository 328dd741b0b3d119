create view b.reader as select id, x from t;
create view b.qualified as select id, x from b.t;
create view b.above as select id from reader;
create function b.f() returns setof t language sql as $$ select * from t $$;
create view b.other as select id from u;
create view b.u2 as select * from b.other;
