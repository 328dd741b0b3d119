create view app.v as select * from app.t;
create function app.f(v app.v) returns int language sql as $$ select v.a $$;
