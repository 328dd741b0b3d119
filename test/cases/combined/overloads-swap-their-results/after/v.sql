create function f(int) returns text language sql as $$ select 'x' $$;
create function f(text) returns int language sql as $$ select 1 $$;
create view v as select f(a) as fa, f(b) as fb from t;
create view w as select f(fa) as ffa, f(fb) as ffb from v;
