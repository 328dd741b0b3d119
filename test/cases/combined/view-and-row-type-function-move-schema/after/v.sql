create view api.v as select * from app.t;
create function api.f(v api.v) returns int language sql as $$ select v.a $$;
